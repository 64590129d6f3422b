import type { LimitedBy, Route } from '../api/route.ts';
import { deliveryName } from '../delivery/delivery.ts';
import { isWithin } from '../http/caller.ts';
import { insufficient, invalid, notFound } from '../http/errors.ts';
import { fail } from '../platform/items.ts';
import { deliveryOfId } from '../values/ids.ts';
import type { ManageDeps } from './deps.ts';
import type { Call } from './operation.ts';

/**
 * Keeps a credential that is limited to targets within them, by what a route declares as `limitedBy`. What is of another
 * target answers as what does not exist, so that the answer tells nothing of it. A route that declares nothing has refused
 * such a credential before: see `admit`.
 * @throws ApiError
 */
export async function refuseForeign(deps: ManageDeps, route: Route, call: Call): Promise<void> {
  if (!call.caller.targets || !route.limitedBy) return;
  await REFUSE[route.limitedBy](deps, call, route);
}

type Refuse = (deps: ManageDeps, call: Call, route: Route) => Promise<void> | void;

const REFUSE: Readonly<Record<LimitedBy, Refuse>> = {
  target(_, { caller, id }) {
    if (!isWithin(caller, id)) throw notFound('target');
  },

  async subscription({ subscriptions }, { caller, tenant, id }) {
    const found = await subscriptions.find(tenant, id);
    if (!isWithin(caller, found?.targetId)) throw notFound('subscription');
  },

  /** A filter is of those targets that a subscription binds it to. */
  async filter({ subscriptions }, { caller, tenant, id }) {
    for await (const { filterId, targetId } of subscriptions.all(tenant)) {
      if (filterId === id && isWithin(caller, targetId)) return;
    }
    throw notFound('filter');
  },

  /**
   * A delivery is of the target that it went to. One without an outcome is of its subscription's present target, and so is
   * what is sent again.
   */
  async delivery({ deliveryLog, subscriptions }, { caller, tenant, id, make }, { method }) {
    const ref = deliveryOfId(id);
    if (!ref) throw notFound('delivery');
    const known = await deliveryLog.getDeliveriesOf(tenant, [ref], make.now, fail);
    const target = known.get(deliveryName(ref))?.target;
    if (target !== undefined && !isWithin(caller, target)) throw notFound('delivery');
    if (target !== undefined && method === 'GET') return;
    const present = (await subscriptions.find(tenant, ref.subscription))?.targetId;
    if (isWithin(caller, present)) return;
    if (target === undefined) throw notFound('delivery');
    // Of a subscription that was deleted, the operation says so.
    if (present === undefined) return;
    const message = 'expected a credential for all targets: its subscription has another target by now';
    throw insufficient(message);
  },

  /** Its operations ask `shownEvent`, which refuses: to ask twice is to read the event's deliveries twice. */
  event() {},

  async alertRule({ alertRules }, { caller, tenant, id }) {
    const found = await alertRules.find(tenant, id);
    if (!isWithin(caller, found?.targetId)) throw notFound('alert rule');
  },

  targetId(_, { caller, query }) {
    const { targetId } = query as { targetId?: string };
    if (targetId === undefined) throw invalid('expected one of the targets of this credential', 'targetId');
    if (!isWithin(caller, targetId)) throw notFound('target');
  },

  list() {},
  nothing() {},
};
