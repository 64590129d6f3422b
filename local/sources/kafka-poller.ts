/** Runs an event source mapping of Kafka: reads a topic of a real broker, invokes the function, commits what it took. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, Message, MessagesStream } from '@platformatic/kafka';
import type { Log } from '../core/log.ts';
import type { LocalFunction } from '../lambda/function.ts';
import { type KafkaCluster, kafkaEvent } from './kafka-event.ts';

export interface KafkaMapping {
  readonly name: string;
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly groupId: string;
  readonly startsAt: 'LATEST' | 'TRIM_HORIZON';
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly windowMs: number;
}

/** A batch is sent early when its payload would exceed Lambda's 6 MB. */
const BATCH_BYTES = 6_000_000;
/** What stands around a value in an event. */
const AROUND = 300;
/** Batches that are read ahead. */
const AHEAD = 4;
/** Between tries of a batch that failed, and of a broker that is not there. */
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2000;

type Polled = Message<Buffer, Buffer, Buffer, Buffer>;

/**
 * Starts polling. Lambda repeats a batch that fails until it succeeds, and reads nothing behind it.
 * @returns stops it
 */
export function startKafkaPoller(
  mapping: KafkaMapping,
  brokers: readonly string[],
  log: Log,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = poll(mapping, brokers, log, signal);
  return async () => {
    stopping.abort();
    await ended;
  };
}

async function poll(
  mapping: KafkaMapping,
  brokers: readonly string[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { Consumer } = await import('@platformatic/kafka');
  for (let tries = 0; !signal.aborted; tries++) {
    const consumer = new Consumer<Buffer, Buffer, Buffer, Buffer>({
      clientId: `posthorn-local-${mapping.name}`,
      groupId: mapping.groupId,
      bootstrapBrokers: [...brokers],
      retries: 0,
    });
    try {
      await read(consumer, mapping, signal, () => {
        tries = 0;
      });
    } catch (error) {
      if (signal.aborted) break;
      const text = `NotPolled  ${mapping.name}, topic ${mapping.topic} at ${brokers}: ${reasonOf(error)}`;
      if (tries === 0) log({ kind: 'cloud', text });
      await waited(tries, signal);
    } finally {
      await consumer.close(true).catch(() => {});
    }
  }
}

/** The client wraps what went wrong. */
function reasonOf(error: unknown): string {
  const { message, errors = [] } = error as Error & { readonly errors?: readonly unknown[] };
  return errors.length > 0 ? reasonOf(errors.at(-1)) : message;
}

const waited = (tries: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), undefined, { signal }).catch(() => {});

/** Reads and hands on until it is to stop. @throws what ends the connection */
async function read(
  consumer: Consumer<Buffer, Buffer, Buffer, Buffer>,
  mapping: KafkaMapping,
  signal: AbortSignal,
  onBatch: () => void,
): Promise<void> {
  const stream = await consumer.consume({
    topics: [mapping.topic],
    autocommit: false,
    mode: 'committed',
    fallbackMode: mapping.startsAt === 'LATEST' ? 'latest' : 'earliest',
    maxWaitTime: 200,
  });
  const arrivals = arrivalsOf(stream, mapping.batchSize * AHEAD, signal);
  while (!signal.aborted) {
    const batch = await arrivals.batch(mapping);
    if (batch.length === 0) continue;
    await handOn(batch, mapping, signal);
    if (!signal.aborted) await commit(batch);
    onBatch();
  }
}

/** Invokes the function with a batch until it takes it. */
async function handOn(
  batch: readonly Polled[],
  { target, cluster }: KafkaMapping,
  signal: AbortSignal,
): Promise<void> {
  const event = kafkaEvent(
    batch.map(({ topic, partition, offset, timestamp, key, value, headerEntries }) => ({
      topic,
      partition,
      offset,
      timestamp,
      key,
      value,
      headers: headerEntries,
    })),
    cluster,
  );
  for (let tries = 0; !signal.aborted; tries++) {
    const { kind } = await target.invokeText(event);
    if (kind === 'returned') return;
    await waited(tries, signal);
  }
}

/** What comes behind the last record of each partition is read next, also by whoever takes over. */
async function commit(batch: readonly Polled[]): Promise<void> {
  const last = new Map(batch.map((message) => [message.partition, message]));
  await Promise.all([...last.values()].map((message) => message.commit()));
}

/** Records as they come, in batches. */
function arrivalsOf(
  stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>,
  ahead: number,
  signal: AbortSignal,
) {
  const waiting: Polled[] = [];
  let failure: Error | undefined;
  let wake = (): void => {};
  stream.on('data', (message) => {
    waiting.push(message);
    if (waiting.length >= ahead) stream.pause();
    wake();
  });
  stream.on('error', (error) => {
    failure = error;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });

  /** Until something comes or fails, or so much time is over. */
  async function arrival(ms: number | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  return {
    /** Waits for a first record, then for the rest as long as the window is open. */
    async batch({ batchSize, windowMs }: KafkaMapping): Promise<Polled[]> {
      while (waiting.length === 0 && !failure && !signal.aborted) await arrival(undefined);
      if (failure) throw failure;
      const closes = Date.now() + windowMs;
      while (waiting.length < batchSize && !failure && !signal.aborted && Date.now() < closes)
        await arrival(closes - Date.now());
      const batch = waiting.splice(0, Math.max(1, fitting(waiting, batchSize)));
      stream.resume();
      return batch;
    },
  };
}

/** How many of the first records fit into one event. */
function fitting(waiting: readonly Polled[], most: number): number {
  let bytes = 0;
  const over = waiting.findIndex(({ key, value, headerEntries }, i) => {
    const headers = headerEntries.reduce(
      (sum, [name, text]) => sum + name.length + 4 * (text?.length ?? 0),
      0,
    );
    bytes += AROUND + headers + ((key?.length ?? 0) + (value?.length ?? 0)) * (4 / 3);
    return i >= most || bytes > BATCH_BYTES;
  });
  return over === -1 ? waiting.length : over;
}
