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
import { ANYTHING, messageIn } from './held-items.ts';
import { ROOMS, type RoomRef, roomKey, roomName, roomOfName, roomPartitions } from './hold-queue.ts';

/** A delivery in a room. */
export interface Waiting {
  readonly key: { readonly pk: string; readonly sk: string };
  /** When it came in, in milliseconds since the epoch; whatever the item has there, by which it is told from a later one. */
  readonly enteredAt: unknown;
  /** The delivery message as JSON, checked by who reads it. */
  readonly message: string;
}

/** Calls empty a room long before; this is for one that nobody is called to any more. */
const EXPIRY_SECONDS = 7 * 24 * 3600;

/** @param now milliseconds since the epoch */
export const enterRooms = (
  table: string,
  deliveries: readonly DeliveryMessage[],
  now: number,
): Promise<void> =>
  putAll(
    table,
    withDistinctKeys(
      deliveries.map((delivery) => ({
        ...roomKey(delivery),
        message: toSqsText(delivery),
        enteredAt: now,
        ttl: Math.ceil(now / 1000) + EXPIRY_SECONDS,
      })),
    ),
  );

/** Up to `count` of those who have waited longest, as many from each shard. None when the room is empty, and only then. */
export async function longestWaiting(table: string, room: RoomRef, count: number): Promise<Waiting[]> {
  const each = Math.ceil(count / roomPartitions(room).length);
  const shards = await Promise.all(
    roomPartitions(room).map((pk) =>
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
export async function countWaiting(TableName: string, room: RoomRef): Promise<number> {
  const counts = await Promise.all(
    roomPartitions(room).map(async (pk) => {
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
export async function nextCall(TableName: string, room: RoomRef): Promise<number | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: entryKey(room) }));
  return Item && parseItem(ROOM, TableName, Item).at;
}

/** Removes a room with all who wait in it. @yields how many at a time */
export async function* removeRoom(TableName: string, room: RoomRef): AsyncGenerator<number> {
  // Without its entry nobody is called to it.
  await dynamo.send(new DeleteCommand({ TableName, Key: entryKey(room) }));
  for (const pk of roomPartitions(room)) {
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
export async function leaveRoom(TableName: string, gone: readonly Waiting[]): Promise<void> {
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

const entryKey = (room: RoomRef) => ({ pk: ROOMS, sk: roomName(room) });

/**
 * Puts a room on the list, unless it is there: then somebody is called to it anyway, or is inside and looks around once
 * more before he closes it.
 * @param at when somebody is to look into it
 * @returns whether a call has to be sent
 */
export const arrange = (TableName: string, room: RoomRef, at: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...entryKey(room), at },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/**
 * Has a room looked into earlier than it would be: the call that is under way is void then. Whoever is inside already
 * looks at its target anew when he is done.
 * @returns whether a call has to be sent
 */
export async function arrangeEarlier(TableName: string, room: RoomRef, at: number): Promise<boolean> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName, Key: entryKey(room), ConsistentRead: true }),
  );
  if (!Item) return arrange(TableName, room, at);
  const entry = parseItem(ROOM, TableName, Item);
  return !entry.isBusy && entry.at > at && move(TableName, room, entry.at, { at });
}

/**
 * Counts guests who wait for company, and sees to it that somebody is called when it is time, or when there are enough.
 * @returns when a call has to be sent for; undefined when one is under way that comes early enough, see `arrange`
 */
export async function arrangeCompany(
  TableName: string,
  room: RoomRef,
  guests: { readonly count: number; readonly enough: number },
  at: number,
  now: number,
): Promise<number | undefined> {
  const { Attributes } = await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: entryKey(room),
      UpdateExpression: 'SET #at = if_not_exists(#at, :at) ADD guests :count',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at, ':count': guests.count },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const { guests: waiting = 0, ...entry } = parseItem(ROOM, TableName, Attributes!);
  if (entry.isBusy) return undefined;
  if (waiting < guests.enough) return waiting === guests.count && entry.at === at ? at : undefined;
  return entry.at > now && (await move(TableName, room, entry.at, { at: now })) ? now : undefined;
}

/**
 * Takes the room, of whose time nobody else has made another: of two who were called, one gets it.
 * @param at the time that the call was for
 * @param until then it is his; afterwards others are called to it again
 */
export const takeRoom = (table: string, room: RoomRef, at: number, until: number): Promise<boolean> =>
  move(table, room, at, { at: until, isBusy: true });

/** Leaves a room in which others still wait, for a call at another time. @param until see `takeRoom` */
export const rearrange = (table: string, room: RoomRef, until: number, at: number): Promise<boolean> =>
  move(table, room, until, { at });

const move = (TableName: string, room: RoomRef, from: number, to: object): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...entryKey(room), ...to },
        ConditionExpression: '#at = :from',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':from': from },
      }),
    ),
  );

/** Takes a room off the list. Whoever enters from now on arranges a call of his own. */
export const closeRoom = (TableName: string, room: RoomRef, at: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new DeleteCommand({
        TableName,
        Key: entryKey(room),
        ConditionExpression: '#at = :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': at },
      }),
    ),
  );

/** Rooms on the list whose time is before this one: their call was lost, or whoever was called is dead. */
export async function* overdueRooms(
  TableName: string,
  before: number,
): AsyncGenerator<{ room: RoomRef; at: number }> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: '#at < :before',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':pk': ROOMS, ':before': before },
    ConsistentRead: true,
  };
  for await (const { sk, at } of queryItems(ROOM, query, { onUnreadable: skip })) {
    yield { room: roomOfName(sk), at };
  }
}
