import { KEPT_DAYS, startOf } from '../stats/counter-keys.ts';
import { INTERVALS, type Span } from '../stats/series.ts';

const DAY_MS = INTERVALS.day;

/** Days for which the totals of a day are kept: a year later, the same month can be looked at. */
export const TOTALS_KEPT_DAYS = 400;

/**
 * Milliseconds after which a day that is over is taken to be whole. Outcomes are counted seconds after they happened; a day
 * more leaves room for a queue that was stuck.
 */
const SETTLED_MS = DAY_MS;

/** A month by its name, `2026-11`, in UTC. */
export function monthOf(name: string): Span {
  const from = Date.parse(`${name}-01T00:00:00Z`);
  const first = new Date(from);
  return { from, to: Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) };
}

const MONTH_LENGTH = '2026-11'.length;
export const monthName = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, MONTH_LENGTH);

/** How to come by the totals of a month's days. A day is the time at which it begins. */
export interface DaysToRead {
  /** Of counters. */
  readonly read: readonly number[];
  /** Of these, the ones whose totals no longer change. */
  readonly toKeep: ReadonlySet<number>;
  /** Their counters are gone, or going, and their totals were never kept. */
  readonly missing: readonly number[];
}

/**
 * @param kept days whose totals are known
 * @param since when the tenant was made, undefined where that is not known
 */
export function daysToRead(
  month: Span,
  {
    kept,
    since,
    now,
  }: { readonly kept: ReadonlySet<number>; readonly since: number | undefined; readonly now: number },
): DaysToRead {
  const from = Math.max(month.from, since === undefined ? month.from : startOf(since, DAY_MS));
  const to = Math.min(month.to, now + 1);
  const days = Array.from(
    { length: Math.max(0, Math.ceil((to - from) / DAY_MS)) },
    (_, i) => from + i * DAY_MS,
  );
  const unknown = days.filter((day) => !kept.has(day));
  // Of an older day, the first counters may have expired.
  const isCounted = (day: number): boolean => day >= now - KEPT_DAYS * DAY_MS;
  const read = unknown.filter(isCounted);
  return {
    read,
    toKeep: new Set(read.filter((day) => day + DAY_MS + SETTLED_MS <= now)),
    missing: unknown.filter((day) => !isCounted(day)),
  };
}

/** Days that follow each other, as spans. @param days in their order */
export function spansOf(days: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last?.to === day) spans[spans.length - 1] = { from: last.from, to: day + DAY_MS };
    else spans.push({ from: day, to: day + DAY_MS });
  }
  return spans;
}
