import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { isObject, parse } from '../../values/json.ts';
import { type TakeLogsDeps, takeLogs } from './take-logs.ts';

/** Takes batches of lines that failed three times, from the queue that Lambda has put them into. */
export async function takeAgain(deps: TakeLogsDeps, { Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const { messageId, body } of Records) {
    if ((await takeLogs(deps, failedEvent(body))) > 0) failed.push(messageId);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/**
 * What such a message holds: the event that the function was invoked with, in the record that Lambda makes of it. An event by
 * itself is taken as well, so that a person can send one.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function failedEvent(body: string): unknown {
  const json = parse(body);
  if (!json.ok) return body;
  return isObject(json.value) && isObject(json.value.requestPayload) ? json.value.requestPayload : json.value;
}
