import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { LRUCache } from 'lru-cache';
import { getProgress } from '../../delivery/delivery-log-store.ts';
import { payloadBytes } from '../../events/payload.ts';
import { getPayload } from '../../events/payload-store.ts';
import { removeHeld } from '../../hold-queue/hold-queue-store.ts';
import { apiErrors } from '../../manage/api-errors.ts';
import type { ManageRequest } from '../../manage/request.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { fail } from '../../platform/items.ts';
import { sendAddressed } from '../../platform/sqs.ts';
import {
  moveLease,
  pullItems,
  readPullItems,
  releaseLease,
  removePullItem,
  takeLease,
} from '../../pull/pull-store.ts';
import type { Target } from '../../targets/target.ts';
import { loadTargets } from '../../targets/target-store.ts';
import { refName, type TargetRef } from '../../values/target-ref.ts';
import { type ServeDeps, serve } from './serve.ts';

const bucket = requireEnv('PAYLOAD_BUCKET');
const config = bind({ loadTargets }, requireEnv('CONFIG_TABLE'));

/** Of those that can be fetched from. */
const known = new LRUCache<string, Target>({ max: 1000, ttl: requireEnvNumber('TARGET_CACHE_MS') });

/** One that is switched off is not kept: its owner, who has just switched it on, is not told otherwise. */
async function targetOf(ref: TargetRef): Promise<Target | undefined> {
  const name = refName(ref);
  const remembered = known.get(name);
  if (remembered) return remembered;
  const found = (await config.loadTargets([ref], (_, error) => fail(error))).get(name);
  if (found?.active) known.set(name, found);
  return found;
}

const deps: ServeDeps = {
  now: Date.now,
  randomBytes,
  targetOf,
  loadPayload: (payload) => payloadBytes(payload, (key) => getPayload(bucket, key)),
  sendAddressed,
  outcomesQueue: requireEnv('OUTCOMES_QUEUE_URL'),
  deadLettersQueue: requireEnv('DEAD_LETTERS_QUEUE_URL'),
  ...bind(
    { moveLease, pullItems, readPullItems, releaseLease, removeHeld, removePullItem, takeLease },
    requireEnv('STATE_TABLE'),
  ),
  ...bind({ getProgress }, requireEnv('LOG_TABLE')),
};

/** Serves those who fetch their messages. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(apiErrors(Date.now))
  .handler((event) => serve(deps, event as ManageRequest));
