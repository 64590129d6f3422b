import type { Scope } from '../stats/counter-keys.ts';
import { startOf } from '../stats/counter-keys.ts';
import type { CounterItem } from '../stats/counters.ts';
import { INTERVALS, type Interval, type Span } from '../stats/series.ts';
import { daysToRead, spansOf } from './month.ts';
import { addWork, NO_WORK, sumOfWork, type Work, workOf } from './work.ts';

export interface MonthDeps {
  readonly stats: {
    readCounters(
      scope: Scope,
      span: Span,
      interval: Interval,
      add: (item: CounterItem) => void,
    ): Promise<void>;
  };
  readonly dayTotals: {
    readDayTotals(tenant: string, span: Span): Promise<Map<number, Work>>;
    keepDayTotals(tenant: string, days: ReadonlyMap<number, Work>): Promise<void>;
  };
}

/** What a tenant did in a month, up to now. */
export interface MonthWork {
  readonly work: Work;
  /** Days of which nothing is known, by the time at which each begins. */
  readonly missing: readonly number[];
  /** Items that were read, with what each query costs besides. */
  readonly effort: number;
}

/** An empty query takes about as long as so many items. */
const QUERY_EFFORT = 20;

/**
 * Adds up a tenant's month: of days that are over, from the totals that are kept of them; of all others from the counters of
 * five minutes. The first who asks after a day is over keeps its totals.
 * @param since when the tenant was made, in milliseconds since the epoch; undefined where that is not known
 */
export async function workOfMonth(
  { stats, dayTotals }: MonthDeps,
  tenant: string,
  month: Span,
  { since, now }: { readonly since: number | undefined; readonly now: number },
): Promise<MonthWork> {
  const kept = await dayTotals.readDayTotals(tenant, month);
  const { read, toKeep, missing } = daysToRead(month, { kept: new Set(kept.keys()), since, now });
  const counted = new Map(read.map((day) => [day, NO_WORK]));
  let items = 0;
  await Promise.all(
    spansOf(read).map((span) =>
      stats.readCounters({ kind: 'tenant', tenant }, span, 'day', (item) => {
        items++;
        const day = startOf(item.start, INTERVALS.day);
        counted.set(day, addWork(counted.get(day) ?? NO_WORK, workOf(item)));
      }),
    ),
  );
  const settled = new Map([...counted].filter(([day]) => toKeep.has(day)));
  if (settled.size > 0) await dayTotals.keepDayTotals(tenant, settled);
  return {
    work: sumOfWork([...kept.values(), ...counted.values()]),
    missing,
    effort: items + kept.size + QUERY_EFFORT * (read.length + 2),
  };
}
