import { configKey, idOfKey, tenantOfPartition } from '../config/config-keys.ts';
import { getAll } from '../platform/dynamo.ts';
import type { UnreadableItemError } from '../platform/items.ts';
import type { Key } from '../values/item-key.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { TARGET, type Target } from './target.ts';

/**
 * Targets by `tenant/id`; a deleted one is missing.
 * @param onUnreadable what is done about one that cannot be read, by its name
 */
export async function loadTargets(
  table: string,
  refs: readonly TargetRef[],
  onUnreadable: (name: string, error: UnreadableItemError) => void,
): Promise<Map<string, Target>> {
  const keys = refs.map(({ tenant, target }) => configKey(tenant, 'target', target));
  const nameOf = ({ pk, sk }: Key): string => `${tenantOfPartition(pk)}/${idOfKey(sk)}`;
  // Consistent: a target must be found by the event that is published right after it was made.
  const items = await getAll(TARGET, table, keys, {
    consistent: true,
    onUnreadable: (error) => onUnreadable(nameOf(error), error),
  });
  return new Map(items.map((item) => [nameOf(item), item]));
}
