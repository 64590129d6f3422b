import type { Attempt } from '../http-client/attempt-record.ts';
import { isPermanent } from '../http-client/status-codes.ts';
import { isHeeded, meaningOf } from '../http-client/verdict.ts';
import { delayAfter, RETRY_LIMITS } from '../targets/retry-policy.ts';
import type { Target } from '../targets/target.ts';
import type { Decision } from './decision.ts';
import type { DeathReason } from './delivery.ts';

/** SQS delays a message by at most 15 minutes (API reference of SendMessage, DelaySeconds). */
export const MAX_QUEUE_DELAY_MS = 900_000;

/** How a target wants failures to be treated. */
export type FailurePolicy = Pick<Target, 'retry' | 'retryClientErrors'>;

/**
 * Decides what the last attempt's answer means.
 *
 * 2xx is success. A redirect is a failure and is never followed: the new address was not checked. 5xx, 408,
 * 425, 429 and every error without an answer may pass, so they are retried. Any other 4xx says that this
 * request is wrong, and repeating it would not make it right, unless the target's owner knows better; 410 says that
 * nothing is wanted any more. An address that must not be posted to is not retried either: an attacker who controls the
 * name would get as many tries at changing it in time.
 *
 * An answer that asks for a longer wait than the schedule's gets it; a shorter one does not shorten it.
 *
 * @param attempts all attempts that are known, the last one last; at least one
 * @param used attempts of the schedule that are used up, the last one among them
 * @param now milliseconds since the epoch
 * @param random a number in [0, 1), for jitter
 */
export function decide(
  attempts: readonly Attempt[],
  used: number,
  policy: FailurePolicy,
  now: number,
  random: number,
): Decision {
  const last = attempts.at(-1);
  const means = last ? meaningOf(last) : 'retry';
  if (means === 'delivered') return { kind: 'delivered' };
  if (last && (means === 'gone' || (means === 'final' && !isRetriedAllTheSame(last, policy))))
    return { kind: 'dead', reason: deathBy(last) };
  const scheduled = delayAfter(policy.retry, used, random);
  if (scheduled === undefined) return { kind: 'dead', reason: 'exhausted' };
  const at = now + Math.max(scheduled, askedFor(attempts, used, now));
  return { kind: 'retry', at, via: waitVia(at, now) };
}

const isRetriedAllTheSame = (
  { status = 0 }: Attempt,
  { retryClientErrors = false }: FailurePolicy,
): boolean => retryClientErrors && isPermanent(status);

function deathBy({ error }: Attempt): DeathReason {
  if (error === 'forbidden_address') return error;
  return error === 'transform' ? 'transform_failed' : 'rejected';
}

/** How something waits till then: a queue delays for a quarter of an hour, a table for as long as one likes. */
export const waitVia = (at: number, now: number): 'queue' | 'table' =>
  at - now <= MAX_QUEUE_DELAY_MS ? 'queue' : 'table';

/**
 * How long the last answer asked to wait, in milliseconds. Not beyond a day after the schedule's first attempt, which is
 * what a delivery has in all: an endpoint can't put it off until its payload is gone.
 */
function askedFor(attempts: readonly Attempt[], used: number, now: number): number {
  const last = attempts.at(-1);
  const counted = attempts.filter(({ uncounted }) => !uncounted);
  const left = (counted.at(-used)?.at ?? attempts[0]?.at ?? now) + RETRY_LIMITS.totalSeconds * 1000 - now;
  return last && isHeeded(last) ? Math.min(last.retryAfterMs ?? 0, left) : 0;
}

/**
 * Why a target gets nothing at all, or undefined when it may be posted to.
 * @param isVerified whether its endpoint has answered the target's present challenge
 */
export function obstacleOf(
  target: Pick<Target, 'active' | 'challenge'>,
  isVerified: boolean,
): DeathReason | undefined {
  if (!target.active) return 'target_disabled';
  return target.challenge && !isVerified ? 'target_unverified' : undefined;
}

/** Whole seconds for SQS, never early by more than half a second and never out of its bounds. */
export const queueDelaySeconds = (at: number, now: number): number =>
  Math.min(MAX_QUEUE_DELAY_MS / 1000, Math.max(0, Math.round((at - now) / 1000)));
