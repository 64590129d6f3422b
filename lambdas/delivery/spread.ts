import { shardOf } from '../events/log-keys.ts';
import type { Outcome } from './outcome-schema.ts';

/**
 * Which shards of their indexes undelivered deliveries take. A tenant with few of them has all in the first, so that a list
 * reads one partition. An outage can bring thousands a second, and a partition takes 1,000: so where a batch has many of one
 * tenant, the rest of them is spread over all shards.
 */

/**
 * Of one tenant and batch. At most ten batches a second are written at a time (`concurrency.record`), so the first shard
 * gets some 250 a second and its part of the rest.
 */
export const IN_FIRST_SHARD = 25;

/** The shard of each undelivered outcome of a batch. */
export function shardsOf(undelivered: readonly Outcome[]): Map<Outcome, number> {
  const counts = new Map<string, number>();
  return new Map(
    undelivered.map((outcome) => {
      const count = (counts.get(outcome.tenant) ?? 0) + 1;
      counts.set(outcome.tenant, count);
      return [outcome, count <= IN_FIRST_SHARD ? 0 : shardOf(outcome.event.ulid)];
    }),
  );
}
