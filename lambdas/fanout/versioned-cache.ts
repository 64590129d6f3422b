import { LRUCache } from 'lru-cache';

/** Tenants whose index one warm function keeps. A tenant beyond that is loaded anew when it comes again. */
const MAX_TENANTS = 1000;

/**
 * Keeps what was built for each tenant until the tenant's version changes. Callers that ask at the same time
 * share one load; a load that fails is forgotten.
 */
export function versionedCache<T>(load: (tenant: string) => Promise<T>): {
  get(tenant: string, version: number): Promise<T>;
} {
  const kept = new LRUCache<string, { version: number; value: Promise<T> }>({ max: MAX_TENANTS });
  return {
    get(tenant, version) {
      const known = kept.get(tenant);
      if (known && known.version === version) return known.value;
      const value = load(tenant);
      kept.set(tenant, { version, value });
      value.catch(() => kept.delete(tenant));
      return value;
    },
  };
}
