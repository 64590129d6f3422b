import * as z from 'zod/mini';
import { getAt } from '../config/entity-store.ts';
import { dynamo, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import { CONNECTION_MS } from './limits.ts';
import { CONNECTIONS, connectionKey, connectionOfTenant, idInKey, livePartition } from './live-keys.ts';
import { type Watcher, watcher } from './ticket-store.ts';
import { getsFrames } from './viewer.ts';

/** Who a connection is. It stays what it was when it connected. */
const CONNECTION = itemKind('connection', { ...watcher, ttl: z.number() });

/** A connection among those of its tenant. */
const LISTED = itemKind('connection of a tenant', {
  credential: z.string(),
  targets: z.optional(z.array(z.string())),
  /** Milliseconds since the epoch, as is until when it gets frames. */
  openedAt: z.number(),
  until: z.number(),
  ttl: z.number(),
});

export interface Connection
  extends Pick<ItemOf<typeof LISTED>, 'credential' | 'targets' | 'openedAt' | 'until'> {
  readonly id: string;
}

/** Items are dropped this long after API Gateway has ended their connection. */
const MARGIN_SECONDS = 3600;

const ttlOf = (now: number): number => Math.ceil((now + CONNECTION_MS) / 1000) + MARGIN_SECONDS;

/** @param until when its lease ends @param now milliseconds since the epoch, as all times here */
export async function addConnection(
  TableName: string,
  id: string,
  { tenant, ...who }: Watcher,
  until: number,
  now: number,
): Promise<void> {
  const ttl = ttlOf(now);
  const { credential, targets } = who;
  const put = (Item: object) => dynamo.put({ TableName, Item: Item as Record<string, unknown> });
  await put({ ...connectionKey(id), tenant, ...who, ttl });
  if (getsFrames(who))
    await put({ ...connectionOfTenant(tenant, id), credential, targets, openedAt: now, until, ttl });
}

/** Who a connection is; undefined when it is unknown, or was removed. */
export async function findConnection(table: string, id: string): Promise<Watcher | undefined> {
  const found = await getAt(CONNECTION, table, connectionKey(id));
  if (!found) return undefined;
  const { tenant, credential, targets, session, endsAt, listener, frames } = found;
  return { tenant, credential, targets, session, endsAt, listener, frames };
}

/** Prolongs a lease. @returns false when the connection was removed meanwhile */
export const renewConnection = (
  TableName: string,
  tenant: string,
  id: string,
  until: number,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: connectionOfTenant(tenant, id),
      UpdateExpression: 'SET #until = :until',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':until': until },
    }),
  );

/** Each by itself, since a grant can be limited to some keys for this, and not for a batch. */
export async function removeConnection(TableName: string, tenant: string, id: string): Promise<void> {
  for (const Key of [connectionOfTenant(tenant, id), connectionKey(id)]) {
    await dynamo.delete({ TableName, Key });
  }
}

/** A tenant's connections whose lease is not over. The read is consistent. */
export async function listConnections(table: string, tenant: string, now: number): Promise<Connection[]> {
  const [from, to] = CONNECTIONS;
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': livePartition(tenant), ':from': from, ':to': to },
    ConsistentRead: true,
  };
  const all = await Array.fromAsync(queryItems(LISTED, query, { onUnreadable: skip }));
  return all
    .filter(({ until }) => until > now)
    .map(({ sk, credential, targets, openedAt, until }) => {
      return { id: idInKey(sk), credential, targets, openedAt, until };
    });
}
