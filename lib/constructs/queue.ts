import { Duration } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface PosthornQueueProps {
  /** Where a message goes that has been received too often. Only the last queue of all has none. */
  readonly deadLetterQueue?: IQueue;
  /** Receives before that happens. Default: MAX_RECEIVES. */
  readonly maxReceives?: number;
  /**
   * The time that the function behind the queue may take, when there is one. AWS recommends a visibility
   * timeout of six times as long, so that throttled batches can be tried again before they reappear.
   */
  readonly functionTimeout?: Duration;
  readonly retention: Duration;
}

/**
 * Receives before a message counts as poisonous: AWS recommends at least five, so that a few throttles or a
 * short outage of a table do not bury good messages.
 */
export const MAX_RECEIVES = 5;
const VISIBILITY_FACTOR = 6;

/** A standard queue: encrypted, over TLS only, with a dead-letter queue. */
export function posthornQueue(scope: Construct, id: string, props: PosthornQueueProps): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: props.retention,
    ...(props.functionTimeout && {
      visibilityTimeout: Duration.seconds(props.functionTimeout.toSeconds() * VISIBILITY_FACTOR),
    }),
    ...(props.deadLetterQueue && {
      deadLetterQueue: { queue: props.deadLetterQueue, maxReceiveCount: props.maxReceives ?? MAX_RECEIVES },
    }),
  });
}
