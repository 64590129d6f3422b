import { LRUCache } from 'lru-cache';
import { cachedHealth } from '../endpoint-health/health-cache.ts';
import { readHealth, type StoredHealth } from '../endpoint-health/health-store.ts';
import { requireEnv, requireEnvNumber } from '../platform/env.ts';
import { fail, type UnreadableItemError } from '../platform/items.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { getChallengeResults } from '../targets/challenge-store.ts';
import { loadTargets } from '../targets/target-store.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { obstacleOf } from './decide.ts';
import type { DeliveryMessage } from './messages.ts';
import type { Destination } from './types.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const freshMs = requireEnvNumber('TARGET_CACHE_MS');

/** A target as the tables have it. */
export interface KnownDestination extends Destination {
  readonly health: StoredHealth | undefined;
}
type OnUnreadableTarget = (name: string, error: UnreadableItemError) => void;
type Configured = Omit<KnownDestination, 'health'>;

const MAX_TARGETS = 10_000;

/**
 * One that gets nothing is not kept: its deliveries are dead letters, and its owner, who has just switched it on or
 * passed its challenge, must not lose the next. A batch that fails in this way costs no more than one that is posted.
 */
const cache = new LRUCache<string, Configured>({ max: MAX_TARGETS, ttl: freshMs });

/**
 * Looks up the targets of deliveries, and how they do, together and only where they are not known. A deleted one is
 * undefined. A target of which an item cannot be read holds up its own deliveries, and no others.
 * @returns `held` is whether a delivery has to be received again for that reason
 */
export async function destinationsOf(deliveries: readonly DeliveryMessage[]): Promise<{
  destinationOf: (delivery: DeliveryMessage) => KnownDestination | undefined;
  held: (delivery: DeliveryMessage) => boolean;
}> {
  const refs = new Map(
    deliveries.map(({ tenant, target }) => [refName({ tenant, target }), { tenant, target }]),
  );
  const unreadable = new Set<string>();
  const hold = (name: string, error: UnreadableItemError): void => {
    unreadable.add(name);
    warn('deliveries held up', { target: name, ...errorFields(error) });
    emitMetrics({ UnreadableItems: 1 });
  };
  const [configured, healthByTarget] = await Promise.all([
    configuredOf(refs, hold),
    cachedHealth(stateTable, [...refs.values()], hold),
  ]);
  return {
    destinationOf: ({ tenant, target }) => {
      const name = `${tenant}/${target}`;
      const found = configured.get(name);
      return found && { ...found, health: healthByTarget.get(name) };
    },
    held: ({ tenant, target }) => unreadable.has(`${tenant}/${target}`),
  };
}

/** One target as it is now, whatever is remembered of it. @throws UnreadableItemError */
export async function currentDestination(ref: TargetRef): Promise<KnownDestination | undefined> {
  const name = refName(ref);
  const [configured, healthByTarget] = await Promise.all([
    loadConfigured(new Map([[name, ref]]), (_, error) => fail(error)),
    readHealth(stateTable, [ref], { consistent: true }),
  ]);
  const found = configured.get(name);
  return found && { ...found, health: healthByTarget.get(name) };
}

async function configuredOf(
  refs: ReadonlyMap<string, TargetRef>,
  onUnreadable: OnUnreadableTarget,
): Promise<Map<string, Configured>> {
  const known = new Map<string, Configured>();
  const unknown = new Map<string, TargetRef>();
  for (const [name, ref] of refs) {
    const configured = cache.get(name);
    if (configured) known.set(name, configured);
    else unknown.set(name, ref);
  }
  if (unknown.size === 0) return known;
  for (const [name, configured] of await loadConfigured(unknown, onUnreadable)) {
    if (!configured.obstacle) cache.set(name, configured);
    known.set(name, configured);
  }
  return known;
}

/** One read for all targets, and one more for those that have to be verified. */
async function loadConfigured(
  refs: ReadonlyMap<string, TargetRef>,
  onUnreadable: OnUnreadableTarget,
): Promise<Map<string, Configured>> {
  const targets = await loadTargets(configTable, [...refs.values()], onUnreadable);
  const challenged = [...targets].filter(([, { challenge }]) => challenge).map(([name]) => refs.get(name)!);
  const results = await getChallengeResults(stateTable, challenged, onUnreadable);
  return new Map(
    [...targets].map(([name, target]) => {
      const result = results.get(name);
      const isVerified = result?.passed === true && result.token === target.challenge?.token;
      return [name, { target, obstacle: obstacleOf(target, isVerified) }];
    }),
  );
}
