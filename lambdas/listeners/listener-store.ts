import { addAt, getAt } from '../config/entity-store.ts';
import { dynamo, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { LISTENER, type Listener, type ListenerRef } from './listener.ts';
import { LISTENERS, listenerKey, listenersOf, refOfKey } from './listener-keys.ts';

export type KnownListener = Listener & ListenerRef;

/** @returns false when there is one of this id */
export const addListener = (table: string, ref: ListenerRef, listener: Listener): Promise<boolean> =>
  addAt(table, listenerKey(ref), listener);

/** The read is consistent. One that is over may still be there: see `isOver`. */
export const getListener = (table: string, ref: ListenerRef): Promise<Listener | undefined> =>
  getAt(LISTENER, table, listenerKey(ref));

/** Those of a tenant, or of all, also those that are over. */
export async function listListeners(TableName: string, tenant?: string): Promise<KnownListener[]> {
  const query = {
    TableName,
    KeyConditionExpression: tenant === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: {
      ':pk': LISTENERS,
      ...(tenant !== undefined && { ':sk': listenersOf(tenant).sk }),
    },
    ConsistentRead: true,
  };
  const items = await Array.fromAsync(queryItems(LISTENER, query, { onUnreadable: skip }));
  return items.map(({ pk: _, sk, ...listener }) => ({ ...listener, ...refOfKey({ sk }) }));
}

interface Opened {
  readonly connection: string;
  readonly until: number;
}

const NAMES = { '#connection': 'connection', '#until': 'until' };

/** @returns false when the condition does not hold */
const change = (
  TableName: string,
  ref: ListenerRef,
  [UpdateExpression, ConditionExpression]: readonly [update: string, condition: string],
  ExpressionAttributeValues: Readonly<Record<string, string | number>>,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: listenerKey(ref),
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues,
    }),
  );

/** Gives a listener its connection, in the place of the one before. @returns false when it is over, or gone */
export const connectListener = (
  table: string,
  ref: ListenerRef,
  { connection, until }: Opened,
  now: number,
): Promise<boolean> =>
  change(table, ref, ['SET #connection = :connection, openedAt = :now, #until = :until', '#until > :now'], {
    ':connection': connection,
    ':now': now,
    ':until': until,
  });

/** Prolongs a listener. @returns false when it has another connection by now, or is over, or gone */
export const renewListener = (
  table: string,
  ref: ListenerRef,
  { connection, until }: Opened,
  now: number,
): Promise<boolean> =>
  change(table, ref, ['SET #until = :until', '#connection = :connection AND #until > :now'], {
    ':connection': connection,
    ':now': now,
    ':until': until,
  });

/** Takes a connection from a listener, unless it has another one by now. @param until when it is over without a new one */
export const disconnectListener = (
  table: string,
  ref: ListenerRef,
  { connection, until }: Opened,
): Promise<boolean> =>
  change(table, ref, ['REMOVE #connection, openedAt SET #until = :until', '#connection = :connection'], {
    ':connection': connection,
    ':until': until,
  });

export async function removeListener(TableName: string, ref: ListenerRef): Promise<void> {
  await dynamo.delete({ TableName, Key: listenerKey(ref) });
}
