import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type HandedBody, receivedBody } from '../http/received-body.ts';
import { toSqsText } from '../platform/sqs.ts';
import { challengeAnswer } from './challenge-answer.ts';
import type { WebhookMessage } from './messages.ts';
import { pullApart, UnreadableRequestError } from './pull-apart.ts';
import { verify } from './verification.ts';

/** What SQS takes in a message, in bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

export interface ReceiveDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The secrets that may have signed. */
  readonly secrets: () => Promise<readonly string[]>;
  /** Resolves when the queue has all of them. */
  readonly send: (messages: readonly WebhookMessage[]) => Promise<void>;
}

type Answer = APIGatewayProxyStructuredResultV2;

/**
 * Answers a request: verifies it, and puts its events into the queue. What fails on our side is thrown, which API Gateway
 * answers with 500, and the sender tries again.
 */
export async function receive({ now, secrets, send }: ReceiveDeps, request: HandedBody): Promise<Answer> {
  const read = receivedBody(request);
  if (read.kind === 'refused') return refusal(415, 'unsupported_media_type', read.problem);
  // The signature is over the bytes as they came. If they were changed on the way, none is right.
  const signed = { headers: request.headers, body: read.wire };
  const at = now();
  const verdict = verify(signed, await secrets(), at);
  if (verdict.kind === 'refused') return refusal(401, 'unverified', verdict.problem);
  const challenge = challengeAnswer(verdict.id, read.wire, verdict.secret);
  if (challenge) return json(200, challenge);
  try {
    const messages = pullApart(signed, verdict.id, new Date(at).toISOString());
    if (messages.some(isTooLarge))
      return refusal(413, 'payload_too_large', 'expected a payload that fits into a message of SQS, 1 MiB');
    await send(messages);
    return { statusCode: 202 };
  } catch (error) {
    if (error instanceof UnreadableRequestError) return refusal(400, 'invalid_request', error.message);
    throw error;
  }
}

const isTooLarge = (message: WebhookMessage): boolean =>
  Buffer.byteLength(toSqsText(message)) > MAX_MESSAGE_BYTES;

const json = (statusCode: number, body: object): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const refusal = (statusCode: number, error: string, message: string): Answer =>
  json(statusCode, { error, message });
