import type { Answer } from '../../api/types.ts';

type Point = Answer<'/v1/metrics'>['series'][number];

/** One bar of the chart. */
export interface Bar {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly delivered: number;
  /** Failed attempts of deliveries that go on. */
  readonly failed: number;
  readonly dead: number;
  /** Null while nothing was delivered. Of several points the highest, so that no peak is lost. */
  readonly p50: number | null;
  readonly p95: number | null;
}

const LENGTH_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** More bars than this can't be told apart on a usual screen. */
const MOST = 72;

/**
 * The bars of a series: neighbouring points are put together until there are few enough.
 * @param series of every interval, oldest first
 */
export function barsOf(series: readonly Point[], interval: keyof typeof LENGTH_MS, most = MOST): Bar[] {
  const each = Math.max(1, Math.ceil(series.length / most));
  const bars: Bar[] = [];
  for (let i = 0; i < series.length; i += each) {
    const points = series.slice(i, i + each);
    const from = Date.parse(points[0]!.at);
    bars.push({
      from,
      to: Date.parse(points.at(-1)!.at) + LENGTH_MS[interval],
      delivered: sum(points, ({ delivered }) => delivered),
      // An attempt that made a dead letter has failed too; it counts once.
      failed: Math.max(
        0,
        sum(points, ({ failedAttempts }) => failedAttempts) - sum(points, ({ dead }) => dead),
      ),
      dead: sum(points, ({ dead }) => dead),
      p50: highest(points, ({ latencyMs }) => latencyMs.p50),
      p95: highest(points, ({ latencyMs }) => latencyMs.p95),
    });
  }
  return bars;
}

const sum = (points: readonly Point[], of: (point: Point) => number): number =>
  points.reduce((total, point) => total + of(point), 0);

function highest(points: readonly Point[], of: (point: Point) => number | null): number | null {
  const known = points.map(of).filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/**
 * The span between two places of a chart, widened to whole bars.
 * @param start and @param end shares of the width, from 0 to 1, in any order
 */
export function spanBetween(
  bars: readonly Bar[],
  start: number,
  end: number,
): { from: string; to: string } | undefined {
  if (bars.length === 0) return undefined;
  const place = (share: number): number =>
    Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)));
  const [first, last] = [place(Math.min(start, end)), place(Math.max(start, end))];
  return { from: new Date(bars[first]!.from).toISOString(), to: new Date(bars[last]!.to).toISOString() };
}
