import { sqsUnits } from '../../local/core/meter.ts';
import {
  type BatchEntry,
  checkBatch,
  checkBodies,
  faultOf,
  type SendEntry,
} from '../../local/services/sqs/entries.ts';
import { SqsError } from '../../local/services/sqs/errors.ts';
import { createHeap } from '../../local/services/sqs/heap.ts';
import { type Message, messageOf } from '../../local/services/sqs/message.ts';
import type { Timer } from '../kernel/kernel.ts';
import { drawMs } from '../kernel/spread.ts';
import { createFairQueue } from './fair-queue.ts';
import { SQS } from './numbers.ts';
import type { PartOptions } from './part.ts';
import type { Service, ServiceAnswer, ServiceCall } from './service.ts';
import type { StackResource } from './stack.ts';

interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A standard queue in virtual time. */
export interface SimulatedQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  send(entry: SendEntry, trace: string | undefined): void;
  /** A message of another queue, in its dead-letter queue. */
  adopt(message: Message): void;
  receive(max: number): Message[];
  /** @returns false when it was received again meanwhile */
  remove(message: Message, handle: string): boolean;
  counts(): QueueCounts;
  /** Called when there may be something to receive. */
  onArrival: (() => void) | undefined;
  /** All messages, in no order. */
  messages(): Generator<Message>;
}

export interface SqsOptions extends PartOptions {
  readonly queues: readonly StackResource[];
  /** The share of messages that come twice. */
  readonly duplicates?: number | undefined;
}

interface QueueProperties {
  readonly VisibilityTimeout?: number;
  readonly MessageRetentionPeriod?: number;
  readonly MaximumMessageSize?: number;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

const endsSooner = (a: Message, b: Message): boolean =>
  a.until < b.until || (a.until === b.until && a.order < b.order);

/** Standard queues: at least once, in about their order, fair by group. */
export function createSqs(options: SqsOptions): Service & { readonly queues: readonly SimulatedQueue[] } {
  const { random, meter } = options;
  const queues = options.queues.map((resource) => createQueue(resource, options, byArn));
  const byName = new Map(queues.map((queue) => [queue.name, queue]));
  function byArn(arn: string): SimulatedQueue {
    return queues.find((queue) => queue.arn === arn)!;
  }

  function operate({ operation, input, trace }: ServiceCall): object {
    const { QueueUrl = '', Entries } = input as { QueueUrl?: string; Entries?: unknown };
    const queue = byName.get(QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1));
    if (!queue) throw new SqsError('QueueDoesNotExist', `The specified queue does not exist: ${QueueUrl}`);
    if (operation === 'SendMessageBatch') return sendBatch(queue, Entries, trace);
    if (operation === 'GetQueueAttributes') return attributes(queue);
    throw new Error(`expected a simulated operation of SQS, got ${operation}`);
  }

  return {
    queues,
    latencyMs: () => drawMs(random, SQS.latency),
    serve(call): ServiceAnswer {
      const units = sqsUnits(call.bytes);
      const { Entries = [] } = call.input as { Entries?: readonly SendEntry[] };
      const fairUnits = Entries.some(({ MessageGroupId }) => MessageGroupId !== undefined) ? units : 0;
      const { caller, operation } = call;
      meter.count({ caller, service: 'sqs', operation, requests: 1, units, fairUnits });
      try {
        return { status: 200, body: operate(call) };
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        return { status: 400, body: { __type: error.code, message: error.message } };
      }
    },
  };
}

function sendBatch(queue: SimulatedQueue, entries: unknown, trace: string | undefined): object {
  checkBatch(entries);
  checkBodies(entries as readonly SendEntry[]);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries as readonly (BatchEntry & SendEntry)[]) {
    const fault = faultOf(entry, SQS.messageBytes);
    if (fault) Failed.push({ Id: entry.Id, SenderFault: true, Code: fault.code, Message: fault.message });
    else {
      queue.send(entry, trace);
      Successful.push({ Id: entry.Id, MessageId: 'sent', MD5OfMessageBody: '' });
    }
  }
  return { Successful, Failed };
}

function attributes(queue: SimulatedQueue): object {
  const { visible, inFlight, delayed } = queue.counts();
  return {
    Attributes: {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    },
  };
}

