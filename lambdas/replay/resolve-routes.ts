import type { Subscription } from '../config/entities.ts';
import type { StoredHealth } from '../endpoint-health/health.ts';
import { skipDamaged, type UnreadableItemError } from '../platform/items.ts';
import type { Target } from '../targets/target.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import type { SkipReason } from './replay.ts';

/** What is done about an item that cannot be read, by its name. */
type OnUnreadable = (name: string, error: UnreadableItemError) => void;

/** Where a subscription's deliveries go now. */
export interface ResolvedRoute {
  readonly target: string;
  /** The target's rate limit. */
  readonly perSecond: number | undefined;
  readonly filterId: string;
  /** Whether the subscription is paused. It has a route all the same, see `isKeptBack`. */
  readonly isPaused: boolean;
}

export interface RouteDeps {
  readonly config: {
    /** In no particular order; a deleted one may be missing. */
    getSubscriptions(
      tenant: string,
      ids: readonly string[],
      onUnreadable: OnUnreadable,
    ): Promise<readonly Subscription[]>;
    /** By `refName`; a deleted one may be missing. */
    loadTargets(refs: readonly TargetRef[], onUnreadable: OnUnreadable): Promise<ReadonlyMap<string, Target>>;
  };
  readonly health: {
    /** By `refName`; a target of which nothing is known is missing. */
    readHealth(
      refs: readonly TargetRef[],
      options: { readonly onUnreadable: OnUnreadable },
    ): Promise<ReadonlyMap<string, StoredHealth>>;
  };
}

/**
 * For each subscription where its deliveries go, or why they go nowhere. A paused subscription has a route. Damaged health
 * counts as unknown: dispatch reads it again.
 * @throws UnreadableItemError for an item of a newer version, which can be read once the deployment has ended
 */
export async function resolveRoutes(
  { config, health }: RouteDeps,
  tenant: string,
  ids: Iterable<string>,
): Promise<Map<string, ResolvedRoute | SkipReason>> {
  const all = [...new Set(ids)];
  const damagedIds = new Set<string>();
  const subscriptions = await config.getSubscriptions(tenant, all, (id, error) => {
    skipDamaged(error);
    damagedIds.add(id);
  });
  const targetIds = new Set(subscriptions.map(({ targetId }) => targetId));
  const refs = [...targetIds].map((target) => ({ tenant, target }));
  const damagedTargets = new Set<string>();
  const [targets, healthByTarget] = await Promise.all([
    config.loadTargets(refs, (name, error) => {
      skipDamaged(error);
      damagedTargets.add(name);
    }),
    health.readHealth(refs, { onUnreadable: (_, error) => skipDamaged(error) }),
  ]);
  const byId = new Map(subscriptions.map((subscription) => [subscription.id, subscription]));
  const resolveRoute = (id: string): ResolvedRoute | SkipReason => {
    if (damagedIds.has(id)) return 'unreadable';
    const subscription = byId.get(id);
    if (!subscription || subscription.deletedAt !== undefined) return 'subscription_deleted';
    const name = refName({ tenant, target: subscription.targetId });
    if (damagedTargets.has(name)) return 'unreadable';
    const target = targets.get(name);
    if (!target || target.deletedAt !== undefined) return 'target_deleted';
    if (!target.active || healthByTarget.get(name)?.disabled) return 'target_disabled';
    const { filterId, active } = subscription;
    return { target: target.id, perSecond: target.rateLimit?.perSecond, filterId, isPaused: !active };
  };
  return new Map(all.map((id) => [id, resolveRoute(id)]));
}
