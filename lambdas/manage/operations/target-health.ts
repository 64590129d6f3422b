import type { ROUTES } from '../../api/routes.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { fail } from '../../platform/items.ts';
import { lastHourOf } from '../last-hour.ts';
import type { Operation } from '../operation.ts';
import { healthView } from '../views.ts';
import { knownOf, statusOf } from './target-views.ts';

/** What is known of a target, and its counters of the last hour. */
export const getTargetHealth: Operation<(typeof ROUTES)['getTargetHealth']> = async (
  deps,
  { tenant, id, make },
) => {
  const { targets, holdQueue } = deps;
  const target = await targets.existing(tenant, id);
  const ref = { tenant, target: id };
  const [hour, [known], waiting, drainsAt] = await Promise.all([
    lastHourOf(deps, tenant, id, make.now),
    knownOf(deps, [{ tenant, target }], fail),
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
    },
  };
};
