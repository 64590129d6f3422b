import * as z from 'zod/mini';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { ANYTHING, messageIn } from '../hold-queue/held-items.ts';
import { heldOrder, holdPartitions } from '../hold-queue/hold-queue.ts';
import type { HeldItem } from '../hold-queue/hold-queue-store.ts';
import { dynamo, getAll, type Item, unlessConditionFails } from '../platform/dynamo.ts';
import { tryItem } from '../platform/items.ts';
import { toSqsText } from '../platform/sqs.ts';
import { itemKind, readItem } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import type { TargetRef } from '../values/target-ref.ts';
import type { Lease } from './lease.ts';

/** The lease of a held delivery. It stands in the delivery's own item, so that one conditional write takes it. */
const LEASED = itemKind('lease', {
  leaseToken: z.optional(z.string()),
  leaseBy: z.optional(z.string()),
  leaseAt: z.optional(z.number()),
  leaseUntil: z.optional(z.number()),
  releasedAt: z.optional(z.number()),
});

/** A held delivery, and who has it. */
export interface PullItem extends HeldItem {
  readonly lease: Lease | undefined;
}

const toPullItem = (item: Item & Key): PullItem => ({
  key: { pk: item.pk, sk: item.sk },
  enteredAt: item.enteredAt,
  message: messageIn(item),
  lease: leaseIn(item),
});

function leaseIn(item: object): Lease | undefined {
  const read = readItem(LEASED, item);
  if (!read.ok) return undefined;
  const {
    leaseToken: token,
    leaseBy: by = '',
    leaseAt: at = 0,
    leaseUntil: until = 0,
    releasedAt,
  } = read.value;
  return token === undefined ? undefined : { token, by, at, until, releasedAt };
}

/** Items of a shard that a fetch looks at: what is leased stands in front of what is not, and is read, and paid for, each time. */
const LOOKED_AT = 1000;

/**
 * The deliveries of a target in the order of their events, as they were perhaps a second ago, for half the price: whoever leases
 * one learns whether that is still so.
 * @param options `pageSize` items are read of a shard at a time. `leasedUntil` leaves out what is leased for longer
 */
export async function* pullItems(
  table: string,
  ref: TargetRef,
  { pageSize, leasedUntil }: { readonly pageSize: number; readonly leasedUntil?: number },
): AsyncGenerator<PullItem> {
  const shards = holdPartitions(ref).map((pk) => readShard(table, pk, pageSize, leasedUntil));
  const heads = await Promise.all(shards.map((shard) => shard.next()));
  while (true) {
    const first = heads.reduce<number | undefined>((least, { value }, i) => {
      const known = least === undefined ? undefined : heads[least]!.value;
      return value && (!known || value.key.sk < known.key.sk) ? i : least;
    }, undefined);
    if (first === undefined) return;
    yield heads[first]!.value!;
    heads[first] = await shards[first]!.next();
  }
}

async function* readShard(
  TableName: string,
  pk: string,
  pageSize: number,
  leasedUntil: number | undefined,
): AsyncGenerator<PullItem, undefined> {
  let left = LOOKED_AT;
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamo.query({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ...(leasedUntil !== undefined && {
        FilterExpression: 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now',
      }),
      ExpressionAttributeValues: { ':pk': pk, ...(leasedUntil !== undefined && { ':now': leasedUntil }) },
      Limit: Math.min(left, pageSize),
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    for (const item of page.Items ?? []) {
      const read = tryItem(ANYTHING, TableName, item, () => {});
      if (read) yield toPullItem(item as Item & Key);
    }
    left -= page.ScannedCount ?? pageSize;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && left > 0);
  return undefined;
}

/** Items by key, as they are now; missing ones are missing from the result. No key may repeat. */
export async function readPullItems(table: string, keys: readonly Key[]): Promise<PullItem[]> {
  return (await getAll(ANYTHING, table, keys, { consistent: true })).map(toPullItem);
}

/**
 * Takes a lease, unless somebody else has taken one since the item was read, or it is gone.
 * @param delivery what the item holds from now on: with the attempt that the lease before was
 * @returns whether it was taken
 */
export function takeLease(
  TableName: string,
  { key, enteredAt, lease: before }: PullItem,
  delivery: DeliveryMessage,
  { token, by, at, until }: Lease,
): Promise<boolean> {
  const isSame =
    before === undefined ? 'attribute_not_exists(leaseToken)' : 'leaseToken = :before AND leaseUntil <= :at';
  return unlessConditionFails(
    dynamo.update({
      TableName,
      Key: key,
      UpdateExpression:
        'SET leaseToken = :token, leaseBy = :by, leaseAt = :at, leaseUntil = :until, message = :message, #order = :order REMOVE releasedAt',
      ConditionExpression: `enteredAt = :enteredAt AND ${isSame}`,
      ExpressionAttributeNames: { '#order': 'order' },
      ExpressionAttributeValues: {
        ':token': token,
        ':by': by,
        ':at': at,
        ':until': until,
        ':message': toSqsText(delivery),
        ':order': heldOrder(delivery),
        ':enteredAt': enteredAt,
        ...(before && { ':before': before.token }),
      },
    }),
  );
}

/**
 * Moves the end of a lease.
 * @param since a lease that began earlier is too old to be extended
 * @returns whether its holder still had it
 */
export const moveLease = (
  TableName: string,
  key: Key,
  token: string,
  until: number,
  since: number,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: key,
      UpdateExpression: 'SET leaseUntil = :until',
      ConditionExpression: 'leaseToken = :token AND attribute_not_exists(releasedAt) AND leaseAt >= :since',
      ExpressionAttributeValues: { ':token': token, ':until': until, ':since': since },
    }),
  );

/** Gives a lease back. @param until nobody else gets the message before @returns whether its holder still had it */
export const releaseLease = (
  TableName: string,
  key: Key,
  token: string,
  now: number,
  until: number,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: key,
      UpdateExpression: 'SET leaseUntil = :until, releasedAt = :now',
      ConditionExpression: 'leaseToken = :token AND attribute_not_exists(releasedAt)',
      ExpressionAttributeValues: { ':token': token, ':until': until, ':now': now },
    }),
  );

/** Removes a message, unless it was leased or put again since it was read. */
export const removePullItem = (
  TableName: string,
  { key, enteredAt, lease }: Pick<PullItem, 'key' | 'enteredAt' | 'lease'>,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.delete({
      TableName,
      Key: key,
      ConditionExpression: `enteredAt = :enteredAt AND ${lease ? 'leaseToken = :token' : 'attribute_not_exists(leaseToken)'}`,
      ExpressionAttributeValues: { ':enteredAt': enteredAt, ...(lease && { ':token': lease.token }) },
    }),
  );
