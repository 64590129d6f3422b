import type {
  GetQueueAttributesResult,
  QueueAttributeName,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
} from '@aws-sdk/client-sqs';
import { awsClient, type Call, type CallOptions } from './aws/aws-client.ts';
import { AwsError } from './aws/aws-error.ts';
import { inParallel } from './in-parallel.ts';

/** A message to send. */
export interface Outgoing {
  /** Serialised as JSON. */
  readonly body: unknown;
  /** Whole seconds, 0 to 900. */
  readonly delaySeconds?: number;
  /** For fair queues: one group does not starve the others. At most 128 characters. */
  readonly group?: string;
}

/** Limits of SendMessageBatch (SQS developer guide, message quotas). */
const MAX_ENTRIES = 10;
const MAX_BATCH_BYTES = 1024 * 1024;
/** Batches under way at once for one call of ours; more would only queue for sockets. */
const PARALLEL_BATCHES = 8;
const TRIES = 3;
/** Errors of a whole request that are about what it holds. */
const CONTENT_REFUSALS = new Set(['BatchRequestTooLong', 'InvalidMessageContents', 'InvalidParameterValue']);

const isAboutContent = ({ name, queryCode = name }: AwsError): boolean =>
  CONTENT_REFUSALS.has(name) || CONTENT_REFUSALS.has(queryCode);

/** By region: a request is signed for the region that it goes to. Mostly there is one, that of the function. */
const clients = new Map<string | undefined, Call>();

/** As in `https://sqs.eu-central-1.amazonaws.com/…`. A queue whose URL names none is in the function's own region. */
const regionOf = (queueUrl: string): string | undefined =>
  /^https?:\/\/sqs\.([a-z0-9-]+)\./.exec(queueUrl)?.[1];

function clientFor(queueUrl: string): Call {
  const region = regionOf(queueUrl);
  const known = clients.get(region);
  if (known) return known;
  const client = awsClient('sqs', { region });
  clients.set(region, client);
  return client;
}

/** Some messages could not be sent; the others were. */
export class SendError extends Error {
  override readonly name = 'SendError';
  /** Positions in the list that was to be sent. */
  readonly unsent: readonly number[];
  /** SQS refused what was sent; it would refuse it again. */
  readonly isSendersFault: boolean;
  constructor(refused: readonly Refusal[]) {
    super(`${refused.length} messages were not sent: ${refused[0]?.reason}`);
    this.unsent = refused.map(({ id }) => Number(id));
    this.isSendersFault = refused.some((refusal) => refusal.isSendersFault);
  }
}

/** A message, and the queue that it goes to. */
export interface Addressed extends Outgoing {
  readonly queueUrl: string;
}

/**
 * Sends messages in as few requests as their number and size allow.
 * @throws SendError when some are still refused after a few tries
 */
export const sendMessages = (queueUrl: string, messages: readonly Outgoing[]): Promise<void> =>
  sendAddressed(messages.map((message) => ({ ...message, queueUrl })));

/**
 * The same for messages to several queues. A queue that refuses its messages does not hold up the others.
 * @throws SendError with positions in the whole list
 */
export async function sendAddressed(messages: readonly Addressed[]): Promise<void> {
  const byQueue = Map.groupBy(messages.map(toEntry), (_, position) => messages[position]!.queueUrl);
  const refused = await Promise.all(
    [...byQueue].map(([queueUrl, entries]) =>
      inParallel(inBatches(entries), PARALLEL_BATCHES, (batch) => sendBatch(queueUrl, batch)),
    ),
  );
  if (refused.flat(2).length > 0) throw new SendError(refused.flat(2));
}

/**
 * Sends messages once, for what is better lost than waited for: nothing is tried again.
 * @param withinMs bounds the whole
 * @throws SendError with positions in the list
 */
export async function sendOnce(
  queueUrl: string,
  messages: readonly Outgoing[],
  withinMs: number,
): Promise<void> {
  const once = { tries: 1, abortSignal: AbortSignal.timeout(withinMs) };
  const batches = inBatches(messages.map(toEntry));
  const refused = await Promise.all(batches.map((batch) => sendBatch(queueUrl, batch, once)));
  if (refused.flat().length > 0) throw new SendError(refused.flat());
}

