import type { Meter } from '../../local/core/meter.ts';
import { sqsUnits } from '../../local/core/meter.ts';
import type { Message } from '../../local/services/sqs/message.ts';
import { SENDER_ID } from '../../local/services/sqs/operations.ts';
import type { Mischief } from '../faults/mischief.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import { drawMs } from '../kernel/spread.ts';
import type { Invocation, SimulatedFunction } from './lambda.ts';
import { EVENT_SOURCE, SQS } from './numbers.ts';
import type { SimulatedQueue } from './sqs.ts';

export interface MappingSettings {
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maxConcurrency: number;
  readonly reportsFailures: boolean;
}

export interface MappingOptions extends MappingSettings {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly meter: Meter;
  readonly mischief: () => Mischief;
  readonly queue: SimulatedQueue;
  readonly target: SimulatedFunction;
}

export interface SimulatedMapping {
  readonly queue: SimulatedQueue;
  readonly target: SimulatedFunction;
  /** Batches that it may have under way now. */
  readonly allowed: number;
  readonly busy: number;
  /** Empty receives of pollers that waited so far, which are counted when asked for. */
  settle(): void;
}

const RECEIVE_LIMIT = 10;

/**
 * A queue's event source mapping. Pollers wait for messages; each batch takes one of them until its invocation is over and
 * its messages are deleted. Their number grows while all are busy and messages wait, and shrinks when invocations fail.
 */
export function createMapping(options: MappingOptions): SimulatedMapping {
  const { kernel, random, meter, mischief, queue, target, batchSize, windowMs } = options;
  const most = Math.min(options.maxConcurrency, EVENT_SOURCE.maxConcurrency);
  const least = Math.min(EVENT_SOURCE.idlePollers, most);
  let allowed = least;
  let busy = 0;
  let grownAt = kernel.now();
  let polledAt = kernel.now();
  let pausedUntil = 0;

  const count = (operation: string, units: number, fair: boolean, requests = 1): void => {
    const by = { caller: 'poller', service: 'sqs', operation, on: target.name } as const;
    meter.count({ ...by, requests, units, fairUnits: fair ? units : 0 });
  };

  /** Pollers that wait make an empty receive every 20 s. */
  function settle(): void {
    const waited = kernel.now() - polledAt;
    const waiting = Math.max(0, Math.max(least, allowed) - busy);
    polledAt = kernel.now();
    const empty = (waited / EVENT_SOURCE.longPollMs) * waiting;
    if (empty > 0) count('ReceiveMessage, empty', empty, false, empty);
  }

  /** While all pollers are busy and messages wait, there are more of them from second to second. */
  function grow(): void {
    const seconds = (kernel.now() - grownAt) / 1000;
    grownAt = kernel.now();
    const isBehind = busy >= Math.floor(allowed) && queue.counts().visible > 0;
    if (isBehind) allowed = Math.min(most, allowed + (seconds * EVENT_SOURCE.rampPerMinute) / 60);
    else allowed = Math.max(least, Math.min(allowed, allowed - (seconds * EVENT_SOURCE.rampPerMinute) / 600));
  }

  function wake(): void {
    if (kernel.now() < pausedUntil) return;
    grow();
    while (busy < Math.floor(allowed) && queue.counts().visible > 0) {
      settle();
      busy++;
      void poll();
    }
    if (queue.counts().visible > 0) growLater();
  }

  let isGrowing = false;
  /** A backlog that nothing new joins grows its pollers as well. */
  function growLater(): void {
    if (isGrowing) return;
    isGrowing = true;
    kernel.after(1000, () => {
      isGrowing = false;
      wake();
    });
  }

  async function poll(): Promise<void> {
    const batch = receive(batchSize);
    // A message came within a waiting request: its answer takes its way.
    await kernel.sleep(drawMs(random, SQS.latency) / 2);
    if (windowMs > 0) await fill(batch);
    if (batch.length > 0) await work(batch);
    settle();
    busy--;
    wake();
  }

  function receive(max: number): Message[] {
    const received = queue.receive(Math.min(max, RECEIVE_LIMIT));
    const bytes = received.reduce((sum, { body }) => sum + body.length, 0);
    const hasGroups = received.some(({ group }) => group !== undefined);
    if (received.length > 0) count('ReceiveMessage', sqsUnits(bytes), hasGroups);
    return received;
  }

  async function fill(batch: Message[]): Promise<void> {
    const closes = kernel.now() + windowMs;
    while (batch.length < batchSize && kernel.now() < closes) {
      const more = receive(batchSize - batch.length);
      batch.push(...more);
      const wait = more.length === RECEIVE_LIMIT ? drawMs(random, SQS.latency) : WINDOW_POLL_MS;
      if (batch.length < batchSize) await kernel.sleep(Math.min(wait, closes - kernel.now()));
    }
  }

  async function work(batch: readonly Message[]): Promise<void> {
    // A message whose visibility timeout ends may be received by another poller: then this handle is void.
    const handles = batch.map(({ handle }) => handle);
    const bytes = batch.reduce((sum, { body }) => sum + body.length + AROUND, 0);
    const traces = batch.map(({ trace }) => trace);
    const invocation = await target.invoke(eventOf(batch, queue.arn), bytes, traces);
    const failed = failuresOf(invocation, batch, options.reportsFailures);
    note(invocation);
    const done = batch.flatMap((message, i) =>
      failed.has(message.id) ? [] : [{ message, handle: handles[i]! }],
    );
    if (done.length === 0) return;
    count(
      'DeleteMessageBatch',
      Math.ceil(done.length / RECEIVE_LIMIT),
      batch.some(({ group }) => group !== undefined),
    );
    await kernel.sleep(drawMs(random, SQS.latency) / 2);
    if (mischief().losesDeletes(queue.name)) return;
    for (const { message, handle } of done) queue.remove(message, handle);
  }

  /** Invocations that fail or are refused make it poll less. */
  function note(invocation: Invocation): void {
    if (invocation.kind === 'returned') return;
    allowed = Math.max(Math.min(2, most), allowed / 2);
    if (invocation.outcome !== 'throttled') return;
    pausedUntil = kernel.now() + THROTTLED_PAUSE_MS;
    kernel.at(pausedUntil, wake);
  }

  queue.onArrival = wake;
  return {
    queue,
    target,
    settle,
    get allowed() {
      return Math.floor(allowed);
    },
    get busy() {
      return busy;
    },
  };
}

/** Within a window, Lambda asks again. No page says how often: a guess. */
const WINDOW_POLL_MS = 100;
/** Until a refused invocation is tried again. A guess. */
const THROTTLED_PAUSE_MS = 1000;
/** Bytes beside a message's text in an event. */
const AROUND = 400;

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const eventOf = (batch: readonly Message[], arn: string): object => ({
  Records: batch.map(({ id, handle, body, receives, sentAt, firstReceivedAt, trace }) => ({
    messageId: id,
    receiptHandle: handle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: SENDER_ID,
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(trace !== undefined && { AWSTraceHeader: trace }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: 'us-east-1',
  })),
});

/** The ids of the messages that return. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
function failuresOf(
  invocation: Invocation,
  batch: readonly Message[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ id }) => id));
  if (invocation.kind === 'failed') return all;
  if (!reportsFailures) return new Set();
  const { batchItemFailures = [] } = (invocation.result ?? {}) as {
    batchItemFailures?: readonly { readonly itemIdentifier?: unknown }[];
  };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => String(itemIdentifier)));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}
