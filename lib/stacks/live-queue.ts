import { Duration, Validations } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { posthornQueue } from '../constructs/queue.ts';

/** A frame waits for a second where another worker made the last one, and is posted to a hundred connections. */
export const PUSH_TIMEOUT = Duration.seconds(30);

/** Of messages for those who watch live. They are dropped after a few receives: what is older is seen elsewhere. */
export function createLiveQueue(scope: Construct): Queue {
  const queue = posthornQueue(scope, 'Live', {
    retention: Duration.minutes(15),
    functionTimeout: PUSH_TIMEOUT,
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'a message only shows what is stored elsewhere, and a page that missed it fetches that',
  });
  return queue;
}
