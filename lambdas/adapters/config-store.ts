import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Condition } from '../domain/condition.ts';
import type { Filter, Subscription, Target } from '../domain/config.ts';
import { addressKey, configKey, type Kind, tenantOfPartition, versionKey } from '../domain/config-keys.ts';
import { deleteAll, dynamo, getAll, putAll, queryItems } from './dynamo.ts';

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

/** The versions of tenants; one that has never configured anything has version 0. */
export async function getVersions(table: string, tenants: readonly string[]): Promise<Map<string, number>> {
  const keys = tenants.map((tenant) => versionKey(tenant));
  const items = await getAll<{ pk: string; version: number }>(table, keys, { consistent: true });
  const known = new Map(items.map(({ pk, version }) => [pk, version]));
  return new Map(tenants.map((tenant) => [tenant, known.get(versionKey(tenant).pk) ?? 0]));
}

/** What matching needs: active subscriptions with what their filters say. */
export interface MatchEntry {
  readonly id: string;
  readonly targetId: string;
  readonly events: readonly string[];
  readonly where?: Condition | undefined;
}

/** Reads a tenant's filters and subscriptions; the targets, and with them the secrets, stay where they are. */
export async function loadMatchEntries(table: string, tenant: string): Promise<MatchEntry[]> {
  const [filters, subscriptions] = await Promise.all([
    Array.fromAsync(entitiesOf<Filter>(table, tenant, 'filter')),
    Array.fromAsync(entitiesOf<Subscription>(table, tenant, 'subscription')),
  ]);
  const byId = new Map(filters.map((filter) => [filter.id, filter]));
  return subscriptions.flatMap(({ id, targetId, filterId, active }) => {
    const filter = byId.get(filterId);
    return active && filter?.active ? [{ id, targetId, events: filter.events, where: filter.where }] : [];
  });
}

const entitiesOf = <T extends object>(table: string, tenant: string, kind: Kind): AsyncGenerator<T> =>
  queryItems<T>({
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: {
      ':pk': configKey(tenant, kind, '').pk,
      ':sk': configKey(tenant, kind, '').sk,
    },
    ConsistentRead: true,
  });

export interface TargetRef {
  readonly tenant: string;
  readonly id: string;
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
