import { ulid } from 'ulid';
import type { EventType } from '../../lambdas/config/entities.ts';
import { RETRY_PRESETS } from '../../lambdas/targets/retry-policy.ts';
import { newSecret } from '../../lambdas/targets/signature.ts';
import type { Target } from '../../lambdas/targets/target.ts';
import type { Tenant } from '../../lambdas/tenants/tenant.ts';

/** Times of a new entity. */
export function freshTimes() {
  const at = new Date().toISOString();
  return { createdAt: at, updatedAt: at, revision: 1 };
}

/** A target that signs by Standard Webhooks and is switched on. */
export function targetOf(about: Partial<Target> & Pick<Target, 'url'>): Target {
  const times = freshTimes();
  return {
    id: `tgt_${ulid()}`,
    signature: 'standard',
    secrets: [{ value: newSecret('standard', Buffer.alloc(32, 1)), createdAt: times.createdAt }],
    retry: RETRY_PRESETS.default,
    timeoutMs: 5000,
    active: true,
    ...times,
    ...about,
  };
}

/** An event type without a schema. */
export const eventTypeOf = (about: Partial<EventType> & Pick<EventType, 'id'>): EventType => ({
  version: '1',
  deprecated: false,
  ...freshTimes(),
  ...about,
});

/** A tenant with the environment's settings. */
export const tenantOf = (about: Partial<Tenant> & Pick<Tenant, 'id'>): Tenant => ({
  name: 'A tenant',
  schemaCheck: 'off',
  ...freshTimes(),
  ...about,
});
