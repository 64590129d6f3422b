import { requireEnv } from '../platform/env.ts';
import type { TenantLimits } from '../tenants/tenant.ts';
import { tenantInUse } from '../tenants/tenant-store.ts';
import { limitsOf as limitsOfTenant } from '../tenants/tenants.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** How much a tenant may have. */
export const limitsOf = async (tenant: string): Promise<TenantLimits> =>
  limitsOfTenant((await tenantInUse(configTable, tenant)) ?? {});
