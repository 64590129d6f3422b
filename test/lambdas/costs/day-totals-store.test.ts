import { beforeAll, describe, expect, it } from 'vitest';
import type { Work } from '../../../lambdas/costs/work.ts';
import { NO_WORK } from '../../../lambdas/costs/work.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { counterPartitions, dayTotalsKey } from '../../../lambdas/stats/counter-keys.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { itemBytes } from '../../helpers/item-bytes.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { deleteAll, putAll, queryItems } = await import('../../../lambdas/platform/dynamo.ts');
const { countingMemory, countOutcomes, readCounters } = await import('../../../lambdas/stats/stats-store.ts');
const { keepDayTotals, readDayTotals } = await import('../../../lambdas/costs/day-totals-store.ts');
const { monthOf } = await import('../../../lambdas/costs/month.ts');
const { workOfMonth } = await import('../../../lambdas/costs/work-of-month.ts');
const { bind } = await import('../../../lambdas/platform/bind.ts');
const { NOTHING } = await import('../../../lambdas/values/item.ts');

const TABLE = 'costs-log';
const DAY = 24 * 3_600_000;
const MONTH = monthOf('2026-11');
const NOW = Date.parse('2026-11-21T12:00:00Z');
const ulidAt = ulidSource();
const deps = {
  stats: bind({ readCounters }, TABLE),
  dayTotals: bind({ keepDayTotals, readDayTotals }, TABLE),
};

beforeAll(() => createTable(dynamo, TABLE));

const WORK: Work = { ...NO_WORK, deliveries: 3, attempts: 4, retries: 1, delivered: 3, batches: 2.5 };

const delivered = (tenant: string, at: number): Outcome =>
  outcomeOf({
    tenant,
    at,
    event: { id: 'e', ulid: ulidAt(at - 100), type: 'a' },
    attempts: [{ at, ms: 40, status: 200 }],
  });

/** An outcome for each time, each in a batch of its own. */
async function count(tenant: string, ...times: number[]): Promise<void> {
  for (const at of times) await countOutcomes(TABLE, countingMemory(), [delivered(tenant, at)]);
}

const itemsOf = async (pk: string) =>
  Array.fromAsync(
    queryItems(NOTHING, {
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );

describe('totals of days (E2)', () => {
  it('are read as they were kept, of the month and the tenant alone', async () => {
    await keepDayTotals(
      TABLE,
      't_1',
      new Map([MONTH.from - DAY, MONTH.from, MONTH.to].map((day) => [day, WORK])),
    );
    await keepDayTotals(TABLE, 't_2', new Map([[MONTH.from + DAY, WORK]]));
    const read = await readDayTotals(TABLE, 't_1', MONTH);
    expect([...read.keys()]).toEqual([MONTH.from]);
    expect(read.get(MONTH.from)).toMatchObject(WORK);
  });

  it('are a small item that is erased with the counters, and expires after 400 days', async () => {
    const most = Object.fromEntries(
      Object.keys(WORK).map((name) => [name, 123_456_789_012]),
    ) as unknown as Work;
    await keepDayTotals(TABLE, 't_3', new Map([[MONTH.from, most]]));
    const { pk } = dayTotalsKey('t_3', MONTH.from);
    expect(counterPartitions('t_3', undefined)).toContain(pk);
    const [item] = (await itemsOf(pk)) as { ttl?: number }[];
    expect(itemBytes(item!)).toBeLessThan(300);
    expect(item!.ttl).toBe(MONTH.from / 1000 + 400 * 24 * 3600);
  });

  it('that can not be read are counted again', async () => {
    await count('t_4', MONTH.from + 1000);
    await putAll(TABLE, [{ ...dayTotalsKey('t_4', MONTH.from), deliveries: 'three' }]);
    const { work } = await workOfMonth(deps, 't_4', MONTH, { since: undefined, now: NOW });
    expect(work.deliveries).toBe(1);
    expect((await readDayTotals(TABLE, 't_4', MONTH)).get(MONTH.from)).toMatchObject({ deliveries: 1 });
  });
});

describe('the work of a month (E2)', () => {
  const about = { since: undefined, now: NOW };

  it('is the same when its counters are gone', async () => {
    const times = [MONTH.from, MONTH.from + DAY - 1, MONTH.from + 5 * DAY, NOW - 1000];
    await count('t_5', MONTH.from - 1, ...times, MONTH.to);
    const first = await workOfMonth(deps, 't_5', MONTH, about);
    expect(first.work).toMatchObject({ deliveries: 4, attempts: 4, delivered: 4, answerMs: 160, batches: 4 });
    expect(first.missing).toEqual([]);
    expect((await workOfMonth(deps, 't_5', MONTH, about)).work).toEqual(first.work);

    const counters = await itemsOf('counts#t_5');
    await deleteAll(
      TABLE,
      counters.filter(({ sk }) => sk < '2026-11-20').map(({ pk, sk }) => ({ pk, sk })),
    );
    expect((await workOfMonth(deps, 't_5', MONTH, about)).work).toEqual(first.work);

    // Two months later, days that nobody asked for in time are missing.
    const late = await workOfMonth(deps, 't_5', MONTH, { since: undefined, now: NOW + 60 * DAY });
    expect(late.work).toMatchObject({ deliveries: 3 });
    expect(late.missing).toEqual(Array.from({ length: 11 }, (_, i) => MONTH.from + (19 + i) * DAY));
  });

  it('counts what is told late, as long as a day may change', async () => {
    await count('t_6', NOW - DAY);
    expect((await workOfMonth(deps, 't_6', MONTH, about)).work.deliveries).toBe(1);
    await count('t_6', NOW - DAY, NOW);
    expect((await workOfMonth(deps, 't_6', MONTH, about)).work.deliveries).toBe(3);
  });

  it('takes a query and three days of counters when the days before are kept', async () => {
    await count('t_7', ...Array.from({ length: 200 }, (_, i) => MONTH.from + i * 2 * 3_600_000));
    const first = await workOfMonth(deps, 't_7', MONTH, about);
    const again = await workOfMonth(deps, 't_7', MONTH, about);
    expect(again.work).toEqual(first.work);
    expect(first.effort).toBeGreaterThan(600);
    expect(again.effort).toBeLessThan(130);
  });
});
