import { sqsUnits } from '../../local/core/meter.ts';
import type { Message } from '../../local/services/sqs/message.ts';
import type { Timer } from '../kernel/kernel.ts';
import { drawMs } from '../kernel/spread.ts';
import type { Invocation, SimulatedFunction } from './account.ts';
import { bytesAround, eventOf, failuresOf } from './batch.ts';
import { EVENT_SOURCE, SQS } from './numbers.ts';
import type { PartOptions } from './part.ts';
import { createPollers } from './pollers.ts';
import type { SimulatedQueue } from './sqs.ts';

interface MappingSettings {
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maxConcurrency: number;
  readonly reportsFailures: boolean;
}

export interface MappingOptions extends MappingSettings, Omit<PartOptions, 'watchers'> {
  readonly queue: SimulatedQueue;
  readonly target: SimulatedFunction;
  /** Whether it has all its pollers from the start, as after a long time of much traffic. */
  readonly startsFull?: boolean;
}

export interface SimulatedMapping {
  readonly queue: SimulatedQueue;
  readonly target: SimulatedFunction;
  /** Batches that it may have under way now. */
  readonly allowed: number;
  readonly busy: number;
  /** Counts the empty receives of pollers that waited so far. */
  settle(): void;
}

/** Something that a poller does when a message comes. */
interface Waiting {
  readonly take: () => void;
  readonly timer: Timer;
}

/**
 * A queue's event source mapping. Pollers wait for messages; each batch takes one of them until its invocation is over and
 * its messages are deleted.
 */
export function createMapping(options: MappingOptions): SimulatedMapping {
  const { kernel, random, meter, mischief, queue, target, batchSize, windowMs } = options;
  const pollers = createPollers(
    kernel,
    options.maxConcurrency,
    () => queue.counts().visible > 0,
    options.startsFull,
  );
  /** Pollers that fill a batch. They take what comes before others do. */
  const filling: Waiting[] = [];
  let polledAt = kernel.now();
  let isGrowing = false;

  const count = (operation: string, units: number, fair: boolean, requests = units): void => {
    const by = { caller: 'poller', service: 'sqs', operation, on: target.name } as const;
    meter.count({ ...by, requests, units, fairUnits: fair ? units : 0 });
  };

  /** Pollers that wait make an empty receive every 20 s. */
  function settle(): void {
    const waited = kernel.now() - polledAt;
    polledAt = kernel.now();
    const empty = (waited / EVENT_SOURCE.longPollMs) * Math.max(0, pollers.waiting);
    if (empty > 0) count('ReceiveMessage, empty', empty, false);
  }

  function wake(): void {
    while (filling.length > 0 && queue.counts().visible > 0) {
      const { take, timer } = filling.shift()!;
      timer.cancel();
      take();
    }
    while (queue.counts().visible > 0 && pollers.isFree()) {
      settle();
      pollers.take();
      void poll();
    }
    if (queue.counts().visible > 0) growLater();
  }

  /** A backlog that nothing new joins gets more pollers as well. */
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
    await kernel.sleep(drawMs(random, SQS.receiveLatency));
    if (windowMs > 0 && batch.length > 0) await fill(batch);
    if (batch.length > 0) await work(batch);
    settle();
    pollers.give();
    wake();
  }

  function receive(max: number): Message[] {
    const received = queue.receive(Math.min(max, SQS.receiveMessages));
    const bytes = received.reduce((sum, { body }) => sum + body.length, 0);
    const hasGroups = received.some(({ group }) => group !== undefined);
    if (received.length > 0) count('ReceiveMessage', sqsUnits(bytes), hasGroups, 1);
    return received;
  }

  /** Receives until the batch is full or the window is over. A receive that waits for messages is not cut short by that. */
  async function fill(batch: Message[]): Promise<void> {
    const closes = kernel.now() + windowMs;
    while (batch.length < batchSize && kernel.now() < closes) {
      if (queue.counts().visible === 0 && !(await arrival())) count('ReceiveMessage, empty', 1, false);
      batch.push(...receive(batchSize - batch.length));
      await kernel.sleep(drawMs(random, SQS.receiveLatency));
    }
  }

  /** @returns false when no message comes within a long poll */
  function arrival(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting: Waiting = {
      take: () => resolve(true),
      timer: kernel.after(EVENT_SOURCE.longPollMs, () => {
        filling.splice(filling.indexOf(waiting), 1);
        resolve(false);
      }),
    };
    filling.push(waiting);
    return promise;
  }

  async function work(batch: readonly Message[]): Promise<void> {
    // A message whose visibility timeout ends may be received by another poller: then this handle is void.
    const handles = batch.map(({ handle }) => handle);
    const until = Math.min(...batch.map((message) => message.until));
    await kernel.sleep(drawMs(random, EVENT_SOURCE.invokeLatency));
    const invocation = await invoke(batch, until);
    const failed = failuresOf(invocation, batch, options.reportsFailures);
    if (invocation.kind === 'failed' && !options.reportsFailures) pollers.shrink();
    const done = batch.flatMap((message, i) =>
      failed.has(message.id) ? [] : [{ message, handle: handles[i]! }],
    );
    if (done.length === 0) return;
    const hasGroups = batch.some(({ group }) => group !== undefined);
    count('DeleteMessageBatch', Math.ceil(done.length / SQS.batchMessages), hasGroups);
    await kernel.sleep(drawMs(random, SQS.latency) / 2);
    if (mischief().losesDeletes(queue.name)) return;
    for (const { message, handle } of done) queue.remove(message, handle);
  }

  /** A throttled batch is tried again until its messages would soon be visible again. */
  async function invoke(batch: readonly Message[], until: number): Promise<Invocation> {
    const bytes = batch.reduce((sum, { body }) => sum + body.length + bytesAround, 0);
    const traces = batch.map(({ trace }) => trace);
    const { fromMs, toMs } = EVENT_SOURCE.throttleRetry;
    for (let wait: number = fromMs; ; wait = Math.min(2 * wait, toMs)) {
      const invocation = await target.invoke(eventOf(batch, queue.arn), bytes, traces);
      if (invocation.kind === 'returned' || invocation.outcome !== 'throttled') return invocation;
      pollers.shrink();
      if (kernel.now() + wait + target.timeoutMs > until) return invocation;
      await kernel.sleep(wait);
    }
  }

  queue.onArrival = wake;
  return {
    queue,
    target,
    settle,
    get allowed() {
      return pollers.allowed;
    },
    get busy() {
      return pollers.busy;
    },
  };
}
