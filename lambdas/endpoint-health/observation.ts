import type { Attempt } from '../http-client/attempt-record.ts';
import { isFetchError } from '../http-client/error-class.ts';
import { isHeeded, meaningOf } from '../http-client/verdict.ts';
import type { Observation } from './health.ts';
import { PATIENCE_MS } from './patience.ts';

/**
 * The longest that a target gets nothing because of one answer. It may ask for more each time; a day's silence for one
 * answer would be a day's backlog.
 */
const MAX_PAUSE_MS = 900_000;
/** For a 429 that does not say how long. */
const DEFAULT_PAUSE_MS = 1000;

/** What a function has seen of a target. @param attempts of one target, made at about the same time */
export function observationOf(attempts: readonly Attempt[]): Observation {
  const pauses = attempts.flatMap((attempt) => pauseUntil(attempt) ?? []);
  const kinds = attempts.map(kindOf);
  const count = (kind: Kind): number => kinds.filter((each) => each === kind).length;
  return {
    ok: count('ok'),
    failed: count('failed'),
    rejected: count('rejected'),
    silent: kinds.every((kind) => kind === 'silent' || kind === 'unknown') ? count('silent') : 0,
    isSlow: attempts.some(({ ms, error }) => ms > PATIENCE_MS || error === 'timeout'),
    isGone: attempts.some((attempt) => meaningOf(attempt) === 'gone'),
    ...(pauses.length > 0 && { pauseUntil: Math.max(...pauses) }),
    ...lastFailureIn(attempts),
  };
}

function lastFailureIn(attempts: readonly Attempt[]): Pick<Observation, 'lastFailure'> {
  const last = attempts.findLast((attempt) => ['failed', 'rejected'].includes(kindOf(attempt)));
  if (!last) return {};
  const { at, status, error } = last;
  return { lastFailure: { at, ...(status !== undefined && { status }), ...(error && { error }) } };
}

/** Whether an attempt says that the endpoint is failing, rather than that it does not want the request. */
export const isFailure = (attempt: Attempt): boolean => kindOf(attempt) === 'failed';

type Kind = 'ok' | 'failed' | 'rejected' | 'silent' | 'unknown';

function kindOf(attempt: Attempt): Kind {
  const { error, uncounted } = attempt;
  // A request that a fast lane has cut shows that the target is slow; many without an answer in between, that it hangs. A probe
  // that timed out counts no more here: the breaker counts failed probes.
  if (error === 'timeout' && uncounted) return 'silent';
  // Its owner's expression failed, and nothing was sent.
  if (error === 'transform') return 'unknown';
  // There is no endpoint.
  if (isFetchError(error)) return 'unknown';
  const means = meaningOf(attempt);
  if (means === 'delivered') return 'ok';
  return means === 'final' || means === 'gone' ? 'rejected' : 'failed';
}

function pauseUntil(attempt: Attempt): number | undefined {
  const { at, ms, retryAfterMs } = attempt;
  const wanted = isHeeded(attempt) ? retryAfterMs : undefined;
  const pause = wanted ?? (meaningOf(attempt) === 'throttled' ? DEFAULT_PAUSE_MS : undefined);
  return pause === undefined ? undefined : at + ms + Math.min(pause, MAX_PAUSE_MS);
}
