import * as z from 'zod';
import { arn, format, roleArn } from './aws.ts';

export const eventBridge = z
  .strictObject({
    roleArn,
    busArn: arn(
      'events',
      'event-bus/[A-Za-z0-9_./-]{1,256}',
      'arn:aws:events:eu-central-1:123456789012:event-bus/orders',
    ),
    format,
  })
  .meta({
    id: 'EventBridgeTarget',
    description: 'An EventBridge bus in your own account.',
  });
