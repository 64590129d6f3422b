import type { Subscription } from '../config/entities.ts';
import type { StoredHealth } from '../endpoint-health/health.ts';
import { fail, type UnreadableItemError } from '../platform/items.ts';
import type { Target } from '../targets/target.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import type { SkipReason } from './replay.ts';

/** Where a subscription's deliveries go now. */
export interface ResolvedRoute {
  readonly target: string;
  /** The target's rate limit. */
  readonly perSecond: number | undefined;
  readonly filterId: string;
}

export interface RouteDeps {
  readonly config: {
    /** In no particular order; a deleted one may be missing. */
    getSubscriptions(tenant: string, ids: readonly string[]): Promise<readonly Subscription[]>;
    /** By `refName`; a deleted one may be missing. */
    loadTargets(
      refs: readonly TargetRef[],
      onUnreadable: (name: string, error: UnreadableItemError) => void,
    ): Promise<ReadonlyMap<string, Target>>;
  };
  readonly health: {
    /** By `refName`; a target of which nothing is known is missing. */
    readHealth(refs: readonly TargetRef[]): Promise<ReadonlyMap<string, StoredHealth>>;
  };
}

/** For each subscription where its deliveries go, or why they go nowhere. A paused subscription has a route. */
export async function resolveRoutes(
  { config, health }: RouteDeps,
  tenant: string,
  ids: Iterable<string>,
): Promise<Map<string, ResolvedRoute | SkipReason>> {
  const all = [...new Set(ids)];
  const subscriptions = await config.getSubscriptions(tenant, all);
  const targetIds = new Set(subscriptions.map(({ targetId }) => targetId));
  const refs = [...targetIds].map((target) => ({ tenant, target }));
  const [targets, healthByTarget] = await Promise.all([
    config.loadTargets(refs, (_, error) => fail(error)),
    health.readHealth(refs),
  ]);
  const byId = new Map(subscriptions.map((subscription) => [subscription.id, subscription]));
  const resolveRoute = (id: string): ResolvedRoute | SkipReason => {
    const subscription = byId.get(id);
    if (!subscription || subscription.deletedAt !== undefined) return 'subscription_deleted';
    const name = refName({ tenant, target: subscription.targetId });
    const target = targets.get(name);
    if (!target || target.deletedAt !== undefined) return 'target_deleted';
    if (!target.active || healthByTarget.get(name)?.disabled) return 'target_disabled';
    const { filterId } = subscription;
    return { target: target.id, perSecond: target.rateLimit?.perSecond, filterId };
  };
  return new Map(all.map((id) => [id, resolveRoute(id)]));
}
