import { createHash, randomBytes } from 'node:crypto';
import type { Route } from '../api/route.ts';
import { type Maker, makerOf, SEED_BYTES } from '../config/maker.ts';
import { idempotencyKeyOf } from '../http/admission.ts';
import type { Caller } from '../http/caller.ts';
import { ApiError } from '../http/errors.ts';
import { begin, finish, forget, release } from '../http/idempotency-store.ts';
import { errorFields, warn } from '../platform/log.ts';
import type { Answer } from './operation.ts';
import type { ManageRequest } from './request.ts';

/**
 * Runs a request, at most once for an `Idempotency-Key`. One that was refused, or that failed, may be made again with
 * the same key; once it has succeeded, the same request gets the same answer for a day.
 */
export async function idempotently(
  table: string,
  { tenant, credential }: Caller,
  route: Route,
  request: ManageRequest,
  run: (make: Maker) => Promise<Answer>,
): Promise<Answer> {
  // What a reader may ask writes nothing, not even this.
  const isHeeded = route.method === 'POST' && route.scope !== 'read';
  const key = isHeeded ? idempotencyKeyOf(request.headers) : undefined;
  if (key === undefined) return run(makerOf(randomBytes(SEED_BYTES), Date.now()));
  const begun = await begin(table, tenant, key, fingerprintOf(request, credential), Date.now());
  if (begun.kind === 'done') return JSON.parse(begun.answer) as Answer;
  if (begun.kind === 'busy') {
    throw new ApiError(
      409,
      'request_in_progress',
      'a request with this key is being worked on',
      'Idempotency-Key',
    );
  }
  if (begun.kind === 'reused') {
    const message = 'expected a new key: this one was used for another request';
    throw new ApiError(422, 'idempotency_key_reused', message, 'Idempotency-Key');
  }
  return remember(table, tenant, key, () => run(makerOf(begun.seed, begun.madeAt)));
}

async function remember(
  table: string,
  tenant: string,
  key: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await run().catch(async (error: unknown) => {
    // What was refused has made nothing, and may come again put right. Should this fail, the key is free in half a minute.
    const freed = error instanceof ApiError ? forget(table, tenant, key) : release(table, tenant, key);
    await freed.catch((fault) => warn('key not released', errorFields(fault)));
    throw error;
  });
  await finish(table, tenant, key, JSON.stringify(withoutOnce(answer)));
  return answer;
}

function withoutOnce({ shownOnce = [], ...answer }: Answer): Answer {
  if (shownOnce.length === 0) return answer;
  const members = Object.entries(answer.body as object).filter(([name]) => !shownOnce.includes(name));
  return { ...answer, body: Object.fromEntries(members) };
}

/** Another credential's request is another one: its answer may show what that credential may not see. */
function fingerprintOf(
  { routeKey, rawPath, rawQueryString, body = '' }: ManageRequest,
  credential: string,
): string {
  const parts = [credential, routeKey, rawPath, rawQueryString, body];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