/** About how many messages could be received now, without those that are delayed or in flight. */
export async function visibleIn(QueueUrl: string): Promise<number> {
  const { ApproximateNumberOfMessages } = await attributesOf(QueueUrl, ['ApproximateNumberOfMessages']);
  return Number(ApproximateNumberOfMessages ?? 0);
}

/** Messages of a queue, about. */
export interface QueueCounts {
  /** Could be received now. */
  readonly waiting: number;
  /** Received, and not deleted or back yet. */
  readonly inFlight: number;
  /** Sent with a delay that is not over. */
  readonly delayed: number;
}

/** The longest wait for counts: a region that does not answer is to be shown rather than waited for. Milliseconds. */
const COUNT_TIMEOUT_MS = 5000;

/** What a queue holds, and the name of its dead-letter queue, which is of the same region. */
export interface QueueReading {
  readonly counts: QueueCounts;
  readonly deadLetterQueue: string | undefined;
}

/** One request, $0.0000004. */
export async function readQueue(QueueUrl: string): Promise<QueueReading> {
  const attributes = await attributesOf(
    QueueUrl,
    [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
      'RedrivePolicy',
    ],
    { abortSignal: AbortSignal.timeout(COUNT_TIMEOUT_MS) },
  );
  const { deadLetterTargetArn } = JSON.parse(attributes.RedrivePolicy ?? '{}') as {
    deadLetterTargetArn?: string;
  };
  return {
    counts: {
      waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    },
    deadLetterQueue: deadLetterTargetArn?.split(':').at(-1),
  };
}

async function attributesOf(
  QueueUrl: string,
  AttributeNames: readonly QueueAttributeName[],
  options?: CallOptions,
): Promise<Partial<Record<QueueAttributeName, string>>> {
  const input = { QueueUrl, AttributeNames };
  const { Attributes = {} } = await clientFor(QueueUrl)<GetQueueAttributesResult>(
    'GetQueueAttributes',
    input,
    options,
  );
  return Attributes;
}

interface Refusal {
  readonly id: string;
  readonly reason: string;
  readonly isSendersFault: boolean;
}

async function sendBatch(
  QueueUrl: string,
  Entries: SendMessageBatchRequestEntry[],
  { tries, abortSignal }: { readonly tries: number; readonly abortSignal?: AbortSignal } = { tries: TRIES },
): Promise<Refusal[]> {
  let refused: Refusal[];
  try {
    const { Failed = [] } = await clientFor(QueueUrl)<SendMessageBatchResult>(
      'SendMessageBatch',
      { QueueUrl, Entries },
      { abortSignal },
    );
    refused = Failed.map(({ Id, Code, Message, SenderFault = false }) => ({
      id: Id!,
      reason: `${Code}: ${Message}`,
      isSendersFault: SenderFault,
    }));
  } catch (error) {
    // The request has been made again already; what is thrown is final for all of them.
    const isSendersFault = error instanceof AwsError && isAboutContent(error);
    return Entries.map(({ Id }) => ({ id: Id!, reason: String(error), isSendersFault }));
  }
  if (refused.length === 0 || tries === 1) return refused;
  const ids = new Set(refused.map(({ id }) => id));
  return sendBatch(
    QueueUrl,
    Entries.filter(({ Id }) => ids.has(Id!)),
    { tries: tries - 1 },
  );
}

const toEntry = (
  { body, delaySeconds, group }: Outgoing,
  position: number,
): SendMessageBatchRequestEntry => ({
  Id: String(position),
  MessageBody: toSqsText(body),
  ...(delaySeconds && { DelaySeconds: delaySeconds }),
  ...(group && { MessageGroupId: group }),
});

/**
 * JSON in the characters that SQS takes, those of XML 1.0 (API reference of SendMessage). JSON escapes the
 * control characters and lone surrogates by itself; the two non-characters remain.
 */
export const toSqsText = (body: unknown): string =>
  JSON.stringify(body).replace(/[\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

function inBatches(entries: SendMessageBatchRequestEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody!);
    const current = batches.at(-1);
    if (current && current.length < MAX_ENTRIES && bytes + size <= MAX_BATCH_BYTES) {
      current.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}
