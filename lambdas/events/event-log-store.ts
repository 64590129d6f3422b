import { dynamo, getAll, putAll, queryItems, withDistinctKeys } from '../platform/dynamo.ts';
import { skip, skipDamaged } from '../platform/items.ts';
import { scanShards } from '../platform/shard-scan.ts';
import { isUlid, timeOfUlid, ulidBounds, ulidOf } from '../values/ids.ts';
import type { Event, EventInFlight } from './event.ts';
import { isProducerId } from './event-id.ts';
import {
  additionItem,
  EVENT,
  type EventItem,
  type EventToLog,
  type FirstItem,
  fromItems,
  isAlive,
  type LoggedEvent,
  toItem,
} from './event-items.ts';
import { isOperational } from './event-type.ts';
import { releaseProducerId, ulidOfProducerId } from './id-claim-store.ts';
import { eventKey, eventPartitions } from './log-keys.ts';
import { typeMatcher } from './type-index.ts';

export type { EventToLog, LoggedEvent } from './event-items.ts';

/**
 * Writes events, an item for each part of their subscriptions. Writing the same again changes nothing, in one call as well: a
 * queue hands out an event twice when its deletion was lost.
 * @param retentionSeconds how long the log keeps an event without a setting of its own
 */
export const putEvents = (
  table: string,
  retentionSeconds: number,
  events: readonly EventToLog[],
): Promise<void> => putAll(table, withDistinctKeys(events.map((entry) => toItem(entry, retentionSeconds))));

/**
 * Marks an event as dead that could not be fanned out, or not to its end. Writes the event unless fanout has: an earlier
 * try may have logged subscriptions, and even reached some. Releases its producer's id, so that publishing the event
 * again is no duplicate.
 */
export async function markEventDead(
  TableName: string,
  retentionSeconds: number,
  tenant: string,
  event: EventInFlight,
): Promise<void> {
  const entry = { tenant, event, part: 0, subscriptions: [], matched: 0 };
  const { pk, sk, ...attributes } = toItem(entry, retentionSeconds);
  const known = Object.entries(attributes);
  await dynamo.update({
    TableName,
    Key: { pk, sk },
    UpdateExpression: `SET dead = :dead, ${known.map((_, i) => `#a${i} = if_not_exists(#a${i}, :a${i})`)}`,
    ExpressionAttributeNames: Object.fromEntries(known.map(([name], i) => [`#a${i}`, name])),
    ExpressionAttributeValues: {
      ':dead': true,
      ...Object.fromEntries(known.map(([, value], i) => [`:a${i}`, value])),
    },
  });
  if (isProducerId(event.id)) await releaseProducerId(TableName, tenant, event);
}

/** An event by the id that its producer or Posthorn gave it, with all parts of its subscriptions. */
export async function getEvent(
  table: string,
  tenant: string,
  id: string,
  now: number,
): Promise<LoggedEvent | undefined> {
  const ulid = ulidOf('evt', id) ?? (await ulidOfProducerId(table, tenant, id));
  if (!ulid) return undefined;
  const parts: EventItem[] = [];
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': eventKey(tenant, ulid).pk, ':sk': ulid },
  };
  for await (const part of queryItems(EVENT, query)) if (isAlive(part, now)) parts.push(part);
  return parts[0]?.id === undefined ? undefined : fromItems(parts[0] as FirstItem, parts);
}

/** Events by their ULIDs, with the first part of their subscriptions only. */
export async function getEvents(
  table: string,
  tenant: string,
  ulids: readonly string[],
  now: number,
): Promise<Map<string, LoggedEvent>> {
  const keys = [...new Set(ulids)].map((ulid) => eventKey(tenant, ulid));
  const items = await getAll(EVENT, table, keys, { onUnreadable: skipDamaged });
  const alive = items.filter((item): item is FirstItem => isFirst(item) && isAlive(item, now));
  return new Map(alive.map((item) => [item.sk, fromItems(item, [item])]));
}

/** A span of time to scan, and how far the scan has come. */
export interface EventsToScan {
  /** The ULID of the event that the scan resumes after. */
  readonly after?: string | undefined;
  /** Milliseconds since the epoch; `from` is inclusive, `to` is not. */
  readonly from: number;
  readonly to: number;
}

/** The next events of a tenant, oldest first. @returns `next` is the next `after`, undefined at the end */
export async function scanEvents(
  table: string,
  tenant: string,
  { after, from, to }: EventsToScan,
  now: number,
): Promise<{ events: LoggedEvent[]; next: string | undefined }> {
  const { items, next } = await scanShards({
    kind: EVENT,
    table,
    partitions: eventPartitions(tenant),
    range: { after, ...ulidBounds({ from, to }) },
    maxRead: SCANNED_PER_SHARD,
    placeOf: ({ sk }) => (isUlid(sk) ? sk : undefined),
    isWanted: (item) => isFirst(item) && isAlive(item, now),
  });
  return { events: (items as FirstItem[]).map((item) => fromItems(item, [item])), next };
}

/** Items that one call reads of a shard: of all four some 250 kB on average. */
const SCANNED_PER_SHARD = 60;

/** Writes that subscriptions got an event later than by fanout. Writing the same again changes nothing. */
export const addSubscriptions = (
  table: string,
  added: readonly { readonly tenant: string; readonly event: Event; readonly subscription: string }[],
): Promise<void> =>
  putAll(
    table,
    added.map(({ tenant, event, subscription }) => additionItem(tenant, event, subscription)),
  );

/** What fanout made of an event: no delivery, since none was wanted or since our own parts failed on it; or all of them. */
export type FanoutOutcome = 'unmatched' | 'dead' | 'matched';

