import type { Filter, Subscription } from '../config/entities.ts';
import { ApiError } from '../http/errors.ts';
import type { Precondition } from '../http/precondition.ts';
import type { Target } from '../targets/target.ts';
import { filters, subscriptions, targets } from './stores.ts';

/** What subscriptions bind, and who binds it. */
type BoundBy = 'targetId' | 'filterId';

/** A refusal names no more than these. */
const MAX_NAMED = 10;

/** Subscriptions that bind a target or filter: so many that a refusal can name them and say that there are more. */
async function usersOf(tenant: string, by: BoundBy, id: string, except?: string): Promise<string[]> {
  const users: string[] = [];
  for await (const one of subscriptions.all(tenant)) {
    if (one[by] === id && one.id !== except) users.push(one.id);
    if (users.length > MAX_NAMED) break;
  }
  return users;
}

/** @throws ApiError that names the subscriptions that bind it */
async function refuseInUse(tenant: string, by: BoundBy, id: string): Promise<void> {
  const users = await usersOf(tenant, by, id);
  if (users.length === 0) return;
  const others = users.length > MAX_NAMED ? ' and others' : '';
  const named = users.slice(0, MAX_NAMED).join(', ');
  throw new ApiError(409, 'in_use', `used by ${named}${others}; delete or change these first`);
}

/** Removes what no subscription binds. @throws ApiError that names those that do */
export async function removeUnbound(
  tenant: string,
  by: BoundBy,
  id: string,
  ifMatch: Precondition,
): Promise<void> {
  await refuseInUse(tenant, by, id);
  const store = by === 'targetId' ? targets : filters;
  const removed = await store.remove(tenant, id, ifMatch);
  try {
    await refuseInUse(tenant, by, id);
  } catch (error) {
    // Somebody has bound it since it was looked at, so it stays. Whoever binds looks again as well, see below.
    await store.add(tenant, removed as Target & Filter);
    throw error;
  }
}

/** @throws ApiError when what a new subscription binds was removed while it was made; it is taken back */
export async function refuseUnbound(tenant: string, { id, targetId, filterId }: Subscription): Promise<void> {
  const [target, filter] = await Promise.all([
    targets.find(tenant, targetId),
    filters.find(tenant, filterId),
  ]);
  if (target && filter) return;
  await subscriptions.remove(tenant, id, () => true);
  throw new ApiError(409, 'conflict', `${target ? filterId : targetId} has just been deleted`);
}

/** The target and filter that were made with a subscription, where no other binds them by now. */
export async function ownedAlone(
  tenant: string,
  { id, targetId, filterId }: Subscription,
): Promise<{ targetId?: string; filterId?: string }> {
  const isAlone = async (by: BoundBy, bound: Target | Filter | undefined): Promise<boolean> =>
    bound?.owner === id && (await usersOf(tenant, by, bound.id, id)).length === 0;
  const [target, filter] = await Promise.all([
    targets.find(tenant, targetId),
    filters.find(tenant, filterId),
  ]);
  const [isTarget, isFilter] = await Promise.all([isAlone('targetId', target), isAlone('filterId', filter)]);
  return { ...(isTarget && { targetId }), ...(isFilter && { filterId }) };
}
