import * as z from 'zod/mini';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { parseItem } from '../platform/items.ts';
import { itemKind } from '../values/item.ts';
import { KEEP_AFTER_MS } from './limits.ts';
import { watchKey } from './live-keys.ts';
import { extended, type Watch } from './watch.ts';

const WATCH = itemKind('watch of a tenant', {
  since: z.number(),
  coveredUntil: z.number(),
  frameAt: z.optional(z.number()),
  ttl: z.number(),
});

/** The item stays for a while, so that frames do not come too fast after a break. */
const KEPT_SECONDS = 3600;

/** @param isConsistent half a read unit if it is not */
export async function readWatch(
  TableName: string,
  tenant: string,
  isConsistent = true,
): Promise<Watch | undefined> {
  const Key = watchKey(tenant);
  const { Item } = await dynamo.get({ TableName, Key, ConsistentRead: isConsistent });
  return Item && parseItem(WATCH, TableName, Item);
}

/**
 * Notes that somebody has connected, or pinged. The read and the write may be apart: another connection writes the same but
 * for moments, and a watch that is taken for a new one only makes clients fetch more.
 * @param now milliseconds since the epoch, as all times here
 */
export async function extendWatch(TableName: string, tenant: string, now: number): Promise<void> {
  const { since, coveredUntil } = extended(await readWatch(TableName, tenant), now);
  await dynamo.update({
    TableName,
    Key: watchKey(tenant),
    UpdateExpression: 'SET since = :since, coveredUntil = :until, #ttl = :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':since': since,
      ':until': coveredUntil,
      ':ttl': Math.ceil(coveredUntil / 1000) + KEPT_SECONDS,
    },
  });
}

/**
 * Shortens a watch once nobody is connected any more, unless somebody has connected or pinged since it was read.
 * @param read before it was seen that nobody is connected
 */
export async function shortenWatch(
  TableName: string,
  tenant: string,
  read: Watch,
  now: number,
): Promise<void> {
  const until = now + KEEP_AFTER_MS;
  if (read.coveredUntil <= until) return;
  await unlessConditionFails(
    dynamo.update({
      TableName,
      Key: watchKey(tenant),
      UpdateExpression: 'SET coveredUntil = :until',
      ConditionExpression: 'coveredUntil = :read',
      ExpressionAttributeValues: { ':until': until, ':read': read.coveredUntil },
    }),
  );
}

/**
 * Claims the next frame: of several workers one gets it.
 * @param before when the last frame was made, as it was read
 * @returns false when another worker was quicker, or the watch is gone
 */
export const claimFrame = (
  TableName: string,
  tenant: string,
  before: number | undefined,
  now: number,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: watchKey(tenant),
      UpdateExpression: 'SET frameAt = :now',
      ConditionExpression:
        before === undefined
          ? 'attribute_exists(since) AND attribute_not_exists(frameAt)'
          : 'frameAt = :before',
      ExpressionAttributeValues: { ':now': now, ...(before !== undefined && { ':before': before }) },
    }),
  );