function createQueue(
  { logicalId: name, ref: url, arn, properties }: StackResource,
  { kernel, watchers, mischief, random, duplicates = SQS.duplicates }: SqsOptions,
  byArn: (arn: string) => SimulatedQueue,
): SimulatedQueue {
  const {
    VisibilityTimeout = 30,
    RedrivePolicy,
    MessageRetentionPeriod = 345_600,
  } = properties as QueueProperties;
  const visible = createFairQueue(kernel.now);
  const delayed = createHeap(endsSooner);
  const inFlight = createHeap(endsSooner);
  let order = 0;
  let ids = 0;
  let alarm: { readonly at: number; readonly timer: Timer } | undefined;
  const visibilityMs = VisibilityTimeout * 1000;
  const retentionMs = MessageRetentionPeriod * 1000;

  function show(message: Message): void {
    message.order = ++order;
    visible.add(message);
  }

  /** Ends delays and visibility timeouts that are over, and has this done again when the next one is. */
  function settle(): void {
    const now = kernel.now();
    let isThere = false;
    for (let first = inFlight.first(); first && first.until <= now; first = inFlight.first()) {
      inFlight.remove(first);
      first.handle = '';
      visible.release(first);
      show(first);
      isThere = true;
    }
    for (let first = delayed.first(); first && first.until <= now; first = delayed.first()) {
      delayed.remove(first);
      show(first);
      isThere = true;
    }
    watch();
    if (isThere) queue.onArrival?.();
  }

  function watch(): void {
    const next = Math.min(delayed.first()?.until ?? Infinity, inFlight.first()?.until ?? Infinity);
    if (next === Infinity || (alarm && alarm.at <= next)) return;
    alarm?.timer.cancel();
    const timer = kernel.at(next, () => {
      alarm = undefined;
      settle();
    });
    alarm = { at: next, timer };
  }

  function put(message: Message, delayMs: number): void {
    if (delayMs > 0) {
      message.until = kernel.now() + delayMs;
      message.order = ++order;
      delayed.add(message);
      watch();
    } else {
      show(message);
      queue.onArrival?.();
    }
  }

  const tell = (body: string, moved: boolean): void => {
    for (const watcher of watchers) watcher.sent?.({ queue: name, body, moved });
  };

  const queue: SimulatedQueue = {
    name,
    url,
    arn,
    onArrival: undefined,

    send({ MessageBody = '', MessageGroupId, DelaySeconds = 0 }, trace) {
      const sent = { body: MessageBody, group: MessageGroupId, trace };
      const make = (): Message => messageOf(sent, Math.floor(kernel.now()), `${name}-${++ids}`, '');
      const { lateMs, again } = mischief().message(name);
      put(make(), DelaySeconds * 1000 + lateMs);
      // The same message from another of SQS's servers.
      if (again || random.chance(duplicates)) put(make(), DelaySeconds * 1000 + lateMs + random.int(1, 2000));
      tell(MessageBody, false);
    },

    adopt(message) {
      message.arrivedAt = kernel.now();
      show(message);
      tell(message.body, true);
      queue.onArrival?.();
    },

    receive(max) {
      const now = kernel.now();
      const received: Message[] = [];
      while (received.length < max && inFlight.size() < SQS.inFlight) {
        const message = visible.take();
        if (!message) break;
        if (now - message.sentAt > retentionMs) {
          visible.release(message);
          continue;
        }
        message.receives++;
        message.firstReceivedAt ??= now;
        if (RedrivePolicy && message.receives > RedrivePolicy.maxReceiveCount) {
          visible.release(message);
          byArn(RedrivePolicy.deadLetterTargetArn).adopt(message);
          continue;
        }
        message.handle = `${message.id}/${message.receives}`;
        message.until = now + visibilityMs;
        inFlight.add(message);
        received.push(message);
      }
      watch();
      return received;
    },

    remove(message, handle) {
      if (message.handle !== handle) return false;
      message.handle = '';
      inFlight.remove(message);
      visible.release(message);
      return true;
    },

    counts: () => ({ visible: visible.size(), inFlight: inFlight.size(), delayed: delayed.size() }),

    *messages() {
      yield* visible.values();
      yield* inFlight.values();
      yield* delayed.values();
    },
  };
  return queue;
}
