import * as z from 'zod';
import { arn, format, path, roleArn } from './aws.ts';

export const sqs = z
  .strictObject({
    roleArn,
    queueArn: arn('sqs', '[A-Za-z0-9_-]{1,80}([.]fifo)?', 'arn:aws:sqs:eu-central-1:123456789012:orders'),
    format,
    messageGroup: path,
  })
  .meta({ id: 'SqsTarget', description: 'An SQS queue in your own account.' });
