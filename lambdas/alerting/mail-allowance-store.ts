import { dynamo, isConditionFailure } from '../platform/dynamo.ts';
import { MAILS_A_DAY } from './alert-rule.ts';

/** All that is known of mail to a tenant. */
export const mailPartition = (tenant: string): string => `mail#${tenant}`;

/** One of a day's mails. The `last` one can say that there are no more; then there is `none`. */
export type MailTaken = 'one' | 'last' | 'none';

const DAY_SECONDS = 86_400;

/** Takes one of a tenant's mails of a day of UTC. @param now milliseconds since the epoch */
export async function takeMail(TableName: string, tenant: string, now: number): Promise<MailTaken> {
  try {
    const { Attributes } = await dynamo.update({
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
      ReturnValues: 'ALL_NEW',
    });
    return Attributes?.sent === MAILS_A_DAY ? 'last' : 'one';
  } catch (error) {
    if (isConditionFailure(error)) return 'none';
    throw error;
  }
}
