import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Message, type MessageKind, parseMessage } from '../domain/messages.ts';
import { requireEnv } from './env.ts';
import { emitMetrics, errorFields, warn } from './log.ts';
import { sendMessages } from './sqs.ts';

/** A message of a queue, and the record that it came in. */
export interface Received<K extends MessageKind = MessageKind> {
  readonly record: SQSRecord;
  readonly message: Extract<Message, { kind: K }>;
}

/** Works on messages; answers those that failed for a reason of our own and should be received again. */
export type Work<K extends MessageKind> = (received: Received<K>[]) => Promise<Received<K>[]>;

/**
 * Handles a batch from a queue. What does not parse is kept in the quarantine queue and counted, since another
 * try would not make it parse. What fails for our own reasons stays in its queue, and after as many tries as
 * the queue allows goes to the dead letters; what an endpoint answers never comes here.
 */
export async function consume<K extends MessageKind>(
  event: SQSEvent,
  kinds: readonly K[],
  work: Work<K>,
): Promise<SQSBatchResponse> {
  const good: Received<K>[] = [];
  const bad: { record: SQSRecord; problem: string }[] = [];
  for (const record of event.Records) {
    const parsed = parseMessage(record.body, kinds);
    if (parsed.ok) good.push({ record, message: parsed.message });
    else bad.push({ record, problem: parsed.problem });
  }
  const quarantined = await quarantine(bad);
  const failed = good.length > 0 ? await attemptWork(work, good) : [];
  const stay = [...failed, ...(quarantined ? [] : bad)];
  emitMetrics({ Quarantined: quarantined ? bad.length : 0, Faults: stay.length });
  return { batchItemFailures: stay.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

async function attemptWork<K extends MessageKind>(
  work: Work<K>,
  good: Received<K>[],
): Promise<Received<K>[]> {
  try {
    return await work(good);
  } catch (error) {
    warn('batch failed', { size: good.length, ...errorFields(error) });
    return good;
  }
}

async function quarantine(bad: { record: SQSRecord; problem: string }[]): Promise<boolean> {
  if (bad.length === 0) return true;
  for (const { record, problem } of bad) {
    warn('message did not parse', { queue: record.eventSourceARN, messageId: record.messageId, problem });
  }
  try {
    await sendMessages(
      requireEnv('QUARANTINE_QUEUE_URL'),
      bad.map(({ record, problem }) => ({
        body: { queue: record.eventSourceARN, messageId: record.messageId, problem, body: record.body },
      })),
    );
    return true;
  } catch (error) {
    warn('quarantine failed', errorFields(error));
    return false;
  }
}

/**
 * Works on a batch as one, for few requests; if that fails, on each message alone, so that a poisonous one does
 * not take the others with it. The work must bear repetition.
 */
export function togetherOrAlone<K extends MessageKind>(
  work: (received: Received<K>[]) => Promise<void>,
): Work<K> {
  return async (received) => {
    if (await succeeds(work, received)) return [];
    if (received.length === 1) return received;
    const failed: Received<K>[] = [];
    for (const one of received) if (!(await succeeds(work, [one]))) failed.push(one);
    return failed;
  };
}

async function succeeds<T>(work: (items: T[]) => Promise<void>, items: T[]): Promise<boolean> {
  try {
    await work(items);
    return true;
  } catch (error) {
    warn('batch failed', { size: items.length, ...errorFields(error) });
    return false;
  }
}
