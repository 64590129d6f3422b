import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { type HandleDeps, handleBatch } from '../../receiver/handle.ts';
import { claim, markDone, release } from '../../receiver/mark-store.ts';
import type { WebhookHandler } from '../../receiver/webhook-event.ts';

/** The receiver's owner's code, a bundle of its own beside this one. */
const { [requireEnv('WEBHOOK_HANDLER')]: given } = (await import(
  new URL('webhook-handler.mjs', import.meta.url).href
)) as Record<string, unknown>;
if (typeof given !== 'function')
  throw new TypeError(
    `expected the handler's module to export the function ${requireEnv('WEBHOOK_HANDLER')}`,
  );

const deps: HandleDeps = {
  now: Date.now,
  newLease: randomUUID,
  keepSeconds: requireEnvNumber('KEEP_SECONDS'),
  ...bind({ claim, markDone, release }, requireEnv('WEBHOOK_TABLE')),
  handler: given as WebhookHandler,
  // Of an error, Lambda's own form of lines has type, message and stack.
  onFailure: (id, messageId, error) =>
    console.error(`failed: event ${id ?? 'unknown'}, message ${messageId}`, error),
};

/** Hands the events of a batch to the handler of the receiver’s owner, each once. It runs in the owner’s account. */
export const handler = ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  handleBatch(deps, Records, context.getRemainingTimeInMillis());
