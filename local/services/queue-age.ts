/**
 * How old a queue's messages are, as the metric ApproximateAgeOfOldestMessage counts it.
 *
 * In a dead-letter queue that is since a message was moved there, while retention counts from when it was sent:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
 * fauxqs keeps only when it was sent, so the time of arrival is kept beside each message.
 */

/** The parts of fauxqs' messages and queues that are used here. */
interface Message {
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
}
interface Holding {
  readonly messages: readonly Message[];
  readonly inflightMessages: ReadonlyMap<string, { readonly message: Message }>;
}

const arrivals = new WeakMap<Message, number>();

/** Notes from now on when a message comes into the queue. */
export function noteArrivals<M extends Message, Q extends { enqueue(message: M): void }>(queue: Q): Q {
  const enqueue = queue.enqueue.bind(queue);
  queue.enqueue = (message: M) => {
    arrivals.set(message, Date.now());
    enqueue(message);
  };
  return queue;
}

/** A message received more often is no longer looked at. AWS describes it as moved to the back of the queue. */
const MAX_RECEIVES = 3;

/** Whole seconds; 0 for a queue without a message that could be received, or is being worked on. */
export function oldestSeconds({ messages, inflightMessages }: Holding, now: number): number {
  const inFlight = [...inflightMessages.values()].map(({ message }) => message);
  const ages = [...messages, ...inFlight]
    .filter(({ approximateReceiveCount }) => approximateReceiveCount <= MAX_RECEIVES)
    .map((message) => now - (arrivals.get(message) ?? message.sentTimestamp));
  return ages.reduce((oldest, age) => Math.max(oldest, Math.floor(age / 1000)), 0);
}
