import { MAX_SPAN_MS } from '../../api/metrics.ts';
import type { ROUTES } from '../../api/routes.ts';
import { seriesOf, widened } from '../../stats/series.ts';
import { reportStats } from '../../stats/stats-report.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { ManageDeps } from '../deps.ts';
import { boundedSpan } from '../lists/span.ts';
import type { Operation } from '../operation.ts';
import { statsView, type Undelivered } from '../views.ts';
import { scopeOf } from './metrics.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Counters of the tenant, or of one of its targets, and what waits now. */
export const getStats: Operation<(typeof ROUTES)['getStats']> = async (deps, { tenant, query, make }) => {
  const { interval = 'hour', targetId } = query;
  const scope = scopeOf(tenant, { targetId });
  const span = boundedSpan(query, make.now, { most: MAX_SPAN_MS[interval], usual: DAY_MS });
  // Hours and minutes count whole.
  const whole = widened({ ...span, to: span.to + 1 }, interval);
  const { add, series } = seriesOf(interval, whole);
  const [, undelivered] = await Promise.all([
    deps.stats.readCounters(scope, whole, interval, add),
    undeliveredOf(deps, tenant, targetId, make.now),
  ]);
  const [from, to] = [span.from, span.to].map(rfc3339) as [string, string];
  return { status: 200, body: statsView(reportStats(series, from, to), undelivered) };
};

/** What is not delivered now, from the indexes: counters of it would drift whenever a batch is counted twice. */
async function undeliveredOf(
  { undelivered }: Pick<ManageDeps, 'undelivered'>,
  tenant: string,
  target: string | undefined,
  now: number,
): Promise<Undelivered> {
  if (target !== undefined) return undelivered.countWaiting(tenant, target, now);
  const { retrying, parked, dead, isCut } = await undelivered.countUndelivered(tenant, now);
  return { waiting: retrying + parked, retrying, parked, dead, isCut };
}
