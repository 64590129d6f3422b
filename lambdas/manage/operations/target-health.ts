import type { ROUTES } from '../../api/routes.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { countWaiting, nextCall } from '../../hold-queue/hold-queue-store.ts';
import { requireEnv } from '../../platform/env.ts';
import { hourOf, ratio, reportStats } from '../../stats/stats-report.ts';
import { readStats } from '../../stats/stats-store.ts';
import type { Operation } from '../operation.ts';
import { targets } from '../stores.ts';
import { standingView } from '../views.ts';
import { currentStandings } from './target-status.ts';
import { viewOf } from './targets.ts';

const stateTable = requireEnv('STATE_TABLE');
const logTable = requireEnv('LOG_TABLE');

const HOUR_MS = 3_600_000;
export const getTargetHealth: Operation<(typeof ROUTES)['getTargetHealth']> = async ({
  tenant,
  id,
  make,
}) => {
  const target = await targets.existing(tenant, id);
  const since = new Date(make.now - HOUR_MS).toISOString();
  const room = { tenant, target: id };
  const [hours, standingOf, { verification }, waiting, calledAt] = await Promise.all([
    readStats(logTable, tenant, id, hourOf(since), hourOf(make.at)),
    currentStandings(tenant, [id]),
    viewOf(tenant, target),
    countWaiting(stateTable, room),
    nextCall(stateTable, room),
  ]);
  const standing = standingOf(id);
  const report = reportStats(hours, 'minute', since, make.at);
  const rate = ratio(Math.min(report.delivered, report.attempts), report.attempts);
  const isVerified = verification === undefined || verification.state === 'passed';
  return {
    status: 200,
    body: {
      state: stateOf({ isActive: target.active, isVerified, standing, rate, now: make.now }),
      since: `${hourOf(since)}:00:00.000Z`,
      attempts: report.attempts,
      delivered: report.delivered,
      failed: report.failed,
      attemptSuccessRate: rate,
      averageAnswerMs: report.averageAnswerMs,
      ...standingView(standing, make.now, calledAt),
      waiting,
    },
  };
};
