import type { Series } from './series.ts';
import type { Tally } from './tally.ts';
import { ratio } from './values.ts';

/** Counters of a span and a series of them, as `/stats` has them. */
export interface StatsReport {
  readonly from: string;
  readonly to: string;
  readonly totalDeliveries: number;
  readonly delivered: number;
  readonly failed: number;
  /** Share of delivered among settled deliveries, 0 to 1; null while none is settled. */
  readonly successRate: number | null;
  readonly attempts: number;
  readonly failedAttempts: number;
  /** Share of attempts that succeeded; null while there are none. */
  readonly attemptSuccessRate: number | null;
  /** Share of attempts that were not the first of their delivery; null while there are none. */
  readonly retryRate: number | null;
  /** Share of deliveries that the first attempt delivered; null while there are none. */
  readonly firstAttemptRate: number | null;
  readonly averageAnswerMs: number | null;
  readonly averageLatencyMs: number | null;
  readonly series: StatsPoint[];
}

interface StatsPoint {
  /** When the hour or minute began. RFC 3339. */
  readonly at: string;
  readonly deliveries: number;
  readonly delivered: number;
  readonly failed: number;
  readonly attempts: number;
  readonly failedAttempts: number;
}

/** Hours and minutes in which nothing happened are left out. @param from and @param to in RFC 3339 */
export function reportStats({ total, points }: Series, from: string, to: string): StatsReport {
  const { deliveries, delivered, dead, attempts, failedAttempts, retries, ...sums } = total.counts;
  return {
    from,
    to,
    totalDeliveries: deliveries,
    delivered,
    failed: dead,
    successRate: ratio(delivered, delivered + dead),
    attempts,
    failedAttempts,
    attemptSuccessRate: ratio(attempts - failedAttempts, attempts),
    retryRate: ratio(retries, attempts),
    firstAttemptRate: ratio(sums.deliveredFirst, deliveries),
    averageAnswerMs: ratio(sums.answerMs, attempts),
    averageLatencyMs: ratio(sums.latencyMs, delivered),
    series: points.filter(({ tally }) => hasAny(tally)).map(({ at, tally }) => pointOf(at, tally)),
  };
}

const hasAny = ({ counts }: Tally): boolean => Object.values(counts).some((n) => n > 0);

const pointOf = (at: number, { counts }: Tally): StatsPoint => ({
  at: new Date(at).toISOString(),
  deliveries: counts.deliveries,
  delivered: counts.delivered,
  failed: counts.dead,
  attempts: counts.attempts,
  failedAttempts: counts.failedAttempts,
});
