import * as z from 'zod/mini';
import { dynamo, getAll, putMarked, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { parseItem, skip } from '../platform/items.ts';
import { itemKind } from '../values/item.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { ANYTHING } from './held-items.ts';
import { DRAIN_SCHEDULE, refOfScheduleName, scheduleName } from './hold-queue.ts';

/**
 * A hold queue's entry in the schedule of drains. The attributes' words are older than the names. Each has the mark of the write
 * that put it: if a lease's own write looked like another's, nobody would have the lease until it ends.
 */
const SCHEDULED = itemKind('scheduled drain', {
  /** When the drain is due. While a drain has the lease: when that ends. Milliseconds since the epoch. */
  at: z.number(),
  /** Deliveries that wait for a batch. */
  guests: z.optional(z.number()),
  /** Whether a drain has the lease. */
  isBusy: z.optional(z.boolean()),
});

export const entryKey = (ref: TargetRef) => ({ pk: DRAIN_SCHEDULE, sk: scheduleName(ref) });

/** When the next drain is due, in milliseconds since the epoch; undefined when no delivery waits. */
export async function nextDrainAt(TableName: string, ref: TargetRef): Promise<number | undefined> {
  const { Item } = await dynamo.get({ TableName, Key: entryKey(ref) });
  return Item && parseItem(SCHEDULED, TableName, Item).at;
}

/**
 * Schedules a drain, unless the hold queue has one. If a drain holds the lease, a new delivery schedules nothing: the drain
 * checks the queue again before it ends. In a flood there mostly is one, and a read costs a fifth of a write that is refused.
 * An entry of any release counts.
 * @param at when the drain is due
 * @returns whether a drain message has to be sent
 */
export async function scheduleDrain(table: string, ref: TargetRef, at: number): Promise<boolean> {
  const known = await getAll(ANYTHING, table, [entryKey(ref)], { consistent: true, attributes: [] });
  return known.length === 0 && putEntry(table, ref, at);
}

const putEntry = (TableName: string, ref: TargetRef, at: number): Promise<boolean> =>
  putMarked({
    TableName,
    Item: { ...entryKey(ref), at },
    ConditionExpression: 'attribute_not_exists(pk)',
  });

/**
 * Moves a drain to an earlier time: the drain message that is under way is void then. A drain that holds the lease is
 * left alone, since the next one reads the target anew.
 * @returns whether a drain message has to be sent
 */
export async function scheduleDrainEarlier(TableName: string, ref: TargetRef, at: number): Promise<boolean> {
  const { Item } = await dynamo.get({ TableName, Key: entryKey(ref), ConsistentRead: true });
  if (!Item) return putEntry(TableName, ref, at);
  const entry = parseItem(SCHEDULED, TableName, Item);
  return !entry.isBusy && entry.at > at && move(TableName, ref, entry.at, { at });
}

/**
 * Counts deliveries that wait for a batch, and schedules a drain: at the given time, or now when there are enough.
 * @returns the time for which a drain message has to be sent; undefined when one is under way that comes early enough
 */
export async function scheduleBatch(
  TableName: string,
  ref: TargetRef,
  held: { readonly count: number; readonly enough: number },
  at: number,
  now: number,
): Promise<number | undefined> {
  const { Attributes } = await dynamo.update({
    TableName,
    Key: entryKey(ref),
    UpdateExpression: 'SET #at = if_not_exists(#at, :at) ADD guests :count',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':at': at, ':count': held.count },
    ReturnValues: 'ALL_NEW',
  });
  const { guests: waiting = 0, ...entry } = parseItem(SCHEDULED, TableName, Attributes!);
  if (entry.isBusy) return undefined;
  if (waiting < held.enough) return waiting === held.count && entry.at === at ? at : undefined;
  return entry.at > now && (await move(TableName, ref, entry.at, { at: now })) ? now : undefined;
}

/**
 * Takes the lease of a hold queue whose drain is still due at this time: of two drains for the same time, one gets it.
 * @param at the time that the drain message was for
 * @param until when the lease ends, and another drain is due
 * @returns whether the lease was taken
 */
export const acquireLease = (table: string, ref: TargetRef, at: number, until: number): Promise<boolean> =>
  move(table, ref, at, { at: until, isBusy: true });

/**
 * Ends the lease of a hold queue in which deliveries still wait, and schedules the next drain.
 * @param until see `acquireLease`
 * @returns false when the lease is another drain's by now
 */
export const rescheduleDrain = (table: string, ref: TargetRef, until: number, at: number): Promise<boolean> =>
  move(table, ref, until, { at });

const move = (TableName: string, ref: TargetRef, from: number, to: object): Promise<boolean> =>
  putMarked({
    TableName,
    Item: { ...entryKey(ref), ...to },
    ConditionExpression: '#at = :from',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':from': from },
  });

/**
 * Ends the lease of an empty hold queue. A delivery that is held from now on schedules a drain.
 * @param at see `acquireLease`
 */
export const closeHoldQueue = (TableName: string, ref: TargetRef, at: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.delete({
      TableName,
      Key: entryKey(ref),
      ConditionExpression: '#at = :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at },
    }),
  );

/** The schedule of drains as a whole. */
export interface DrainSchedule {
  /** Hold queues in which deliveries wait, up to a bound. */
  readonly count: number;
  /** Whether there are more, which were not counted. */
  readonly isCut: boolean;
  /** When the first of these is due, in milliseconds since the epoch; undefined without any. */
  readonly firstAt: number | undefined;
}

/** Entries that are read: some 100 KB, in one request. */
const SCHEDULE_READ = 1000;

/** Read eventually consistent, for at most $0.0000016. */
export async function readDrainSchedule(TableName: string): Promise<DrainSchedule> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': DRAIN_SCHEDULE },
  };
  const read = { limit: SCHEDULE_READ + 1, onUnreadable: skip };
  const times = await Array.fromAsync(queryItems(SCHEDULED, query, read), ({ at }) => at);
  const counted = times.slice(0, SCHEDULE_READ);
  return {
    count: counted.length,
    isCut: times.length > SCHEDULE_READ,
    firstAt: counted.length > 0 ? Math.min(...counted) : undefined,
  };
}

/** Drains that were due before this time: their message was lost, or the function that had the lease is dead. */
export async function* overdueDrains(
  TableName: string,
  before: number,
): AsyncGenerator<{ ref: TargetRef; at: number }> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: '#at < :before',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':pk': DRAIN_SCHEDULE, ':before': before },
    ConsistentRead: true,
  };
  for await (const { sk, at } of queryItems(SCHEDULED, query, { onUnreadable: skip })) {
    yield { ref: refOfScheduleName(sk), at };
  }
}
