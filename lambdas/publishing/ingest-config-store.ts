import { addressKey } from '../config/config-keys.ts';
import { ADDRESS, type EventType, type Subscription } from '../config/entities.ts';
import { getAt, getEntity } from '../config/entity-store.ts';
import type { Target } from '../targets/target.ts';
import { tenantInUse } from '../tenants/tenant-store.ts';
import { requestSettings } from '../tenants/tenants.ts';

/** A subscription that events can be addressed to, with what decides about them. */
export interface Address {
  readonly tenant: string;
  readonly subscription: Subscription;
  readonly target: Target;
  readonly settings: ReturnType<typeof requestSettings>;
}

/**
 * A subscription by its id alone; undefined when there is none, or no longer a tenant or target of it. Reads as much in
 * each case: anybody may ask, and the time that it takes must not tell whether there is such a subscription. What is
 * not there is looked for under the id itself, since reads of one key by everybody would be throttled.
 */
export async function findAddress(table: string, subscriptionId: string): Promise<Address | undefined> {
  const id = (await getAt(ADDRESS, table, addressKey(subscriptionId)))?.tenant ?? subscriptionId;
  const [subscription, tenant] = await Promise.all([
    getEntity(table, id, 'subscription', subscriptionId),
    tenantInUse(table, id),
  ]);
  const target = await getEntity(table, id, 'target', subscription?.targetId ?? subscriptionId);
  return (
    subscription &&
    tenant &&
    target && { tenant: id, subscription, target, settings: requestSettings(tenant) }
  );
}

export const getEventType = (table: string, tenant: string, name: string): Promise<EventType | undefined> =>
  getEntity(table, tenant, 'type', name);
