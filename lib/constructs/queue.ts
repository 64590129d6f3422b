import { Duration } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface PosthornQueueProps {
  /** Where a message goes after too many receives. Only the last queue has none. */
  readonly deadLetterQueue?: IQueue;
  /** Receives before that happens. Default: MAX_RECEIVES. */
  readonly maxReceives?: number;
  /**
   * The timeout of the function behind the queue, if there is one. AWS recommends a visibility timeout six times as
   * long, so that Lambda can retry throttled batches before they reappear.
   */
  readonly functionTimeout?: Duration;
  readonly retention: Duration;
  /** Default: one that CloudFormation chooses. */
  readonly queueName?: string | undefined;
}

/**
 * Receives before a message counts as poisonous: AWS recommends at least five, so that a few throttles or a short
 * outage of a table do not send good messages to the dead-letter queue.
 */
const MAX_RECEIVES = 5;

/**
 * The same of events: 75 minutes, longer than the outages of an hour that AWS has had. What fanout does goes to our own tables and
 * queues, so repeating it shows nowhere; a dispatch that is repeated posts again.
 */
export const EVENT_RECEIVES = 25;
const VISIBILITY_FACTOR = 6;

/** A standard queue: encrypted, over TLS only, with a dead-letter queue. */
export function posthornQueue(scope: Construct, id: string, props: PosthornQueueProps): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    ...(props.queueName !== undefined && { queueName: props.queueName }),
    retentionPeriod: props.retention,
    ...(props.functionTimeout && {
      visibilityTimeout: Duration.seconds(props.functionTimeout.toSeconds() * VISIBILITY_FACTOR),
    }),
    ...(props.deadLetterQueue && {
      deadLetterQueue: { queue: props.deadLetterQueue, maxReceiveCount: props.maxReceives ?? MAX_RECEIVES },
    }),
  });
}
