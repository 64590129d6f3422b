import type { CounterItem } from './counters.ts';
import type { Interval } from './series.ts';
import { type Counts, NO_COUNTS } from './tally.ts';

/**
 * Counters as releases up to 0.1 wrote them: one item an hour, with totals under their names and three of them by minute,
 * such as `delivered:07`. They can be there for 31 days after an upgrade.
 */
export interface LegacyHour {
  /** When the hour begins, in milliseconds since the epoch. */
  readonly start: number;
  readonly counters: Readonly<Record<string, unknown>>;
}

/** An hour counts whole, at its beginning; by minute, with what is known of minutes. */
export function readLegacyHour({ start, counters }: LegacyHour, interval: Interval): CounterItem {
  const minutes = interval === 'minute' ? minutesOf(counters) : new Map([[0, hourOf(counters)]]);
  return {
    start,
    minutes: new Map([...minutes].map(([minute, counts]) => [minute, { counts, errors: new Map() }])),
    answers: new Map(),
    latencies: new Map(),
  };
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

function hourOf(counters: LegacyHour['counters']): Counts {
  const totals = Object.fromEntries(Object.keys(NO_COUNTS).map((count) => [count, number(counters[count])]));
  return withDerived({ ...NO_COUNTS, ...totals });
}

/** Attempts were not counted by minute: there were at least as many as deliveries. */
function minutesOf(counters: LegacyHour['counters']): Map<number, Counts> {
  const names = new Set(Object.keys(counters).flatMap((name) => /:(\d\d)$/.exec(name)?.[1] ?? []));
  return new Map(
    [...names].map((minute) => {
      const of = (count: string): number => number(counters[`${count}:${minute}`]);
      const [deliveries, delivered, dead] = [of('deliveries'), of('delivered'), of('dead')];
      const attempts = Math.max(deliveries, delivered + dead);
      return [Number(minute), withDerived({ ...NO_COUNTS, deliveries, delivered, dead, attempts })];
    }),
  );
}

const withDerived = (counts: Counts): Counts => ({
  ...counts,
  failedAttempts: Math.max(0, counts.attempts - counts.delivered),
  retries: Math.max(0, counts.attempts - counts.deliveries),
});
