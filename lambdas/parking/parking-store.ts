import * as z from 'zod/mini';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { ANYTHING, messageIn } from '../hold-queue/held-items.ts';
import { deleteAll, dynamo, putAll, queryItems, withDistinctKeys } from '../platform/dynamo.ts';
import { skipDamaged, tryItem } from '../platform/items.ts';
import { toSqsText } from '../platform/sqs.ts';
import { deliveryId } from '../values/ids.ts';
import { itemKind } from '../values/item.ts';
import { dueOf, type ParkingKey, parkingKey, parkingPartitions } from './parking.ts';

/** Parked deliveries, in the state table. While they wait they cost nothing but their storage. */
export interface Parked {
  readonly key: ParkingKey;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** The delivery message as JSON, which its reader checks. */
  readonly message: string;
}

/** Release removes what it has sent. This is for what it never sees, long after the last retry. */
const EXPIRY_SECONDS = 7 * 24 * 3600;

export const park = (
  table: string,
  deliveries: readonly { message: DeliveryMessage; due: number }[],
): Promise<void> =>
  putAll(
    table,
    withDistinctKeys(
      deliveries.map(({ message, due }) => ({
        ...parkingKey(due, deliveryId(message.event.ulid, message.subscription)),
        message: toSqsText(message),
        ttl: Math.ceil(due / 1000) + EXPIRY_SECONDS,
      })),
    ),
  );

/** The deliveries parked for a minute, by pages of at most `size`. */
export async function* parkedIn(table: string, minute: number, size: number): AsyncGenerator<Parked[]> {
  for (const pk of parkingPartitions(minute)) {
    let page: Parked[] = [];
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    for await (const item of queryItems(ANYTHING, query)) {
      page.push({ key: { pk: item.pk, sk: item.sk }, due: dueOf(item.sk), message: messageIn(item) });
      if (page.length < size) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
}

export const unpark = (table: string, parked: readonly Parked[]): Promise<void> =>
  deleteAll(
    table,
    parked.map(({ key }) => key),
  );

const CURSOR_KEY = { pk: 'release', sk: 'cursor' };

const CURSOR = itemKind('cursor of release', { minute: z.number() });

/**
 * The last minute that release has emptied, undefined before its first run. A damaged cursor counts as none: release
 * writes another, and recovery finds what was parked for a minute that was missed.
 */
export async function readCursor(table: string): Promise<number | undefined> {
  const { Item } = await dynamo.get({ TableName: table, Key: CURSOR_KEY, ConsistentRead: true });
  return Item && tryItem(CURSOR, table, Item, skipDamaged)?.minute;
}

export async function writeCursor(table: string, minute: number): Promise<void> {
  await dynamo.put({ TableName: table, Item: { ...CURSOR_KEY, minute } });
}
