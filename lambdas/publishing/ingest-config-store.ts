import { addressKey } from '../config/config-keys.ts';
import { ADDRESS, EVENT_TYPE, type EventType, SUBSCRIPTION, type Subscription } from '../config/entities.ts';
import { getAt, getEntity } from '../config/entity-store.ts';
import { TARGET, type Target } from '../targets/target.ts';

/** What ingest reads of the configuration. */

/** The tenant of a subscription that events can be addressed to. */
export const getTenantOfSubscription = async (table: string, id: string): Promise<string | undefined> =>
  (await getAt(ADDRESS, table, addressKey(id)))?.tenant;

export const getSubscription = (
  table: string,
  tenant: string,
  id: string,
): Promise<Subscription | undefined> => getEntity(table, SUBSCRIPTION, tenant, id);

export const getTarget = (table: string, tenant: string, id: string): Promise<Target | undefined> =>
  getEntity(table, TARGET, tenant, id);

export const getEventType = (table: string, tenant: string, name: string): Promise<EventType | undefined> =>
  getEntity(table, EVENT_TYPE, tenant, name);
