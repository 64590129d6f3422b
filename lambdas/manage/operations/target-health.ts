import type { ROUTES } from '../../api/routes.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { fail } from '../../platform/items.ts';
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
  const { targets, undelivered, holdQueue } = deps;
  const target = await targets.existing(tenant, id);
  const ref = { tenant, target: id };
  const [hour, [known], { waiting }, held, drainsAt] = await Promise.all([
    lastHourOf(deps, tenant, id, make.now),
    knownOf(deps, [{ tenant, target }], fail),
    undelivered.countWaiting(tenant, id, make.now, COUNTED),
    holdQueue.countHeld(ref),
    holdQueue.nextDrainAt(ref),
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
      waiting,
      held,
    },
  };
};
