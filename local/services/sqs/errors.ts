/** The errors of SQS, with the codes and words of AWS. */
import type { ServiceAnswer } from '../call.ts';

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * Codes that have another form in the header for clients of the older protocol (smithy, `awsQueryError`).
 * https://github.com/aws/api-models-aws/blob/main/models/sqs/service/2012-11-05/sqs-2012-11-05.json
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** A refusal of a request, or of one entry of a batch. */
export class SqsError extends Error {
  override readonly name = 'SqsError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function errorAnswer({ code, message }: SqsError): ServiceAnswer {
  return {
    status: 400,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-query-error': `${QUERY_CODES[code] ?? code};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
  };
}

export const deniedAnswer = (message: string): ServiceAnswer => ({
  status: 403,
  headers: { 'content-type': CONTENT_TYPE, 'x-amzn-query-error': 'AccessDenied;Sender' },
  body: JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message }),
});

export const missing = (parameter: string): SqsError =>
  new SqsError('MissingParameter', `The request must contain the parameter ${parameter}.`);

export const invalid = (parameter: string, value: unknown, reason: string): SqsError =>
  new SqsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
