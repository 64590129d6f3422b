import { COUNTERS, type Counts, hourAndMinute } from './stats.ts';

/** One hour as stored: totals under their names, minutes under names such as `delivered:07`. */
export interface HourOfCounters {
  /** `2026-11-21T20`, UTC. */
  readonly hour: string;
  readonly counters: Readonly<Record<string, number>>;
}

export interface StatsReport {
  readonly from: string;
  readonly to: string;
  readonly totalDeliveries: number;
  readonly delivered: number;
  readonly failed: number;
  /** Share of delivered among settled deliveries, 0 to 1; null while none is settled. */
  readonly successRate: number | null;
  readonly attempts: number;
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
}

/** Adds up hours, and lays them out by hour or by minute. @param from and @param to in RFC 3339 */
export function reportStats(
  hours: readonly HourOfCounters[],
  interval: 'hour' | 'minute',
  from: string,
  to: string,
): StatsReport {
  const sums = Object.fromEntries(
    COUNTERS.map((counter) => [counter, sum(hours.map((hour) => count(hour, counter)))]),
  ) as Counts;
  return {
    from,
    to,
    totalDeliveries: sums.deliveries,
    delivered: sums.delivered,
    failed: sums.dead,
    successRate: ratio(sums.delivered, sums.delivered + sums.dead),
    attempts: sums.attempts,
    firstAttemptRate: ratio(sums.deliveredFirst, sums.deliveries),
    averageAnswerMs: ratio(sums.answerMs, sums.attempts),
    averageLatencyMs: ratio(sums.latencyMs, sums.delivered),
    series:
      interval === 'hour'
        ? hours.map((hour) => pointOf(hour, `${hour.hour}:00:00.000Z`, ''))
        : hours.flatMap(byMinute).filter(({ at }) => at >= from && at <= to),
  };
}

function byMinute(hour: HourOfCounters): StatsPoint[] {
  const minutes = new Set(Object.keys(hour.counters).flatMap((name) => /:(\d\d)$/.exec(name)?.[1] ?? []));
  return [...minutes].sort().map((minute) => pointOf(hour, `${hour.hour}:${minute}:00.000Z`, `:${minute}`));
}

const pointOf = (hour: HourOfCounters, at: string, suffix: string): StatsPoint => ({
  at,
  deliveries: count(hour, `deliveries${suffix}`),
  delivered: count(hour, `delivered${suffix}`),
  failed: count(hour, `dead${suffix}`),
});

const count = ({ counters }: HourOfCounters, name: string): number => counters[name] ?? 0;

const sum = (numbers: number[]): number => numbers.reduce((total, n) => total + n, 0);

/** To four digits; null when the whole is 0. */
export const ratio = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

/** The hour of a time, as stored. */
export const hourOf = (time: string): string => hourAndMinute(Date.parse(time)).hour;
