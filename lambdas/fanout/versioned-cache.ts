import { LRUCache } from 'lru-cache';

/**
 * A write raises the tenant's version after it; a fault in between would leave warm functions with what was before.
 * So nothing is used for longer than this. Loading anew is two queries, of one page of 1 MB for a tenant of a thousand
 * subscriptions.
 */
const MAX_AGE_MS = 60_000;
/** What took long to load is kept for longer, so that loading takes at most a hundredth of a function's time. */
const AGE_PER_LOAD_TIME = 100;

/**
 * Keeps what was built for each tenant until the tenant's version changes, or it is old. Callers that ask at the same
 * time share one load; a load that fails is forgotten.
 * @param sizeOf in bytes; more than one
 * @param maxBytes of all together; the tenant that was asked for longest ago goes first
 * @param now milliseconds
 */
export function versionedCache<T>({
  load,
  sizeOf,
  maxBytes,
  now = () => performance.now(),
}: {
  load: (tenant: string) => Promise<T>;
  sizeOf: (value: T) => number;
  maxBytes: number;
  now?: () => number;
}): {
  get(tenant: string, version: number): Promise<T>;
} {
  type Kept = { version: number; value: T; until: number };
  const kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ value }) => sizeOf(value),
  });
  const loading = new Map<string, Promise<T>>();

  const loadAnew = async (tenant: string, version: number): Promise<T> => {
    const began = now();
    const value = await load(tenant);
    const age = Math.max(MAX_AGE_MS, (now() - began) * AGE_PER_LOAD_TIME);
    // From when it was begun to be read: what has changed since may be missing.
    kept.set(tenant, { version, value, until: began + age });
    return value;
  };

  return {
    async get(tenant, version) {
      const known = kept.get(tenant);
      if (known && known.version === version && now() < known.until) return known.value;
      const key = `${tenant} ${version}`;
      const running = loading.get(key) ?? loadAnew(tenant, version).finally(() => loading.delete(key));
      loading.set(key, running);
      return running;
    },
  };
}
