/** Checks what a request of SQS holds, and refuses it in the words of AWS. Pure. */
import { invalid, missing, SqsError } from './errors.ts';
import { attributeBytes, attributesFault, type MessageAttributes } from './message-attributes.ts';
import { isXmlText } from './xml-text.ts';

/** A message as SendMessage takes it, or an entry of SendMessageBatch. */
export interface SendEntry {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: { readonly StringValue?: string } };
}

export interface BatchEntry {
  readonly Id: string;
}

/** Bytes of a batch's messages. */
const BATCH_BYTES = 1_048_576;
const BATCH_ENTRIES = 10;
const ENTRY_ID = /^[a-zA-Z0-9_-]{1,80}$/;
const MAX_DELAY_S = 900;
const MAX_VISIBILITY_S = 43_200;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const GROUP = /^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** @throws SqsError for a batch that is refused as a whole */
export function checkBatch(entries: unknown): asserts entries is readonly BatchEntry[] {
  if (!Array.isArray(entries) || entries.length === 0)
    throw new SqsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > BATCH_ENTRIES)
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${BATCH_ENTRIES}. You have sent ${entries.length}.`,
    );
  const ids = new Set<string>();
  for (const entry of entries as (BatchEntry | null)[]) {
    const Id = entry?.Id;
    if (typeof Id !== 'string' || !ENTRY_ID.test(Id))
      throw new SqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    if (ids.has(Id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
}

/** @throws SqsError where an entry has no body, or the bodies are too long together */
export function checkBodies(entries: readonly SendEntry[]): void {
  const without = entries.findIndex(({ MessageBody }) => !isText(MessageBody));
  if (without >= 0) throw missing(`SendMessageBatchRequestEntry.${without + 1}.MessageBody`);
  if (sum(entries, mostBytes) <= BATCH_BYTES) return;
  const bytes = sum(entries, sizeOf);
  if (bytes > BATCH_BYTES)
    throw new SqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** What is wrong with a message that has a body. */
export function faultOf(entry: SendEntry, maximumBytes: number): SqsError | undefined {
  const { MessageBody = '', DelaySeconds, MessageGroupId, MessageDeduplicationId } = entry;
  if (!isXmlText(MessageBody))
    return new SqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  const fault = entry.MessageAttributes && attributesFault(entry.MessageAttributes);
  if (fault) return fault;
  if (mostBytes(entry) > maximumBytes && sizeOf(entry) > maximumBytes)
    return new SqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  if (DelaySeconds !== undefined && !isWithin(DelaySeconds, 0, MAX_DELAY_S))
    return invalid('DelaySeconds', DelaySeconds, `DelaySeconds must be >= 0 and <= ${MAX_DELAY_S}.`);
  if (MessageGroupId !== undefined && !GROUP.test(MessageGroupId))
    return invalid(
      'MessageGroupId',
      MessageGroupId,
      'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
  if (MessageDeduplicationId !== undefined)
    return invalid(
      'MessageDeduplicationId',
      MessageDeduplicationId,
      'The request includes a parameter that is not valid for this queue type.',
    );
  return undefined;
}

const sum = <T>(all: readonly T[], numberOf: (one: T) => number): number =>
  all.reduce((total, one) => total + numberOf(one), 0);

/** A bound that costs nothing to know: no UTF-16 unit has more than three bytes in UTF-8. */
const mostBytes = ({ MessageBody = '', MessageAttributes }: SendEntry): number =>
  MessageBody.length * 3 + (MessageAttributes ? attributeBytes(MessageAttributes) : 0);

function sizeOf({ MessageBody = '', MessageAttributes }: SendEntry): number {
  return Buffer.byteLength(MessageBody) + (MessageAttributes ? attributeBytes(MessageAttributes) : 0);
}

/** @throws SqsError unless undefined, or a whole number of these */
export function checkRange(parameter: string, value: unknown, min: number, max: number): void {
  if (value === undefined || isWithin(value, min, max)) return;
  throw invalid(parameter, value, `Must be between ${min} and ${max}, if provided.`);
}

export const visibilityFault = (seconds: unknown): SqsError | undefined =>
  isWithin(seconds, 0, MAX_VISIBILITY_S)
    ? undefined
    : invalid('VisibilityTimeout', seconds, `VisibilityTimeout must be >= 0 and <= ${MAX_VISIBILITY_S}.`);

const isWithin = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
