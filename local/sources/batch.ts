/** An SQS event source's event, and what the function's answer means for each message. Pure. */

import { regionOf } from '../core/account.ts';
import type { Invocation } from '../lambda/protocol.ts';
import type { MessageAttributes } from '../services/sqs/message-attributes.ts';
import { SENDER_ID } from '../services/sqs/operations.ts';
import type { Received } from '../services/sqs/queue.ts';

/**
 * The event that Lambda passes for a batch, as text. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 *
 * It is put together by hand: digits, hashes and ids need no escaping, and most of the rest is the same for all.
 */
export function batchEvent(batch: readonly Received[], queueArn: string): string {
  const source = `"eventSource":"aws:sqs","eventSourceARN":"${queueArn}","awsRegion":"${regionOf(queueArn)}"`;
  return `{"Records":[${batch.map((received) => `{${record(received)},${source}}`).join()}]}`;
}

/** Bytes beside a message's text in an event: ids, times, a trace header and as many attributes as are usual. */
const AROUND = 4096;
/** What JSON and UTF-8 make of one UTF-16 unit at most. */
const MOST_BYTES = 6;

/**
 * A batch in parts, each of which fits into one event. Ten messages of 1 MiB don't: AWS invokes the function as soon as
 * a batch has the size of a payload.
 */
export function inPayloads(batch: readonly Received[], maxBytes: number): (readonly Received[])[] {
  const most = batch.reduce((sum, { message }) => sum + message.body.length * MOST_BYTES + AROUND, 0);
  if (most <= maxBytes) return [batch];
  const parts: Received[][] = [];
  let free = 0;
  for (const received of batch) {
    const { body, attributes } = received.message;
    const bytes = Buffer.byteLength(JSON.stringify([body, attributes])) + AROUND;
    if (bytes > free || parts.length === 0) {
      parts.push([]);
      free = maxBytes;
    }
    parts.at(-1)!.push(received);
    free -= bytes;
  }
  return parts;
}

function record({ message, handle }: Received): string {
  const trace = message.trace === undefined ? '' : `,"AWSTraceHeader":${JSON.stringify(message.trace)}`;
  return (
    `"messageId":"${message.id}","receiptHandle":"${handle}","body":${JSON.stringify(message.body)},` +
    `"attributes":{"ApproximateReceiveCount":"${message.receives}","SentTimestamp":"${message.sentAt}",` +
    `"SenderId":"${SENDER_ID}","ApproximateFirstReceiveTimestamp":"${message.firstReceivedAt}"${trace}},` +
    `"messageAttributes":${message.attributes ? JSON.stringify(eventAttributes(message.attributes)) : '{}'},` +
    `"md5OfBody":"${message.md5OfBody}"`
  );
}

const eventAttributes = (attributes: MessageAttributes): object =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );

/**
 * The ids of the messages to delete after an invocation. The others reappear after the queue's visibility timeout.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: an empty or missing list is success; an
 * id that is empty, null or not in the batch, and an answer of another shape, fail the whole batch.
 *
 * @param reportsFailures whether the mapping has ReportBatchItemFailures; without it, only errors count
 */
export function handled(
  ids: readonly string[],
  invocation: Invocation,
  reportsFailures: boolean,
): readonly string[] {
  if (invocation.kind === 'failed') return [];
  if (!reportsFailures) return ids;
  const failures = reportedFailures(invocation.payload);
  if (failures?.length === 0) return ids;
  const known = new Set(ids);
  if (!failures?.every((id) => known.has(id))) return [];
  for (const id of failures) known.delete(id);
  return [...known];
}

function reportedFailures(payload: string): string[] | undefined {
  const answer = JSON.parse(payload) as { batchItemFailures?: unknown } | string | number | boolean | null;
  if (answer === null) return [];
  if (typeof answer !== 'object' || Array.isArray(answer)) return undefined;
  const list = answer.batchItemFailures ?? [];
  if (!Array.isArray(list)) return undefined;
  return list.map((item: { itemIdentifier?: unknown } | null) => {
    const id = item?.itemIdentifier;
    return typeof id === 'string' ? id : '';
  });
}
