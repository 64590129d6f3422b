import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Condition } from '../domain/condition.ts';
import type { Filter, Subscription, Target } from '../domain/config.ts';
import { configKey, type Kind, tenantOfPartition, versionKey } from '../domain/config-keys.ts';
import { deleteAll, dynamo, getAll, putAll, queryItems } from './dynamo.ts';

/** A subscription together with what it binds. */
export interface Binding {
  readonly subscription: Subscription;
  readonly filter: Filter;
  readonly target: Target;
}

/**
 * Stores a subscription with a target and a filter of its own. The subscription comes last, so that one that
 * can be seen is complete.
 */
export async function putBinding(table: string, tenant: string, binding: Binding): Promise<void> {
  await putAll(table, [
    { ...configKey(tenant, 'target', binding.target.id), ...binding.target },
    { ...configKey(tenant, 'filter', binding.filter.id), ...binding.filter },
  ]);
  const Item = {
    ...configKey(tenant, 'subscription', binding.subscription.id),
    ...binding.subscription,
  };
  await dynamo.send(new PutCommand({ TableName: table, Item }));
  await raiseVersion(table, tenant);
}

/**
 * The target goes first: from then on nothing is sent to it, whatever else fails. The subscription itself stays
 * until that is done, so that a delete which failed half-way can be repeated.
 */
export async function deleteBinding(
  table: string,
  tenant: string,
  subscription: Subscription,
): Promise<void> {
  await deleteAll(table, [
    configKey(tenant, 'target', subscription.targetId),
    configKey(tenant, 'filter', subscription.filterId),
  ]);
  const Key = configKey(tenant, 'subscription', subscription.id);
  await dynamo.send(new DeleteCommand({ TableName: table, Key }));
  await raiseVersion(table, tenant);
}

export async function getSubscription(
  table: string,
  tenant: string,
  id: string,
): Promise<Subscription | undefined> {
  const Key = configKey(tenant, 'subscription', id);
  const { Item } = await dynamo.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item as Subscription | undefined;
}

/** Subscriptions in the order of their creation. @param after an id that the list goes on behind */
export function listSubscriptions(
  table: string,
  tenant: string,
  limit: number,
  after: string | undefined,
): AsyncGenerator<Subscription> {
  return queryItems<Subscription>(
    {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': configKey(tenant, 'subscription', '').pk,
        // '!' is the lowest character that can follow an id, '~' is above all that an id can hold.
        ':from': configKey(tenant, 'subscription', after ? `${after}!` : '').sk,
        ':to': configKey(tenant, 'subscription', '~').sk,
      },
      ConsistentRead: true,
    },
    limit,
  );
}

/** The targets and filters that subscriptions bind. */
export async function getBound(
  table: string,
  tenant: string,
  subscriptions: readonly Subscription[],
): Promise<Binding[]> {
  const keys = subscriptions.flatMap(({ targetId, filterId }) => [
    configKey(tenant, 'target', targetId),
    configKey(tenant, 'filter', filterId),
  ]);
  const items = await getAll<Target | Filter>(table, keys, { consistent: true });
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
    return active && filter ? [{ id, targetId, events: filter.events, where: filter.where }] : [];
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
