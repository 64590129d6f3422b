import { RETRY_LIMITS } from '../../lambdas/targets/retry-policy.ts';
import type { ExpectedTarget, InvariantFactory } from './invariant.ts';
import { deliveryIn, type LoggedAttempt, type LoggedDelivery, shown } from './logged-delivery.ts';
import { spanText } from './words.ts';

const NAME = 'retries are in time';

/** A queue delays by whole seconds: half of one too early at most. See `queueDelaySeconds` of lambdas/delivery/decide.ts. */
const EARLY_MS = 500;
/** Times in the log are whole milliseconds, those of an attempt and of its end. */
const ROUNDED_MS = 2;

/** What a delivery waits for that is only in its way: the next attempt of its schedule, and a place in the slow lane. */
const ONLY_RETRY = /^(retry|lane)?( (retry|lane))*$/;

/**
 * An attempt of the schedule comes no earlier than the schedule has it, with its jitter; and while no fault is active, and
 * nothing else holds the delivery up, hardly later.
 */
export const retriesInTime: InvariantFactory = ({ violated, expected, isCalmSince, limits }) => {
  function problemOf(
    { retry }: ExpectedTarget,
    before: LoggedAttempt,
    next: LoggedAttempt,
    used: number,
  ): string | undefined {
    const seconds = retry.schedule[used - 1];
    if (seconds === undefined) return undefined;
    const waited = next.at - before.at - before.ms;
    const slack = ROUNDED_MS + 2 * limits.clockSkewMs;
    const least = seconds * 1000 * (1 - retry.jitter) - EARLY_MS - slack;
    if (waited < least)
      return `expected retry ${used} after ${spanText(least)} at least, found it after ${spanText(waited)}`;
    if (!isCalmSince(before.at) || !ONLY_RETRY.test(next.past ?? '')) return undefined;
    const asked = Math.min(before.retryAfterMs, RETRY_LIMITS.totalSeconds * 1000);
    const most = Math.max(seconds * 1000 * (1 + retry.jitter), asked) + limits.lateMs + slack;
    return waited > most
      ? `expected retry ${used} after ${spanText(most)} at most, found it after ${spanText(waited)}`
      : undefined;
  }

  /** Of attempts that were not there before. */
  function firstProblem(delivery: LoggedDelivery, target: ExpectedTarget, madeBefore: number) {
    const { attempts, made } = delivery;
    // What is dropped takes its counts along.
    if (made > attempts.length) return undefined;
    let used = 0;
    for (const [i, attempt] of attempts.entries()) {
      const before = attempts[i - 1];
      const isAnew = attempt.past?.includes('replayed') ?? false;
      if (isAnew) used = 0;
      if (before?.isCounted && !isAnew && i >= madeBefore) {
        const problem = problemOf(target, before, attempt, used);
        if (problem) return problem;
      }
      if (attempt.isCounted) used++;
    }
    return undefined;
  }

  return {
    name: NAME,
    watcher: {
      wrote({ table, before, after }) {
        const delivery = table === 'log' ? deliveryIn(after) : undefined;
        if (!delivery || delivery.attempts.length < 2) return;
        const madeBefore = deliveryIn(before)?.made ?? 0;
        const target = expected.target(delivery.tenant, delivery.target);
        if (!target || target.isRetryChanged || delivery.made === madeBefore) return;
        const problem = firstProblem(delivery, target, madeBefore);
        if (problem) violated(NAME, `${problem}: ${shown(delivery)}`);
      },
    },
  };
};
