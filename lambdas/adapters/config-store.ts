import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Filter, Subscription, Target } from '../domain/config.ts';
import { addressKey, configKey, type Kind, tenantOfPartition, versionKey } from '../domain/config-keys.ts';
import { BYTES_PER_SUBSCRIPTION, bytesOfFilter } from '../domain/matching/index-size.ts';
import type { FilterEntry, MatchSource, SubscriptionEntry } from '../domain/matching/tenant-index.ts';
import { deleteAll, dynamo, getAll, putAll, queryItems } from './dynamo.ts';
import type { TargetRef } from './standing-store.ts';

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

/** Subscriptions with the targets and filters that they bind; one that lacks either is missing. */
export async function getBound(
  table: string,
  tenant: string,
  subscriptions: readonly Subscription[],
): Promise<Binding[]> {
  const bound = new Map(
    subscriptions.flatMap(({ targetId, filterId }) => [
      [targetId, configKey(tenant, 'target', targetId)] as const,
      [filterId, configKey(tenant, 'filter', filterId)] as const,
    ]),
  );
  const items = await getAll<Target | Filter>(table, [...bound.values()], { consistent: true });
  const byId = new Map(items.map((item) => [item.id, item]));
  return subscriptions.flatMap((subscription) => {
    const target = byId.get(subscription.targetId) as Target | undefined;
    const filter = byId.get(subscription.filterId) as Filter | undefined;
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
  const items = await getAll<Pick<Subscription, 'id' | 'targetId'>>(table, keys, { attributes });
  return new Map(items.map(({ id, targetId }) => [id, targetId]));
}

/** The versions of tenants; one that has never configured anything has version 0. */
export async function getVersions(table: string, tenants: readonly string[]): Promise<Map<string, number>> {
  const keys = tenants.map((tenant) => versionKey(tenant));
  const items = await getAll<{ pk: string; version: number }>(table, keys, { consistent: true });
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
    activeOf<FilterEntry>(table, tenant, 'filter', ['events', 'where', 'jsonpath', 'during'], (filter) =>
      fits(bytesOfFilter(filter)),
    ),
    activeOf<SubscriptionEntry>(table, tenant, 'subscription', ['targetId', 'filterId'], () =>
      fits(BYTES_PER_SUBSCRIPTION),
    ),
  ]);
  return used.bytes <= maxBytes ? { filters, subscriptions, bytes: used.bytes } : undefined;
}

/** Those of a kind that are active, with these attributes and their ids, as long as they fit. */
async function activeOf<T extends { readonly id: string }>(
  table: string,
  tenant: string,
  kind: Kind,
  attributes: readonly string[],
  fits: (one: T) => boolean,
): Promise<T[]> {
  const names = ['id', 'active', ...attributes];
  const query = queryItems<T & { active: boolean }>({
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: {
      ':pk': configKey(tenant, kind, '').pk,
      ':sk': configKey(tenant, kind, '').sk,
    },
    ProjectionExpression: names.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ConsistentRead: true,
  });
  const found: T[] = [];
  for await (const { active, ...one } of query) {
    if (!active) continue;
    if (!fits(one as unknown as T)) break;
    found.push(one as unknown as T);
  }
  return found;
}

/** Targets by `tenant/id`; a deleted one is missing. */
export async function loadTargets(table: string, refs: readonly TargetRef[]): Promise<Map<string, Target>> {
  const keys = refs.map(({ tenant, id }) => configKey(tenant, 'target', id));
  // Consistent: a target must be found by the event that is published right after it was made.
  const items = await getAll<Target & { pk: string }>(table, keys, { consistent: true });
  return new Map(items.map((item) => [`${tenantOfPartition(item.pk)}/${item.id}`, item]));
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
