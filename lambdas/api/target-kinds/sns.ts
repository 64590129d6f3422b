import * as z from 'zod';
import { arn, format, path, roleArn } from './aws.ts';

export const sns = z
  .strictObject({
    roleArn,
    topicArn: arn('sns', '[A-Za-z0-9_-]{1,256}([.]fifo)?', 'arn:aws:sns:eu-central-1:123456789012:orders'),
    format,
    messageGroup: path,
  })
  .meta({ id: 'SnsTarget', description: 'An SNS topic in your own account.' });
