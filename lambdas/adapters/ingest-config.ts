import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { EventType, Subscription, Target, Tenant } from '../domain/config.ts';
import { addressKey, configKey, tenantKey } from '../domain/config-keys.ts';
import { dynamo } from './dynamo.ts';

/** A subscription that events can be addressed to, with what decides about them. */
export interface Address {
  readonly tenant: string;
  readonly subscription: Subscription;
  readonly target: Target;
  /** Missing for a tenant that was never written, such as the first one. */
  readonly settings: Tenant | undefined;
}

/** A subscription by its id alone; undefined when there is none, or no longer a tenant or target of it. */
export async function findAddress(table: string, subscriptionId: string): Promise<Address | undefined> {
  const tenant = (await get<{ tenant: string }>(table, addressKey(subscriptionId)))?.tenant;
  if (tenant === undefined) return undefined;
  const [subscription, settings] = await Promise.all([
    get<Subscription>(table, configKey(tenant, 'subscription', subscriptionId)),
    get<Tenant>(table, tenantKey(tenant)),
  ]);
  if (!subscription || settings?.deletedAt !== undefined) return undefined;
  const target = await get<Target>(table, configKey(tenant, 'target', subscription.targetId));
  return target && { tenant, subscription, target, settings };
}

export const getEventType = (table: string, tenant: string, name: string): Promise<EventType | undefined> =>
  get<EventType>(table, configKey(tenant, 'type', name));

/** Consistent: what was just configured holds for the next request. */
async function get<T>(TableName: string, Key: object): Promise<T | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: Key as never, ConsistentRead: true }));
  return Item as T | undefined;
}
