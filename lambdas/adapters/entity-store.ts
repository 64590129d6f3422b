import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Entity } from '../domain/config.ts';
import { beyond, configKey, type Kind } from '../domain/config-keys.ts';
import type { Key } from '../domain/log-keys.ts';
import { dynamo, queryItems, unlessConditionFails } from './dynamo.ts';

/**
 * Configured things in the config table, one item each. Reads are consistent: who has just written something finds
 * it.
 */
export const getEntity = <T extends Entity>(
  table: string,
  tenant: string,
  kind: Kind,
  id: string,
): Promise<T | undefined> => getAt<T>(table, configKey(tenant, kind, id));

export async function getAt<T extends object>(TableName: string, Key: Key): Promise<T | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item && withoutKey<T>(Item as T & Key);
}

/** Things of a kind in the order of their ids. @param after an id that the list goes on behind @param pageSize read at a time */
export async function* listEntities<T extends Entity>(
  table: string,
  tenant: string,
  kind: Kind,
  { pageSize, after }: { pageSize?: number; after?: string | undefined } = {},
): AsyncGenerator<T> {
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
  for await (const item of queryItems<T & Key>(query, undefined, pageSize)) yield withoutKey<T>(item);
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
