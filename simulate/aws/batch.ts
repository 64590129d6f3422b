import type { Message } from '../../local/services/sqs/message.ts';
import { SENDER_ID } from '../../local/services/sqs/operations.ts';
import type { Invocation } from './account.ts';

/** What an event has for each message beside its body. A guess. */
export const bytesAround = 400;

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const eventOf = (batch: readonly Message[], arn: string): object => ({
  Records: batch.map(({ id, handle, body, receives, sentAt, firstReceivedAt, trace }) => ({
    messageId: id,
    receiptHandle: handle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: SENDER_ID,
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(trace !== undefined && { AWSTraceHeader: trace }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: 'us-east-1',
  })),
});

/** The ids of the messages that return. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export function failuresOf(
  invocation: Invocation,
  batch: readonly Message[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ id }) => id));
  if (invocation.kind === 'failed') return all;
  if (!reportsFailures) return new Set();
  const { batchItemFailures = [] } = (invocation.result ?? {}) as {
    batchItemFailures?: readonly { readonly itemIdentifier?: unknown }[];
  };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => String(itemIdentifier)));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}
