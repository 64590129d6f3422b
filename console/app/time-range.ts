import { useEffect, useMemo, useState } from 'react';
import { useUrlState } from './url-state.ts';

/** Spans that end now, by the name in the address. */
export const RANGES = {
  '15m': { label: 'Last 15 minutes', ms: 15 * 60_000, interval: 'minute' },
  '1h': { label: 'Last hour', ms: 3_600_000, interval: 'minute' },
  '6h': { label: 'Last 6 hours', ms: 6 * 3_600_000, interval: 'minute' },
  '24h': { label: 'Last 24 hours', ms: 24 * 3_600_000, interval: 'hour' },
  '7d': { label: 'Last 7 days', ms: 7 * 86_400_000, interval: 'hour' },
  '30d': { label: 'Last 30 days', ms: 30 * 86_400_000, interval: 'day' },
} as const;
export type RangeName = keyof typeof RANGES;
type Interval = 'minute' | 'hour' | 'day';

const DEFAULT_RANGE: RangeName = '1h';

/** How often a span that ends now moves on, so that queries of it keep one key for a while. */
const STEP_MS = 30_000;

export interface TimeRange {
  /** Undefined for a span with fixed ends. */
  readonly name: RangeName | undefined;
  /** RFC 3339. */
  readonly from: string;
  /** RFC 3339; a little in the future for a span that ends now, so that what is new belongs to it. */
  readonly to: string;
  /** Of series over it: a chart shows up to some 400 points. */
  readonly interval: Interval;
  readonly label: string;
}

/** Milliseconds since the epoch, in steps. */
function useNowInSteps(): number {
  const [now, setNow] = useState(() => step(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => setNow(step(Date.now())), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const step = (ms: number): number => Math.ceil(ms / STEP_MS) * STEP_MS;

/** The time range of the top bar: `?range=24h`, or `?from=…&to=…` with fixed ends. */
export function useTimeRange(): readonly [
  TimeRange,
  (range: RangeName | { from: string; to: string }) => void,
] {
  const [query, change] = useUrlState();
  const now = useNowInSteps();
  const [name, from, to] = [query.get('range'), query.get('from'), query.get('to')];
  return useMemo(() => {
    const set = (range: RangeName | { from: string; to: string }) =>
      typeof range === 'string'
        ? change({ range, from: undefined, to: undefined }, { push: true })
        : change({ range: undefined, ...range }, { push: true });
    return [rangeOf(name, from, to, now), set] as const;
  }, [name, from, to, now, change]);
}

/** What an address asks for; what can't be read is as if it were not there. */
export function rangeOf(name: string | null, from: string | null, to: string | null, now: number): TimeRange {
  const [start, end] = [Date.parse(from ?? ''), Date.parse(to ?? '')];
  if (start < end) {
    return {
      name: undefined,
      from: new Date(start).toISOString(),
      to: new Date(end).toISOString(),
      interval: intervalOf(end - start),
      label: 'Custom range',
    };
  }
  const known = name !== null && Object.hasOwn(RANGES, name) ? (name as RangeName) : DEFAULT_RANGE;
  const { ms, interval, label } = RANGES[known];
  return {
    name: known,
    from: new Date(now - ms).toISOString(),
    to: new Date(now).toISOString(),
    interval,
    label,
  };
}

const intervalOf = (ms: number): Interval =>
  ms <= 6 * 3_600_000 ? 'minute' : ms <= 7 * 86_400_000 ? 'hour' : 'day';
