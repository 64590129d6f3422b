/** An SQS event source's event, and what the function's answer means for each message. Pure. */

import { regionOf } from '../core/account.ts';
import type { Invocation } from '../lambda/protocol.ts';

export interface BatchMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly sentTimestamp: number;
  readonly firstReceiveTimestamp: number;
  readonly receiveCount: number;
  /** The trace header of the call that sent it, if any. */
  readonly trace: string | undefined;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

/** The event that Lambda passes for a batch. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function batchEvent(messages: readonly BatchMessage[], queueArn: string): string {
  return JSON.stringify({ Records: messages.map((message) => record(message, queueArn)) });
}

function record(message: BatchMessage, queueArn: string): object {
  const attributes = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentTimestamp),
    SenderId: '000000000000',
    ApproximateFirstReceiveTimestamp: String(message.firstReceiveTimestamp),
    ...(message.trace && { AWSTraceHeader: message.trace }),
  };
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, attribute]) => [name, eventAttribute(attribute)]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: regionOf(queueArn),
  };
}

function eventAttribute(attribute: MessageAttribute): object {
  return {
    ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
    ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: attribute.DataType,
  };
}

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
  if (!failures?.every((id) => ids.includes(id))) return [];
  return ids.filter((id) => !failures.includes(id));
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
