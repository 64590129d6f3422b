import { useMemo } from 'react';
import { useWholeList } from '../../list/use-whole-list.ts';
import type { Subscription } from './use-entity.ts';

/** Which subscriptions use which filter. */
export function usersByFilter(
  subscriptions: readonly Subscription[],
): ReadonlyMap<string, readonly Subscription[]> {
  return Map.groupBy(subscriptions, ({ filterId }) => filterId);
}

/** The subscriptions that use a filter. */
export function useUsers(filterId: string | undefined): readonly Subscription[] {
  const { rows } = useWholeList('/v1/subscriptions', filterId !== undefined);
  return useMemo(() => rows.filter((row) => row.filterId === filterId), [rows, filterId]);
}

/** The other subscriptions that use the filter of this one. */
export function useOtherUsers({
  id,
  filterId,
}: Pick<Subscription, 'id' | 'filterId'>): readonly Subscription[] {
  const users = useUsers(filterId);
  return useMemo(() => users.filter((each) => each.id !== id), [users, id]);
}
