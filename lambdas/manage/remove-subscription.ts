import type { Subscription } from '../config/entities.ts';
import type { Maker } from '../config/maker.ts';
import { anyRevision } from '../http/precondition.ts';
import { noteFormerBinding, ownedAlone } from './bindings.ts';
import type { ManageDeps } from './deps.ts';
import { forgetTarget } from './operations/target-status.ts';

/**
 * Removes a subscription, and what was made with it. It is taken out of use first, so that a removal that breaks off can be
 * repeated, and is not seen half-done.
 * @param admit refuses by throwing
 */
export async function removeSubscription(
  deps: ManageDeps,
  tenant: string,
  id: string,
  make: Maker,
  admit: (current: Subscription) => Promise<void> | void = () => {},
): Promise<void> {
  const retired = await deps.subscriptions.retire(tenant, id, make.at, admit);
  await noteFormerBinding(deps, tenant, retired, make.now);
  const owned = await ownedAlone(deps, tenant, retired);
  await deps.owned.deleteOwned(tenant, { subscriptionId: id, ...owned });
  if (owned.targetId) await forgetTarget(deps, { tenant, target: owned.targetId });
  await deps.subscriptions.remove(tenant, id, anyRevision);
}
