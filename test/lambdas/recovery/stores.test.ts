import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { Event } from '../../../lambdas/events/event.ts';
import { eventOf, type FirstItem, fromItems, toItem } from '../../../lambdas/events/event-items.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { putAll } = await import('../../../lambdas/platform/dynamo.ts');
const { rowsOf } = await import('../../../lambdas/recovery/event-rows-store.ts');
const { acquireRunLease, noteProgress, readProgress, releaseRunLease } = await import(
  '../../../lambdas/recovery/progress-store.ts'
);
const { getDeliveries, getStates, putOutcomes } = await import(
  '../../../lambdas/delivery/delivery-log-store.ts'
);

const TABLE = 'recovery-table';
const NOW = Date.now();
const RETENTION = 72 * 3600;

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

/** @param shard decides the partition, as the last character does */
const ulidAt = (time: number, n: number, shard: number): string =>
  `${lowestUlidAt(time).slice(0, 10)}${String(n).padStart(15, '0')}${'0123'[shard]}`;

const simple = (ulid: string): Event => ({
  id: `evt_${ulid}`,
  ulid,
  type: 'a',
  contentType: 'application/json',
  payload: { kind: 'text', text: '{}' },
});

const subscription = (n: number): string => `sub_${ulidAt(NOW, n, 0)}`;

it('reads every part of every event of a span exactly once, however the shards are filled (C9)', async () => {
  const tenant = 'ten_rows';
  const expected = new Set<string>();
  const entries = [700, 20, 0, 400].flatMap((count, shard) =>
    Array.from({ length: count }, (_, n) => {
      const time = NOW + n * (shard + 1);
      const event = simple(ulidAt(time, n, shard));
      const parts = n % 50 === 0 ? 3 : 1;
      return Array.from({ length: parts }, (__, part) => {
        const isWithin = time >= NOW + 5 && time < NOW + 600;
        if (isWithin) expected.add(`${event.ulid} ${subscription(n + part)}`);
        return { tenant, event, part, subscriptions: [subscription(n + part)], matched: parts };
      });
    }).flat(),
  );
  await putAll(
    TABLE,
    entries.map((entry) => toItem(entry, RETENTION)),
  );
  const seen: string[] = [];
  const uncertain = new Set<string>();
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await rowsOf(TABLE, tenant, { from: NOW + 5, until: NOW + 600 }, after);
    for (const { eventUlid, subscriptions, isUncertain } of page.rows) {
      seen.push(...subscriptions.map((id) => `${eventUlid} ${id}`));
      if (isUncertain) uncertain.add(eventUlid);
    }
    after = page.next;
    pages++;
  } while (after !== undefined);
  expect(seen.sort()).toEqual([...expected].sort());
  expect(pages).toBeGreaterThan(2);
  expect(uncertain.size).toBe(new Set(seen.map((one) => one.slice(0, 26))).size - countSimple(entries));

  /** Those of one part within the span. */
  function countSimple(all: typeof entries): number {
    const within = all.filter(({ event: { ulid } }) => seen.some((one) => one.startsWith(ulid)));
    return within.filter(({ matched }) => matched === 1).length;
  }
});

it('gives one run the lease, and the next one its progress (C9)', async () => {
  expect(await readProgress(TABLE)).toBeUndefined();
  const taken = await Promise.all([1, 2, 3].map((n) => acquireRunLease(TABLE, NOW, NOW + 1000 + n)));
  const [lease] = taken.filter((one) => one !== undefined);
  expect(taken.filter((one) => one === undefined)).toHaveLength(2);
  expect(await acquireRunLease(TABLE, NOW + 500, NOW + 9000)).toBeUndefined();
  const span = { from: 1, until: 2, tenant: 'ten_1', after: undefined };
  expect(await noteProgress(TABLE, { ...lease!, scans: { first: { upTo: 1, span } } })).toBe(true);
  expect(await releaseRunLease(TABLE, { ...lease!, scans: { first: { upTo: 2 } } }, NOW + 600)).toBe(true);
  const Key = { pk: 'recovery', sk: 'progress' };
  const { Item } = await dynamo.send(new GetCommand({ TableName: TABLE, Key }));
  // What a release before or after this one reads.
  expect(Item).toEqual({ ...Key, looks: { first: { upTo: 2 } }, busyUntil: NOW + 600 });
  expect(await readProgress(TABLE)).toEqual({ scans: { first: { upTo: 2 } }, until: NOW + 600 });
  const next = await acquireRunLease(TABLE, NOW + 600, NOW + 5000);
  expect(next).toEqual({ until: NOW + 5000, scans: { first: { upTo: 2 } } });
  // A run that never ended: its lease is over, and what it still writes does not count.
  const third = await acquireRunLease(TABLE, NOW + 5000, NOW + 9000);
  expect(third).toBeDefined();
  expect(await noteProgress(TABLE, next!)).toBe(false);
  expect(await releaseRunLease(TABLE, next!, NOW + 5001)).toBe(false);
});

