import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { API_KEY } from '../access/api-key-entity.ts';
import { dynamo, getAll, type QueryOptions, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { type OnUnreadable, parseItem } from '../platform/items.ts';
import { TARGET } from '../targets/target.ts';
import type { ItemKind, ItemOf } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { beyond, configKey, type Kind } from './config-keys.ts';
import { EVENT_TYPE, FILTER, SUBSCRIPTION } from './entities.ts';

/** What can be configured, by the first part of its sort key. */
const KINDS = {
  target: TARGET,
  filter: FILTER,
  subscription: SUBSCRIPTION,
  type: EVENT_TYPE,
  key: API_KEY,
} as const;
type Entities = { readonly [K in keyof typeof KINDS]: ItemOf<(typeof KINDS)[K]> };
export type EntityKind = keyof Entities;
/** What is configured as of this kind. */
export type EntityOf<K extends EntityKind> = Entities[K];

/** All that tenants have configured of one kind. Reads are consistent: they see every write that was answered before. */
export interface EntityStore<T> {
  /** @throws UnreadableItemError */
  get(tenant: string, id: string): Promise<T | undefined>;
  /**
   * In no particular order, without those that do not exist. No id may repeat.
   * @throws UnreadableItemError unless `onUnreadable` says what else is done
   */
  getMany(tenant: string, ids: readonly string[], onUnreadable?: OnUnreadable): Promise<T[]>;
  /** In the order of their ids, see `listEntities`. */
  list(tenant: string, options?: ListOptions): AsyncIterable<T>;
  /** See `countEntities`. */
  count(tenant: string): Promise<number>;
  /** @returns false when there is one with this id */
  add(tenant: string, entity: T): Promise<boolean>;
  /** Writes over the revision that was read. @returns false when it is another one by now */
  replace(tenant: string, entity: T, revision: number): Promise<boolean>;
  /** Removes the revision that was read. @returns false when it is another one by now */
  remove(tenant: string, id: string, revision: number): Promise<boolean>;
}

export function entityStore<K extends EntityKind>(table: string, kind: K): EntityStore<EntityOf<K>> {
  const keyOf = (tenant: string, id: string): Key => configKey(tenant, kind, id);
  return {
    get: (tenant, id) => getEntity(table, tenant, kind, id),
    async getMany(tenant, ids, onUnreadable) {
      const keys = ids.map((id) => keyOf(tenant, id));
      const options = { consistent: true, ...(onUnreadable && { onUnreadable }) };
      return (await getAll(KINDS[kind], table, keys, options)).map((item) => withoutKey(item) as EntityOf<K>);
    },
    list: (tenant, options) => listEntities(table, tenant, kind, options),
    count: (tenant) => countEntities(table, tenant, kind),
    add: (tenant, entity) => addAt(table, keyOf(tenant, entity.id), entity),
    replace: (tenant, entity, revision) => replaceAt(table, keyOf(tenant, entity.id), entity, revision),
    remove: (tenant, id, revision) => removeAt(table, keyOf(tenant, id), revision),
  };
}

/** One configured thing. The read is consistent. @throws UnreadableItemError */
export const getEntity = <K extends EntityKind>(
  table: string,
  tenant: string,
  kind: K,
  id: string,
): Promise<EntityOf<K> | undefined> =>
  getAt(KINDS[kind], table, configKey(tenant, kind, id)) as Promise<EntityOf<K> | undefined>;

/** @throws UnreadableItemError */
export async function getAt<K extends ItemKind<unknown>>(
  kind: K,
  TableName: string,
  Key: Key,
): Promise<ItemOf<K> | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item && (withoutKey(parseItem(kind, TableName, Item) as object & Key) as ItemOf<K>);
}

/** `after` is an id that the list goes on behind, `pageSize` how many items are read at a time. */
export type ListOptions = { readonly after?: string | undefined } & Omit<QueryOptions, 'limit'>;

/**
 * Things of a kind in the order of their ids.
 * @throws UnreadableItemError unless `onUnreadable` says what else is done
 */
export async function* listEntities<K extends EntityKind>(
  table: string,
  tenant: string,
  kind: K,
  { after, ...options }: ListOptions = {},
): AsyncGenerator<EntityOf<K>> {
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': configKey(tenant, kind, '').pk,
      // '!' is the lowest character that an id can hold.
      ':from': configKey(tenant, kind, after ? `${after}!` : '').sk,
      ':to': beyond(kind),
    },
    ConsistentRead: true,
  };
  for await (const item of queryItems(KINDS[kind], query, options)) yield withoutKey(item) as EntityOf<K>;
}

/** How many things of a kind a tenant has. All of them are read, though not sent: 1 MB of items a request. */
export async function countEntities(table: string, tenant: string, kind: Kind): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: {
          ':pk': configKey(tenant, kind, '').pk,
          ':sk': configKey(tenant, kind, '').sk,
        },
        Select: 'COUNT',
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return count;
}

/** Writes a thing that must not be there yet. @returns whether it was not */
export const addAt = (TableName: string, key: Key, item: object): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...item, ...key },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/** Writes a thing over the revision that was read. @returns false when it is another one by now */
export const replaceAt = (TableName: string, key: Key, entity: object, revision: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...entity, ...key },
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    ),
  );

/** Removes the revision that was read. @returns false when it is another one by now */
export const removeAt = (TableName: string, Key: Key, revision: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new DeleteCommand({
        TableName,
        Key,
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    ),
  );

function withoutKey<T extends object>({ pk: _, sk: __, ...entity }: T & Key): T {
  return entity as unknown as T;
}
