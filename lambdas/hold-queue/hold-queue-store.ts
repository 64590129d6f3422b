import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DeliveryMessage } from '../delivery/messages.ts';
import {
  deleteAll,
  dynamo,
  type Item,
  putAll,
  queryItems,
  queryPages,
  unlessConditionFails,
  withDistinctKeys,
} from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { toSqsText } from '../platform/sqs.ts';
import type { Key } from '../values/item-key.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { entryKey } from './drain-schedule-store.ts';
import { ANYTHING, messageIn } from './held-items.ts';
import { firstHeldKey, heldKey, heldOrder, holdPartitions, isFirstHeld } from './hold-queue.ts';

/** A delivery in a hold queue. */
export interface HeldItem {
  readonly key: Key;
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
 * Puts deliveries that are held for the first time, in batches: see `firstHeldKey`.
 * @param now milliseconds since the epoch
 */
export const putFirstHeld = (
  table: string,
  deliveries: readonly DeliveryMessage[],
  now: number,
): Promise<void> =>
  putAll(
    table,
    withDistinctKeys(deliveries.map((delivery) => ({ ...firstHeldKey(delivery), ...itemOf(delivery, now) }))),
  );

const itemOf = (delivery: DeliveryMessage, now: number): Item => ({
  message: toSqsText(delivery),
  enteredAt: now,
  order: heldOrder(delivery),
  ttl: Math.ceil(now / 1000) + EXPIRY_SECONDS,
});

/**
 * Puts deliveries that may be held already, none over a message of the same delivery that has come further: that one is
 * alive, and the older one is void, though it may be a probe that was under way while its delivery was sent again.
 * @param now milliseconds since the epoch
 */
export async function putHeld(
  TableName: string,
  deliveries: readonly DeliveryMessage[],
  now: number,
): Promise<void> {
  await inParallel(deliveries, PARALLEL_WRITES, (delivery) => {
    const item = itemOf(delivery, now);
    const put: PutCommandInput = {
      TableName,
      Item: { ...heldKey(delivery), ...item },
      // An older release puts items without an order.
      ConditionExpression: 'attribute_not_exists(#order) OR #order <= :order',
      ExpressionAttributeNames: { '#order': 'order' },
      ExpressionAttributeValues: { ':order': item.order },
    };
    return unlessConditionFails(dynamo.put(put));
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
      return (await dynamo.query(query)).Count ?? 0;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Removes a hold queue with all its deliveries. @yields how many at a time */
export async function* removeHoldQueue(TableName: string, ref: TargetRef): AsyncGenerator<number> {
  // Without its entry there are no more drains.
  await dynamo.delete({ TableName, Key: entryKey(ref) });
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
  const { first = [], again = [] } = Object.groupBy(released, ({ key }) =>
    isFirstHeld(key) ? 'first' : 'again',
  );
  const keys = first.map(({ key }) => key);
  await Promise.all([
    deleteAll(TableName, keys),
    inParallel(again, PARALLEL_WRITES, (item) => removeUnlessNewer(TableName, item)),
  ]);
}

const removeUnlessNewer = (TableName: string, { key, enteredAt }: HeldItem): Promise<boolean> =>
  unlessConditionFails(
    dynamo.delete({
      TableName,
      Key: key,
      ...(enteredAt === undefined
        ? { ConditionExpression: 'attribute_not_exists(enteredAt)' }
        : {
            ConditionExpression: 'enteredAt = :enteredAt',
            ExpressionAttributeValues: { ':enteredAt': enteredAt },
          }),
    }),
  );
