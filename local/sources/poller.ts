/** Runs an event source mapping: receives batches from a queue, invokes the function, deletes handled messages. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Meter, sqsUnits } from '../core/meter.ts';
import type { LocalFunction } from '../lambda/function.ts';
import type { Queue, Received } from '../services/sqs/queue.ts';
import { batchEvent, handled, inPayloads } from './batch.ts';

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
  readonly meter?: Meter | undefined;
  /** Whether the next request to the queue fails. */
  readonly isRefused: () => boolean;
}

/** SQS returns at most ten messages a call. */
const RECEIVE_LIMIT = 10;
const LONG_POLL_MS = 20_000;
/** Until the next try after a refused request. */
const REFUSED_PAUSE_MS = 20;
/** A batch is sent early when its payload would exceed Lambda's 6 MB. */
const BATCH_BYTES = 6_000_000;

/** Starts polling. The returned function stops it; workers finish the batches in progress. */
export function startPoller(mapping: Mapping, options: PollerOptions): () => void {
  const { queue, target, concurrency } = mapping;
  const slots = semaphore(concurrency);
  let stopped = false;

  const count = (operation: string, bytes: number, received: readonly Received[]): void => {
    const units = sqsUnits(bytes);
    const fairUnits = received.some(({ message }) => message.group !== undefined) ? units : 0;
    const by = { caller: 'poller', service: 'sqs', operation, on: target.name } as const;
    options.meter?.count({ ...by, requests: 1, units, fairUnits });
  };

  function receive(max: number): Received[] {
    const received = queue.receive(Math.min(max, RECEIVE_LIMIT));
    if (received.length > 0) count('ReceiveMessage', bytesOf(received), received);
    return received;
  }

  /** Receives at once, or after a message has come. Empty when none has come in that time. */
  async function receiveWithin(ms: number, max: number): Promise<Received[]> {
    if (options.isRefused()) {
      await pause(Math.min(ms, REFUSED_PAUSE_MS));
      return [];
    }
    const received = receive(max);
    if (received.length > 0 || !(await queue.arrival(ms)) || stopped || options.isRefused()) return received;
    return receive(max);
  }

  /** Waits for a first message, then for the rest of the batch as long as the window is open. */
  async function collect(): Promise<Received[]> {
    const batch: Received[] = [];
    while (batch.length === 0 && !stopped) {
      const began = Date.now();
      batch.push(...(await receiveWithin(LONG_POLL_MS, mapping.batchSize)));
      if (batch.length === 0 && Date.now() - began > 1000) count('ReceiveMessage, empty', 0, []);
    }
    const closes = Date.now() + mapping.windowMs;
    let bytes = bytesOf(batch);
    while (!stopped && batch.length < mapping.batchSize && bytes < BATCH_BYTES && Date.now() < closes) {
      const more = await receiveWithin(closes - Date.now(), mapping.batchSize - batch.length);
      batch.push(...more);
      bytes += bytesOf(more);
    }
    return batch;
  }

  async function work(batch: readonly Received[]): Promise<void> {
    const invocation = await target.invokeText(
      batchEvent(batch, queue.arn),
      batch.map(({ message }) => message.trace),
    );
    if (stopped) return;
    const ids = batch.map(({ message }) => message.id);
    const done = new Set(handled(ids, invocation, mapping.reportsFailures));
    const handles = batch.filter(({ message }) => done.has(message.id)).map(({ handle }) => handle);
    // A message that can't be deleted reappears.
    for (const handle of handles) if (!options.isRefused()) queue.delete(handle);
    for (let sent = 0; sent < handles.length; sent += RECEIVE_LIMIT) count('DeleteMessageBatch', 0, batch);
  }

  async function workOff(batch: readonly Received[]): Promise<void> {
    for (const part of inPayloads(batch, BATCH_BYTES)) if (!stopped) await work(part);
  }

  async function poll(): Promise<void> {
    while (!stopped) {
      // A batch is received only when a slot is free: messages must not wait in flight.
      await slots.take();
      const batch = await collect();
      if (batch.length === 0) slots.give();
      else void workOff(batch).finally(slots.give);
    }
  }

  void poll();
  return () => {
    stopped = true;
    slots.give();
  };
}

function bytesOf(received: readonly Received[]): number {
  return received.reduce((sum, { message }) => sum + message.body.length, 0);
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
