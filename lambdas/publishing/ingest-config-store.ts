import { addressKey } from '../config/config-keys.ts';
import { ADDRESS, type EventType, type Subscription } from '../config/entities.ts';
import { getAt, getEntity } from '../config/entity-store.ts';
import type { Target } from '../targets/target.ts';

/** What ingest reads of the configuration. */

/** The tenant of a subscription that events can be addressed to. */
export const getTenantOfSubscription = async (table: string, id: string): Promise<string | undefined> =>
  (await getAt(ADDRESS, table, addressKey(id)))?.tenant;

export const getSubscription = (
  table: string,
  tenant: string,
  id: string,
): Promise<Subscription | undefined> => getEntity(table, tenant, 'subscription', id);

export const getTarget = (table: string, tenant: string, id: string): Promise<Target | undefined> =>
  getEntity(table, tenant, 'target', id);

export const getEventType = (table: string, tenant: string, name: string): Promise<EventType | undefined> =>
  getEntity(table, tenant, 'type', name);
