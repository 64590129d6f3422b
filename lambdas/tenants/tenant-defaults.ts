import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';
import type { Tenant, TenantLimits } from './tenant.ts';

/** The tenant that exists from the start. The key made at deployment belongs to it. */
export const FIRST_TENANT = 'ten_00000000000000000000000000';

/**
 * What a tenant may have unless its settings say otherwise: more than a careful customer needs, and little enough that a
 * careless one fills neither a match index (some two kilobytes for each subscription) nor a bill.
 */
export const DEFAULT_LIMITS: TenantLimits = {
  targets: 10_000,
  filters: 10_000,
  subscriptions: 10_000,
  eventTypes: 1000,
  keys: 100,
  /** As many consumers at once. Each new token counts those that are valid, which 1,000 let cost one query of 0.4 MB. */
  portalTokens: 1000,
  /** Each is judged every five minutes: some cents a month for all of them. */
  alertRules: 100,
  payloadBytes: MAX_PAYLOAD_BYTES,
};

/** The limits that hold for a tenant: its own, and defaults for the rest. */
export const limitsOf = (tenant: Pick<Tenant, 'limits'>): TenantLimits => ({
  ...DEFAULT_LIMITS,
  ...tenant.limits,
});

/** A tenant as requests need it. */
export type TenantInUse = Omit<Tenant, 'createdAt' | 'updatedAt'>;

/** The first tenant before its first change. */
export const UNTOUCHED_FIRST_TENANT: TenantInUse = {
  id: FIRST_TENANT,
  name: 'First tenant',
  schemaCheck: 'off',
  revision: 1,
};

/** The same as an item. @param at RFC 3339 */
export const firstTenant = (at: string): Tenant => ({
  ...UNTOUCHED_FIRST_TENANT,
  createdAt: at,
  updatedAt: at,
});

/** How long the log keeps what belongs to a tenant, in seconds; undefined where the environment's setting holds. */
export const keepSecondsOf = ({
  logRetentionHours,
}: Pick<Tenant, 'logRetentionHours'>): number | undefined =>
  logRetentionHours === undefined ? undefined : logRetentionHours * 3600;

/** The settings that each request of a tenant needs, as `Caller` has them. */
export function requestSettings(tenant: TenantInUse) {
  const keepSeconds = keepSecondsOf(tenant);
  return {
    schemaCheck: tenant.schemaCheck,
    maxPayloadBytes: limitsOf(tenant).payloadBytes,
    ...(keepSeconds !== undefined && { keepSeconds }),
  };
}
