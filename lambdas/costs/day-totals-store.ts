import * as z from 'zod/mini';
import { dynamo, queryItems } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { skip } from '../platform/items.ts';
import { dayTotalsKey } from '../stats/counter-keys.ts';
import type { Span } from '../stats/series.ts';
import { itemKind } from '../values/item.ts';
import { TOTALS_KEPT_DAYS } from './month.ts';
import type { Work } from './work.ts';

/** What was counted of a tenant in a day that is over: some 200 bytes. */
const DAY_TOTALS = itemKind('day totals', {
  deliveries: z.number(),
  attempts: z.number(),
  retries: z.number(),
  delivered: z.number(),
  deliveredFirst: z.number(),
  dead: z.number(),
  answerMs: z.number(),
  parked: z.number(),
  batches: z.number(),
  deadBatches: z.number(),
});

const PARALLEL_WRITES = 16;
const DAY_SECONDS = 24 * 3600;

/** The totals that are kept of a tenant's days within a span, by the time at which a day begins. */
export async function readDayTotals(
  table: string,
  tenant: string,
  { from, to }: Span,
): Promise<Map<number, Work>> {
  const [first, last] = [dayTotalsKey(tenant, from), dayTotalsKey(tenant, to - 1)];
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': first.pk, ':from': first.sk, ':to': last.sk },
  };
  const totals = new Map<number, Work>();
  for await (const { pk: _, sk, ...work } of queryItems(DAY_TOTALS, query, { onUnreadable: skip })) {
    totals.set(Date.parse(`${sk}T00:00:00Z`), work);
  }
  return totals;
}

/** Keeps the totals of days. Two who do so at once write the same. */
export async function keepDayTotals(
  TableName: string,
  tenant: string,
  days: ReadonlyMap<number, Work>,
): Promise<void> {
  await inParallel([...days], PARALLEL_WRITES, ([day, work]) => {
    const ttl = Math.floor(day / 1000) + TOTALS_KEPT_DAYS * DAY_SECONDS;
    return dynamo.put({ TableName, Item: { ...dayTotalsKey(tenant, day), ...work, ttl } });
  });
}
