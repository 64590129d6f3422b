import { LRUCache } from 'lru-cache';
import type { StoredHealth } from '../endpoint-health/health.ts';
import type { HealthCache } from '../endpoint-health/health-cache.ts';
import { fail, type UnreadableItemError } from '../platform/items.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { hasPassed } from '../targets/challenge.ts';
import type { ChallengeResult } from '../targets/challenge-store.ts';
import type { Target } from '../targets/target.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { obstacleOf } from './decide.ts';
import type { Destination } from './decision.ts';
import type { DeliveryMessage } from './messages.ts';
import { mayBeSuperseded } from './superseded.ts';

/** A target as the tables have it. */
export interface KnownDestination extends Destination {
  readonly health: StoredHealth | undefined;
}
type OnUnreadableTarget = (name: string, error: UnreadableItemError) => void;
type Configured = Omit<KnownDestination, 'health'>;
/** When it was read, in milliseconds since the epoch. */
type Cached = Configured & { readonly readAt: number };

/** Reads what is known of targets, by `refName`. */
type Read<T> = (refs: readonly TargetRef[], onUnreadable: OnUnreadableTarget) => Promise<Map<string, T>>;

export interface DestinationsDeps {
  readonly now: () => number;
  readonly loadTargets: Read<Target>;
  readonly getChallengeResults: Read<ChallengeResult>;
  readonly healthOf: HealthCache['healthOf'];
  /** Health as it is now. @throws UnreadableItemError */
  readonly readHealthNow: (ref: TargetRef) => Promise<StoredHealth | undefined>;
  /** How long a target that was read counts as known. */
  readonly freshMs: number;
}

export interface Destinations {
  /**
   * Looks up the targets of deliveries and their health, in one read for those not remembered. A deleted target is undefined.
   * A replayed delivery gets its target as it is since the replay: its owner may have changed it just before. An unreadable
   * item holds up its target's deliveries, and no others.
   * @returns `isHeldUp` is whether a delivery has to be received again for that reason
   */
  destinationsOf(deliveries: readonly DeliveryMessage[]): Promise<{
    destinationOf: (delivery: DeliveryMessage) => KnownDestination | undefined;
    isHeldUp: (delivery: DeliveryMessage) => boolean;
  }>;
  /** One target as it is now, whatever is remembered of it. @throws UnreadableItemError */
  currentDestination(ref: TargetRef): Promise<KnownDestination | undefined>;
}

const MAX_TARGETS = 10_000;

export function createDestinations(deps: DestinationsDeps): Destinations {
  /**
   * A target that gets nothing is not kept: its deliveries are dead letters, and its owner, who has just switched it on or
   * passed its challenge, must not lose the next. Reading it again costs no more than posting does.
   */
  const cache = new LRUCache<string, Cached>({ max: MAX_TARGETS, ttl: deps.freshMs });

  async function configuredOf(
    refs: ReadonlyMap<string, TargetRef>,
    since: ReadonlyMap<string, number>,
    onUnreadable: OnUnreadableTarget,
  ): Promise<Map<string, Configured>> {
    const known = new Map<string, Configured>();
    const unknown = new Map<string, TargetRef>();
    for (const [name, ref] of refs) {
      const cached = cache.get(name);
      if (cached && cached.readAt >= (since.get(name) ?? 0)) known.set(name, cached);
      else unknown.set(name, ref);
    }
    if (unknown.size === 0) return known;
    const readAt = deps.now();
    for (const [name, configured] of await loadConfigured(deps, unknown, onUnreadable)) {
      if (!configured.obstacle) cache.set(name, { ...configured, readAt });
      known.set(name, configured);
    }
    return known;
  }

  return {
    async destinationsOf(deliveries) {
      const refs = new Map(
        deliveries.map(({ tenant, target }) => [refName({ tenant, target }), { tenant, target }]),
      );
      const unreadable = new Set<string>();
      const holdUp = (name: string, error: UnreadableItemError): void => {
        unreadable.add(name);
        warn('deliveries held up', { ...about(refs.get(name) ?? {}), ...errorFields(error) });
        emitMetrics({ UnreadableItems: 1 });
      };
      const [configured, healthByTarget] = await Promise.all([
        configuredOf(refs, latestReplays(deliveries), holdUp),
        deps.healthOf([...refs.values()], holdUp, targetsOfReturned(deliveries)),
      ]);
      return {
        destinationOf: (delivery) => {
          const name = refName(delivery);
          const found = configured.get(name);
          if (!found) return undefined;
          const { target, obstacle } = found;
          return { target, obstacle, health: healthByTarget.get(name) };
        },
        isHeldUp: (delivery) => unreadable.has(refName(delivery)),
      };
    },

    async currentDestination(ref) {
      const name = refName(ref);
      const [configured, health] = await Promise.all([
        loadConfigured(deps, new Map([[name, ref]]), (_, error) => fail(error)),
        deps.readHealthNow(ref),
      ]);
      const found = configured.get(name);
      return found && { ...found, health };
    },
  };
}

/** Targets of deliveries that have waited, or that were sent again: each waits for news of its target. By `refName`. */
const targetsOfReturned = (deliveries: readonly DeliveryMessage[]): Set<string> =>
  new Set(deliveries.filter(mayBeSuperseded).map(refName));

/** When a delivery of each target was last replayed, if any was, by `refName`. */
function latestReplays(deliveries: readonly DeliveryMessage[]): Map<string, number> {
  const latest = new Map<string, number>();
  for (const { tenant, target, replayedAt } of deliveries) {
    if (replayedAt === undefined) continue;
    const name = refName({ tenant, target });
    latest.set(name, Math.max(replayedAt, latest.get(name) ?? 0));
  }
  return latest;
}

/** One read for all targets, and one more for those that have to be verified. */
async function loadConfigured(
  { loadTargets, getChallengeResults }: DestinationsDeps,
  refs: ReadonlyMap<string, TargetRef>,
  onUnreadable: OnUnreadableTarget,
): Promise<Map<string, Configured>> {
  const targets = await loadTargets([...refs.values()], onUnreadable);
  const challenged = [...targets].filter(([, { challenge }]) => challenge).map(([name]) => refs.get(name)!);
  const results = await getChallengeResults(challenged, onUnreadable);
  return new Map(
    [...targets].map(([name, target]) => {
      const isVerified = hasPassed(target.challenge, results.get(name));
      return [name, { target, obstacle: obstacleOf(target, isVerified) }];
    }),
  );
}
