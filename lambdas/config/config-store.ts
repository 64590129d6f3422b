import { deleteAll, dynamo, getAll, putAll } from '../platform/dynamo.ts';
import { skipDamaged, type UnreadableItemError } from '../platform/items.ts';
import { addressKey, configKey, idOfKey, versionKey } from './config-keys.ts';
import { LEADS_TO, SUBSCRIPTION, type Subscription, VERSION } from './entities.ts';

/** Lets a request that is signed with a subscription's secret find its tenant by the subscription's id. */
export const putAddress = (table: string, tenant: string, subscription: string): Promise<void> =>
  putAll(table, [{ ...addressKey(subscription), tenant }]);

/** Removes a subscription's address, and the target and filter that were made with it. */
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

/** The target's id for each subscription that still exists. */
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

/**
 * Subscriptions by their ids, in no particular order; a missing one is missing.
 * @param onUnreadable what is done about one that cannot be read, by its id
 */
export const getSubscriptions = (
  table: string,
  tenant: string,
  ids: readonly string[],
  onUnreadable: (id: string, error: UnreadableItemError) => void,
): Promise<Subscription[]> =>
  getAll(
    SUBSCRIPTION,
    table,
    ids.map((id) => configKey(tenant, 'subscription', id)),
    { consistent: true, onUnreadable: (error) => onUnreadable(idOfKey(error.sk), error) },
  );

/** The versions of tenants; 0 for a tenant that has never configured anything. */
export async function getVersions(table: string, tenants: readonly string[]): Promise<Map<string, number>> {
  const keys = tenants.map((tenant) => versionKey(tenant));
  const items = await getAll(VERSION, table, keys, { consistent: true });
  const known = new Map(items.map(({ pk, version }) => [pk, version]));
  return new Map(tenants.map((tenant) => [tenant, known.get(versionKey(tenant).pk) ?? 0]));
}

/** Lets warm functions know that their copy of a tenant's configuration is old. */
export async function raiseVersion(table: string, tenant: string): Promise<void> {
  await dynamo.update({
    TableName: table,
    Key: versionKey(tenant),
    UpdateExpression: 'ADD version :one',
    ExpressionAttributeValues: { ':one': 1 },
  });
}
