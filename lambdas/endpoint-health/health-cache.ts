import { LRUCache } from 'lru-cache';
import type { UnreadableItemError } from '../platform/items.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import type { StoredHealth } from './health.ts';

/** What is done about an item that cannot be read, by its target's name. */
type OnUnreadableHealth = (name: string, error: UnreadableItemError) => void;

export interface HealthCacheDeps {
  /** See `readHealth` of `health-store.ts`. */
  readonly read: (
    refs: readonly TargetRef[],
    options: { readonly onUnreadable: OnUnreadableHealth },
  ) => Promise<Map<string, StoredHealth>>;
  /** How long what was read counts as known. */
  readonly freshMs: number;
}

export interface HealthCache {
  /**
   * Health by `refName`, from memory where it is fresh; missing where nothing is known.
   * @param onUnreadable gets what cannot be read, which is not remembered
   * @param mayHaveClosed names of targets whose breaker, if it is remembered as open, is read again: see `remember`
   */
  healthOf(
    refs: readonly TargetRef[],
    onUnreadable: OnUnreadableHealth,
    mayHaveClosed?: ReadonlySet<string>,
  ): Promise<Map<string, StoredHealth>>;
  /** What a function has just written need not be read by it again. */
  remember(ref: TargetRef, health: StoredHealth | undefined): void;
}

const MAX_TARGETS = 20_000;
const NONE: ReadonlySet<string> = new Set();

/** Remembers, for a short time, how targets do. Also that nothing is known of a target. */
export function createHealthCache({ read, freshMs }: HealthCacheDeps): HealthCache {
  const cache = new LRUCache<string, { readonly health: StoredHealth | undefined }>({
    max: MAX_TARGETS,
    ttl: freshMs,
  });

  /**
   * A disabled target is looked up each time: its owner, who has just enabled it, must not lose the next delivery. An open
   * breaker is remembered, so that a flood reads it once. But a delivery that was just released must not be held again,
   * where the next drain may be a quarter of an hour away: for such a one it is read again. One that comes for the first time
   * may be held in the second after the breaker has closed. It is released at once with those before it, or after five
   * seconds.
   */
  function remember(ref: TargetRef, health: StoredHealth | undefined): void {
    if (health?.disabled) cache.delete(refName(ref));
    else cache.set(refName(ref), { health });
  }

  async function healthOf(
    refs: readonly TargetRef[],
    onUnreadable: OnUnreadableHealth,
    mayHaveClosed: ReadonlySet<string> = NONE,
  ): Promise<Map<string, StoredHealth>> {
    const unknown = new Map<string, TargetRef>();
    const found = new Map<string, StoredHealth>();
    for (const ref of refs) {
      const name = refName(ref);
      const known = cache.get(name);
      if (!known || (known.health?.open && mayHaveClosed.has(name))) unknown.set(name, ref);
      else if (known.health) found.set(name, known.health);
    }
    if (unknown.size === 0) return found;
    const unreadable = new Set<string>();
    const loaded = await read([...unknown.values()], {
      onUnreadable: (name, error) => {
        unreadable.add(name);
        onUnreadable(name, error);
      },
    });
    for (const [name, ref] of unknown) {
      const health = loaded.get(name);
      if (!unreadable.has(name)) remember(ref, health);
      if (health) found.set(name, health);
    }
    return found;
  }

  return { healthOf, remember };
}
