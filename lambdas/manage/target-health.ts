import { requireEnv } from '../adapters/env.ts';
import { readStats } from '../adapters/stats-store.ts';
import { countWaiting, nextCall } from '../adapters/waiting-rooms.ts';
import type { ROUTES } from '../api/routes.ts';
import { hourOf, ratio, reportStats } from '../domain/stats-report.ts';
import { stateOf } from '../domain/target-state.ts';
import type { Operation } from './operation.ts';
import { targets } from './stores.ts';
import { currentStandings } from './target-standing.ts';
import { viewOf } from './targets.ts';
import { standingView } from './views.ts';

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
