import { tenantKey } from '../config/config-keys.ts';
import { addAt, getAt, replaceAt } from '../config/entity-store.ts';
import { deleteAll, getAll, queryItems } from '../platform/dynamo.ts';
import { skipDamaged } from '../platform/items.ts';
import { TENANT, type Tenant, type TenantLimits } from './tenant.ts';
import {
  FIRST_TENANT,
  firstTenant,
  limitsOf,
  type TenantInUse,
  UNTOUCHED_FIRST_TENANT,
} from './tenant-defaults.ts';

/** A tenant. One that is being deleted is as it was when its deletion began. */
export const readTenant = (table: string, id: string): Promise<Tenant | undefined> =>
  getAt(TENANT, table, tenantKey(id));

/** Tenants by their ids; one that does not exist or can't be read is missing. */
export async function readTenants(table: string, ids: readonly string[]): Promise<Map<string, Tenant>> {
  const items = await getAll(TENANT, table, ids.map(tenantKey), { onUnreadable: skipDamaged });
  return new Map(items.map((tenant) => [tenant.id, tenant]));
}

/**
 * A tenant whose data may be used; undefined when there is none, or its deletion has begun. The first tenant may be used
 * before its item exists: the first request that reads it through the API makes the item.
 */
export async function tenantInUse(table: string, id: string): Promise<TenantInUse | undefined> {
  const known = await readTenant(table, id);
  if (!known) return id === FIRST_TENANT ? UNTOUCHED_FIRST_TENANT : undefined;
  return known.deletedAt === undefined ? known : undefined;
}

/** How much a tenant may have. */
export const limitsOfTenant = async (table: string, id: string): Promise<TenantLimits> =>
  limitsOf((await tenantInUse(table, id)) ?? {});

/** A tenant. If the first one has no item yet, it is made. @param at the time of that, RFC 3339 */
export async function getTenant(table: string, id: string, at: string): Promise<Tenant | undefined> {
  const known = await readTenant(table, id);
  if (known || id !== FIRST_TENANT) return known;
  await addAt(table, tenantKey(id), firstTenant(at));
  return readTenant(table, id);
}

/** @returns false when there is one with this id */
export const addTenant = (table: string, tenant: Tenant): Promise<boolean> =>
  addAt(table, tenantKey(tenant.id), tenant);

/** Writes over the revision that was read. @returns false when it is another one by now */
export const replaceTenant = (table: string, tenant: Tenant, revision: number): Promise<boolean> =>
  replaceAt(table, tenantKey(tenant.id), tenant, revision);

/** Removes a tenant's item, after all else that it had. */
export const removeTenant = (table: string, id: string): Promise<void> => deleteAll(table, [tenantKey(id)]);

/** Tenants in the order of their ids; unreadable ones are left out. @param after an id that the list goes on behind */
export async function* listTenants(
  table: string,
  { limit, after, newestFirst = false }: { limit: number; after?: string | undefined; newestFirst?: boolean },
): AsyncGenerator<Tenant> {
  const query = {
    TableName: table,
    KeyConditionExpression: after ? `pk = :pk AND sk ${newestFirst ? '<' : '>'} :after` : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': tenantKey('').pk, ...(after && { ':after': after }) },
    ScanIndexForward: !newestFirst,
    ConsistentRead: true,
  };
  for await (const item of queryItems(TENANT, query, { limit, onUnreadable: skipDamaged })) {
    const { pk: _, sk: __, ...tenant } = item;
    yield tenant;
  }
}
