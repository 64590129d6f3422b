import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';

/** All claims of alerts about a tenant. */
export const alertPartition = (tenant: string): string => `alert#${tenant}`;

/**
 * Claims the right to alert the operator.
 * @param about what the alert is about, such as a target's id
 * @param now milliseconds since the epoch
 * @returns false when an alert about it was claimed less than `quietMs` ago
 */
export const claimAlert = (
  TableName: string,
  tenant: string,
  about: string,
  now: number,
  quietMs: number,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.put({
      TableName,
      Item: {
        pk: alertPartition(tenant),
        sk: about,
        toldAt: now,
        ttl: Math.ceil((now + quietMs) / 1000),
      },
      ConditionExpression: 'attribute_not_exists(pk) OR toldAt <= :before',
      ExpressionAttributeValues: { ':before': now - quietMs },
    }),
  );
