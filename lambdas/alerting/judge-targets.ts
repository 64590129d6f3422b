import { failuresIn } from '../stats/breakdown.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { beginsToFail, endOfFailing, type FailingLimits, type Seen, type Windows } from './failing.ts';
import type { Known } from './failing-targets-store.ts';

/** Something about a target, with what was counted of it. */
export interface Looked<T> {
  readonly one: T;
  readonly windows: Windows;
}

/** A target that may begin to count as failing. */
export interface Candidate extends TargetRef {
  /** Whether it failed on ordinary events, and not on operational ones alone. */
  readonly forTenant: boolean;
}

/** A target that is failing no more. */
export type Ended = Known & { readonly over: NonNullable<Known['over']> };

export const isEnded = (one: Known): one is Ended => one.over !== undefined;

export interface Verdicts {
  /** These begin to count as failing. */
  readonly found: readonly Known[];
  /** These do not count as failing any more. */
  readonly ended: readonly Ended[];
  /** These still do, without an attempt for as long as is judged: they may be switched off, or gone. */
  readonly silent: readonly Known[];
}

/** Kinds of failures that are named. */
const NAMED_FAILURES = 3;

/** @param standing targets that count as failing */
export function judge(
  standing: readonly Looked<Known>[],
  candidates: readonly Looked<Candidate>[],
  limits: FailingLimits,
  now: number,
): Verdicts {
  return {
    found: candidates
      .filter(({ windows }) => beginsToFail(windows, limits))
      .map((looked) => knownOf(looked, now)),
    ended: standing.flatMap(({ one, windows }) => {
      const end = endOfFailing(windows, limits);
      return end ? [{ ...one, over: { at: now, end, ...figuresOf(windows, windows.calm) } }] : [];
    }),
    silent: standing
      .filter(({ windows }) => windows.window.attempts === 0 && !endOfFailing(windows, limits))
      .map(({ one }) => one),
  };
}

const knownOf = ({ one, windows }: Looked<Candidate>, now: number): Known => ({
  tenant: one.tenant,
  target: one.target,
  since: windows.failingFrom ?? now,
  foundAt: now,
  ...figuresOf(windows, windows.window),
  failures: failuresIn(windows)
    .slice(0, NAMED_FAILURES)
    .map(({ name, failedAttempts }) => ({ name, failedAttempts })),
  forTenant: one.forTenant,
});

const figuresOf = ({ lastAttemptAt }: Windows, { attempts, failed }: Seen) => ({
  attempts,
  failedAttempts: failed,
  ...(lastAttemptAt !== undefined && { lastAttemptAt }),
});
