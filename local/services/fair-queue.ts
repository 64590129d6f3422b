/**
 * Fair queues: on a standard queue with message groups, SQS hands out messages of quiet groups before those of
 * a group that holds most of what is in flight. It never holds back a message when there is nothing else.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 *
 * AWS does not publish its threshold. Here a group is noisy while it has more than its even share in flight.
 */
import type { Queue } from './fauxqs.ts';

/** Makes a queue hand out its messages in fair order. */
export function preferQuietGroups(queue: Queue): void {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (max, visibility, dlqResolver) => {
    if (queue.messages.length > max) {
      const inFlight = [...queue.inflightMessages.values()].map((entry) => entry.message.messageGroupId);
      queue.messages = quietFirst(queue.messages, noisyGroups(inFlight));
    }
    return dequeue(max, visibility, dlqResolver);
  };
}

/** The groups with more than an even share of the messages in flight. One group alone disturbs nobody yet. */
export function noisyGroups(inFlight: readonly (string | undefined)[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const group of inFlight) if (group) counts.set(group, (counts.get(group) ?? 0) + 1);
  const evenShare = inFlight.length / Math.max(2, counts.size);
  return new Set([...counts].filter(([, count]) => count > evenShare).map(([group]) => group));
}

/** The same messages, those of noisy groups last, otherwise in their order. */
export function quietFirst<T extends { messageGroupId?: string | undefined }>(
  messages: T[],
  noisy: ReadonlySet<string>,
): T[] {
  if (noisy.size === 0) return messages;
  const isNoisy = (message: T): boolean =>
    message.messageGroupId !== undefined && noisy.has(message.messageGroupId);
  return [...messages.filter((message) => !isNoisy(message)), ...messages.filter(isNoisy)];
}
