import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamo, getAll, unlessConditionFails } from '../platform/dynamo.ts';
import { parseItem, skip } from '../platform/items.ts';
import { timeOfUlid } from '../values/ids.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Event, EventInFlight } from './event.ts';
import { expiry } from './event-items.ts';
import { producerIdKey } from './log-keys.ts';

/** A producer's id names the same event for this long. */
const DEDUPLICATION_MS = 24 * 3600 * 1000;

/** Says which event a producer's id names. Fanout writes it before anything else for the event. */
const CLAIM = itemKind('claim of an id', {
  ulid: z.string(),
  /** Milliseconds since the epoch; 0 once the event is dead, so that another one may have the id. */
  claimedAt: z.number(),
  /** See `digestOf`. */
  digest: z.optional(z.string()),
});
type Claim = ItemOf<typeof CLAIM>;

export type Claimed =
  /** The id is this event's, now or since an earlier try. */
  | 'claimed'
  /** The event was published before. */
  | 'duplicate'
  /** Another event has the id. */
  | 'conflict';

/** Claims a producer's id for an event. */
export async function claimProducerId(
  table: string,
  tenant: string,
  event: EventInFlight,
  retentionSeconds: number,
): Promise<Claimed> {
  const at = timeOfUlid(event.ulid);
  const claim: PutCommandInput = {
    TableName: table,
    Item: {
      ...producerIdKey(tenant, event.id),
      ulid: event.ulid,
      claimedAt: at,
      ...(event.digest !== undefined && { digest: event.digest }),
      // The claim must not expire before another event may have the id.
      ttl: expiry(event.ulid, Math.max(event.keepSeconds ?? retentionSeconds, DEDUPLICATION_MS / 1000)),
    },
    ConditionExpression: 'attribute_not_exists(pk) OR ulid = :ulid OR claimedAt < :longAgo',
    ExpressionAttributeValues: { ':ulid': event.ulid, ':longAgo': at - DEDUPLICATION_MS },
  };
  if (await unlessConditionFails(dynamo.put(claim))) return 'claimed';
  if (event.digest === undefined) return 'duplicate';
  const first = (await getClaim(table, tenant, event.id))?.digest;
  return first === undefined || first === event.digest ? 'duplicate' : 'conflict';
}

/** Lets another event claim the id. Until then the id still leads to this one. */
export async function releaseProducerId(TableName: string, tenant: string, event: Event): Promise<void> {
  const release: UpdateCommandInput = {
    TableName,
    Key: producerIdKey(tenant, event.id),
    UpdateExpression: 'SET claimedAt = :longAgo',
    ConditionExpression: 'ulid = :ulid',
    ExpressionAttributeValues: { ':longAgo': 0, ':ulid': event.ulid },
  };
  await unlessConditionFails(dynamo.update(release));
}

/** The ULID of the event that a producer's id names. */
export const ulidOfProducerId = async (
  table: string,
  tenant: string,
  id: string,
): Promise<string | undefined> => (await getClaim(table, tenant, id))?.ulid;

/**
 * Digests of the events that have these ids, as far as fanout has come: a second or so behind, and eventually consistent.
 * @returns digests by id
 */
export async function digestsOfIds(
  table: string,
  tenant: string,
  ids: readonly string[],
  now: number,
): Promise<Map<string, string>> {
  const byKey = new Map(ids.map((id) => [producerIdKey(tenant, id).pk, id]));
  const keys = [...byKey.values()].map((id) => producerIdKey(tenant, id));
  const claims = await getAll(CLAIM, table, keys, {
    attributes: ['ulid', 'claimedAt', 'digest'],
    // An early answer only: fanout decides.
    onUnreadable: skip,
  });
  const valid = claims.filter(({ claimedAt }) => claimedAt >= now - DEDUPLICATION_MS);
  return new Map(valid.flatMap(({ pk, digest }) => (digest === undefined ? [] : [[byKey.get(pk)!, digest]])));
}

async function getClaim(TableName: string, tenant: string, id: string): Promise<Claim | undefined> {
  const { Item } = await dynamo.get({ TableName, Key: producerIdKey(tenant, id) });
  return Item && parseItem(CLAIM, TableName, Item);
}
