import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';
import type { Tenant, TenantLimits } from './tenant.ts';

/** The tenant that is there from the start, and that the key made at deployment belongs to. */
export const FIRST_TENANT = 'ten_00000000000000000000000000';

/**
 * What a tenant may have where nothing else was agreed: more than a careful customer needs, and little enough that
 * a careless one fills neither a match index (some two kilobytes for each subscription) nor a bill.
 */
export const DEFAULT_LIMITS: TenantLimits = {
  targets: 10_000,
  filters: 10_000,
  subscriptions: 10_000,
  eventTypes: 1000,
  keys: 100,
  payloadBytes: MAX_PAYLOAD_BYTES,
};

/** The limits that hold for a tenant: its own where it has any. */
export const limitsOf = (tenant: Pick<Tenant, 'limits'>): TenantLimits => ({
  ...DEFAULT_LIMITS,
  ...tenant.limits,
});

/** The first tenant as it is before anybody has changed it. @param at RFC 3339 */
export const firstTenant = (at: string): Tenant => ({
  id: FIRST_TENANT,
  name: 'First tenant',
  schemaCheck: 'off',
  createdAt: at,
  updatedAt: at,
  revision: 1,
});

/** A tenant's settings that concern each of its requests; the shape of `Caller` takes them as they are. */
export const requestSettings = (tenant: Tenant) => ({
  schemaCheck: tenant.schemaCheck,
  maxPayloadBytes: limitsOf(tenant).payloadBytes,
  ...(tenant.logRetentionHours !== undefined && { keepSeconds: tenant.logRetentionHours * 3600 }),
});
