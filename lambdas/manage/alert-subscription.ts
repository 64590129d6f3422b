import type { AlertRule } from '../alerting/alert-rule.ts';
import type { Filter, Subscription } from '../config/entities.ts';
import type { Maker } from '../config/maker.ts';
import { ApiError } from '../http/errors.ts';
import { anyRevision } from '../http/precondition.ts';
import { ulidOf, withPrefix } from '../values/ids.ts';
import { noteFormerBinding, refuseUnbound, removeUnbound } from './bindings.ts';
import type { ManageDeps } from './deps.ts';
import { removeSubscription } from './remove-subscription.ts';

/**
 * The subscription and the filter by which a rule's target gets its events. They have the ULID of the rule, so nothing has to
 * lead to them, and a request that is repeated finds what it has made.
 */
const idsOf = (rule: string) => {
  const ulid = ulidOf('alr', rule)!;
  return { subscription: withPrefix('sub', ulid), filter: withPrefix('flt', ulid) };
};

const madeWith = ({ at }: Maker, { id, name }: Pick<AlertRule, 'id' | 'name'>) => ({
  name,
  active: true,
  owner: id,
  createdAt: at,
  updatedAt: at,
  revision: 1,
});

const filterOf = (rule: AlertRule, make: Maker): Filter => ({
  id: idsOf(rule.id).filter,
  events: ['posthorn.alert.raised', 'posthorn.alert.resolved'],
  where: { data: { ruleId: [rule.id] } },
  ...madeWith(make, rule),
});

/** @throws ApiError when the tenant has as many subscriptions or filters as it may have, and the rule's would be one more */
export async function refuseUnbindable(deps: ManageDeps, tenant: string, rule: AlertRule): Promise<void> {
  if (rule.notify.targetId === undefined) return;
  const { filters, subscriptions } = deps;
  const ids = idsOf(rule.id);
  const limits = deps.limitsOf(tenant);
  await Promise.all([
    subscriptions.refuseBeyondLimit(tenant, ids.subscription, limits),
    filters.refuseBeyondLimit(tenant, ids.filter, limits),
  ]);
}

/** Sees to it that a rule's events go to the target that it names, if it names one; and to none before. Can be repeated. */
export async function bindAlerts(
  deps: ManageDeps,
  tenant: string,
  rule: AlertRule,
  make: Maker,
): Promise<void> {
  const { filters, subscriptions } = deps;
  const ids = idsOf(rule.id);
  const { targetId } = rule.notify;
  if (targetId === undefined) return unbindAlerts(deps, tenant, rule.id, make);
  const current = await subscriptions.find(tenant, ids.subscription);
  if (current) return bindElsewhere(deps, tenant, current, { targetId, name: rule.name }, make);
  await unbindAlerts(deps, tenant, rule.id, make);
  await filters.add(tenant, filterOf(rule, make));
  const binding: Subscription = {
    id: ids.subscription,
    targetId,
    filterId: ids.filter,
    ...madeWith(make, rule),
  };
  await refuseUnbound(deps, tenant, await subscriptions.add(tenant, binding));
}

async function bindElsewhere(
  deps: ManageDeps,
  tenant: string,
  current: Subscription,
  next: Pick<Subscription, 'targetId' | 'name'>,
  make: Maker,
): Promise<void> {
  if (current.targetId === next.targetId && current.name === next.name) return;
  if (current.targetId !== next.targetId) await noteFormerBinding(deps, tenant, current, make.now);
  await deps.subscriptions.change(tenant, current.id, anyRevision, make.at, (one) => ({ ...one, ...next }));
}

/** Removes both, if they are there. A filter that another subscription binds by now stays. */
export async function unbindAlerts(
  deps: ManageDeps,
  tenant: string,
  rule: string,
  make: Maker,
): Promise<void> {
  const ids = idsOf(rule);
  try {
    await removeSubscription(deps, tenant, ids.subscription, make);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    // A request that broke off may have made the filter alone.
    if (await deps.filters.find(tenant, ids.filter)) await removeIfUnbound(deps, tenant, ids.filter);
  }
}

async function removeIfUnbound(deps: ManageDeps, tenant: string, filter: string): Promise<void> {
  try {
    await removeUnbound(deps, tenant, 'filterId', filter, anyRevision);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Refuses to change what belongs to a rule. @throws ApiError that names the rule */
export async function refuseOwned(
  { alertRules }: Pick<ManageDeps, 'alertRules'>,
  tenant: string,
  { owner }: Pick<Subscription, 'owner'>,
): Promise<void> {
  if (owner === undefined || !(await alertRules.find(tenant, owner))) return;
  throw new ApiError(409, 'conflict', `it belongs to ${owner}; change it there`);
}
