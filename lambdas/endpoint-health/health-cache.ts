import { LRUCache } from 'lru-cache';
import { requireEnvNumber } from '../platform/env.ts';
import type { UnreadableItemError } from '../platform/items.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { readHealth, type StoredHealth } from './health-store.ts';

const freshMs = requireEnvNumber('HEALTH_CACHE_MS');
const MAX_STANDINGS = 20_000;

/** Also of targets that nothing is known of. */
const cache = new LRUCache<string, { readonly health: StoredHealth | undefined }>({
  max: MAX_STANDINGS,
  ttl: freshMs,
});

/**
 * Standings by `tenant/id`, from memory where they are fresh.
 * @param onUnreadable what is done about one that cannot be read, by its name; it is not remembered
 */
export async function cachedHealth(
  table: string,
  refs: readonly TargetRef[],
  onUnreadable: (name: string, error: UnreadableItemError) => void,
): Promise<Map<string, StoredHealth>> {
  const unknown = new Map<string, TargetRef>();
  const found = new Map<string, StoredHealth>();
  for (const ref of refs) {
    const name = refName(ref);
    const known = cache.get(name);
    if (!known) unknown.set(name, ref);
    else if (known.health) found.set(name, known.health);
  }
  if (unknown.size === 0) return found;
  const unreadable = new Set<string>();
  const loaded = await readHealth(table, [...unknown.values()], {
    onUnreadable: (name, error) => {
      unreadable.add(name);
      onUnreadable(name, error);
    },
  });
  for (const [name, ref] of unknown) {
    const health = loaded.get(name);
    if (!unreadable.has(name)) rememberHealth(ref, health);
    if (health) found.set(name, health);
  }
  return found;
}

/**
 * What a function has just written or read need not be read by it again. Only a target that gets nothing is looked up
 * each time: its owner, who has just enabled it, must not lose the next delivery, and a delivery that was just let out
 * of its room must not be sent back there, where nobody may be called to for a quarter of an hour.
 */
export function rememberHealth(ref: TargetRef, health: StoredHealth | undefined): void {
  if (health?.disabled || health?.open) cache.delete(refName(ref));
  else cache.set(refName(ref), { health });
}
