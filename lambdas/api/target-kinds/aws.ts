import * as z from 'zod';

/** What the settings of all kinds on AWS have in common. */

const PARTITIONS = '(aws|aws-cn|aws-us-gov)';
const REGION = '[a-z]{2}(-[a-z]+)+-[0-9]{1,2}';

/** The ARN of a resource of one service. @param name a pattern of what stands behind the account */
export const arn = (service: string, name: string, example: string) =>
  z
    .string()
    .max(512)
    .regex(
      new RegExp(`^arn:${PARTITIONS}:${service}:${REGION}:[0-9]{12}:${name}$`),
      `expected an ARN such as ${example}`,
    );

export const region = z
  .string()
  .max(32)
  .regex(new RegExp(`^${REGION}$`), 'expected an AWS region, such as eu-central-1');
export const roleArn = z
  .string()
  .max(512)
  .regex(
    new RegExp(`^arn:${PARTITIONS}:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,256}$`),
    'expected the ARN of a role, such as arn:aws:iam::123456789012:role/posthorn-delivery-orders',
  )
  .meta({
    id: 'AwsRole',
    description: 'The role in your account that sends. Its trust policy names what the target’s `trust` has.',
    examples: ['arn:aws:iam::123456789012:role/posthorn-delivery-orders'],
  });

const formats = z.enum(['payload', 'envelope']).meta({
  id: 'AwsFormat',
  description:
    '`payload`: as it was published. `envelope`: JSON of `headers`, `body` and `isBase64Encoded`, as a function URL has them. When left out, `envelope` for `lambda`, else `payload`.',
});

export const format = formats.optional();

/** Names with dots between. */
const payloadPath = z
  .string()
  .max(256)
  .regex(
    /^[A-Za-z0-9_$@:-]{1,64}([.][A-Za-z0-9_$@:-]{1,64}){0,9}$/,
    'expected names with dots between, such as order.customerId',
  )
  .meta({
    id: 'PayloadPath',
    description:
      'Where in the payload a message’s group, or a record’s partition key, stands. Left out, or where the payload has none, a FIFO queue or topic gets the target’s id, a stream the event’s.',
    examples: ['order.customerId'],
  });

export const path = payloadPath.optional();