/** Which events of a tenant to list. */
export interface EventsWanted {
  /** At most this many. */
  readonly limit: number;
  readonly newestFirst: boolean;
  /** The ULID of the event that the list resumes after. */
  readonly after?: string | undefined;
  /** A pattern of event types. */
  readonly type?: string | undefined;
  readonly source?: string | undefined;
  /** What the event itself says of what became of it. */
  readonly outcome?: FanoutOutcome | undefined;
  /** Accepted at this time or later, in milliseconds since the epoch. */
  readonly from?: number | undefined;
  /** Accepted before this time. */
  readonly to?: number | undefined;
}

/**
 * Lists events of a tenant. A page may hold fewer than the limit, or none, and still have a next one: where few events
 * are wanted, a call reads no more than `MAX_READ` items of a shard.
 * @returns `next` is the `after` of the next page, undefined when there is none
 */
export async function listEvents(
  table: string,
  tenant: string,
  { limit, newestFirst, after, type, source, outcome, from, to }: EventsWanted,
  now: number,
): Promise<{ events: LoggedEvent[]; next?: string | undefined }> {
  const isOfType = type === undefined ? () => true : typeMatcher([type]);
  const isAnyWanted = type === undefined && source === undefined && outcome === undefined;
  const { items, next } = await scanShards({
    kind: EVENT,
    table,
    partitions: eventPartitions(tenant),
    range: { after, ...ulidBounds({ from, to }) },
    newestFirst,
    limit,
    maxRead: MAX_READ,
    pageSize: isAnyWanted ? limit + 1 : FILTERED_PAGE,
    // Parts of an event are no place to stop at.
    placeOf: ({ sk }) => (isUlid(sk) ? sk : undefined),
    isWanted: (item) =>
      isFirst(item) &&
      isAlive(item, now) &&
      isOfType(item.type) &&
      (source === undefined || item.src === source) &&
      (outcome === undefined || outcomeOf(item) === outcome),
    onUnreadable: skip,
  });
  return { events: (items as FirstItem[]).map((item) => fromItems(item, [item])), next };
}

/** Items that one call reads of a shard: of all four some 4 MB and 500 read units. The next call reads on. */
const MAX_READ = 1000;
/** Items of a page when most are not wanted. DynamoDB bills and transfers whole pages. */
const FILTERED_PAGE = 250;

/** Undefined while fanout is at it. */
function outcomeOf({ dead, open, subs, matched = 0 }: FirstItem): FanoutOutcome | undefined {
  if (dead) return 'dead';
  if (open) return undefined;
  return subs || matched > 0 ? 'matched' : 'unmatched';
}

const isFirst = (item: EventItem): item is FirstItem => item.id !== undefined;

/** The newest event is looked for: of a type, or of any but Posthorn's own; and since when, in milliseconds since the epoch. */
export interface NewestWanted {
  readonly type: string | undefined;
  readonly from: number;
}

/** @param at when they were accepted, by type @param seenFrom since when all events were looked at */
export interface Newest {
  readonly at: ReadonlyMap<string | undefined, number>;
  readonly seenFrom: number;
}

/** Items that are read of each shard, step by step. Nearly always the first ones hold what is looked for. */
const NEWEST_STEPS = [5, 45, 200, 750];

/** Looks for the newest events of several types at once: a tenant's log is read once, however many types are looked for. */
export async function newestEvents(
  table: string,
  tenant: string,
  wanted: readonly NewestWanted[],
  now: number,
): Promise<Newest> {
  const at = new Map<string | undefined, number>();
  const earliest = Math.min(...wanted.map(({ from }) => from));
  let seenFrom = now;
  let after: string | undefined;
  for (const maxRead of NEWEST_STEPS) {
    const { items, next } = await scanShards({
      kind: EVENT,
      table,
      partitions: eventPartitions(tenant),
      range: { after, ...ulidBounds({ from: earliest }) },
      newestFirst: true,
      maxRead,
      placeOf: ({ sk }) => (isUlid(sk) ? sk : undefined),
      isWanted: (item) => isFirst(item) && isAlive(item, now),
      onUnreadable: skip,
    });
    for (const { sk, type } of items as FirstItem[]) {
      for (const name of isOperational(type) ? [] : [type, undefined]) {
        if (!at.has(name)) at.set(name, timeOfUlid(sk));
      }
    }
    after = next;
    seenFrom = next === undefined ? earliest : timeOfUlid(next) + 1;
    if (wanted.every(({ type, from }) => at.has(type) || from >= seenFrom)) break;
  }
  return { at, seenFrom };
}

/** Events of the log, the newest first. */
export interface Recent {
  readonly events: readonly { readonly type: string; readonly at: number }[];
  /** Since when all events were looked at. */
  readonly seenFrom: number;
}

/** Items that are read of each shard: a few MB at most. */
const RECENT_ITEMS = 1000;

/** A tenant's events since a time, without Posthorn's own. @param from, now milliseconds since the epoch */
export async function recentEvents(
  table: string,
  tenant: string,
  from: number,
  now: number,
): Promise<Recent> {
  const { items, next } = await scanShards({
    kind: EVENT,
    table,
    partitions: eventPartitions(tenant),
    range: { after: undefined, ...ulidBounds({ from }) },
    newestFirst: true,
    maxRead: RECENT_ITEMS,
    placeOf: ({ sk }) => (isUlid(sk) ? sk : undefined),
    isWanted: (item) => isFirst(item) && isAlive(item, now),
    onUnreadable: skip,
  });
  return {
    events: (items as FirstItem[])
      .filter(({ type }) => !isOperational(type))
      .map(({ sk, type }) => ({ type, at: timeOfUlid(sk) })),
    seenFrom: next === undefined ? from : timeOfUlid(next) + 1,
  };
}
