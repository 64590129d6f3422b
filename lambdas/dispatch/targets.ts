import { LRUCache } from 'lru-cache';
import { getChallengeResults } from '../adapters/challenge-store.ts';
import { loadTargets, type TargetRef } from '../adapters/config-store.ts';
import { requireEnv } from '../adapters/env.ts';
import type { Target } from '../domain/config.ts';
import { obstacleOf } from '../domain/decide.ts';
import type { DeathReason } from '../domain/delivery.ts';
import type { DeliveryMessage } from '../domain/messages.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

/** A target, and why nothing may be posted to it, if so. */
export interface Destination {
  readonly target: Target;
  readonly obstacle: DeathReason | undefined;
}

/** How long a changed target may go unnoticed; a busy target costs one read in this time and function. */
const FRESH_MS = 10_000;
const MAX_TARGETS = 10_000;

/**
 * One that gets nothing is not kept: its deliveries are dead letters, and its owner, who has just switched it on or
 * passed its challenge, must not lose the next. A batch that fails in this way costs no more than one that is posted.
 */
const cache = new LRUCache<string, Destination>({ max: MAX_TARGETS, ttl: FRESH_MS });

/** Looks up the targets of deliveries, together and only where they are not known. A deleted one is undefined. */
export async function destinationsOf(
  deliveries: readonly DeliveryMessage[],
): Promise<(delivery: DeliveryMessage) => Destination | undefined> {
  const known = new Map<string, Destination>();
  const unknown = new Map<string, TargetRef>();
  for (const { tenant, target: id } of deliveries) {
    const name = `${tenant}/${id}`;
    const destination = cache.get(name);
    if (destination) known.set(name, destination);
    else unknown.set(name, { tenant, id });
  }
  if (unknown.size > 0) {
    for (const [name, destination] of await loadDestinations(unknown)) {
      if (!destination.obstacle) cache.set(name, destination);
      known.set(name, destination);
    }
  }
  return ({ tenant, target }) => known.get(`${tenant}/${target}`);
}

/** One read for all targets, and one more for those that have to be verified. */
async function loadDestinations(refs: ReadonlyMap<string, TargetRef>): Promise<Map<string, Destination>> {
  const targets = await loadTargets(configTable, [...refs.values()]);
  const challenged = [...targets].filter(([, { challenge }]) => challenge).map(([name]) => refs.get(name)!);
  const results = await getChallengeResults(stateTable, challenged);
  return new Map(
    [...targets].map(([name, target]) => {
      const result = results.get(name);
      const isVerified = result?.passed === true && result.token === target.challenge?.token;
      return [name, { target, obstacle: obstacleOf(target, isVerified) }];
    }),
  );
}
