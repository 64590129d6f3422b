import type { Target } from './config.ts';
import type { Attempt, DeathReason } from './delivery.ts';
import { delayAfter, RETRY_LIMITS, type RetryPolicy } from './retry-policy.ts';

/** What happens to a delivery next. */
export type Decision =
  | { kind: 'delivered' }
  | { kind: 'retry'; at: number; via: 'queue' | 'table' }
  | { kind: 'dead'; reason: DeathReason };

/** SQS delays a message by at most 15 minutes (API reference of SendMessage, DelaySeconds). */
export const MAX_QUEUE_DELAY_MS = 900_000;

/**
 * Decides what the last attempt's answer means.
 *
 * 2xx is success. A redirect is a failure and is never followed: the new address was not checked. 5xx, 408,
 * 425, 429 and every error without an answer may pass, so they are retried. Any other 4xx says that this
 * request is wrong, and repeating it would not make it right. An address that must not be posted to is not tried for a
 * day either: whoever controls the name would get as many tries at changing it in time.
 *
 * An answer that asks for a longer wait than the schedule's gets it; a shorter one does not shorten it.
 *
 * @param attempts all attempts so far, the last one last; at least one
 * @param now milliseconds since the epoch
 * @param random a number in [0, 1), for jitter
 */
export function decide(
  attempts: readonly Attempt[],
  policy: RetryPolicy,
  now: number,
  random: number,
): Decision {
  const last = attempts.at(-1);
  if (last?.status !== undefined && isSuccess(last.status)) return { kind: 'delivered' };
  if (last?.status !== undefined && isPermanent(last.status)) return { kind: 'dead', reason: 'rejected' };
  if (last?.error === 'forbidden_address') return { kind: 'dead', reason: 'forbidden_address' };
  const scheduled = delayAfter(policy, attempts.length, random);
  if (scheduled === undefined) return { kind: 'dead', reason: 'exhausted' };
  const delay = Math.max(scheduled, askedFor(attempts, now));
  return { kind: 'retry', at: now + delay, via: delay <= MAX_QUEUE_DELAY_MS ? 'queue' : 'table' };
}

/** 429 Too Many Requests and 503 Service Unavailable say when to come back (RFC 6585, 4; RFC 9110, 15.6.4). */
const HEEDED = new Set<number | undefined>([429, 503]);

/**
 * How long the last answer asked to wait, in milliseconds. Not beyond a day after the first attempt, which is what a
 * delivery has in all: an endpoint can't put it off until its payload is gone.
 */
function askedFor(attempts: readonly Attempt[], now: number): number {
  const { status, retryAfterMs = 0 } = attempts.at(-1) ?? {};
  const left = (attempts[0]?.at ?? now) + RETRY_LIMITS.totalSeconds * 1000 - now;
  return HEEDED.has(status) ? Math.min(retryAfterMs, left) : 0;
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

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** 408 Request Timeout, 425 Too Early and 429 Too Many Requests ask for another try (RFC 9110, 8470, 6585). */
const PASSING_4XX = new Set([408, 425, 429]);

export const isPermanent = (status: number): boolean =>
  status >= 400 && status < 500 && !PASSING_4XX.has(status);

/** Whole seconds for SQS, never early by more than half a second and never out of its bounds. */
export const queueDelaySeconds = (at: number, now: number): number =>
  Math.min(MAX_QUEUE_DELAY_MS / 1000, Math.max(0, Math.round((at - now) / 1000)));
