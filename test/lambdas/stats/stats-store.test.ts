import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { statsKey } from '../../../lambdas/events/log-keys.ts';
import { partsOf } from '../../../lambdas/stats/breakdown.ts';
import type { Scope } from '../../../lambdas/stats/counter-keys.ts';
import { type Interval, type Series, type Span, seriesOf, widened } from '../../../lambdas/stats/series.ts';
import { typeNames } from '../../../lambdas/stats/type-names.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';
import type { Key } from '../../../lambdas/values/item-key.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { countRequests } from '../../helpers/requests.ts';
import { runs } from '../../helpers/runs.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { putAll } = await import('../../../lambdas/platform/dynamo.ts');
const {
  countingMemory,
  countOutcomes,
  markWatched,
  readCounters,
  readFailing,
  readOrdinarySlots,
  readSlots,
  readTypes,
} = await import('../../../lambdas/stats/stats-store.ts');
const { failingMarks, tenantsWithFailures } = await import('../../../lambdas/stats/failing-tenants-store.ts');

const TABLE = 'stats-log';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The last minute of a day. */
const AT = Date.UTC(2026, 10, 21, 23, 59, 30);
const ulidAt = ulidSource();

beforeAll(() => createTable(dynamo, TABLE));

const requestsOf = countRequests();

const outcome = (tenant: string, at: number, change: Partial<Outcome> & { type?: string } = {}): Outcome =>
  outcomeOf({
    tenant,
    at,
    event: { id: 'e', ulid: ulidAt(at - 100), type: change.type ?? 'a' },
    attempts: [{ at, ms: 40, status: 200 }],
    ...change,
  });

const failing = (tenant: string, at: number, target: string): Outcome =>
  outcome(tenant, at, { target, status: 'retrying', attempts: [{ at, ms: 40, status: 503 }] });

const failingEvent = (type: string): Outcome['event'] => ({ id: 'e', ulid: ulidAt(AT - 100), type });

const count = (outcomes: readonly Outcome[]) => countOutcomes(TABLE, countingMemory(), outcomes);

async function read(scope: Scope, span: Span, interval: Interval): Promise<Series> {
  const whole = widened(span, interval);
  const { add, series } = seriesOf(interval, whole);
  await readCounters(TABLE, scope, whole, interval, add);
  return series;
}

