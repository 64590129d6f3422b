import * as z from 'zod/mini';
import { isAlive } from '../events/event-items.ts';
import { formerPartition } from '../events/log-keys.ts';
import { dynamo, queryItems } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { itemKind } from '../values/item.ts';

/**
 * Subscriptions that bound a target once. Their deliveries to it stay in their own partitions of the log, where a list of the
 * target's deliveries would not look for them.
 */
const FORMER = itemKind('former binding', { ttl: z.number() });

/** @param until when the log has nothing of it any more, in milliseconds since the epoch */
export async function noteFormer(
  TableName: string,
  tenant: string,
  target: string,
  subscription: string,
  until: number,
): Promise<void> {
  const Item = { pk: formerPartition(tenant, target), sk: subscription, ttl: Math.ceil(until / 1000) };
  await dynamo.put({ TableName, Item });
}

/** At most so many, by their ids. */
export async function formerSubscriptions(
  TableName: string,
  tenant: string,
  target: string,
  limit: number,
  now: number,
): Promise<string[]> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': formerPartition(tenant, target) },
  };
  const items = await Array.fromAsync(queryItems(FORMER, query, { limit, onUnreadable: skip }));
  return items.filter((item) => isAlive(item, now)).map(({ sk }) => sk);
}
