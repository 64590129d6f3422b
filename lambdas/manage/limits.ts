import { getAt } from '../adapters/entity-store.ts';
import { requireEnv } from '../adapters/env.ts';
import type { Tenant, TenantLimits } from '../domain/config.ts';
import { tenantKey } from '../domain/config-keys.ts';
import { limitsOf as limitsOfTenant } from '../domain/tenants.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** How much a tenant may have. */
export async function limitsOf(tenant: string): Promise<TenantLimits> {
  const known = await getAt<Tenant>(configTable, tenantKey(tenant));
  return limitsOfTenant(known ?? {});
}