describe('counters in the table (D13)', () => {
  it('are the same by minute, hour and day, and within any span', async () => {
    let tenants = 0;
    const offset = fc.integer({ min: 0, max: 3 * DAY });
    await fc.assert(
      fc.asyncProperty(
        fc.array(offset, { maxLength: 30 }),
        offset,
        offset,
        fc.constantFrom<Interval>('minute', 'hour', 'day'),
        async (offsets, one, other, interval) => {
          const tenant = `ten_any_${tenants++}`;
          const all = offsets.map((ago) => outcome(tenant, AT - ago));
          await count(all.slice(0, 10));
          await count(all.slice(10));
          const span = { from: AT - Math.max(one, other), to: AT - Math.min(one, other) + 1 };
          const { total, points } = await read({ kind: 'tenant', tenant }, span, interval);
          const whole = widened(span, interval);
          const inSpan = all.filter(({ at }) => at >= whole.from && at < whole.to);
          expect(total.counts.deliveries).toBe(inSpan.length);
          expect(points.reduce((sum, { tally }) => sum + tally.counts.delivered, 0)).toBe(inSpan.length);
          const spread = [...total.latencies.values()].reduce((sum, n) => sum + n, 0);
          // Of five minutes on an edge, the times count whole.
          if (interval === 'minute') expect(spread).toBeGreaterThanOrEqual(inSpan.length);
          else expect(spread).toBe(inSpan.length);
        },
      ),
      { numRuns: runs(15) },
    );
  });

  it('are kept apart by tenant, target and event type, and by hour of a type', async () => {
    const span = { from: AT - DAY, to: AT + 1 };
    await count([
      outcome('ten_a', AT, { target: 'tgt_1', type: 'order.paid' }),
      outcome('ten_a', AT - HOUR, { target: 'tgt_2', type: 'order.paid' }),
      outcome('ten_a', AT, { target: 'tgt_2', type: 'order' }),
      outcome('ten_b', AT, { target: 'tgt_1', type: 'order.paid' }),
    ]);
    const deliveries = async (scope: Scope) => (await read(scope, span, 'hour')).total.counts.deliveries;
    const tenant = 'ten_a';
    expect(await deliveries({ kind: 'tenant', tenant })).toBe(3);
    expect(await deliveries({ kind: 'target', tenant, target: 'tgt_1' })).toBe(1);
    expect(await deliveries({ kind: 'target', tenant, target: 'tgt_2' })).toBe(2);
    expect(await deliveries({ kind: 'type', tenant, type: 'order.paid' })).toBe(2);
    expect(await deliveries({ kind: 'type', tenant, type: 'order' })).toBe(1);
    const { points } = await read({ kind: 'type', tenant, type: 'order.paid' }, span, 'hour');
    expect(points.slice(-2).map(({ tally }) => tally.counts.deliveries)).toEqual([1, 1]);
  });

  it('cost three writes for a thousand deliveries, and a query for each day', async () => {
    const tenant = 'ten_cost';
    expect(await requestsOf(() => count(Array.from({ length: 1000 }, () => outcome(tenant, AT))))).toBe(3);
    const reading = () => read({ kind: 'tenant', tenant }, { from: AT - HOUR, to: AT + 1 }, 'minute');
    // One more for what earlier releases counted.
    expect(await requestsOf(reading)).toBe(2);
  });

  it('are written in several updates where an endpoint fails in very many ways', async () => {
    const tenant = 'ten_odd';
    const odd = Array.from({ length: 700 }, (_, i) =>
      outcome(tenant, AT, { status: 'retrying', attempts: [{ at: AT, ms: i * i, status: 200 + i }] }),
    );
    await count(odd);
    const { total } = await read({ kind: 'tenant', tenant }, { from: AT, to: AT + 1 }, 'hour');
    // Codes without a name are counted by their class.
    expect(total.errors.size).toBeGreaterThan(50);
    expect(total.errors.size).toBeLessThan(80);
    expect([...total.errors.values()].reduce((sum, n) => sum + n)).toBe(700);
    expect(total.counts.failedAttempts).toBe(700);
  });

  it('are added to those of earlier releases', async () => {
    const tenant = 'ten_legacy';
    await putAll(TABLE, [
      { ...statsKey(tenant, undefined, '2026-11-21T22'), ttl: 1, deliveries: 5, attempts: 6, delivered: 5 },
    ]);
    await count([outcome(tenant, AT)]);
    const { total } = await read({ kind: 'tenant', tenant }, { from: AT - DAY, to: AT + 1 }, 'day');
    expect(total.counts).toMatchObject({ deliveries: 6, attempts: 7, delivered: 6, failedAttempts: 1 });
  });

  it('expire 31 days after their time', async () => {
    const { QueryCommand } = await import('@aws-sdk/lib-dynamodb');
    await count([outcome('ten_ttl', AT)]);
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'counts#ten_ttl' },
      }),
    );
    expect(Items).toMatchObject([{ sk: '2026-11-21T23:55', ttl: Date.UTC(2026, 11, 22, 23, 55) / 1000 }]);
  });
});

describe('what a breakdown reads (D13)', () => {
  const span = { from: AT - DAY - (AT % HOUR), to: AT - (AT % HOUR) + HOUR };

  it('are the types of each hour within the span, and others under no name', async () => {
    const tenant = 'ten_types';
    const names = typeNames(2);
    const types = ['a', 'a', 'b', 'c', 'd'];
    await countOutcomes(TABLE, { ...countingMemory(), names }, [
      ...types.map((type) => outcome(tenant, AT, { type })),
      outcome(tenant, AT - HOUR, { type: 'a' }),
      outcome(tenant, AT - 30 * HOUR, { type: 'a' }),
      outcome(tenant, AT + HOUR, { type: 'a' }),
    ]);
    const { add, parts } = partsOf(span);
    expect(await readTypes(TABLE, tenant, span, add)).toEqual({ isComplete: true });
    const byName = parts().map(({ name, tally }) => [name, tally.counts.deliveries]);
    expect(new Map(byName as [string | undefined, number][])).toEqual(
      new Map([
        ['a', 3],
        ['b', 1],
        [undefined, 2],
      ]),
    );
  });

  it('are the targets that failed within the span', async () => {
    const tenant = 'ten_failing';
    await count([
      failing(tenant, AT, 'tgt_1'),
      failing(tenant, AT - HOUR, 'tgt_1'),
      failing(tenant, AT, 'tgt_2'),
      failing(tenant, AT - 30 * HOUR, 'tgt_3'),
      outcome(tenant, AT, { target: 'tgt_4' }),
    ]);
    expect(await readFailing(TABLE, tenant, span)).toEqual({
      failing: new Map([
        ['tgt_2', 1],
        ['tgt_1', 2],
      ]),
      onOrdinary: new Set(['tgt_1', 'tgt_2']),
      isComplete: true,
    });
  });

  it('tells apart who failed on operational events alone', async () => {
    const tenant = 'ten_operational';
    const onOperational = { ...failing(tenant, AT, 'tgt_1'), event: failingEvent('posthorn.target.failing') };
    await count([
      onOperational,
      onOperational,
      { ...onOperational, target: 'tgt_2' },
      failing(tenant, AT, 'tgt_2'),
    ]);
    const { failing: all, onOrdinary } = await readFailing(TABLE, tenant, span);
    expect(all).toEqual(
      new Map([
        ['tgt_1', 2],
        ['tgt_2', 2],
      ]),
    );
    expect(onOrdinary).toEqual(new Set(['tgt_2']));
  });
});

