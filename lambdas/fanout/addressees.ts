import type { Subscription } from '../config/entities.ts';
import { skipDamaged, type UnreadableItemError } from '../platform/items.ts';
import { type TenantEvent, tenantOf } from './fanout-messages.ts';
import type { IndexOf } from './indexes.ts';

/** A subscription that gets an event. */
export interface Recipient {
  readonly id: string;
  readonly targetId: string;
  /** Its delivery is dead from the start. */
  readonly isPaused?: true;
}

export interface AddresseeDeps {
  /** Subscriptions by their ids, as they are now; a missing one is missing. */
  getSubscriptions(
    tenant: string,
    ids: readonly string[],
    onUnreadable: (id: string, error: UnreadableItemError) => void,
  ): Promise<readonly Subscription[]>;
}

/**
 * The subscriptions of addressed events that their tenants' indexes lack: paused ones, and those whose filter is switched
 * off, since an addressed event asks no filter. Other events cost no read. A deleted subscription gets nothing, and so does
 * one that is damaged.
 */
export async function addresseesBeyond(
  deps: AddresseeDeps,
  events: readonly TenantEvent[],
  indexOf: IndexOf,
): Promise<ReadonlyMap<TenantEvent, Recipient>> {
  const addressed = events.filter(({ only }) => only !== undefined);
  const found = new Map<TenantEvent, Recipient>();
  for (const [tenant, own] of Map.groupBy(addressed, tenantOf)) {
    const index = await indexOf(tenant);
    const missing = own.filter(({ only }) => !index.byId(only!));
    if (missing.length === 0) continue;
    const ids = [...new Set(missing.map(({ only }) => only!))];
    const subscriptions = await deps.getSubscriptions(tenant, ids, (_, error) => skipDamaged(error));
    const byId = new Map(subscriptions.map((subscription) => [subscription.id, subscription]));
    for (const event of missing) {
      const recipient = recipientOf(byId.get(event.only!));
      if (recipient) found.set(event, recipient);
    }
  }
  return found;
}

const recipientOf = (subscription: Subscription | undefined): Recipient | undefined =>
  subscription && subscription.deletedAt === undefined
    ? {
        id: subscription.id,
        targetId: subscription.targetId,
        ...(!subscription.active && { isPaused: true as const }),
      }
    : undefined;
