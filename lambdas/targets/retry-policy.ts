import { LIFETIME_SECONDS } from '../values/lifetime.ts';

/**
 * A retry policy is a schedule: how many seconds to wait after the first, second, third … failed attempt. The
 * number of attempts is the schedule's length plus one.
 */
export interface RetryPolicy {
  readonly schedule: readonly number[];
  /** Each wait is moved at random by up to this share of itself, so that retries do not arrive as a wave. */
  readonly jitter: number;
}

export const RETRY_LIMITS = {
  /** The last attempt comes at most this long after the first. */
  totalSeconds: LIFETIME_SECONDS,
  attempts: 20,
} as const;

const MINUTE = 60;
const HOUR = 3600;

/** Svix and Stripe spread by a fifth as well: enough to break up a wave, too little to surprise a reader. */
const JITTER = 0.2;

/** The named policies. */
export const RETRY_PRESETS = {
  /** Ten attempts in 20 hours, 24 with all the jitter: quick while a deploy may end, patient afterwards. */
  default: {
    schedule: [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 9 * HOUR],
    jitter: JITTER,
  },
  /** min(300, 2^n) seconds: thirteen attempts within half an hour. */
  exponential: { schedule: Array.from({ length: 12 }, (_, n) => Math.min(300, 2 ** n)), jitter: JITTER },
  /** 10 s, 30 s, 1 min, 5 min, 15 min: six attempts. */
  steady: { schedule: [10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE], jitter: JITTER },
  /** 1 s, 5 s, 12 s, 25 s and on to a day: ten attempts that begin at once. */
  eager: {
    schedule: [1, 5, 12, 25, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR],
    jitter: JITTER,
  },
} as const satisfies Record<string, RetryPolicy>;

export type RetryPresetName = keyof typeof RETRY_PRESETS;

/**
 * Milliseconds to wait after the given number of failed attempts, or undefined when no attempt is left.
 * @param random a number in [0, 1)
 */
export function delayAfter(policy: RetryPolicy, failedAttempts: number, random: number): number | undefined {
  const seconds = policy.schedule[failedAttempts - 1];
  if (seconds === undefined) return undefined;
  return Math.round(seconds * 1000 * (1 + policy.jitter * (2 * random - 1)));
}

/** What is wrong with a policy, or undefined when it can be used. */
export function retryPolicyProblem(policy: RetryPolicy): string | undefined {
  if (policy.schedule.length >= RETRY_LIMITS.attempts) {
    return `expected at most ${RETRY_LIMITS.attempts - 1} waits (${RETRY_LIMITS.attempts} attempts)`;
  }
  const waits = policy.schedule.reduce((sum, wait) => sum + wait, 0);
  const longest = Math.round(waits * (1 + policy.jitter));
  return longest <= RETRY_LIMITS.totalSeconds
    ? undefined
    : `expected waits of at most ${RETRY_LIMITS.totalSeconds} s (24 h) together with their jitter, got ${longest} s`;
}
