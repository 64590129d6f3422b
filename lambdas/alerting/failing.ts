import type { CounterItem } from '../stats/counters.ts';
import type { Span } from '../stats/series.ts';
import type { Tally } from '../stats/tally.ts';

/** From when on a target counts as failing. */
export interface FailingLimits {
  /** The share of its attempts that may fail, from 0 to 1. */
  readonly share: number;
  /** Attempts below which a share says too little. */
  readonly attempts: number;
}

/**
 * Failures that no share needs more of. Below five, an endpoint that fails one request in fifty would be reported by chance. Ten
 * are what opens the circuit breaker; after that only probes come, and `attempts` might never be reached.
 */
export const FAILURES = { some: 5, many: 10 } as const;

export const MINUTE_MS = 60_000;

/**
 * Times that are looked at, in minutes that end with the present one. A target begins to fail by `window`, if `recent` shows
 * that it goes on. It is well again by `calm`, and `quiet` without any attempt.
 */
export const MINUTES = { recent: 5, window: 15, calm: 30, quiet: 60 } as const;
type Time = keyof typeof MINUTES;

/** The whole minutes of a time. @param now milliseconds since the epoch */
export const spanOf = (time: Time, now: number): Span => ({
  from: now - (now % MINUTE_MS) - (MINUTES[time] - 1) * MINUTE_MS,
  to: now + 1,
});

/** Attempts on which a target is judged. */
export interface Seen {
  readonly attempts: number;
  readonly failed: number;
}

/** What was counted of a target in each of these times. */
export interface Windows extends Readonly<Record<'recent' | 'window' | 'calm', Seen>> {
  /** Failed attempts of `window` by what failed: an error class, or a status code. */
  readonly errors: ReadonlyMap<string, number>;
  /** The first minute of `window` with failures. Milliseconds since the epoch. */
  readonly failingFrom: number | undefined;
  /** The minute of the last attempt of any kind, within `quiet`. Milliseconds since the epoch. */
  readonly lastAttemptAt: number | undefined;
}

/** Too Many Requests. */
const PACED = '429';
/** What failed of a request that was cut. */
const CUT = 'timeout';

type Minute = Pick<Tally, 'counts' | 'errors'>;

/**
 * Attempts that show how an endpoint does. An answer of 429 is none of them: it says how fast the endpoint wants its events, it is
 * waited for, and the target is shown as paused. Nor is a request that a fast lane cut: the slow lane makes it again.
 */
function seenIn({ counts: { attempts, failedAttempts, cut }, errors }: Minute): Seen {
  const aside = cut + (errors.get(PACED) ?? 0);
  return { attempts: Math.max(0, attempts - aside), failed: Math.max(0, failedAttempts - aside) };
}

/** What failed, without what shows nothing. */
const errorsIn = ({ counts: { cut }, errors }: Minute): (readonly [string, number])[] =>
  [...errors]
    .map(([name, n]) => [name, name === CUT ? n - cut : n] as const)
    .filter(([name, n]) => name !== PACED && n > 0);

const JUDGED = ['recent', 'window', 'calm'] as const;

/** Adds up the counters of a target, in any order. */
export function windowsOf(now: number): { add(item: CounterItem): void; windows(): Windows } {
  const sums = { recent: NONE, window: NONE, calm: NONE };
  const errors = new Map<string, number>();
  let failingFrom = Number.POSITIVE_INFINITY;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;

  function addMinute(at: number, minute: Minute): void {
    const isIn = (time: Time): boolean => at >= spanOf(time, now).from && at <= now;
    const seen = seenIn(minute);
    for (const time of JUDGED) if (isIn(time)) sums[time] = plus(sums[time], seen);
    if (isIn('window')) {
      for (const [name, n] of errorsIn(minute)) errors.set(name, (errors.get(name) ?? 0) + n);
      if (seen.failed > 0) failingFrom = Math.min(failingFrom, at);
    }
    if (isIn('quiet') && minute.counts.attempts > 0) lastAttemptAt = Math.max(lastAttemptAt, at);
  }

  return {
    add({ start, minutes }) {
      for (const [place, minute] of minutes) addMinute(start + place * MINUTE_MS, minute);
    },
    windows: () => ({
      ...sums,
      errors,
      failingFrom: finite(failingFrom),
      lastAttemptAt: finite(lastAttemptAt),
    }),
  };
}

const NONE: Seen = { attempts: 0, failed: 0 };
const plus = (a: Seen, b: Seen): Seen => ({ attempts: a.attempts + b.attempts, failed: a.failed + b.failed });
const finite = (ms: number): number | undefined => (Number.isFinite(ms) ? ms : undefined);

/** Strictly more than a share. Of no attempts, none failed. */
const exceeds = ({ attempts, failed }: Seen, share: number): boolean => failed > share * attempts;

/** Whether there was enough to judge by. */
const isEnough = ({ attempts, failed }: Seen, limits: FailingLimits): boolean =>
  failed >= FAILURES.some && (attempts >= limits.attempts || failed >= FAILURES.many);

/** Whether a target begins to count as failing. */
export const beginsToFail = ({ window, recent }: Windows, limits: FailingLimits): boolean =>
  isEnough(window, limits) && exceeds(window, limits.share) && exceeds(recent, limits.share);

/**
 * Why a target that was failing is not any more; undefined while it is.
 *
 * - `recovered`: half the share that is too much, or less, over half an hour. So one around the limit does not come and go,
 *   and one that gets little needs no more than a success among no failures. Failed probes of an open breaker are failures.
 * - `quiet`: no attempt for an hour. Probes come four times an hour.
 */
export function endOfFailing(
  { recent, calm, lastAttemptAt }: Windows,
  { share }: FailingLimits,
): 'recovered' | 'quiet' | undefined {
  if (lastAttemptAt === undefined) return 'quiet';
  const isWell = calm.attempts > 0 && !exceeds(calm, share / 2) && !exceeds(recent, share);
  return isWell ? 'recovered' : undefined;
}
