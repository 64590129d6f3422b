import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { aheadMs, intervalMs } from './rate-limit.ts';

/** All rate limits of a tenant's targets, in the state table. */
export const ratePartition = (tenant: string): string => `rate#${tenant}`;

/** After which an item is of no use: its slots are long past. */
const EXPIRY_SECONDS = 3600;
/** Either write can fail once while others reserve; after that, the slots really are given away. */
const TRIES = 3;

/**
 * Reserves slots of a target's rate limit, in one write.
 * @param count slots wanted, one after another
 * @param now milliseconds since the epoch
 * @param ahead how far ahead the first may be, in milliseconds. Default: as far as slots are given away
 * @returns the time of the first of them; undefined when all are given away for as far ahead
 */
export async function reserveSlots(
  table: string,
  ref: TargetRef,
  count: number,
  perSecond: number,
  now: number,
  ahead = aheadMs(perSecond),
): Promise<number | undefined> {
  const length = count * intervalMs(perSecond);
  for (let tries = 0; tries < TRIES; tries++) {
    // Some are reserved already: the free ones begin behind them.
    const last = now + ahead;
    const end = await reserve(
      table,
      ref,
      now,
      'SET #free = #free + :length',
      '#free BETWEEN :now AND :last',
      {
        ':length': length,
        ':now': now,
        ':last': last,
      },
    );
    if (end !== undefined) return end - length;
    const isFirst = await reserve(
      table,
      ref,
      now,
      'SET #free = :end',
      'attribute_not_exists(pk) OR #free < :now',
      {
        ':end': now + length,
        ':now': now,
      },
    );
    if (isFirst !== undefined) return now;
  }
  return undefined;
}

/** Forgets the slots of a target that is gone. */
export async function forgetSlots(TableName: string, { tenant, target }: TargetRef): Promise<void> {
  await dynamo.delete({ TableName, Key: { pk: ratePartition(tenant), sk: target } });
}

/** The time at which free slots begin after this, undefined when the condition does not hold. */
async function reserve(
  TableName: string,
  { tenant, target }: TargetRef,
  now: number,
  change: string,
  condition: string,
  values: Record<string, number>,
): Promise<number | undefined> {
  let free: number | undefined;
  const update = dynamo
    .update({
      TableName,
      Key: { pk: ratePartition(tenant), sk: target },
      UpdateExpression: `${change}, #ttl = :ttl`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#free': 'free', '#ttl': 'ttl' },
      ExpressionAttributeValues: { ...values, ':ttl': Math.ceil(now / 1000) + EXPIRY_SECONDS },
      ReturnValues: 'UPDATED_NEW',
    })
    .then(({ Attributes }) => {
      free = Number(Attributes?.free);
    });
  return (await unlessConditionFails(update)) ? free : undefined;
}
