import { seriesOf, widened } from '../stats/series.ts';
import { reportStats, type StatsReport } from '../stats/stats-report.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import type { LogDeps } from './deps.ts';

const HOUR_MS = 3_600_000;

/** What was counted in the last hour: of a tenant, or of one of its targets. */
export async function lastHourOf(
  { stats }: Pick<LogDeps, 'stats'>,
  tenant: string,
  target: string | undefined,
  now: number,
): Promise<Omit<StatsReport, 'series'>> {
  const span = widened({ from: now - HOUR_MS, to: now + 1 }, 'minute');
  const { add, series } = seriesOf('minute', span);
  const scope =
    target === undefined
      ? ({ kind: 'tenant', tenant } as const)
      : ({ kind: 'target', tenant, target } as const);
  await stats.readCounters(scope, span, 'minute', add);
  const [from, to] = [span.from, now].map(rfc3339) as [string, string];
  const { series: _, ...report } = reportStats(series, from, to);
  return report;
}
