import { LRUCache } from 'lru-cache';
import type { Subscription } from '../config/entities.ts';
import type { Target } from '../targets/target.ts';

import { requestSettings, type TenantInUse } from '../tenants/tenant-defaults.ts';

/** A subscription that events can be addressed to, with what decides about them. */
export interface Address {
  readonly tenant: string;
  readonly subscription: Subscription;
  readonly target: Target;
  readonly settings: ReturnType<typeof requestSettings>;
}

/** The configuration that leads from a subscription's id to its address. */
export interface AddressConfig {
  getTenantOfSubscription(id: string): Promise<string | undefined>;
  getSubscription(tenant: string, id: string): Promise<Subscription | undefined>;
  getTarget(tenant: string, id: string): Promise<Target | undefined>;
  tenantInUse(id: string): Promise<TenantInUse | undefined>;
}

/**
 * A subscription by its id alone; undefined when there is none, or no longer a tenant or target of it. Reads as much in
 * each case: anyone may ask, and the time that it takes must not tell whether there is such a subscription. What is
 * not there is looked up under the id itself, since many reads of one key would be throttled.
 */
async function findAddress(config: AddressConfig, subscriptionId: string): Promise<Address | undefined> {
  const id = (await config.getTenantOfSubscription(subscriptionId)) ?? subscriptionId;
  const [subscription, tenant] = await Promise.all([
    config.getSubscription(id, subscriptionId),
    config.tenantInUse(id),
  ]);
  const target = await config.getTarget(id, subscription?.targetId ?? subscriptionId);
  return (
    subscription &&
    tenant &&
    target && { tenant: id, subscription, target, settings: requestSettings(tenant) }
  );
}

/** What would be refused is looked up again, but not more often than this: the sender may be anyone. */
const AGAIN_AFTER_MS = 1000;
/** Some kilobytes each. */
const MAX_ADDRESSES = 1000;

/** Looks an address up. @param isProved whether the sender proves an address's secret */
export type LookUpAddress = (
  id: string,
  isProved: (address: Address | undefined) => boolean,
) => Promise<Address | undefined>;

/**
 * Looks addresses up, and remembers them. What is known is answered if it would be taken; what would be refused is read
 * again first.
 * @param freshMs how long an address is remembered
 * @param elapsed milliseconds of a clock that only goes forward
 */
export function createAddresses(
  config: AddressConfig,
  freshMs: number,
  elapsed: () => number,
): LookUpAddress {
  const clock = { perf: { now: elapsed }, ttlResolution: 0 };
  /** Only a sender that proves the secret is served from here, so only such a sender learns that there is an address. */
  const known = new LRUCache<string, Address>({ max: MAX_ADDRESSES, ttl: freshMs, ...clock });
  /** What was found for senders that were refused, be it nothing. */
  const refused = new LRUCache<string, { readonly address: Address | undefined }>({
    max: MAX_ADDRESSES,
    ttl: AGAIN_AFTER_MS,
    ...clock,
  });
  return async (id, isProved) => {
    const fresh = known.get(id);
    if (isProved(fresh)) return fresh;
    const before = refused.get(id);
    if (before) return before.address;
    const address = await findAddress(config, id);
    if (address) known.set(id, address);
    else known.delete(id);
    if (!isProved(address)) refused.set(id, { address });
    return address;
  };
}
