import type { WaitingInput } from '../../api/retry.ts';
import type { ROUTES } from '../../api/routes.ts';
import { invalid } from '../../http/errors.ts';
import type { SkipReason } from '../../replay/replay.ts';
import type { Selection } from '../../replay/replay-job.ts';
import type { ManageDeps } from '../deps.ts';
import { pastSpan, timesOf } from '../lists/span.ts';
import type { Operation } from '../operation.ts';
import { refusal, resendOne, resentAnswer, start } from './replays.ts';
import { currentHealth, drainAfterTry, tryTarget } from './target-status.ts';

type Routes = typeof ROUTES;

const REFUSALS: Partial<Record<SkipReason, string>> = {
  under_way:
    'expected a delivery that waits for its next attempt; this one is being attempted, or is in a queue for its first',
  not_waiting:
    'expected a delivery that is retrying or parked; one that is dead or was delivered is sent again by POST /v1/deliveries/{id}/replay',
};

export const retryDelivery: Operation<Routes['retryDelivery']> = async (deps, call) => {
  const { tenant, target, found } = await resendOne(deps, call, {
    wanted: 'waiting',
    texts: REFUSALS,
    isAsked: true,
  });
  await drainAfterTry(deps, { tenant, target }, call.make.now);
  return resentAnswer(deps, call, found);
};

/** Functions remember a target's health for so long, at most: a pause that has just ended as well. */
const HEALTH_SECONDS = 2;

export const retryTarget: Operation<Routes['retryTarget']> = async (deps, { tenant, id, body, make }) => {
  const { active } = await deps.targets.existing(tenant, id);
  const health = (await currentHealth(deps, tenant, [id]))(id);
  if (!active || health?.disabled) throw refusal('target_disabled');
  const selection = selectionOf({ ...body, targetId: id }, make.now);
  await tryTarget(deps, { tenant, target: id }, make.now);
  return start(deps, tenant, 'send', selection, make, HEALTH_SECONDS);
};

export const retrySubscription: Operation<Routes['retrySubscription']> = async (
  deps,
  { tenant, id, body, make },
) => {
  await deps.subscriptions.existing(tenant, id);
  const route = (await deps.resolveRoutes(tenant, [id])).get(id)!;
  if (typeof route === 'string') throw refusal(route);
  const selection = selectionOf({ ...body, subscriptionId: id }, make.now);
  await tryTarget(deps, { tenant, target: route.target }, make.now);
  return start(deps, tenant, 'send', selection, make, HEALTH_SECONDS);
};

export const retryDeliveries: Operation<Routes['retryDeliveries']> = async (deps, { tenant, body, make }) => {
  if (Object.keys(body).length === 0)
    throw invalid('expected at least one condition, or true for all', 'all');
  const selection = selectionOf(body, make.now);
  const target = await namedTarget(deps, tenant, body);
  if (target !== undefined) await tryTarget(deps, { tenant, target }, make.now);
  return start(deps, tenant, 'send', selection, make, HEALTH_SECONDS);
};

/** The target that deliveries of a selection go to, if it names one. @throws ApiError if what it names is not there */
async function namedTarget(
  { resolveRoutes, subscriptions, targets }: Pick<ManageDeps, 'resolveRoutes' | 'subscriptions' | 'targets'>,
  tenant: string,
  { targetId, subscriptionId }: WaitingInput,
): Promise<string | undefined> {
  if (targetId !== undefined) await targets.existing(tenant, targetId);
  if (subscriptionId !== undefined) await subscriptions.existing(tenant, subscriptionId);
  if (subscriptionId === undefined) return targetId;
  const route = (await resolveRoutes(tenant, [subscriptionId])).get(subscriptionId)!;
  return typeof route === 'string' ? undefined : route.target;
}

/** What waits now: deliveries of later events are none of the job's. @throws ApiError for a filter that matches nothing */
function selectionOf(
  { status, subscriptionId, targetId, eventType, from, to }: WaitingInput,
  now: number,
): Selection {
  return {
    kind: 'waiting',
    ...(status !== undefined && { status }),
    ...(subscriptionId !== undefined && { subscription: subscriptionId }),
    ...(targetId !== undefined && { target: targetId }),
    ...(eventType !== undefined && { eventType }),
    ...pastSpan(timesOf({ from, to }), now),
  };
}
