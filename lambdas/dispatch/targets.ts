import { LRUCache } from 'lru-cache';
import { loadTargets } from '../adapters/config-store.ts';
import { requireEnv } from '../adapters/env.ts';
import type { Target } from '../domain/config.ts';
import type { DeliveryMessage } from '../domain/messages.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** How long a changed target may go unnoticed; a busy target costs one read in this time and function. */
const FRESH_MS = 10_000;
const MAX_TARGETS = 10_000;

const cache = new LRUCache<string, Target>({ max: MAX_TARGETS, ttl: FRESH_MS });

/** Looks up the targets of deliveries, together and only where they are not known. A deleted one is undefined. */
export async function targetsOf(
  deliveries: readonly DeliveryMessage[],
): Promise<(delivery: DeliveryMessage) => Target | undefined> {
  const known = new Map<string, Target>();
  const unknown = new Map<string, { tenant: string; id: string }>();
  for (const { tenant, target: id } of deliveries) {
    const name = `${tenant}/${id}`;
    const target = cache.get(name);
    if (target) known.set(name, target);
    else unknown.set(name, { tenant, id });
  }
  if (unknown.size > 0) {
    for (const [name, target] of await loadTargets(configTable, [...unknown.values()])) {
      cache.set(name, target);
      known.set(name, target);
    }
  }
  return ({ tenant, target }) => known.get(`${tenant}/${target}`);
}
