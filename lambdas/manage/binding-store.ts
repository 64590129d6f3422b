import { configKey, type Kind } from '../config/config-keys.ts';
import { FILTER, type Filter, type Subscription } from '../config/entities.ts';
import { getAll } from '../platform/dynamo.ts';
import { fail, type OnUnreadable } from '../platform/items.ts';
import { TARGET, type Target } from '../targets/target.ts';

/** A subscription together with what it binds. */
export interface Binding {
  readonly subscription: Subscription;
  readonly filter: Filter;
  readonly target: Target;
}

/**
 * Subscriptions with the targets and filters that they bind; one that lacks either is missing.
 * @throws UnreadableItemError unless `onUnreadable` says what else is done
 */
export async function getBound(
  table: string,
  tenant: string,
  subscriptions: readonly Subscription[],
  onUnreadable: OnUnreadable = fail,
): Promise<Binding[]> {
  const keysOf = (kind: Kind, idIn: (one: Subscription) => string) =>
    [...new Set(subscriptions.map(idIn))].map((id) => configKey(tenant, kind, id));
  const options = { consistent: true, onUnreadable };
  const [targets, filters] = await Promise.all([
    getAll(
      TARGET,
      table,
      keysOf('target', ({ targetId }) => targetId),
      options,
    ),
    getAll(
      FILTER,
      table,
      keysOf('filter', ({ filterId }) => filterId),
      options,
    ),
  ]);
  const targetById = new Map(targets.map((item) => [item.id, item]));
  const filterById = new Map(filters.map((item) => [item.id, item]));
  return subscriptions.flatMap((subscription) => {
    const target = targetById.get(subscription.targetId);
    const filter = filterById.get(subscription.filterId);
    return target && filter ? [{ subscription, target, filter }] : [];
  });
}
