import { dynamo, getAll, type QueryOptions, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { type OnUnreadable, parseItem } from '../platform/items.ts';
import type { ItemKind, ItemOf } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { beyond, configKey } from './config-keys.ts';
import type { Entity, EntityKind } from './entity.ts';

/** The entities of one kind. Reads are consistent: they see every write that was answered before. */
export interface EntityStore<T> {
  /** @throws UnreadableItemError */
  get(tenant: string, id: string): Promise<T | undefined>;
  /**
   * In no particular order, without those that do not exist. No id may repeat.
   * @throws UnreadableItemError unless `onUnreadable` says what else is done
   */
  getMany(tenant: string, ids: readonly string[], onUnreadable?: OnUnreadable): Promise<T[]>;
  /** In the order of their ids. @throws UnreadableItemError unless `onUnreadable` says what else is done */
  list(tenant: string, options?: ListOptions): AsyncIterable<T>;
  /** How many there are: all of them are read and billed. @param after an id that the count begins behind */
  count(tenant: string, after?: string): Promise<number>;
  /** @returns false when there is one with this id */
  add(tenant: string, entity: T): Promise<boolean>;
  /** Writes over the revision that was read. @returns false when it is another one by now */
  replace(tenant: string, entity: T, revision: number): Promise<boolean>;
  /** Removes the revision that was read. @returns false when it is another one by now */
  remove(tenant: string, id: string, revision: number): Promise<boolean>;
}

/** What an entity of a kind holds. */
type EntityOf<K extends EntityKind> = ItemOf<K> & Pick<Entity, 'id'>;

export function entityStore<K extends EntityKind>(table: string, kind: K): EntityStore<EntityOf<K>> {
  const keyOf = (tenant: string, id: string): Key => configKey(tenant, kind.prefix, id);
  return {
    get: (tenant, id) => getEntity(table, kind, tenant, id) as Promise<EntityOf<K> | undefined>,
    async getMany(tenant, ids, onUnreadable) {
      const keys = ids.map((id) => keyOf(tenant, id));
      const options = { consistent: true, ...(onUnreadable && { onUnreadable }) };
      return (await getAll(kind, table, keys, options)).map((item) => withoutKey(item) as EntityOf<K>);
    },
    list: (tenant, options) => listEntities(table, kind, tenant, options),
    count: (tenant, after) => countEntities(table, kind, tenant, after),
    add: (tenant, entity) => addAt(table, keyOf(tenant, entity.id), entity),
    replace: (tenant, entity, revision) => replaceAt(table, keyOf(tenant, entity.id), entity, revision),
    remove: (tenant, id, revision) => removeAt(table, keyOf(tenant, id), revision),
  };
}

/** One entity, as `EntityStore.get` reads it. @throws UnreadableItemError */
export const getEntity = <K extends EntityKind>(
  table: string,
  kind: K,
  tenant: string,
  id: string,
): Promise<ItemOf<K> | undefined> => getAt(kind, table, configKey(tenant, kind.prefix, id));

/** An item under any key. The read is consistent. @throws UnreadableItemError */
export async function getAt<K extends ItemKind<unknown>>(
  kind: K,
  TableName: string,
  Key: Key,
): Promise<ItemOf<K> | undefined> {
  const { Item } = await dynamo.get({ TableName, Key, ConsistentRead: true });
  return Item && (withoutKey(parseItem(kind, TableName, Item) as object & Key) as ItemOf<K>);
}

/** `after` is an id that the list goes on behind, `pageSize` how many items are read at a time. */
type ListOptions = {
  readonly after?: string | undefined;
  readonly newestFirst?: boolean | undefined;
} & Omit<QueryOptions, 'limit'>;

/** @throws UnreadableItemError unless `onUnreadable` says what else is done */
async function* listEntities<K extends EntityKind>(
  table: string,
  kind: K,
  tenant: string,
  { after, newestFirst = false, ...options }: ListOptions = {},
): AsyncGenerator<EntityOf<K>> {
  const keyOf = (id: string): string => configKey(tenant, kind.prefix, id).sk;
  // '!' is the lowest character that an id can hold.
  const behind = after ? `${after}!` : '';
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': configKey(tenant, kind.prefix, '').pk,
      ':from': keyOf(newestFirst ? '' : behind),
      ':to': newestFirst && after ? keyOf(after) : beyond(kind.prefix),
    },
    ScanIndexForward: !newestFirst,
    ConsistentRead: true,
  };
  for await (const item of queryItems(kind, query, options)) {
    // BETWEEN takes its upper end in.
    if (newestFirst && after && item.sk === keyOf(after)) continue;
    yield withoutKey(item) as EntityOf<K>;
  }
}

/** All of a kind, or those behind an id. */
const rangeOf = ({ prefix }: EntityKind, tenant: string, after: string | undefined) => ({
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
  ExpressionAttributeValues: {
    ':pk': configKey(tenant, prefix, '').pk,
    // '!' is the lowest character that an id can hold.
    ':from': configKey(tenant, prefix, after ? `${after}!` : '').sk,
    ':to': beyond(prefix),
  },
});

/** DynamoDB reads and bills all of them, though it sends none: 1 MB of items a request. */
async function countEntities(
  table: string,
  kind: EntityKind,
  tenant: string,
  after: string | undefined,
): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await dynamo.query({
      TableName: table,
      ...rangeOf(kind, tenant, after),
      Select: 'COUNT',
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return count;
}

/** Writes an item that must not exist yet. @returns false when it does */
export const addAt = (TableName: string, key: Key, item: object): Promise<boolean> =>
  unlessConditionFails(
    dynamo.put({
      TableName,
      Item: { ...item, ...key },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );

/** Writes an item over the revision that was read. @returns false when it is another one by now */
export const replaceAt = (TableName: string, key: Key, entity: object, revision: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.put({
      TableName,
      Item: { ...entity, ...key },
      ConditionExpression: 'revision = :revision',
      ExpressionAttributeValues: { ':revision': revision },
    }),
  );

/** Removes the revision that was read. @returns false when it is another one by now */
const removeAt = (TableName: string, Key: Key, revision: number): Promise<boolean> =>
  unlessConditionFails(
    dynamo.delete({
      TableName,
      Key,
      ConditionExpression: 'revision = :revision',
      ExpressionAttributeValues: { ':revision': revision },
    }),
  );

function withoutKey<T extends object>({ pk: _, sk: __, ...entity }: T & Key): T {
  return entity as unknown as T;
}
