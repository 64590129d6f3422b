import * as z from 'zod';
import { arn, format, path, roleArn } from './aws.ts';

export const kinesis = z
  .strictObject({
    roleArn,
    streamArn: arn(
      'kinesis',
      'stream/[A-Za-z0-9_.-]{1,128}',
      'arn:aws:kinesis:eu-central-1:123456789012:stream/orders',
    ),
    format,
    partitionKey: path,
  })
  .meta({
    id: 'KinesisTarget',
    description: 'A Kinesis data stream in your own account.',
  });
