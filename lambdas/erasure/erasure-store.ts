import * as z from 'zod/mini';
import { addAt } from '../config/entity-store.ts';
import { deleteAll, dynamo, putAll, queryItems } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { itemKind, NOTHING } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import type { Erasure } from './erasure.ts';

/** An erasure's item; its sort key is the tenant. */
const ERASURE = itemKind('erasure', { startedAt: z.string(), sweptAt: z.optional(z.string()) });

/** Erasures under way, in the state table: one partition, since there are few at a time. */
const erasureKey = (tenant: string): Key => ({ pk: 'erasure', sk: tenant });

/** Begins to erase a tenant; doing so again changes nothing. @param at RFC 3339 */
export async function startErasure(table: string, tenant: string, at: string): Promise<void> {
  await addAt(table, erasureKey(tenant), { startedAt: at });
}

/** Erasures under way. */
export async function listErasures(table: string): Promise<Erasure[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': erasureKey('').pk },
    ConsistentRead: true,
  };
  const items = await Array.fromAsync(queryItems(ERASURE, query, { onUnreadable: skip }));
  return items.map(({ sk, startedAt, sweptAt }) => ({ tenant: sk, startedAt, sweptAt }));
}

/** @param at RFC 3339 */
export async function noteSwept(TableName: string, tenant: string, at: string): Promise<void> {
  await dynamo.update({
    TableName,
    Key: erasureKey(tenant),
    UpdateExpression: 'SET sweptAt = :at',
    ExpressionAttributeValues: { ':at': at },
  });
}

export async function endErasure(TableName: string, tenant: string): Promise<void> {
  await dynamo.delete({ TableName, Key: erasureKey(tenant) });
}

/**
 * What leads to a tenant's deliveries and counters: ids of subscriptions and targets, no more. A lead is noted before the
 * item that holds it is deleted. The first sweep keeps a lead that it has followed for the last sweep, which forgets it:
 * so each sweep knows what it has still to do, however many runs it takes.
 */
export interface Lead {
  readonly kind: 'subscription' | 'target';
  readonly id: string;
}

/** Whether each sweep has still to follow a lead, or only the last one. */
type Stage = 'open' | 'followed';

const leadKey = (tenant: string, stage: Stage, { kind, id }: Lead): Key => ({
  pk: `erasure#${tenant}`,
  sk: `${stage}#${kind}#${id}`,
});

/** Notes leads, no two of which may be the same. */
export const noteLeads = (table: string, tenant: string, leads: readonly Lead[]): Promise<void> =>
  putAll(
    table,
    leads.map((lead) => ({ ...leadKey(tenant, 'open', lead) })),
  );

/** The leads of a kind that a sweep has still to follow. */
export async function* leadsToFollow(
  table: string,
  tenant: string,
  kind: Lead['kind'],
  isLastSweep: boolean,
): AsyncGenerator<Lead> {
  for (const stage of isLastSweep ? (['open', 'followed'] as const) : (['open'] as const)) {
    const { pk, sk } = leadKey(tenant, stage, { kind, id: '' });
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
      ConsistentRead: true,
    };
    for await (const item of queryItems(NOTHING, query)) yield { kind, id: item.sk.slice(sk.length) };
  }
}

/** Notes that a sweep has followed a lead to its end. */
export async function settleLead(
  table: string,
  tenant: string,
  lead: Lead,
  isLastSweep: boolean,
): Promise<void> {
  const followed = leadKey(tenant, 'followed', lead);
  if (!isLastSweep) await putAll(table, [{ ...followed }]);
  await deleteAll(table, [leadKey(tenant, 'open', lead), ...(isLastSweep ? [followed] : [])]);
}
