import type { ROUTES } from '../../api/routes.ts';
import { invalid } from '../../http/errors.ts';
import { hourOf, reportStats } from '../../stats/stats-report.ts';
import { ulidOf } from '../../values/ids.ts';
import type { Operation } from '../operation.ts';
import { statsView } from '../views.ts';

const DAY_MS = 24 * 3600 * 1000;
/** By the minute, a span beyond this would be more points than a chart can show. */
const MAX_SPAN_MS = { hour: 31 * DAY_MS, minute: DAY_MS };

/** Counters of the tenant, or of one of its targets. */
export const getStats: Operation<(typeof ROUTES)['getStats']> = async (
  { stats },
  { tenant, query, make },
) => {
  const { targetId, interval = 'hour' } = query;
  if (targetId !== undefined && !ulidOf('tgt', targetId)) throw invalid("expected a target's id", 'targetId');
  const to = instant(query.to ?? make.at);
  const from = instant(query.from ?? new Date(Date.parse(to) - DAY_MS).toISOString());
  const span = Date.parse(to) - Date.parse(from);
  if (span < 0 || span > MAX_SPAN_MS[interval]) {
    const days = MAX_SPAN_MS[interval] / DAY_MS;
    throw invalid(`expected a time at most ${days} days before \`to\``, 'from');
  }
  const hours = await stats.readStats(tenant, targetId, hourOf(from), hourOf(to));
  return { status: 200, body: statsView(reportStats(hours, interval, from, to)) };
};

/** The same time in UTC. */
const instant = (time: string): string => new Date(time).toISOString();
