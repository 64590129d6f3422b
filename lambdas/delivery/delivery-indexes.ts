import {
  DEAD_INDEX,
  deadKey,
  deliveryPlace,
  spreadMarkKey,
  UNDELIVERED_INDEX,
  undeliveredPartitions,
  waitingPartitions,
} from '../events/log-keys.ts';
import { type Item, putAll } from '../platform/dynamo.ts';
import { MARK } from '../platform/shard-scan.ts';
import { isEphemeral } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';
import type { Outcome } from './outcome-schema.ts';
import type { Shards } from './spread.ts';

/** What an outcome's item holds for the two indexes of the log. A delivery that has arrived is in neither. */
export function indexKeys(
  { tenant, subscription, target, event, status, attempts }: Outcome,
  { ofTenant, ofTarget }: Shards,
): Item {
  if (status === 'delivered') return {};
  // Whoever has listened has seen it. A list of dead letters is for what somebody should look at.
  if (status === 'dead' && isEphemeral(target)) return {};
  const place = deliveryPlace(subscription, event.ulid);
  const last = attempts.at(-1);
  return {
    [UNDELIVERED_INDEX.pk]: undeliveredPartitions(tenant)[ofTenant]!,
    [UNDELIVERED_INDEX.sk]: place,
    // 0 where there was no answer.
    ...(last && { code: last.status ?? 0 }),
    ...(status === 'dead'
      ? deadKey(tenant, subscription, event.ulid)
      : {
          [DEAD_INDEX.pk]: waitingPartitions(tenant, target)[ofTarget]!,
          [DEAD_INDEX.sk]: place,
        }),
  };
}

/** Longer than any log is kept (`maxLogRetentionHours`), so that no delivery outlives the mark that says where it is. */
const MARK_SECONDS = 400 * 24 * 3600;

/**
 * Marks the partitions of which deliveries go to other shards than the first. The mark is set before the deliveries are
 * written, so no list misses them. Of a tenant and batch there is one mark, and one for each target with many deliveries.
 */
export async function putSpreadMarks(table: string, shards: ReadonlyMap<Outcome, Shards>): Promise<void> {
  const marks = new Map<string, Item>();
  for (const [outcome, ofOutcome] of shards) {
    for (const mark of marksOf(outcome, ofOutcome)) marks.set(String(mark.sk), mark);
  }
  await putAll(table, [...marks.values()]);
}

const DAY_SECONDS = 24 * 3600;

function marksOf({ tenant, target, status, at }: Outcome, { ofTenant, ofTarget }: Shards): (Item & Key)[] {
  // The same all day: a mark that is set again leaves its index as it is, and costs one write.
  const ttl = Math.ceil(at / 1000 / DAY_SECONDS) * DAY_SECONDS + MARK_SECONDS;
  const markIn = ({ pk, sk }: { pk: string; sk: string }, partition: string) => ({
    ...spreadMarkKey(tenant, partition),
    [pk]: partition,
    [sk]: MARK,
    ttl,
  });
  return [
    ...(ofTenant > 0 ? [markIn(UNDELIVERED_INDEX, undeliveredPartitions(tenant)[0]!)] : []),
    ...(ofTarget > 0 && status !== 'dead' ? [markIn(DEAD_INDEX, waitingPartitions(tenant, target)[0]!)] : []),
  ];
}
