import { shardOf } from '../events/log-keys.ts';
import { refName } from '../values/target-ref.ts';
import type { Outcome } from './outcome-schema.ts';

/**
 * Which shards of their indexes undelivered deliveries take. A tenant with few of them has all in the first, so that a list
 * reads one partition. An outage can bring thousands a second, and a partition takes 1,000: so where a batch has many of one
 * tenant, the rest of them is spread over all shards. The same holds for those that wait for one target.
 */

/**
 * Of one tenant, or target, and batch. At most ten batches are written at a time (`concurrency.record`), each in some
 * hundred milliseconds or more, so the first shard gets some 250 a second and its part of the rest.
 */
export const IN_FIRST_SHARD = 25;

/** The shards that a delivery takes: in the index by tenant, and in the one by target. */
export interface Shards {
  readonly ofTenant: number;
  readonly ofTarget: number;
}

export const FIRST_SHARDS: Shards = { ofTenant: 0, ofTarget: 0 };

/** The shards of each undelivered outcome of a batch. */
export function shardsOf(undelivered: readonly Outcome[]): Map<Outcome, Shards> {
  const counts = new Map<string, number>();
  const shardIn = (name: string, { event }: Outcome): number => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= IN_FIRST_SHARD ? 0 : shardOf(event.ulid);
  };
  return new Map(
    undelivered.map((outcome) => [
      outcome,
      { ofTenant: shardIn(outcome.tenant, outcome), ofTarget: shardIn(refName(outcome), outcome) },
    ]),
  );
}
