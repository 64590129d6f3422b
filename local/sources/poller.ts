/** Runs an event source mapping: receives batches from a queue, invokes the function, deletes handled messages. */

import { type Meter, sqsUnits } from '../core/meter.ts';
import type { LocalFunction } from '../lambda/function.ts';
import { type Queue, traceOf } from '../services/fauxqs.ts';
import { type BatchMessage, batchEvent, handled } from './batch.ts';
import { bringForward } from './fair.ts';

export interface Mapping {
  readonly queue: Queue;
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Batches processed at once: MaximumConcurrency, or this machine's limit. */
  readonly concurrency: number;
  readonly reportsFailures: boolean;
}

export interface PollerOptions {
  readonly queueByArn: (arn: string) => Queue | undefined;
  readonly meter?: Meter | undefined;
  /** Whether the next request to the queue fails. */
  readonly isRefused: () => boolean;
}

/** SQS returns at most ten messages a call. */
const RECEIVE_LIMIT = 10;
const LONG_POLL_S = 20;
/** A batch is sent early when its payload would exceed Lambda's 6 MB. */
const BATCH_BYTES = 6_000_000;

/** Starts polling. The returned function stops it; workers finish the batches in progress. */
export function startPoller(mapping: Mapping, options: PollerOptions): () => void {
  const { queue, target, concurrency } = mapping;
  const slots = semaphore(concurrency);
  let stopped = false;

  const count = (operation: string, bytes: number): void => {
    options.meter?.count({
      caller: 'poller',
      service: 'sqs',
      operation,
      requests: 1,
      units: sqsUnits(bytes),
    });
  };

  function receive(max: number): BatchMessage[] {
    if (options.isRefused()) return [];
    bringForward(queue, Math.min(max, RECEIVE_LIMIT));
    const received = queue.dequeue(Math.min(max, RECEIVE_LIMIT), undefined, options.queueByArn);
    const messages = received.flatMap((message) => {
      const stored = queue.inflightMessages.get(message.ReceiptHandle)?.message;
      if (!stored) return [];
      return {
        messageId: message.MessageId,
        receiptHandle: message.ReceiptHandle,
        body: message.Body,
        md5OfBody: message.MD5OfBody,
        sentTimestamp: stored.sentTimestamp,
        firstReceiveTimestamp: stored.approximateFirstReceiveTimestamp ?? Date.now(),
        receiveCount: stored.approximateReceiveCount,
        trace: traceOf(stored),
        messageAttributes: message.MessageAttributes ?? {},
      };
    });
    if (messages.length > 0) count('ReceiveMessage', bytesOf(messages));
    return messages;
  }

  /** Waits for a first message, then for the rest of the batch as long as the window is open. */
  async function collect(): Promise<BatchMessage[]> {
    const batch = receive(mapping.batchSize);
    while (batch.length === 0 && !stopped) {
      const began = Date.now();
      await queue.waitForMessages(LONG_POLL_S);
      batch.push(...receive(mapping.batchSize));
      if (batch.length === 0 && Date.now() - began > 1000) count('ReceiveMessage', 0);
    }
    const closes = Date.now() + mapping.windowMs;
    let bytes = bytesOf(batch);
    while (!stopped && batch.length < mapping.batchSize && bytes < BATCH_BYTES && Date.now() < closes) {
      const more = receive(mapping.batchSize - batch.length);
      batch.push(...more);
      bytes += bytesOf(more);
      if (more.length === 0) await queue.waitForMessages((closes - Date.now()) / 1000);
    }
    return batch;
  }

  async function work(batch: readonly BatchMessage[]): Promise<void> {
    const invocation = await target.invokeText(
      batchEvent(batch, queue.arn),
      batch.map(({ trace }) => trace),
    );
    if (stopped) return;
    const ids = batch.map((message) => message.messageId);
    const done = new Set(handled(ids, invocation, mapping.reportsFailures));
    const handles = batch
      .filter(({ messageId }) => done.has(messageId))
      .map((message) => message.receiptHandle);
    // A message that can't be deleted reappears.
    for (const handle of handles) if (!options.isRefused()) queue.deleteMessage(handle);
    for (let sent = 0; sent < handles.length; sent += RECEIVE_LIMIT) count('DeleteMessageBatch', 0);
  }

  async function poll(): Promise<void> {
    while (!stopped) {
      // A batch is received only when a slot is free: messages must not wait in flight.
      await slots.take();
      const batch = await collect();
      if (batch.length === 0) slots.give();
      else void work(batch).finally(slots.give);
    }
  }

  void poll();
  return () => {
    stopped = true;
    slots.give();
  };
}

function bytesOf(messages: readonly BatchMessage[]): number {
  return messages.reduce((sum, message) => sum + message.body.length, 0);
}

function semaphore(size: number) {
  let free = size;
  let waiting: (() => void) | undefined;
  return {
    async take(): Promise<void> {
      if (free === 0) await new Promise<void>((resolve) => (waiting = resolve));
      free--;
    },
    give(): void {
      free++;
      waiting?.();
      waiting = undefined;
    },
  };
}
