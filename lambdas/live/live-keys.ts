import { createHash } from 'node:crypto';
import type { Key } from '../values/item-key.ts';

/** Keys of the live channel in the state table. All of its items expire. */

/** A ticket under the hash of its text, which is stored nowhere. */
export const ticketKey = (text: string): Key => ({
  pk: `ticket#${createHash('sha256').update(text).digest('hex')}`,
  sk: 'ticket',
});

/** Who a connection is. API Gateway names a connection, and not its tenant. */
export const connectionKey = (id: string): Key => ({ pk: `connection#${id}`, sk: 'connection' });

/** A tenant's connections, and its watch. */
export const livePartition = (tenant: string): string => `live#${tenant}`;

const CONNECTION = 'connection#';
/** A sort key behind all connections: `$` is the character after `#`. */
export const CONNECTIONS: readonly [from: string, to: string] = [CONNECTION, 'connection$'];
export const connectionOfTenant = (tenant: string, id: string): Key => ({
  pk: livePartition(tenant),
  sk: `${CONNECTION}${id}`,
});
export const idInKey = (sk: string): string => sk.slice(CONNECTION.length);

export const watchKey = (tenant: string): Key => ({ pk: livePartition(tenant), sk: 'watch' });

/** A tenant's frames, by their ids. */
export const framesPartition = (tenant: string): string => `frames#${tenant}`;
export const frameKey = (tenant: string, id: string): Key => ({ pk: framesPartition(tenant), sk: id });

/** Who the connections are that are among items of `livePartition`. */
export const connectionKeysAmong = (items: readonly Key[]): Key[] =>
  items.flatMap(({ sk }) => (sk.startsWith(CONNECTION) ? connectionKey(idInKey(sk)) : []));
