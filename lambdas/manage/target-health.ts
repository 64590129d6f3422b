import { requireEnv } from '../adapters/env.ts';
import { readStats } from '../adapters/stats-store.ts';
import { countWaiting, nextCall } from '../adapters/waiting-rooms.ts';
import type { ROUTES } from '../api/routes.ts';
import type { TargetHealth } from '../api/targets.ts';
import type { Standing } from '../domain/standing.ts';
import { hourOf, reportStats } from '../domain/stats-report.ts';
import type { Operation } from './operation.ts';
import { targets } from './stores.ts';
import { currentStandings, disabledIn } from './target-standing.ts';
import { viewOf } from './targets.ts';

const stateTable = requireEnv('STATE_TABLE');
const logTable = requireEnv('LOG_TABLE');

const HOUR_MS = 3_600_000;
/** Shares of attempts that succeeded, from which an endpoint counts as healthy, and under which as failing. */
const HEALTHY = 0.95;
const FAILING = 0.5;

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
  const rate = report.attempts === 0 ? null : Math.min(1, report.delivered / report.attempts);
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
      averageAnswerMs: report.average_answer_ms,
      ...seenBy(standing, make.now, calledAt),
      waiting,
    },
  };
};

/** What the engine knows of a target, as it is shown. @param calledAt when its waiting room is looked into next */
export function seenBy(
  standing: Standing | undefined,
  now: number,
  calledAt: number | undefined,
): Pick<TargetHealth, 'disabled' | 'failingSince' | 'breaker' | 'pausedUntil' | 'slowUntil'> {
  if (!standing) return {};
  const { failingSince, open, pausedUntil = 0, slowUntil = 0 } = standing;
  return {
    ...disabledIn(standing),
    ...(failingSince !== undefined && { failingSince: rfc3339(failingSince) }),
    ...(open && {
      breaker: {
        openSince: rfc3339(open.since),
        failedProbes: open.probes,
        ...(calledAt !== undefined && { nextProbeAt: rfc3339(Math.max(calledAt, now)) }),
      },
    }),
    ...(pausedUntil > now && { pausedUntil: rfc3339(pausedUntil) }),
    ...(slowUntil > now && { slowUntil: rfc3339(slowUntil) }),
  };
}

/** The first of these that holds: what keeps deliveries away, then how those fare that are made. */
export function stateOf({
  isActive,
  isVerified,
  standing,
  rate,
  now,
}: {
  isActive: boolean;
  isVerified: boolean;
  standing: Standing | undefined;
  /** Of attempts that succeeded; null without any. */
  rate: number | null;
  now: number;
}): TargetHealth['state'] {
  if (!isActive || standing?.disabled) return 'disabled';
  if (!isVerified) return 'unverified';
  if (standing?.open) return 'open';
  if ((standing?.pausedUntil ?? 0) > now) return 'paused';
  if (rate !== null && rate < HEALTHY) return rate < FAILING ? 'failing' : 'degraded';
  if ((standing?.slowUntil ?? 0) > now) return 'slow';
  return rate === null ? 'idle' : 'healthy';
}

const rfc3339 = (timeMs: number): string => new Date(timeMs).toISOString();