describe('tenants with failures (D14)', () => {
  // A day of its own: marks of an hour are of all tenants.
  const at = Date.UTC(2026, 9, 3, 11, 59);
  const marked = (times: readonly number[]) => tenantsWithFailures(TABLE, times);

  it('are marked by the hour, those without are not', async () => {
    await count([
      failing('ten_m1', at, 'tgt_1'),
      failing('ten_m1', at, 'tgt_2'),
      failing('ten_m2', at + HOUR, 'tgt_1'),
      outcome('ten_m3', at),
    ]);
    expect(await marked([at])).toEqual(['ten_m1']);
    expect(await marked([at + HOUR])).toEqual(['ten_m2']);
    expect((await marked([at, at + HOUR, at + HOUR])).sort()).toEqual(['ten_m1', 'ten_m2']);
    expect(await marked([at + 2 * HOUR])).toEqual([]);
  });

  it('cost a worker a write an hour', async () => {
    const memory = countingMemory();
    const countOf = (n: number) => countOutcomes(TABLE, memory, [failing('ten_m4', at + n * HOUR, 'tgt_1')]);
    const requests = async (n: number) => requestsOf(() => countOf(n));
    const [first, again, nextHour, back] = [
      await requests(3),
      await requests(3),
      await requests(4),
      await requests(3),
    ];
    expect([first - again, nextHour - again, back - again]).toEqual([1, 1, 0]);
  });

  it('are forgotten by a worker that knows too many, and marked again', () => {
    const marks = failingMarks(2);
    const [a, b, c] = ['a', 'b', 'c'].map((sk) => ({ pk: 'failing#', sk })) as [Key, Key, Key];
    for (const mark of [a, b, c]) marks.add(mark);
    expect([a, b, c].map((mark) => marks.has(mark))).toEqual([false, false, true]);
  });

  it('are marked before anything is counted, so that a batch that comes back counts once', async () => {
    const tenant = 'ten_m5';
    const broken = { ...countingMemory(), marks: failingMarks() };
    const marks = {
      ...broken.marks,
      has: () => {
        throw new Error('no table');
      },
    };
    const batch = [failing(tenant, at, 'tgt_1')];
    await expect(countOutcomes(TABLE, { ...broken, marks }, batch)).rejects.toThrow('no table');
    await countOutcomes(TABLE, broken, batch);
    const { total } = await read({ kind: 'tenant', tenant }, { from: at, to: at + 1 }, 'minute');
    expect(total.counts.attempts).toBe(1);
  });
});

it('the counters of a short span are read by one request (D14)', async () => {
  const tenant = 'ten_slots';
  await count([0, 4, 9, 14, 21].map((ago) => failing(tenant, AT - ago * MINUTE, 'tgt_1')));
  const { add, series } = seriesOf('minute', { from: AT - 15 * MINUTE, to: AT + 1 });
  const scope = { kind: 'target', tenant, target: 'tgt_1' } as const;
  const requests = await requestsOf(() =>
    readSlots(TABLE, scope, { from: AT - 15 * MINUTE, to: AT + 1 }, add),
  );
  expect(requests).toBe(1);
  expect(series.total.counts.failedAttempts).toBe(4);
});

