import * as z from 'zod/mini';
import { type DeliveryAt, deliveryName } from '../delivery/delivery.ts';
import type { LoggedDelivery } from '../delivery/delivery-items.ts';
import { getDeliveriesOf } from '../delivery/delivery-log-store.ts';
import { isAlive } from '../events/event-items.ts';
import {
  DEAD_INDEX,
  deadPartitions,
  deliveryAtPlace,
  deliveryKey,
  deliveryPlace,
  UNDELIVERED_INDEX,
} from '../events/log-keys.ts';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { scanShards } from '../platform/shard-scan.ts';
import { ulidBounds } from '../values/ids.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import type { DeadFilter } from './replay-job.ts';

/** What the index holds of a dead letter besides its keys. */
const DEAD_LETTER = itemKind('dead letter', {
  deadAt: z.string(),
  target: z.string(),
  reason: z.optional(z.string()),
  ttl: z.number(),
});
type DeadItem = ItemOf<typeof DEAD_LETTER> & Key;

export interface DeadPage {
  readonly filter: DeadFilter;
  readonly limit?: number;
  /** The place after which the list goes on. */
  readonly after: string | undefined;
  readonly newestFirst: boolean;
}

/** Index entries that one scan reads of a shard: some 150 bytes each. */
const MAX_READ = 500;

/**
 * The next dead letters of a tenant, as the index has them. The index is a moment behind, and still has a delivery that
 * was sent again until its next outcome.
 * @returns `next` is the next `after`, undefined at the end. An empty page may have a next one
 */
export async function scanDeadLetters(
  table: string,
  tenant: string,
  { filter, limit, after, newestFirst }: DeadPage,
  now: number,
): Promise<{ places: string[]; next: string | undefined }> {
  const { subscription, target, reason, from, to } = filter;
  const isWanted = (item: DeadItem): boolean =>
    isAlive(item, now) &&
    (subscription === undefined || item.deadAt === deliveryPlace(subscription, item.sk)) &&
    (target === undefined || item.target === target) &&
    (reason === undefined || item.reason === reason);
  const { items, next } = await scanShards({
    kind: DEAD_LETTER,
    table,
    partitions: deadPartitions(tenant),
    index: DEAD_INDEX,
    range: { after, ...ulidBounds({ from, to }) },
    newestFirst,
    maxRead: MAX_READ,
    ...(limit !== undefined && { limit }),
    placeOf: ({ deadAt }) => deadAt,
    isWanted,
  });
  return { places: items.map(({ deadAt }) => deadAt), next };
}

/** The deliveries at these places that are still dead, in the order of the places. */
export async function readDeadLetters(
  table: string,
  tenant: string,
  places: readonly string[],
  now: number,
): Promise<LoggedDelivery[]> {
  const refs = places.map(deliveryAtPlace);
  const known = await getDeliveriesOf(table, tenant, refs, now);
  return refs.flatMap((ref) => {
    const delivery = known.get(deliveryName(ref));
    return delivery?.status === 'dead' ? delivery : [];
  });
}

/**
 * Removes a dead letter from the indexes. It stays in the log, dead, and can be sent again by its id.
 * @returns whether it was in the index
 */
export const purgeDeadLetter = (
  table: string,
  tenant: string,
  { ulid, subscription }: DeliveryAt,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName: table,
      Key: deliveryKey(tenant, subscription, ulid),
      UpdateExpression: 'REMOVE #pk, #sk, #undeliveredOf, #undeliveredAt',
      ConditionExpression: 'attribute_exists(#pk) AND #status = :dead',
      ExpressionAttributeNames: {
        '#pk': DEAD_INDEX.pk,
        '#sk': DEAD_INDEX.sk,
        '#undeliveredOf': UNDELIVERED_INDEX.pk,
        '#undeliveredAt': UNDELIVERED_INDEX.sk,
        '#status': 'status',
      },
      ExpressionAttributeValues: { ':dead': 'dead' },
    }),
  );
