import * as z from 'zod';
import { arn, format, roleArn } from './aws.ts';

export const firehose = z
  .strictObject({
    roleArn,
    deliveryStreamArn: arn(
      'firehose',
      'deliverystream/[A-Za-z0-9_.-]{1,64}',
      'arn:aws:firehose:eu-central-1:123456789012:deliverystream/orders',
    ),
    format,
    newline: z
      .boolean()
      .optional()
      .meta({ description: 'Whether a line break ends each record. True when left out.' }),
  })
  .meta({
    id: 'FirehoseTarget',
    description: 'A Firehose stream in your own account.',
  });
