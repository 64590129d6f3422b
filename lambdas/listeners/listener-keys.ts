import type { Key } from '../values/item-key.ts';
import type { ListenerRef } from './listener.ts';

/** Keys of listeners in the state table. */

/** Of all tenants, so that those that are over are one Query. No more than some hundreds. */
export const LISTENERS = 'listeners';
export const listenerKey = ({ tenant, listener }: ListenerRef): Key => ({
  pk: LISTENERS,
  sk: `${tenant}#${listener}`,
});
/** Where those of one tenant are among all. */
export const listenersOf = (tenant: string): Key => ({ pk: LISTENERS, sk: `${tenant}#` });

export function refOfKey({ sk }: Pick<Key, 'sk'>): ListenerRef {
  const [tenant = '', listener = ''] = sk.split('#');
  return { tenant, listener };
}

/** The requests of a tenant's listeners, and how many are under way. All of them expire. */
export const relayPartition = (tenant: string): string => `relay#${tenant}`;
/** @param id of the request */
export const requestKey = ({ tenant, listener }: ListenerRef, id: string): Key => ({
  pk: relayPartition(tenant),
  sk: `${listener}#${id}`,
});
/** What is under way is counted by the minute in which it began. A count that was not taken back is over with its minute. */
export const underWayKey = (tenant: string, minute: number): Key => ({
  pk: relayPartition(tenant),
  sk: `under-way#${minute}`,
});
