import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { DeliveryMessage } from '../delivery/messages.ts';
import {
  deleteAll,
  dynamo,
  putAll,
  queryItems,
  queryPages,
  unlessConditionFails,
  withDistinctKeys,
} from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { parseItem, skip } from '../platform/items.ts';
import { toSqsText } from '../platform/sqs.ts';
import { itemKind } from '../values/item.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { ANYTHING, messageIn } from './held-items.ts';
import { DRAIN_SCHEDULE, heldKey, holdPartitions, refOfScheduleName, scheduleName } from './hold-queue.ts';

/** A delivery in a room. */
export interface HeldItem {
  readonly key: { readonly pk: string; readonly sk: string };
  /** When it came in, in milliseconds since the epoch; whatever the item has there, by which it is told from a later one. */
  readonly enteredAt: unknown;
  /** The delivery message as JSON, checked by who reads it. */
  readonly message: string;
}

/** Calls empty a room long before; this is for one that nobody is called to any more. */
const EXPIRY_SECONDS = 7 * 24 * 3600;

/** @param now milliseconds since the epoch */
export const putHeld = (table: string, deliveries: readonly DeliveryMessage[], now: number): Promise<void> =>
  putAll(
    table,
    withDistinctKeys(
      deliveries.map((delivery) => ({
        ...heldKey(delivery),
        message: toSqsText(delivery),
        enteredAt: now,
        ttl: Math.ceil(now / 1000) + EXPIRY_SECONDS,
      })),
    ),
  );

/** Up to `count` of those who have waited longest, as many from each shard. None when the room is empty, and only then. */
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

/** Of each shard; beyond, nobody needs to know how many there are. */
const COUNTED = 250;

/**
 * How many deliveries wait in a room: all if they are few, up to a thousand. One read of each shard, which ends at 1 MB,
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

/** When somebody is called to a room next, in milliseconds since the epoch; undefined when nobody waits in it. */
export async function nextDrainAt(TableName: string, ref: TargetRef): Promise<number | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: entryKey(ref) }));
  return Item && parseItem(ROOM, TableName, Item).at;
}

/** Removes a room with all who wait in it. @yields how many at a time */
export async function* removeHoldQueue(TableName: string, ref: TargetRef): AsyncGenerator<number> {
  // Without its entry nobody is called to it.
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

/** Conditional writes under way at once: they can't be batched. */
const PARALLEL_WRITES = 25;

/**
 * Removes those who have left. One who was sent on can be back already, under the same key: he stays.
 */
export async function removeHeld(TableName: string, gone: readonly HeldItem[]): Promise<void> {
  await inParallel(gone, PARALLEL_WRITES, ({ key, enteredAt }) =>
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

/** A room's entry in the list of rooms. */
const ROOM = itemKind('entry of a waiting room', {
  /** When somebody is to look into it. Milliseconds since the epoch. */
  at: z.number(),
  /** Those who wait for company. */
  guests: z.optional(z.number()),
  isBusy: z.optional(z.boolean()),
});

const entryKey = (ref: TargetRef) => ({ pk: DRAIN_SCHEDULE, sk: scheduleName(ref) });

/**
 * Puts a room on the list, unless it is there: then somebody is called to it anyway, or is inside and looks around once
 * more before he closes it.
 * @param at when somebody is to look into it
 * @returns whether a call has to be sent
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
 * Has a room looked into earlier than it would be: the call that is under way is void then. Whoever is inside already
 * looks at its target anew when he is done.
 * @returns whether a call has to be sent
 */
export async function scheduleDrainEarlier(TableName: string, ref: TargetRef, at: number): Promise<boolean> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: entryKey(ref), ConsistentRead: true }));
  if (!Item) return scheduleDrain(TableName, ref, at);
  const entry = parseItem(ROOM, TableName, Item);
  return !entry.isBusy && entry.at > at && move(TableName, ref, entry.at, { at });
}

/**
 * Counts guests who wait for company, and sees to it that somebody is called when it is time, or when there are enough.
 * @returns when a call has to be sent for; undefined when one is under way that comes early enough, see `arrange`
 */
export async function scheduleBatch(
  TableName: string,
  ref: TargetRef,
  guests: { readonly count: number; readonly enough: number },
  at: number,
  now: number,
): Promise<number | undefined> {
  const { Attributes } = await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: entryKey(ref),
      UpdateExpression: 'SET #at = if_not_exists(#at, :at) ADD guests :count',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at, ':count': guests.count },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const { guests: item = 0, ...entry } = parseItem(ROOM, TableName, Attributes!);
  if (entry.isBusy) return undefined;
  if (item < guests.enough) return item === guests.count && entry.at === at ? at : undefined;
  return entry.at > now && (await move(TableName, ref, entry.at, { at: now })) ? now : undefined;
}

/**
 * Takes the room, of whose time nobody else has made another: of two who were called, one gets it.
 * @param at the time that the call was for
 * @param until then it is his; afterwards others are called to it again
 */
export const acquireLease = (table: string, ref: TargetRef, at: number, until: number): Promise<boolean> =>
  move(table, ref, at, { at: until, isBusy: true });

/** Leaves a room in which others still wait, for a call at another time. @param until see `takeRoom` */
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

/** Takes a room off the list. Whoever enters from now on arranges a call of his own. */
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

/** Rooms on the list whose time is before this one: their call was lost, or whoever was called is dead. */
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
  for await (const { sk, at } of queryItems(ROOM, query, { onUnreadable: skip })) {
    yield { ref: refOfScheduleName(sk), at };
  }
}
