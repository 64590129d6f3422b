import { startOf } from './counter-keys.ts';
import type { CounterItem } from './counters.ts';
import { type Adder, adder, type Tally } from './tally.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a point of a series is. All begin at whole minutes, hours and days of UTC. */
export const INTERVALS = { minute: MINUTE_MS, hour: HOUR_MS, day: 24 * HOUR_MS } as const;
export type Interval = keyof typeof INTERVALS;

/** A span of time, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The whole minutes, hours or days that a span touches. */
export const widened = ({ from, to }: Span, interval: Interval): Span => {
  const length = INTERVALS[interval];
  return { from: startOf(from, length), to: startOf(to + length - 1, length) };
};

interface Point {
  /** When it begins, in milliseconds since the epoch. */
  readonly at: number;
  readonly tally: Tally;
}

export interface Series {
  readonly total: Tally;
  /** Every point of the span, oldest first, also those in which nothing happened. */
  readonly points: readonly Point[];
}

/**
 * Adds up items into a series, in any order. Of an item on the edge of the span, the minutes within it count. Its times
 * count whole, since they are not kept by minute: each minute shows how they are spread over its five minutes.
 */
export function seriesOf(interval: Interval, span: Span): { add(item: CounterItem): void; series: Series } {
  const length = INTERVALS[interval];
  const first = startOf(span.from, length);
  const size = Math.max(0, Math.ceil((span.to - first) / length));
  const adders = Array.from({ length: size }, () => adder());
  const total = adder();
  return {
    add(item) {
      const placed = new Set<Adder>();
      for (const [minute, { counts, errors }] of item.minutes) {
        const at = item.start + minute * MINUTE_MS;
        const point = adders[Math.floor((at - first) / length)];
        if (!point || at + MINUTE_MS <= span.from || at >= span.to) continue;
        for (const one of [point, total]) {
          one.addCounts(counts);
          one.addErrors(errors);
        }
        placed.add(point);
      }
      if (placed.size === 0) return;
      for (const one of [...placed, total]) one.addSketches(item);
    },
    series: {
      total: total.tally,
      points: adders.map(({ tally }, i) => ({ at: first + i * length, tally })),
    },
  };
}

/** The total of a span alone. */
export function totalOf(span: Span): { add(item: CounterItem): void; readonly total: Tally } {
  const { add, series } = seriesOf('day', span);
  return { add, total: series.total };
}
