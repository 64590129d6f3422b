import { randomBytes } from 'node:crypto';
import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { KEY_TEXT } from '../../lambdas/access/api-key.ts';
import { hashOfText } from '../../lambdas/access/bearer-text.ts';
import type { Scope } from '../../lambdas/access/scopes.ts';
import { configKey, tenantKey } from '../../lambdas/config/config-keys.ts';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { freshTimes, tenantOf } from '../builders/entities.ts';
import type { TestCloud } from './cloud.ts';

export type Item = Record<string, unknown>;

export interface TestTenant {
  readonly id: string;
  /** The id of its key, and the key. */
  readonly keyId: string;
  readonly key: string;
  readonly api: ApiClient;
}

/** A tenant with a key, stored as the API does it. @param more attributes of the tenant's item */
export async function makeTenant(
  cloud: TestCloud,
  scopes: readonly Scope[] = ['manage', 'publish'],
  more: Item = {},
): Promise<TestTenant> {
  const address = { tenant: `ten_${ulid()}`, id: `key_${ulid()}` };
  const key = KEY_TEXT.write(address, randomBytes(32));
  const at = new Date().toISOString();
  await putItem(cloud, 'Config', {
    ...tenantKey(address.tenant),
    ...tenantOf({ id: address.tenant }),
    ...more,
  });
  await putItem(cloud, 'Config', {
    ...configKey(address.tenant, 'key', address.id),
    id: address.id,
    name: 'A key',
    scopes,
    secrets: [{ hash: hashOfText(key), createdAt: at }],
    ...freshTimes(),
  });
  return { id: address.tenant, keyId: address.id, key, api: apiClient(cloud.apiUrl, key) };
}

type Table = 'Config' | 'Log' | 'State';

export async function putItem({ dynamo, resource }: TestCloud, table: Table, Item: Item): Promise<void> {
  await dynamo.send(new PutCommand({ TableName: resource(table).physicalId, Item }));
}

export async function deleteItem(
  { dynamo, resource }: TestCloud,
  table: Table,
  { pk, sk }: Item,
): Promise<void> {
  await dynamo.send(new DeleteCommand({ TableName: resource(table).physicalId, Key: { pk, sk } }));
}

/** All items of a table that contain this text. */
export async function itemsAbout(
  { dynamo, resource }: TestCloud,
  table: Table,
  text: string,
): Promise<Item[]> {
  const found: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: resource(table).physicalId,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    found.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found.filter((item) => JSON.stringify(item).includes(text));
}
