import type { ROUTES } from '../../api/routes.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { seriesOf, widened } from '../../stats/series.ts';
import { reportStats } from '../../stats/stats-report.ts';
import type { Operation } from '../operation.ts';
import { healthView } from '../views.ts';
import { currentHealth } from './target-status.ts';
import { viewOf } from './targets.ts';

const HOUR_MS = 3_600_000;

/** What is known of a target, and its counters of the last hour. */
export const getTargetHealth: Operation<(typeof ROUTES)['getTargetHealth']> = async (
  deps,
  { tenant, id, make },
) => {
  const { targets, stats, holdQueue } = deps;
  const target = await targets.existing(tenant, id);
  const span = widened({ from: make.now - HOUR_MS, to: make.now + 1 }, 'minute');
  const since = new Date(span.from).toISOString();
  const { add, series } = seriesOf('minute', span);
  const ref = { tenant, target: id };
  const [healthOf, { verification }, waiting, drainsAt] = await Promise.all([
    currentHealth(deps, tenant, [id]),
    viewOf(deps, tenant, target),
    holdQueue.countHeld(ref),
    holdQueue.nextDrainAt(ref),
    stats.readCounters({ kind: 'target', tenant, target: id }, span, 'minute', add),
  ]);
  const health = healthOf(id);
  const report = reportStats(series, since, make.at);
  const rate = report.attemptSuccessRate;
  const isVerified = verification === undefined || verification.state === 'passed';
  return {
    status: 200,
    body: {
      state: stateOf({ isActive: target.active, isVerified, health, rate, now: make.now }),
      since,
      attempts: report.attempts,
      delivered: report.delivered,
      failed: report.failed,
      attemptSuccessRate: rate,
      averageAnswerMs: report.averageAnswerMs,
      ...healthView(health, make.now, drainsAt),
      waiting,
    },
  };
};
