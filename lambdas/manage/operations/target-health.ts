import type { ROUTES } from '../../api/routes.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { hourOf, ratio, reportStats } from '../../stats/stats-report.ts';
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
  const since = new Date(make.now - HOUR_MS).toISOString();
  const ref = { tenant, target: id };
  const [hours, healthOf, { verification }, waiting, drainsAt] = await Promise.all([
    stats.readStats(tenant, id, hourOf(since), hourOf(make.at)),
    currentHealth(deps, tenant, [id]),
    viewOf(deps, tenant, target),
    holdQueue.countHeld(ref),
    holdQueue.nextDrainAt(ref),
  ]);
  const health = healthOf(id);
  const report = reportStats(hours, 'minute', since, make.at);
  const rate = ratio(Math.min(report.delivered, report.attempts), report.attempts);
  const isVerified = verification === undefined || verification.state === 'passed';
  return {
    status: 200,
    body: {
      state: stateOf({ isActive: target.active, isVerified, health, rate, now: make.now }),
      since: `${hourOf(since)}:00:00.000Z`,
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
