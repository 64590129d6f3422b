import { createHash } from 'node:crypto';
import { type Route, writes } from '../api/route.ts';
import { type Maker, makerOf, SEED_BYTES } from '../config/maker.ts';
import { idempotencyKeyOf } from '../http/admission.ts';
import { type Caller, hasKey } from '../http/caller.ts';
import { ApiError } from '../http/errors.ts';
import type * as idempotencyStore from '../http/idempotency-store.ts';
import type { Bound } from '../platform/bind.ts';
import { errorFields, warn } from '../platform/log.ts';
import type { Answer } from './operation.ts';
import type { ManageRequest } from './request.ts';

export interface IdempotencyDeps
  extends Bound<Pick<typeof idempotencyStore, 'begin' | 'finish' | 'forget' | 'release'>> {
  /** Milliseconds since the epoch. */
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/**
 * Runs a request, at most once for an `Idempotency-Key`. A request that was refused, or that failed, may be repeated with
 * the same key. Once it has succeeded, the same request gets the same answer for a day.
 */
export async function idempotently(
  deps: IdempotencyDeps,
  { tenant, credential }: Caller,
  route: Route,
  request: ManageRequest,
  run: (make: Maker) => Promise<Answer>,
): Promise<Answer> {
  // A question writes nothing, not even this. Whoever has no credential has no names either.
  const isHeeded = route.method === 'POST' && writes(route) && route.scope !== 'none';
  const asked = isHeeded ? idempotencyKeyOf(request.headers) : undefined;
  const key = asked === undefined ? undefined : nameOf(asked, credential);
  const now = deps.now();
  const seed = deps.randomBytes(SEED_BYTES);
  if (key === undefined) return run(makerOf(seed, now));
  const begun = await deps.begin(tenant, key, { fingerprint: fingerprintOf(request, credential), seed, now });
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
  return remember(deps, tenant, key, () => run(makerOf(begun.seed, begun.madeAt)));
}

/** Keys of the tenant's programs have one space of names. A portal token has its own: a browser can't use up their keys. */
const nameOf = (key: string, credential: string): string =>
  // No header holds a line break.
  hasKey({ credential }) ? key : `${credential}\n${key}`;

async function remember(
  { finish, forget, release }: IdempotencyDeps,
  tenant: string,
  key: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await run().catch(async (error: unknown) => {
    // A refused request has made nothing, and may come again corrected. If this fails, the key is free in half a minute.
    const freed = error instanceof ApiError ? forget(tenant, key) : release(tenant, key);
    await freed.catch((fault) => warn('key not released', { tenant, ...errorFields(fault) }));
    throw error;
  });
  await finish(tenant, key, JSON.stringify(withoutOnce(answer)));
  return answer;
}

function withoutOnce({ shownOnce = [], ...answer }: Answer): Answer {
  if (shownOnce.length === 0) return answer;
  const members = Object.entries(answer.body as object).filter(([name]) => !shownOnce.includes(name));
  return { ...answer, body: Object.fromEntries(members) };
}

/** With another credential it is another request: its answer may show what that credential may not see. */
function fingerprintOf(
  { routeKey, rawPath, rawQueryString, body = '' }: ManageRequest,
  credential: string,
): string {
  const parts = [credential, routeKey, rawPath, rawQueryString, body];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
