/**
 * How old a queue's messages are, as the metric ApproximateAgeOfOldestMessage counts it.
 *
 * In a dead-letter queue that is since a message was moved there, while retention counts from when it was sent:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
 */
import type { Queue } from './queue.ts';

/** A message that this queue has given out more often is no longer looked at. AWS describes it as moved to the back of the queue. */
const MAX_RECEIVES = 3;

/** Whole seconds; 0 for a queue without a message that could be received, or is being worked on. */
export function oldestSeconds(queue: Pick<Queue, 'held'>, now: number): number {
  let oldest = now;
  for (const { receives, receivedBefore, arrivedAt } of queue.held()) {
    if (receives - receivedBefore <= MAX_RECEIVES && arrivedAt < oldest) oldest = arrivedAt;
  }
  return Math.floor((now - oldest) / 1000);
}
