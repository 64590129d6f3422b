import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { AwsError } from '../../platform/aws/aws-error.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { aboutAll } from '../../platform/log-fields.ts';
import { SendError } from '../../platform/sqs.ts';
import { subjectsOf } from '../message-subjects.ts';
import { type Message, type MessageKind, parseMessage } from '../messages.ts';
import type { Quarantine } from './quarantine.ts';

/** A message of a queue, and the record that it came in. */
export interface Received<K extends MessageKind = MessageKind> {
  readonly record: SQSRecord;
  readonly message: Extract<Message, { kind: K }>;
}

/** How often the message was received, this time included. */
export const receivesOf = ({ record: { attributes } }: Pick<Received, 'record'>): number =>
  Number(attributes.ApproximateReceiveCount);

const isRepeated = (received: Pick<Received, 'record'>): boolean => receivesOf(received) > 1;

/** Works on messages. @returns those that failed for a reason of our own and should be received again */
export type Work<K extends MessageKind> = (received: Received<K>[]) => Promise<Received<K>[]>;

/**
 * Handles a batch from a queue. A message that does not parse is kept in the quarantine queue and counted, since another
 * try would not make it parse. Only one of a newer version stays, since the code that can read it is just being deployed.
 * A message that fails for our own reasons stays in its queue, and goes to the dead letters after as many tries as the
 * queue allows. What an endpoint answers is never such a failure.
 */
export async function consume<K extends MessageKind>(
  event: SQSEvent,
  kinds: readonly K[],
  work: Work<K>,
  quarantine: Quarantine,
): Promise<SQSBatchResponse> {
  const good: Received<K>[] = [];
  const newer: { record: SQSRecord }[] = [];
  const bad: { record: SQSRecord; problem: string }[] = [];
  for (const record of event.Records) {
    const parsed = parseMessage(record.body, kinds);
    if (parsed.ok) good.push({ record, message: parsed.message });
    else if (parsed.isNewer) newer.push({ record });
    else bad.push({ record, problem: parsed.problem });
  }
  const isQuarantined = await quarantine(
    bad.map(({ record, problem }) => ({
      from: record.eventSourceARN,
      id: record.messageId,
      problem,
      body: record.body,
    })),
  );
  const failed = good.length > 0 ? await attemptWork(work, good) : [];
  const stay = [...failed, ...newer, ...(isQuarantined ? [] : bad)];
  emitMetrics({ Faults: stay.length });
  return { batchItemFailures: stay.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

async function attemptWork<K extends MessageKind>(
  work: Work<K>,
  good: Received<K>[],
): Promise<Received<K>[]> {
  try {
    return await work(good);
  } catch (error) {
    warnOfBatch(good, error);
    return good;
  }
}

/**
 * Works on a batch as one, for few requests. If it fails on what a message holds, each message is tried alone, so that a
 * poisonous one leaves the others. If a service fails, asking it more often would not help, and all messages are received
 * again.
 * @param work must bear repetition, and is told whether some of it may have been done before: in another invocation, or with
 *   the whole batch
 */
export function batchOrSingly<K extends MessageKind>(
  work: (received: Received<K>[], areRepeated: boolean) => Promise<void>,
): Work<K> {
  return async (received) => {
    const error = await attemptAll(received, (all) => work(all, all.some(isRepeated)));
    if (error === undefined) return [];
    if (received.length === 1 || !isAboutContent(error)) return received;
    const failed: Received<K>[] = [];
    for (const one of received) {
      if ((await attemptAll([one], (alone) => work(alone, true))) !== undefined) failed.push(one);
    }
    return failed;
  };
}

/** What the work threw, undefined when it went well. */
async function attemptAll<K extends MessageKind>(
  items: Received<K>[],
  work: (items: Received<K>[]) => Promise<void>,
): Promise<unknown> {
  try {
    await work(items);
    return undefined;
  } catch (error) {
    warnOfBatch(items, error);
    return error ?? new Error('nothing was thrown');
  }
}

function warnOfBatch(received: readonly { readonly message: Message }[], error: unknown): void {
  const subjects = received.flatMap(({ message }) => subjectsOf(message));
  warn('batch failed', { ...aboutAll(subjects), messages: received.length, ...errorFields(error) });
}

/** Refusals of what was sent, by DynamoDB and SQS. */
const REFUSALS = new Set(['ValidationException', 'InvalidMessageContents']);

/** A refusal is about what was sent. So is every error that no AWS service has thrown. */
function isAboutContent(error: unknown): boolean {
  if (error instanceof SendError) return error.isSendersFault;
  return error instanceof Error && (REFUSALS.has(error.name) || !isOfService(error));
}

/** What the AWS SDK throws has one of two marks; what a connection ends with has a code such as ECONNRESET or EAI_AGAIN. */
const isOfService = (error: Error & { code?: unknown }): boolean =>
  error instanceof AwsError ||
  '$metadata' in error ||
  '$fault' in error ||
  /^(EAI_AGAIN|[A-Z]+)$/.test(String(error.code)) ||
  ['TimeoutError', 'AbortError', 'CredentialsProviderError'].includes(error.name);
