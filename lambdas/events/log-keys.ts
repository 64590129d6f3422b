import { deliveryOfId, ulidOf, withPrefix } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';

/**
 * A partition takes 1,000 writes a second (DynamoDB developer guide, partition limits), and DynamoDB can't split it where
 * keys rise with time. Four shards let one tenant, or one subscription, have 4,000 a second, and a list takes four small
 * queries.
 */
export const SHARDS = 4;
const shards = Array.from({ length: SHARDS }, (_, shard) => shard);

/** The last character of a ULID is random, so it spreads evenly. */
export const shardOf = (ulid: string): number => ulid.charCodeAt(ulid.length - 1) % SHARDS;

export const eventPartitions = (tenant: string): string[] => shards.map((n) => `event#${tenant}#${n}`);

/** An event that matched very many subscriptions lists them in several items. Part 0 is the event itself. */
export const eventKey = (tenant: string, ulid: string, part = 0): Key => ({
  pk: `event#${tenant}#${shardOf(ulid)}`,
  sk: part === 0 ? ulid : `${ulid}#${String(part).padStart(4, '0')}`,
});

/** Lists a subscription that got the event by a replay. Fanout numbers its parts; this has a name. */
export const additionKey = (tenant: string, ulid: string, subscription: string): Key => ({
  pk: eventKey(tenant, ulid).pk,
  sk: `${ulid}#added#${ulidOf('sub', subscription) ?? subscription}`,
});

/** Says which event a producer's id names. */
export const producerIdKey = (tenant: string, id: string): Key => ({ pk: `id#${tenant}#${id}`, sk: 'id' });

const deliveryPartition = (tenant: string, subscription: string, shard: number): string =>
  `delivery#${tenant}#${ulidOf('sub', subscription) ?? subscription}#${shard}`;

export const deliveryPartitions = (tenant: string, subscription: string): string[] =>
  shards.map((shard) => deliveryPartition(tenant, subscription, shard));

export const deliveryKey = (tenant: string, subscription: string, eventUlid: string): Key => ({
  pk: deliveryPartition(tenant, subscription, shardOf(eventUlid)),
  sk: eventUlid,
});

/** Counters of a tenant, or of one of its targets, for one hour. */
export const statsKey = (tenant: string, target: string | undefined, hour: string): Key => ({
  pk: target ? `stats#${tenant}#${target}` : `stats#${tenant}`,
  sk: hour,
});

/** The place of a delivery among those of its tenant: by the age of its event. */
export const deliveryPlace = (subscription: string, eventUlid: string): string =>
  `${eventUlid}#${ulidOf('sub', subscription) ?? subscription}`;

export const isDeliveryPlace = (text: string): boolean => /^[0-9A-Z]{26}#[0-9A-Z]{26}$/.test(text);

/** The delivery at a place. */
export function deliveryAtPlace(place: string): { ulid: string; subscription: string } {
  const [ulid = '', subscription = ''] = place.split('#');
  return { ulid, subscription: `sub_${subscription}` };
}

/** A place as a cursor of a list: a delivery's id without its prefix. */
export const cursorOfPlace = (place: string): string => place.replace('#', '');

/** Undefined when the cursor is not of a place. */
export function placeOfCursor(cursor: string): string | undefined {
  const ref = deliveryOfId(withPrefix('dlv', cursor));
  return ref && deliveryPlace(ref.subscription, ref.ulid);
}

/**
 * The index of what stands still: dead letters by their tenant, unless they are purged, and deliveries that wait by their
 * target. A delivery that is replayed stays in it until its next outcome is written. The names are older than its second
 * use: DynamoDB can't rename an index.
 */
export const DEAD_INDEX = { name: 'dead', pk: 'deadOf', sk: 'deadAt' } as const;

export const deadPartitions = (tenant: string): string[] => shards.map((n) => `dead#${tenant}#${n}`);

/** The attributes that put a dead letter into the index. */
export const deadKey = (tenant: string, subscription: string, eventUlid: string) => ({
  [DEAD_INDEX.pk]: deadPartitions(tenant)[shardOf(eventUlid)]!,
  [DEAD_INDEX.sk]: deliveryPlace(subscription, eventUlid),
});

/** Subscriptions that bound a target once. */
export const formerPartition = (tenant: string, target: string): string => `former#${tenant}#${target}`;

export const waitingPartitions = (tenant: string, target: string): string[] =>
  shards.map((n) => `waiting#${tenant}#${ulidOf('tgt', target) ?? target}#${n}`);

/** The index of a tenant's undelivered deliveries: those that wait, and dead letters. */
export const UNDELIVERED_INDEX = { name: 'undelivered', pk: 'undeliveredOf', sk: 'undeliveredAt' } as const;

export const undeliveredPartitions = (tenant: string): string[] =>
  shards.map((n) => `undelivered#${tenant}#${n}`);

/** The item that sets the mark of an index's partition. */
export const spreadMarkKey = (tenant: string, partition: string): Key => ({
  pk: `spread#${tenant}`,
  sk: partition,
});
