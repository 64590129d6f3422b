import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { requireEnv } from '../../platform/env.ts';
import { secretReader } from '../../platform/secrets.ts';
import { sendMessages } from '../../platform/sqs.ts';
import { type ReceiveDeps, receive } from '../../receiver/receive.ts';
import { secretsIn } from '../../receiver/verification.ts';

const queueUrl = requireEnv('QUEUE_URL');

/** A replaced secret counts everywhere after this time. */
const SECRET_CACHE_MS = 60_000;
const readSecret = secretReader(requireEnv('SECRET_ARN'), SECRET_CACHE_MS);

const deps: ReceiveDeps = {
  now: Date.now,
  secrets: async () => secretsIn(await readSecret()),
  send: (messages) =>
    sendMessages(
      queueUrl,
      messages.map((body) => ({ body })),
    ),
};

/** Verifies a webhook and puts its events into the queue. It runs in the account of the receiver’s owner. */
export const handler = (request: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  receive(deps, request);
