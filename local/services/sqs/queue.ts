/**
 * A standard queue of SQS, in memory. What a call costs does not depend on how many messages the queue holds, apart
 * from a logarithm, and waiting costs nothing: one timer ends the next delay or visibility timeout.
 */
import { randomUUID } from 'node:crypto';
import { createFairLine } from './fair-line.ts';
import { createHeap } from './heap.ts';
import type { Message } from './message.ts';

export interface QueueSettings {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Seconds. */
  readonly visibilityTimeout: number;
  /** Seconds. */
  readonly delay: number;
  /** Bytes of a message. */
  readonly maximumMessageSize: number;
  /** Seconds. Shown only: nothing lives that long here. */
  readonly retention: number;
  /** Seconds. */
  readonly receiveWait: number;
  readonly redrive?: Redrive | undefined;
}

/** A message that was received this often goes to another queue instead of being received once more. */
export interface Redrive {
  readonly deadLetters: Queue;
  readonly maxReceives: number;
}

export interface Received {
  readonly message: Message;
  /** The receipt handle of this receive. */
  readonly handle: string;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface Queue extends QueueSettings {
  readonly createdAt: number;
  /** Adds messages. They become visible together, so that a waiting poller gets them as one batch. */
  send(messages: readonly Message[], delaySeconds: readonly number[]): void;
  /** A message of another queue, in its dead-letter queue. */
  adopt(message: Message): void;
  /** At most `max` messages. Default for their visibility timeout, in seconds: the queue's. */
  receive(max: number, visibilityTimeout?: number): Received[];
  /** Returns whether the handle was of a message in flight. */
  delete(handle: string): boolean;
  /** Returns whether the handle was of a message in flight. */
  changeVisibility(handle: string, seconds: number): boolean;
  purge(): void;
  /** Waits until there may be a message to receive. False: the time is over, or the queue has closed. */
  arrival(ms: number): Promise<boolean>;
  /** Ends what is due now. A clock that jumps calls it. */
  settle(): void;
  counts(): QueueCounts;
  /** When the next delay ends. */
  nextDelayEnd(): number | undefined;
  /** All messages that are visible or in flight, in no order. */
  held(): Generator<Message>;
  /** Ends all waiting. */
  close(): void;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const IN_FLIGHT_LIMIT = 120_000;

const endsSooner = (a: Message, b: Message): boolean =>
  a.until < b.until || (a.until === b.until && a.order < b.order);

export function createQueue(settings: QueueSettings): Queue {
  const { redrive } = settings;
  const visible = createFairLine();
  const delayed = createHeap(endsSooner);
  const inFlight = createHeap(endsSooner);
  const byHandle = new Map<string, Message>();
  const waiters = new Set<(hasMessages: boolean) => void>();
  let order = 0;
  let isWaking = false;
  let timer: { readonly due: number; readonly handle: NodeJS.Timeout } | undefined;
  let isClosed = false;

  function show(message: Message): void {
    message.order = ++order;
    visible.add(message);
  }

  function postpone(message: Message, until: number): void {
    message.until = until;
    message.order = ++order;
    delayed.add(message);
  }

  /** Ends a flight. */
  function land(message: Message): void {
    inFlight.remove(message);
    byHandle.delete(message.handle);
    visible.release(message);
  }

  /** Ends the delays and visibility timeouts that are over. */
  function settle(now = Date.now()): void {
    for (let first = inFlight.first(); first && first.until <= now; first = inFlight.first()) {
      land(first);
      show(first);
    }
    for (let first = delayed.first(); first && first.until <= now; first = delayed.first()) {
      delayed.remove(first);
      show(first);
    }
    wake();
  }

  const hasMessages = (): boolean => visible.size() > 0 && inFlight.size() < IN_FLIGHT_LIMIT;

  function wake(): void {
    if (hasMessages()) for (const resolve of [...waiters]) resolve(true);
  }

  /** At the end of this turn of the loop, so that all messages that are sent in it come as one batch. */
  function wakeSoon(): void {
    if (isWaking || waiters.size === 0 || !hasMessages()) return;
    isWaking = true;
    setImmediate(() => {
      isWaking = false;
      wake();
    });
  }

  /** Sets the timer to the next end, if anybody waits for it. */
  function setTimer(): void {
    if (waiters.size === 0) return;
    const due = Math.min(delayed.first()?.until ?? Infinity, inFlight.first()?.until ?? Infinity);
    if (due === Infinity || (timer && timer.due <= due)) return;
    clearTimeout(timer?.handle);
    const end = (): void => {
      timer = undefined;
      settle();
      setTimer();
    };
    timer = { due, handle: setTimeout(end, Math.max(1, due - Date.now())).unref() };
  }

  return {
    ...settings,
    createdAt: Date.now(),

    send(messages, delaySeconds) {
      for (const [i, message] of messages.entries()) {
        const delay = delaySeconds[i]!;
        if (delay === 0) show(message);
        else postpone(message, message.sentAt + delay * 1000);
      }
      wakeSoon();
      setTimer();
    },

    adopt(message) {
      message.arrivedAt = Date.now();
      message.receivedBefore = message.receives;
      show(message);
      wakeSoon();
    },

    receive(max, visibilityTimeout = settings.visibilityTimeout) {
      const now = Date.now();
      settle(now);
      const wanted = Math.min(max, IN_FLIGHT_LIMIT - inFlight.size());
      const takesAll = visible.size() <= wanted;
      const received: Received[] = [];
      while (received.length < wanted) {
        const message = visible.take();
        if (!message) break;
        message.receives++;
        message.firstReceivedAt ??= now;
        if (redrive && message.receives > redrive.maxReceives) {
          visible.release(message);
          redrive.deadLetters.adopt(message);
          continue;
        }
        const handle = randomUUID();
        message.handle = handle;
        message.until = now + visibilityTimeout * 1000;
        inFlight.add(message);
        byHandle.set(handle, message);
        received.push({ message, handle });
      }
      setTimer();
      // Nobody is behind anybody when all are taken.
      return takesAll ? received.sort((a, b) => a.message.order - b.message.order) : received;
    },

    delete(handle) {
      const message = byHandle.get(handle);
      if (!message) return false;
      land(message);
      wake();
      return true;
    },

    changeVisibility(handle, seconds) {
      const message = byHandle.get(handle);
      if (!message) return false;
      if (seconds === 0) {
        land(message);
        show(message);
        wake();
      } else {
        message.until = Date.now() + seconds * 1000;
        inFlight.move(message);
        setTimer();
      }
      return true;
    },

    purge() {
      visible.clear();
      delayed.clear();
      inFlight.clear();
      byHandle.clear();
    },

    arrival(ms) {
      settle();
      if (isClosed) return Promise.resolve(false);
      if (hasMessages()) return Promise.resolve(true);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const end = (found: boolean): void => {
        clearTimeout(over);
        waiters.delete(end);
        resolve(found);
      };
      const over = setTimeout(end, ms, false);
      waiters.add(end);
      setTimer();
      return promise;
    },

    settle() {
      // Timers run in real time, so after a jump this one would end too late.
      clearTimeout(timer?.handle);
      timer = undefined;
      settle();
      setTimer();
    },

    counts() {
      settle();
      return { visible: visible.size(), inFlight: inFlight.size(), delayed: delayed.size() };
    },

    nextDelayEnd() {
      settle();
      return delayed.first()?.until;
    },

    *held() {
      yield* visible.values();
      yield* inFlight.values();
    },

    close() {
      isClosed = true;
      clearTimeout(timer?.handle);
      for (const resolve of [...waiters]) resolve(false);
    },
  };
}
