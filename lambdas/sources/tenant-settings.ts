import { LRUCache } from 'lru-cache';
import { requestSettings, type TenantInUse } from '../tenants/tenant-defaults.ts';

/** What publishing needs to know of a tenant. */
export type TenantSettings = ReturnType<typeof requestSettings>;

interface Found {
  /** Undefined where there is no such tenant, or it is being deleted. */
  readonly settings: TenantSettings | undefined;
}

/** Some hundred bytes each. */
const MAX_TENANTS = 1000;
/** A tenant that there is not may be made the next moment, and records that name it can come by the thousand. */
const ABSENT_MS = 1000;

export interface TenantSettingsDeps {
  tenantInUse(id: string): Promise<TenantInUse | undefined>;
  /** How long a tenant's settings are remembered, in milliseconds. */
  readonly freshMs: number;
  /** Milliseconds of a clock that only goes forward. */
  elapsed(): number;
}

/** Reads the settings of tenants, and remembers them. @returns undefined for a tenant that may not be used */
export function createTenantSettings({ tenantInUse, freshMs, elapsed }: TenantSettingsDeps) {
  const known = new LRUCache<string, Found>({
    max: MAX_TENANTS,
    ttl: freshMs,
    perf: { now: elapsed },
    ttlResolution: 0,
  });
  return async (id: string): Promise<TenantSettings | undefined> => {
    const found = known.get(id);
    if (found) return found.settings;
    const tenant = await tenantInUse(id);
    const settings = tenant && requestSettings(tenant);
    known.set(id, { settings }, settings ? {} : { ttl: Math.min(ABSENT_MS, freshMs) });
    return settings;
  };
}
