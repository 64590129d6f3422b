import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Filter, Subscription, Target } from '../domain/config.ts';
import { deleteAll, dynamo, getAll, putAll, queryItems } from './dynamo.ts';

/**
 * The config table: all of a tenant under one partition key, told apart by the sort key. A write ends by
 * raising the tenant's version, which is how warm functions learn that their copy is old.
 */
const partition = (tenant: string): string => `tenant#${tenant}`;
const VERSION = 'meta';
const sortKey = {
  filter: (id: string): string => `filter#${id}`,
  subscription: (id: string): string => `subscription#${id}`,
  target: (id: string): string => `target#${id}`,
};

const key = (tenant: string, sk: string): { pk: string; sk: string } => ({ pk: partition(tenant), sk });

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
    { ...key(tenant, sortKey.target(binding.target.id)), ...binding.target },
    { ...key(tenant, sortKey.filter(binding.filter.id)), ...binding.filter },
  ]);
  const Item = { ...key(tenant, sortKey.subscription(binding.subscription.id)), ...binding.subscription };
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
    key(tenant, sortKey.target(subscription.targetId)),
    key(tenant, sortKey.filter(subscription.filterId)),
  ]);
  const Key = key(tenant, sortKey.subscription(subscription.id));
  await dynamo.send(new DeleteCommand({ TableName: table, Key }));
  await raiseVersion(table, tenant);
}

export async function getSubscription(
  table: string,
  tenant: string,
  id: string,
): Promise<Subscription | undefined> {
  const Key = key(tenant, sortKey.subscription(id));
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
        ':pk': partition(tenant),
        // '!' is the lowest character that can follow an id, '~' is above all that an id can hold.
        ':from': after ? sortKey.subscription(`${after}!`) : sortKey.subscription(''),
        ':to': sortKey.subscription('~'),
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
    key(tenant, sortKey.target(targetId)),
    key(tenant, sortKey.filter(filterId)),
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
  const keys = tenants.map((tenant) => key(tenant, VERSION));
  const items = await getAll<{ pk: string; version: number }>(table, keys, { consistent: true });
  const known = new Map(items.map(({ pk, version }) => [pk, version]));
  return new Map(tenants.map((tenant) => [tenant, known.get(partition(tenant)) ?? 0]));
}

/** What matching needs: active subscriptions with their patterns. */
export interface MatchEntry {
  readonly id: string;
  readonly targetId: string;
  readonly events: readonly string[];
}

/** Reads a tenant's filters and subscriptions in one query that, by its range, leaves the targets' secrets out. */
export async function loadMatchEntries(table: string, tenant: string): Promise<MatchEntry[]> {
  const filters = new Map<string, Filter>();
  const subscriptions: Subscription[] = [];
  const items = queryItems<(Filter | Subscription) & { sk: string }>({
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': partition(tenant),
      ':from': sortKey.filter(''),
      ':to': sortKey.subscription('~'),
    },
    ConsistentRead: true,
  });
  for await (const item of items) {
    if (item.sk.startsWith(sortKey.filter(''))) filters.set(item.id, item as Filter & { sk: string });
    else if (item.sk !== VERSION) subscriptions.push(item as Subscription & { sk: string });
  }
  return subscriptions.flatMap(({ id, targetId, filterId, active }) => {
    const filter = filters.get(filterId);
    return active && filter ? [{ id, targetId, events: filter.events }] : [];
  });
}

export interface TargetRef {
  readonly tenant: string;
  readonly id: string;
}

/** Targets by `tenant/id`; a deleted one is missing. */
export async function loadTargets(table: string, refs: readonly TargetRef[]): Promise<Map<string, Target>> {
  const keys = refs.map(({ tenant, id }) => key(tenant, sortKey.target(id)));
  // Consistent: a target must be found by the event that is published right after it was made.
  const items = await getAll<Target & { pk: string }>(table, keys, { consistent: true });
  return new Map(items.map((item) => [`${item.pk.slice(partition('').length)}/${item.id}`, item]));
}

/** Lets warm functions know that their copy of a tenant's configuration is old. */
export async function raiseVersion(table: string, tenant: string): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      TableName: table,
      Key: key(tenant, VERSION),
      UpdateExpression: 'ADD version :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}
