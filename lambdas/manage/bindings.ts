import type { Filter, Subscription } from '../config/entities.ts';
import { ApiError } from '../http/errors.ts';
import { anyRevision, type Precondition } from '../http/precondition.ts';
import type { OnUnreadable } from '../platform/items.ts';
import type { Target } from '../targets/target.ts';
import type { ManageDeps } from './deps.ts';

type Deps = Pick<ManageDeps, 'alertRules' | 'filters' | 'subscriptions' | 'targets'>;

/** A subscription together with what it binds. */
export interface Binding {
  readonly subscription: Subscription;
  readonly filter: Filter;
  readonly target: Target;
}

/**
 * Subscriptions with the targets and filters that they bind. A subscription that lacks either is missing.
 * @throws UnreadableItemError unless `onUnreadable` says what else is done
 */
export async function getBound(
  { targets, filters }: Pick<Deps, 'targets' | 'filters'>,
  tenant: string,
  subscriptions: readonly Subscription[],
  onUnreadable?: OnUnreadable,
): Promise<Binding[]> {
  const distinct = (idIn: (one: Subscription) => string) => [...new Set(subscriptions.map(idIn))];
  const [boundTargets, boundFilters] = await Promise.all([
    targets.findMany(
      tenant,
      distinct(({ targetId }) => targetId),
      onUnreadable,
    ),
    filters.findMany(
      tenant,
      distinct(({ filterId }) => filterId),
      onUnreadable,
    ),
  ]);
  const targetById = new Map(boundTargets.map((one) => [one.id, one]));
  const filterById = new Map(boundFilters.map((one) => [one.id, one]));
  return subscriptions.flatMap((subscription) => {
    const target = targetById.get(subscription.targetId);
    const filter = filterById.get(subscription.filterId);
    return target && filter ? [{ subscription, target, filter }] : [];
  });
}

/** What subscriptions bind, by the field that names it. */
type BoundBy = 'targetId' | 'filterId';

/** A refusal names no more than these. */
const MAX_NAMED = 10;

/**
 * Subscriptions that bind a target or filter, and alert rules about or for a target: as many as a refusal names, and one more
 * to know that there are more. A subscription that belongs to a rule is named by it.
 */
async function usersOf(
  { alertRules, subscriptions }: Pick<Deps, 'alertRules' | 'subscriptions'>,
  tenant: string,
  by: BoundBy,
  id: string,
  except?: string,
): Promise<string[]> {
  const users: string[] = [];
  for await (const one of subscriptions.all(tenant)) {
    if (one[by] === id && one.id !== except) users.push(one.owner ?? one.id);
    if (users.length > MAX_NAMED) break;
  }
  if (by === 'filterId') return users;
  for await (const { id: rule, targetId, notify } of alertRules.all(tenant)) {
    if (users.length > MAX_NAMED) break;
    if ([targetId, notify.targetId].includes(id) && !users.includes(rule)) users.push(rule);
  }
  return users;
}

/** @throws ApiError that names the subscriptions and alert rules that use it */
async function refuseInUse(deps: Deps, tenant: string, by: BoundBy, id: string): Promise<void> {
  const users = await usersOf(deps, tenant, by, id);
  if (users.length === 0) return;
  const others = users.length > MAX_NAMED ? ' and others' : '';
  const named = users.slice(0, MAX_NAMED).join(', ');
  throw new ApiError(409, 'in_use', `used by ${named}${others}; delete or change these first`);
}

/** Removes what nothing uses. @throws ApiError that names what does */
export async function removeUnbound(
  deps: Deps,
  tenant: string,
  by: BoundBy,
  id: string,
  ifMatch: Precondition,
): Promise<void> {
  await refuseInUse(deps, tenant, by, id);
  const kind = by === 'targetId' ? deps.targets : deps.filters;
  const removed = await kind.remove(tenant, id, ifMatch);
  try {
    await refuseInUse(deps, tenant, by, id);
  } catch (error) {
    // A subscription has bound it in between, so it stays. A request that binds checks again as well: `refuseUnbound`.
    await kind.add(tenant, removed as Target & Filter);
    throw error;
  }
}

/** @throws ApiError when what a new subscription binds was removed meanwhile; the subscription is taken back */
export async function refuseUnbound(
  { targets, filters, subscriptions }: Deps,
  tenant: string,
  { id, targetId, filterId }: Subscription,
): Promise<void> {
  const [target, filter] = await Promise.all([
    targets.find(tenant, targetId),
    filters.find(tenant, filterId),
  ]);
  if (target && filter) return;
  await subscriptions.remove(tenant, id, anyRevision);
  throw new ApiError(409, 'conflict', `${target ? filterId : targetId} has just been deleted`);
}

/** Keeps the deliveries to its target findable there when a subscription leaves it, for as long as any log is kept. */
export const noteFormerBinding = (
  { deliveryLog, environment }: Pick<ManageDeps, 'deliveryLog' | 'environment'>,
  tenant: string,
  { id, targetId }: Subscription,
  now: number,
): Promise<void> =>
  deliveryLog.noteFormer(tenant, targetId, id, now + environment.maxLogRetentionHours * 3_600_000);

/** The target and filter that were made with a subscription, unless another subscription binds them by now. */
export async function ownedAlone(
  deps: Deps,
  tenant: string,
  { id, targetId, filterId, owner = id }: Subscription,
): Promise<{ targetId?: string; filterId?: string }> {
  const isAlone = async (by: BoundBy, bound: Target | Filter | undefined): Promise<boolean> =>
    bound?.owner === owner && (await usersOf(deps, tenant, by, bound.id, id)).length === 0;
  const [target, filter] = await Promise.all([
    deps.targets.find(tenant, targetId),
    deps.filters.find(tenant, filterId),
  ]);
  const [isTarget, isFilter] = await Promise.all([isAlone('targetId', target), isAlone('filterId', filter)]);
  return { ...(isTarget && { targetId }), ...(isFilter && { filterId }) };
}
