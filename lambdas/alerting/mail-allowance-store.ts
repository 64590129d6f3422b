import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';

/** All that is known of mail to a tenant. */
export const mailPartition = (tenant: string): string => `mail#${tenant}`;

/** A day's mails about what matters are fewer; a rule that flaps all day long makes more. */
export const MAILS_A_DAY = 20;

const DAY_SECONDS = 86_400;

/** Takes one of a tenant's mails of a day. @returns false when all are taken @param now milliseconds since the epoch */
export const takeMail = (TableName: string, tenant: string, now: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: { pk: mailPartition(tenant), sk: new Date(now).toISOString().slice(0, '2026-11-21'.length) },
      UpdateExpression: 'SET #ttl = :ttl ADD sent :one',
      ConditionExpression: 'attribute_not_exists(sent) OR sent < :most',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':ttl': Math.ceil(now / 1000) + 2 * DAY_SECONDS,
        ':one': 1,
        ':most': MAILS_A_DAY,
      },
    }),
  );
