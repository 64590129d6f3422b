import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { TargetRef } from '../endpoint-health/health-store.ts';
import type { Key } from '../events/log-keys.ts';
import { BYTES_PER_SUBSCRIPTION, bytesOfFilter } from '../matching/index/index-size.ts';
import type { FilterEntry, MatchSource, SubscriptionEntry } from '../matching/index/tenant-index.ts';
import { deleteAll, dynamo, getAll, projectionOf, putAll, queryItems } from '../platform/dynamo.ts';
import { fail, type OnUnreadable, skipDamaged, type UnreadableItemError } from '../platform/items.ts';
import { addressKey, configKey, idOfKey, type Kind, tenantOfPartition, versionKey } from './config-keys.ts';
import {
  FILTER,
  type Filter,
  LEADS_TO,
  MATCHED_FILTER,
  MATCHED_SUBSCRIPTION,
  type Subscription,
  TARGET,
  type Target,
  VERSION,
} from './entities.ts';

/** A subscription together with what it binds. */
export interface Binding {
  readonly subscription: Subscription;
  readonly filter: Filter;
  readonly target: Target;
}

/** Lets senders who know a subscription's secret find it by its id alone. */
export const putAddress = (table: string, tenant: string, subscription: string): Promise<void> =>
  putAll(table, [{ ...addressKey(subscription), tenant }]);

/** Removes what a subscription leads to. The target goes with them: from then on nothing is sent to it. */
export const deleteOwned = (
  table: string,
  tenant: string,
  { subscriptionId, targetId, filterId }: { subscriptionId?: string; targetId?: string; filterId?: string },
): Promise<void> =>
  deleteAll(table, [
    ...(targetId ? [configKey(tenant, 'target', targetId)] : []),
    ...(filterId ? [configKey(tenant, 'filter', filterId)] : []),
    ...(subscriptionId ? [addressKey(subscriptionId)] : []),
  ]);

/**
 * Subscriptions with the targets and filters that they bind; one that lacks either is missing.
 * @throws UnreadableItemError unless `onUnreadable` says what else is done
 */
export async function getBound(
  table: string,
  tenant: string,
  subscriptions: readonly Subscription[],
  onUnreadable: OnUnreadable = fail,
): Promise<Binding[]> {
  const keysOf = (kind: Kind, idIn: (one: Subscription) => string) =>
    [...new Set(subscriptions.map(idIn))].map((id) => configKey(tenant, kind, id));
  const options = { consistent: true, onUnreadable };
  const [targets, filters] = await Promise.all([
    getAll(
      TARGET,
      table,
      keysOf('target', ({ targetId }) => targetId),
      options,
    ),
    getAll(
      FILTER,
      table,
      keysOf('filter', ({ filterId }) => filterId),
      options,
    ),
  ]);
  const targetById = new Map(targets.map((item) => [item.id, item]));
  const filterById = new Map(filters.map((item) => [item.id, item]));
  return subscriptions.flatMap((subscription) => {
    const target = targetById.get(subscription.targetId);
    const filter = filterById.get(subscription.filterId);
    return target && filter ? [{ subscription, target, filter }] : [];
  });
}

/** The ids of the targets that subscriptions lead to, by the ids of those that are still there. */
export async function getTargetIds(
  table: string,
  tenant: string,
  subscriptions: readonly string[],
): Promise<Map<string, string>> {
  const keys = subscriptions.map((id) => configKey(tenant, 'subscription', id));
  const attributes = ['id', 'targetId'];
  const items = await getAll(LEADS_TO, table, keys, { attributes, onUnreadable: skipDamaged });
  return new Map(items.map(({ id, targetId }) => [id, targetId]));
}

/** The versions of tenants; one that has never configured anything has version 0. */
export async function getVersions(table: string, tenants: readonly string[]): Promise<Map<string, number>> {
  const keys = tenants.map((tenant) => versionKey(tenant));
  const items = await getAll(VERSION, table, keys, { consistent: true });
  const known = new Map(items.map(({ pk, version }) => [pk, version]));
  return new Map(tenants.map((tenant) => [tenant, known.get(versionKey(tenant).pk) ?? 0]));
}

/**
 * Reads what matching needs of a tenant's filters and subscriptions; the targets, and with them the secrets, stay
 * where they are. Descriptions and metadata are read and billed by DynamoDB but not sent: a tenant at its default
 * limits that fills all of them makes it read some 700 pages of 1 MB.
 * @param maxBytes in memory, as estimated; what is larger is not read to its end
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
 * Those of a kind that are active, as long as they fit. A damaged one is left out: nothing matches it until it is mended,
 * and then a replay of its span brings what it missed; else all of the tenant's events would die for its sake. One of a
 * newer version fails, since events wait for the deployment to end.
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

/**
 * Targets by `tenant/id`; a deleted one is missing.
 * @param onUnreadable what is done about one that cannot be read, by its name
 */
export async function loadTargets(
  table: string,
  refs: readonly TargetRef[],
  onUnreadable: (name: string, error: UnreadableItemError) => void,
): Promise<Map<string, Target>> {
  const keys = refs.map(({ tenant, id }) => configKey(tenant, 'target', id));
  const nameOf = ({ pk, sk }: Key): string => `${tenantOfPartition(pk)}/${idOfKey(sk)}`;
  // Consistent: a target must be found by the event that is published right after it was made.
  const items = await getAll(TARGET, table, keys, {
    consistent: true,
    onUnreadable: (error) => onUnreadable(nameOf(error), error),
  });
  return new Map(items.map((item) => [nameOf(item), item]));
}

/** Lets warm functions know that their copy of a tenant's configuration is old. */
export async function raiseVersion(table: string, tenant: string): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      TableName: table,
      Key: versionKey(tenant),
      UpdateExpression: 'ADD version :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}
