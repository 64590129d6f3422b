import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { deleteAll, dynamo, queryItems, queryPages, unlessConditionFails } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { parseItem, skip } from '../platform/items.ts';
import { toSqsText } from '../platform/sqs.ts';
import { itemKind } from '../values/item.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { ANYTHING, messageIn } from './held-items.ts';
import {
  DRAIN_SCHEDULE,
  heldKey,
  heldOrder,
  holdPartitions,
  refOfScheduleName,
  scheduleName,
} from './hold-queue.ts';

/** A delivery in a hold queue. */
export interface HeldItem {
  readonly key: { readonly pk: string; readonly sk: string };
  /** When it was put, in milliseconds since the epoch, or whatever the item has there: it tells the item from a later one. */
  readonly enteredAt: unknown;
  /** The delivery message as JSON, which its reader checks. */
  readonly message: string;
}

/** Drains empty a hold queue long before. This is for a queue whose drains have ended. */
const EXPIRY_SECONDS = 7 * 24 * 3600;

/** Conditional writes under way at once: they can't be batched. */
const PARALLEL_WRITES = 25;

/**
 * Puts deliveries, none over a message of the same delivery that has come further: that one is alive, and the older one is
 * void, though it may be a probe that was under way while its delivery was sent again.
 * @param now milliseconds since the epoch
 */
export async function putHeld(
  TableName: string,
  deliveries: readonly DeliveryMessage[],
  now: number,
): Promise<void> {
  await inParallel(deliveries, PARALLEL_WRITES, (delivery) => {
    const order = heldOrder(delivery);
    const put = new PutCommand({
      TableName,
      Item: {
        ...heldKey(delivery),
        message: toSqsText(delivery),
        enteredAt: now,
        order,
        ttl: Math.ceil(now / 1000) + EXPIRY_SECONDS,
      },
      // An older release puts items without an order.
      ConditionExpression: 'attribute_not_exists(#order) OR #order <= :order',
      ExpressionAttributeNames: { '#order': 'order' },
      ExpressionAttributeValues: { ':order': order },
    });
    return unlessConditionFails(dynamo.send(put));
  });
}

/** Up to `count` of the oldest deliveries, as many from each shard. None when the queue is empty, and only then. */
export async function oldestHeld(table: string, ref: TargetRef, count: number): Promise<HeldItem[]> {
  const each = Math.ceil(count / holdPartitions(ref).length);
  const shards = await Promise.all(
    holdPartitions(ref).map((pk) =>
      Array.fromAsync(
        queryItems(
          ANYTHING,
          {
            TableName: table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk },
            ConsistentRead: true,
          },
          { limit: each },
        ),
      ),
    ),
  );
  return shards
    .flat()
    .sort((a, b) => (a.sk < b.sk ? -1 : 1))
    .slice(0, count)
    .map((item) => ({
      key: { pk: item.pk, sk: item.sk },
      enteredAt: item.enteredAt,
      message: messageIn(item),
    }));
}

/** Of each shard. Beyond that, the exact number is of no use. */
const COUNTED = 250;

/**
 * How many deliveries wait in a hold queue: all if they are few, up to a thousand. One read of each shard, which ends at 1 MB,
 * so fewer are counted where their payloads are large.
 */
export async function countHeld(TableName: string, ref: TargetRef): Promise<number> {
  const counts = await Promise.all(
    holdPartitions(ref).map(async (pk) => {
      const query = {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        Select: 'COUNT',
        Limit: COUNTED,
      } as const;
      return (await dynamo.send(new QueryCommand(query))).Count ?? 0;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** When the next drain is due, in milliseconds since the epoch; undefined when no delivery waits. */
export async function nextDrainAt(TableName: string, ref: TargetRef): Promise<number | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: entryKey(ref) }));
  return Item && parseItem(SCHEDULED, TableName, Item).at;
}

/** Removes a hold queue with all its deliveries. @yields how many at a time */
export async function* removeHoldQueue(TableName: string, ref: TargetRef): AsyncGenerator<number> {
  // Without its entry there are no more drains.
  await dynamo.send(new DeleteCommand({ TableName, Key: entryKey(ref) }));
  for (const pk of holdPartitions(ref)) {
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
    };
    for await (const page of queryPages(query, REMOVED)) {
      await deleteAll(TableName, page);
      yield page.length;
    }
  }
}

/** At a time: four batches of writes. */
const REMOVED = 100;

/** Removes released deliveries. A released delivery may already be held again under the same key: that one stays. */
export async function removeHeld(TableName: string, released: readonly HeldItem[]): Promise<void> {
  await inParallel(released, PARALLEL_WRITES, ({ key, enteredAt }) =>
    unlessConditionFails(
      dynamo.send(
        new DeleteCommand({
          TableName,
          Key: key,
          ...(enteredAt === undefined
            ? { ConditionExpression: 'attribute_not_exists(enteredAt)' }
            : {
                ConditionExpression: 'enteredAt = :enteredAt',
                ExpressionAttributeValues: { ':enteredAt': enteredAt },
              }),
        }),
      ),
    ),
  );
}

/** A hold queue's entry in the schedule of drains. The attributes' words are older than the names. */
const SCHEDULED = itemKind('scheduled drain', {
  /** When the drain is due. While a drain has the lease: when that ends. Milliseconds since the epoch. */
  at: z.number(),
  /** Deliveries that wait for a batch. */
  guests: z.optional(z.number()),
  /** Whether a drain has the lease. */
  isBusy: z.optional(z.boolean()),
});

const entryKey = (ref: TargetRef) => ({ pk: DRAIN_SCHEDULE, sk: scheduleName(ref) });

/**
 * Schedules a drain, unless the hold queue has one. If a drain holds the lease, a new delivery schedules nothing: the drain
 * checks the queue again before it ends.
 * @param at when the drain is due
 * @returns whether a drain message has to be sent
 */
export const scheduleDrain = (TableName: string, ref: TargetRef, at: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...entryKey(ref), at },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/**
 * Moves a drain to an earlier time: the drain message that is under way is void then. A drain that holds the lease is
 * left alone, since the next one reads the target anew.
 * @returns whether a drain message has to be sent
 */
export async function scheduleDrainEarlier(TableName: string, ref: TargetRef, at: number): Promise<boolean> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: entryKey(ref), ConsistentRead: true }));
  if (!Item) return scheduleDrain(TableName, ref, at);
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
  const { Attributes } = await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: entryKey(ref),
      UpdateExpression: 'SET #at = if_not_exists(#at, :at) ADD guests :count',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at, ':count': held.count },
      ReturnValues: 'ALL_NEW',
    }),
  );
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
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...entryKey(ref), ...to },
        ConditionExpression: '#at = :from',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':from': from },
      }),
    ),
  );

/**
 * Ends the lease of an empty hold queue. A delivery that is held from now on schedules a drain.
 * @param at see `acquireLease`
 */
export const closeHoldQueue = (TableName: string, ref: TargetRef, at: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new DeleteCommand({
        TableName,
        Key: entryKey(ref),
        ConditionExpression: '#at = :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': at },
      }),
    ),
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