it('the counters of a short span can leave out Posthorn’s own events (A24)', async () => {
  const tenant = 'ten_ordinary';
  const own = outcome(tenant, AT, { type: 'posthorn.alert.raised', status: 'dead', reason: 'rejected' });
  await count([outcome(tenant, AT), own, outcome(tenant, AT - 20 * MINUTE)]);
  const span = { from: AT - 15 * MINUTE, to: AT + 1 };
  const scope = { kind: 'tenant', tenant } as const;
  for (const [readSpan, deliveries, dead] of [
    [readSlots, 2, 1],
    [readOrdinarySlots, 1, 0],
  ] as const) {
    const { add, series } = seriesOf('minute', span);
    await readSpan(TABLE, scope, span, add);
    expect(series.total.counts).toMatchObject({ deliveries, dead });
    expect([...series.total.answers.values()]).toEqual([deliveries]);
  }
});

it('requests that a fast lane cut are counted apart (D14)', async () => {
  const tenant = 'ten_cut';
  const cut = { at: AT, ms: 2003, error: 'timeout', uncounted: true } as const;
  const retrying = (attempts: Outcome['attempts']) => outcome(tenant, AT, { status: 'retrying', attempts });
  await count([
    retrying([cut]),
    // A probe, which the endpoint's own timeout ended; and one that was the second attempt.
    retrying([{ ...cut, ms: 9000 }]),
    retrying([{ at: AT, ms: 1, status: 500 }, cut]),
  ]);
  const { total } = await read({ kind: 'tenant', tenant }, { from: AT, to: AT + 1 }, 'minute');
  expect(total.counts).toMatchObject({ attempts: 3, failedAttempts: 3, cut: 1 });
});

describe('that a tenant is watched (A19)', () => {
  const MARKED = { from: AT, to: AT + 5 * MINUTE };
  const until = new Date(AT + 6 * MINUTE).toISOString();

  it('comes back with the counters of the times that are marked, and with no other', async () => {
    await markWatched(TABLE, 'ten_watched', MARKED, AT + 6 * MINUTE);
    const outcomes = [AT, AT + MINUTE].flatMap((at) => [
      outcome('ten_watched', at),
      outcome('ten_unwatched', at),
    ]);
    const marked = await requestsOf(async () => {
      expect(await count(outcomes)).toEqual(new Map([['ten_watched', until]]));
    });
    // It is asked for with what is written anyway.
    const unmarked = await requestsOf(async () => {
      expect(
        await count(outcomes.map((one) => ({ ...one, tenant: one.tenant.replace('ten_', 'ten_no_') }))),
      ).toEqual(new Map());
    });
    expect(marked).toBe(unmarked);
    expect(await count([outcome('ten_watched', AT + 30 * MINUTE)])).toEqual(new Map());
  });

  it('comes back with deliveries that only wait, while a breaker is open', async () => {
    await markWatched(TABLE, 'ten_waiting', MARKED, AT + 6 * MINUTE);
    const held = { status: 'parked', isWaiting: true, attempts: [] } as const;
    expect(await count([outcome('ten_waiting', AT, held)])).toEqual(new Map([['ten_waiting', until]]));
  });

  it('comes back also where the counters of an item take several updates', async () => {
    await markWatched(TABLE, 'ten_much', MARKED, AT + 6 * MINUTE);
    const codes = Array.from({ length: 150 }, (_, i) =>
      outcome('ten_much', AT, {
        status: 'retrying',
        attempts: [{ at: AT, ms: 3 ** (i % 12), status: 400 + i }],
      }),
    );
    expect(await count(codes)).toEqual(new Map([['ten_much', until]]));
  });

  it('counts nothing', async () => {
    const scope: Scope = { kind: 'tenant', tenant: 'ten_mark' };
    const span = { from: AT - HOUR, to: AT + HOUR };
    const before = await read(scope, span, 'minute');
    await markWatched(TABLE, 'ten_mark', MARKED, AT + 6 * MINUTE);
    expect(await read(scope, span, 'minute')).toEqual(before);
    await count([outcome('ten_mark', AT)]);
    await markWatched(TABLE, 'ten_mark', MARKED, AT + 7 * MINUTE);
    const { total } = await read(scope, span, 'minute');
    expect(total.counts).toMatchObject({ deliveries: 1, delivered: 1 });
  });
});
