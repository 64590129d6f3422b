import { configKey } from '../config/config-keys.ts';
import { SUBSCRIPTION, type Subscription } from '../config/entities.ts';
import { readHealth } from '../endpoint-health/health-store.ts';
import { getAll } from '../platform/dynamo.ts';
import { TARGET, type Target } from '../targets/target.ts';
import { refName } from '../values/target-ref.ts';
import type { SkipReason } from './replay.ts';

/** Where a subscription's deliveries go now. */
export interface ResolvedRoute {
  readonly target: string;
  /** The target's rate limit. */
  readonly perSecond: number | undefined;
  readonly filterId: string;
}

interface Tables {
  readonly config: string;
  readonly state: string;
}

/** For each subscription where its deliveries go, or why they go nowhere. A paused one may have what it asks for. */
export async function resolveRoutes(
  { config, state }: Tables,
  tenant: string,
  ids: Iterable<string>,
): Promise<Map<string, ResolvedRoute | SkipReason>> {
  const all = [...new Set(ids)];
  const keys = all.map((id) => configKey(tenant, 'subscription', id));
  const subscriptions = await getAll(SUBSCRIPTION, config, keys, { consistent: true });
  const wanted = [...new Set(subscriptions.map(({ targetId }) => targetId))];
  const [targets, healthByTarget] = await Promise.all([
    getAll(
      TARGET,
      config,
      wanted.map((id) => configKey(tenant, 'target', id)),
      { consistent: true },
    ),
    readHealth(
      state,
      wanted.map((id) => ({ tenant, target: id })),
    ),
  ]);
  const byId = new Map<string, Subscription | Target>(
    [...subscriptions, ...targets].map((entity) => [entity.id, entity]),
  );
  const resolveRoute = (id: string): ResolvedRoute | SkipReason => {
    const subscription = byId.get(id) as Subscription | undefined;
    if (!subscription || subscription.deletedAt !== undefined) return 'subscription_deleted';
    const target = byId.get(subscription.targetId) as Target | undefined;
    if (!target || target.deletedAt !== undefined) return 'target_deleted';
    const isDisabled = !target.active || healthByTarget.get(refName({ tenant, target: target.id }))?.disabled;
    if (isDisabled) return 'target_disabled';
    const { filterId } = subscription;
    return { target: target.id, perSecond: target.rateLimit?.perSecond, filterId };
  };
  return new Map(all.map((id) => [id, resolveRoute(id)]));
}
