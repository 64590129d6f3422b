import type { FailingTarget } from '../../alerting/failing-targets-store.ts';
import type { ROUTES } from '../../api/routes.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { shareOf } from '../../notifications/operational-events.ts';
import { fail } from '../../platform/items.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { lastHourOf } from '../last-hour.ts';
import type { Operation } from '../operation.ts';
import { healthView } from '../views.ts';
import { knownOf, statusOf } from './target-views.ts';

/** Waiting deliveries that are counted at most, as of held ones. */
const COUNTED = 1000;

/** What is known of a target, and its counters of the last hour. */
export const getTargetHealth: Operation<(typeof ROUTES)['getTargetHealth']> = async (
  deps,
  { tenant, id, make },
) => {
  const { targets, undelivered, holdQueue, failingTargets } = deps;
  const target = await targets.existing(tenant, id);
  const ref = { tenant, target: id };
  const [hour, [known], { waiting }, held, drainsAt, failing] = await Promise.all([
    lastHourOf(deps, tenant, id, make.now),
    knownOf(deps, [{ tenant, target }], fail),
    undelivered.countWaiting(tenant, id, make.now, COUNTED),
    holdQueue.countHeld(ref),
    holdQueue.nextDrainAt(ref),
    failingTargets.readFailingTarget(ref),
  ]);
  return {
    status: 200,
    body: {
      state: stateOf({ ...statusOf(known!, make.now), rate: hour.attemptSuccessRate }),
      since: hour.from,
      attempts: hour.attempts,
      delivered: hour.delivered,
      failed: hour.failed,
      attemptSuccessRate: hour.attemptSuccessRate,
      averageAnswerMs: hour.averageAnswerMs,
      ...healthView(known!.health, make.now, drainsAt),
      ...(failing && !failing.over && { manyFailures: manyFailuresView(failing) }),
      waiting,
      held,
    },
  };
};

const manyFailuresView = (failing: FailingTarget) => ({
  since: rfc3339(failing.since),
  foundAt: rfc3339(failing.foundAt),
  attempts: failing.attempts,
  failedAttempts: failing.failedAttempts,
  share: shareOf(failing),
});
