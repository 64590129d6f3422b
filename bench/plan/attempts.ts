import { MAX_QUEUE_DELAY_MS } from '../../lambdas/delivery/decide.ts';
import { RETRY_PRESETS } from '../../lambdas/targets/retry-policy.ts';

const { schedule } = RETRY_PRESETS.default;

/** For each delivery: retries after a delay in a queue, retries after waiting in the table, and what is given up. */
export interface Retries {
  readonly queued: number;
  readonly parked: number;
  /** Deliveries with at least one retry. */
  readonly retried: number;
  /** Deliveries whose last attempt failed as well. */
  readonly exhausted: number;
}

/** As many attempts as the default schedule makes. */
export const MOST_ATTEMPTS = schedule.length + 1;

/**
 * Attempts fail independently, each with the same chance, so the first retry is the most frequent one. The chance is the one
 * that gives this average.
 * @param attempts of a delivery on average, from 1 to `MOST_ATTEMPTS`
 */
export function retriesOf(attempts: number): Retries {
  const fails = chanceOfFailure(attempts);
  let [queued, parked] = [0, 0];
  for (const [i, seconds] of schedule.entries()) {
    const share = fails ** (i + 1);
    if (seconds * 1000 <= MAX_QUEUE_DELAY_MS) queued += share;
    else parked += share;
  }
  return { queued, parked, retried: fails, exhausted: fails ** MOST_ATTEMPTS };
}

function chanceOfFailure(attempts: number): number {
  const averageOf = (chance: number): number =>
    Array.from({ length: MOST_ATTEMPTS }, (_, i) => chance ** i).reduce((sum, share) => sum + share, 0);
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (averageOf(middle) < attempts) low = middle;
    else high = middle;
  }
  return attempts <= 1 ? 0 : (low + high) / 2;
}
