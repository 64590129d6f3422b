import { requireEnv } from '../adapters/env.ts';
import { tenantInUse } from '../adapters/tenant-store.ts';
import type { TenantLimits } from '../domain/config.ts';
import { limitsOf as limitsOfTenant } from '../domain/tenants.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** How much a tenant may have. */
export const limitsOf = async (tenant: string): Promise<TenantLimits> =>
  limitsOfTenant((await tenantInUse(configTable, tenant)) ?? {});
