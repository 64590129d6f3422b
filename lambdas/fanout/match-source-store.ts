import { configKey, idOfKey, type Kind } from '../config/config-keys.ts';
import { MATCHED_FILTER, MATCHED_SUBSCRIPTION } from '../config/entities.ts';
import { BYTES_PER_SUBSCRIPTION, bytesOfFilter } from '../matching/index/index-size.ts';
import type { FilterEntry, MatchSource, SubscriptionEntry } from '../matching/index/tenant-index.ts';
import { projectionOf, queryItems } from '../platform/dynamo.ts';
import { skipDamaged } from '../platform/items.ts';

/**
 * Reads what matching needs of a tenant's filters and subscriptions. Targets, and so secrets, are not read. DynamoDB
 * reads and bills descriptions and metadata but does not send them: a tenant that fills its default limits makes
 * DynamoDB read some 700 pages of 1 MB.
 * @param maxBytes in memory, as estimated; a larger configuration is not read to its end
 * @returns undefined when it is larger
 */
export async function loadMatchSource(
  table: string,
  tenant: string,
  maxBytes: number,
): Promise<MatchSource | undefined> {
  const used = { bytes: 0 };
  const fits = (bytes: number): boolean => {
    used.bytes += bytes;
    return used.bytes <= maxBytes;
  };
  const [filters, subscriptions] = await Promise.all([
    activeOf(MATCHED_FILTER, table, tenant, 'filter', (filter) => fits(bytesOfFilter(filter))),
    activeOf(MATCHED_SUBSCRIPTION, table, tenant, 'subscription', () => fits(BYTES_PER_SUBSCRIPTION)),
  ]);
  return used.bytes <= maxBytes ? { filters, subscriptions, bytes: used.bytes } : undefined;
}

/**
 * Reads the active items of a kind, as long as they fit. A damaged item is left out, since all of the tenant's events
 * would die with it. Nothing matches it until it is mended, and then a replay brings what it missed. An item of a newer
 * version fails: the events wait for the deployment to end.
 */
async function activeOf<K extends typeof MATCHED_FILTER | typeof MATCHED_SUBSCRIPTION>(
  itemKind: K,
  table: string,
  tenant: string,
  kind: Kind,
  fits: (one: Entry<K>) => boolean,
): Promise<Entry<K>[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: {
      ':pk': configKey(tenant, kind, '').pk,
      ':sk': configKey(tenant, kind, '').sk,
    },
    ...projectionOf(Object.keys(itemKind.fields)),
    ConsistentRead: true,
  };
  const found: Entry<K>[] = [];
  for await (const item of queryItems(itemKind, query, { onUnreadable: skipDamaged })) {
    const { active, sk, ...rest } = item;
    if (!active) continue;
    const one = { id: idOfKey(sk), ...rest } as unknown as Entry<K>;
    if (!fits(one)) break;
    found.push(one);
  }
  return found;
}

/** An item as matching takes it. */
type Entry<K> = K extends typeof MATCHED_FILTER ? FilterEntry : SubscriptionEntry;