describe('what the log has of a delivery (C9)', () => {
  const event = simple(ulidAt(NOW, 1, 0));
  const retrying = (n: number, more: Partial<Outcome>): Outcome =>
    outcomeOf({
      tenant: 'ten_deliveries',
      subscription: subscription(n),
      event,
      status: 'retrying',
      at: NOW,
      attempts: [{ at: NOW, ms: 1, status: 503 }],
      nextAttemptAt: NOW + 1,
      ...more,
    });

  it('is enough to go on with it', async () => {
    const histories = [
      {},
      { used: 1 },
      { used: 0, run: 1, replayedAt: NOW },
      { used: 7, dropped: 12 },
    ] as const;
    await putOutcomes(
      TABLE,
      RETENTION,
      histories.map((history, n) => retrying(n, history)),
    );
    const ids = histories.map((_, n) => subscription(n));
    const found = await getDeliveries(TABLE, 'ten_deliveries', event.ulid, ids, NOW);
    for (const [n, { used, ...more }] of (histories as readonly Partial<Outcome>[]).entries()) {
      expect(found.get(subscription(n))).toMatchObject({ ...more, target: 'tgt_1' });
      expect(found.get(subscription(n))!.used ?? 1).toBe(used ?? 1);
    }
  });

  it('is its state, in the order asked for', async () => {
    const waits = { status: 'parked', nextAttemptAt: undefined } as const;
    await putOutcomes(TABLE, RETENTION, [retrying(11, waits), retrying(12, {})]);
    const refs = [10, 11, 12].map((n) => ({ subscription: subscription(n), eventUlid: event.ulid }));
    const states = await getStates(TABLE, 'ten_deliveries', refs);
    expect(states.map((state) => [state?.status, state?.nextAttemptAt])).toEqual([
      [undefined, undefined],
      ['parked', undefined],
      ['retrying', NOW + 1],
    ]);
  });
});

it('takes an event out of the log as it went in (C9)', () => {
  const optional = {
    source: fc.option(fc.string(), { nil: undefined }),
    priority: fc.constantFrom(undefined, 'low' as const, 'critical' as const),
    region: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    test: fc.constantFrom(undefined, true),
    ce: fc.option(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), { nil: undefined }),
    keepSeconds: fc.option(fc.integer({ min: 3600, max: 1e7 }), { nil: undefined }),
    generation: fc.constantFrom(undefined, 1, 2),
  };
  const payload = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'grapheme' }) }),
    fc.record({ kind: fc.constant('stored' as const), key: fc.string({ minLength: 1 }), bytes: fc.nat() }),
    fc
      .uint8Array({ minLength: 1 })
      .map((bytes) => Buffer.from([0xff, ...bytes]).toString('base64'))
      .map((base64) => ({ kind: 'base64' as const, base64 })),
  );
  const anyEvent = fc.record({ ...optional, payload, id: fc.string({ minLength: 1 }) });
  fc.assert(
    fc.property(anyEvent, (given) => {
      const event: Event = { ...simple(ulidAt(NOW, 1, 0)), ...given };
      const entry = { tenant: 'ten_1', event, part: 0, subscriptions: [subscription(1)], matched: 1 };
      const item = toItem(entry, RETENTION) as unknown as FirstItem;
      const found = eventOf(fromItems(item, [item]));
      expect(found).toEqual({ ...event, keepSeconds: event.keepSeconds ?? RETENTION });
    }),
  );
});
