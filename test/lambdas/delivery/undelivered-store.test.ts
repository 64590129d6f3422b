import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredStatus } from '../../../lambdas/delivery/delivery.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { Places } from '../../../lambdas/delivery/places.ts';
import { IN_FIRST_SHARD } from '../../../lambdas/delivery/spread.ts';
import { DEAD_INDEX, deliveryPlace, UNDELIVERED_INDEX } from '../../../lambdas/events/log-keys.ts';
import { timeOfUlid, ulidSource } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { countRequests } from '../../helpers/requests.ts';
import { runs } from '../../helpers/runs.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { toItem } = await import('../../../lambdas/delivery/delivery-items.ts');
const { putOutcomes } = await import('../../../lambdas/delivery/delivery-log-store.ts');
const { countUndelivered, countWaiting, scanUndelivered, scanWaiting } = await import(
  '../../../lambdas/delivery/undelivered-store.ts'
);

const TABLE = 'undelivered-log';
const NOW = Date.now();
const HOUR = 3_600_000;
const SUBSCRIPTION = 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY';
const ulidAt = ulidSource();

beforeAll(async () => {
  await createTable(dynamo, TABLE, [DEAD_INDEX, UNDELIVERED_INDEX]);
});

interface About {
  readonly status: StoredStatus;
  /** Hours ago. */
  readonly age?: number;
  readonly target?: string;
  readonly code?: number;
}

const outcome = (tenant: string, { status, age = 0, target = 'tgt_1', code = 503 }: About): Outcome =>
  outcomeOf({
    tenant,
    target,
    subscription: SUBSCRIPTION,
    status,
    at: NOW,
    event: { id: 'e', ulid: ulidAt(NOW - age * HOUR), type: 'a' },
    attempts: [{ at: NOW, ms: 1, status: code }],
  });

const put = (outcomes: readonly Outcome[]) => putOutcomes(TABLE, 1000 * 3600, outcomes);
const placeOf = ({ subscription, event }: Outcome): string => deliveryPlace(subscription, event.ulid);

const isWithin = (at: number, { from = 0, to = Number.POSITIVE_INFINITY }): boolean => at >= from && at < to;

const requests = countRequests();

/** All pages of a list. */
async function all(page: (after: string | undefined) => Promise<Places>): Promise<string[]> {
  const places: string[] = [];
  let after: string | undefined;
  do {
    const answer = await page(after);
    places.push(...answer.places);
    after = answer.next;
  } while (after !== undefined);
  return places;
}

describe('the lists of what is undelivered', () => {
  it('hold every delivery that waits or is dead, once and in order, until it has arrived (A9)', async () => {
    let round = 0;
    const statuses = fc.constantFrom<StoredStatus>('delivered', 'retrying', 'parked', 'dead');
    const age = fc.integer({ min: 0, max: 9 });
    const batches = fc.array(fc.array(fc.record({ status: statuses, age }), { maxLength: 60 }), {
      maxLength: 3,
    });
    const how = fc.record({
      limit: fc.integer({ min: 1, max: 40 }),
      newestFirst: fc.boolean(),
      from: fc.option(age),
      to: fc.option(age),
    });
    await fc.assert(
      fc.asyncProperty(batches, how, async (given, { from, to, ...order }) => {
        const tenant = `round${round++}`;
        const outcomes = given.map((batch) => batch.map((about) => outcome(tenant, about)));
        for (const batch of outcomes) await put(batch);
        const page = {
          ...order,
          ...(from !== null && { from: NOW - from * HOUR }),
          ...(to !== null && { to: NOW - to * HOUR }),
        };
        const expected = (statuses: readonly StoredStatus[]): string[] =>
          outcomes
            .flat()
            .filter(({ status }) => statuses.includes(status))
            .filter(({ event }) => isWithin(timeOfUlid(event.ulid), page))
            .map(placeOf)
            .sort((a, b) => (a > b === page.newestFirst ? -1 : 1));
        const undelivered = await all((after) => scanUndelivered(TABLE, tenant, { ...page, after }, NOW));
        expect(undelivered).toEqual(expected(['retrying', 'parked', 'dead']));
        const waiting = await all((after) => scanWaiting(TABLE, tenant, 'tgt_1', { ...page, after }, NOW));
        expect(waiting).toEqual(expected(['retrying', 'parked']));
      }),
      { numRuns: runs(12) },
    );
  });

  it('lose a delivery when it arrives, and change with its status', async () => {
    const first = outcome('moves', { status: 'retrying' });
    const next = (about: Partial<Outcome>): Outcome => ({
      ...first,
      attempts: [...first.attempts, { at: NOW, ms: 1, status: 200 }],
      ...about,
    });
    const page = { newestFirst: true, limit: 10 };
    const lists = async () => [
      (await scanUndelivered(TABLE, 'moves', page, NOW)).places.length,
      (await scanWaiting(TABLE, 'moves', 'tgt_1', page, NOW)).places.length,
    ];
    await put([first]);
    expect(await lists()).toEqual([1, 1]);
    await put([next({ status: 'dead', reason: 'exhausted' })]);
    expect(await lists()).toEqual([1, 0]);
    await put([next({ status: 'delivered', run: 1 })]);
    expect(await lists()).toEqual([0, 0]);
  });

  it('filter by what the index knows', async () => {
    await put([
      outcome('filters', { status: 'dead', code: 404 }),
      outcome('filters', { status: 'dead', target: 'tgt_2' }),
      outcome('filters', { status: 'retrying' }),
    ]);
    const page = { newestFirst: true, limit: 10 };
    const found = await scanUndelivered(
      TABLE,
      'filters',
      page,
      NOW,
      ({ code, target }) => code === 503 && target === 'tgt_2',
    );
    expect(found.places).toHaveLength(1);
  });
});

describe('the first page of what is newest', () => {
  const page = { newestFirst: true, limit: 50, from: NOW - HOUR };

  it('takes one request while a tenant has few', async () => {
    for (let i = 0; i < 10; i++)
      await put(Array.from({ length: IN_FIRST_SHARD }, () => outcome('calm', { status: 'retrying' })));
    expect(await requests(() => scanUndelivered(TABLE, 'calm', page, NOW))).toBe(1);
    expect(await requests(() => scanWaiting(TABLE, 'calm', 'tgt_1', page, NOW))).toBe(1);
  });

  it('takes one for each shard after a flood', async () => {
    await put(Array.from({ length: 4 * IN_FIRST_SHARD }, () => outcome('flood', { status: 'retrying' })));
    expect(await requests(() => scanUndelivered(TABLE, 'flood', page, NOW))).toBe(4);
  });

  it('needs one mark for many targets, and one more for each that has many deliveries', async () => {
    const marks = async (target: (n: number) => string) => {
      const tenant = `marks-${target(7)}`;
      await put(
        Array.from({ length: 200 }, (_, n) => outcome(tenant, { status: 'parked', target: target(n) })),
      );
      const query = {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `spread#${tenant}` },
      };
      return (await dynamo.send(new QueryCommand({ TableName: TABLE, ...query }))).Count;
    };
    expect(await marks((n) => `tgt_${n}`)).toBe(1);
    expect(await marks((n) => `tgt_${n % 2}`)).toBe(3);
  });

  it('writes no index entry for what arrives', async () => {
    const item = toItem(outcome('calm', { status: 'delivered', code: 200 }), 1);
    for (const index of [DEAD_INDEX, UNDELIVERED_INDEX]) expect(item).not.toHaveProperty(index.pk);
  });
});

describe('counts', () => {
  it('say how many wait and are dead, of a tenant and for a target', async () => {
    await put([
      ...Array.from({ length: 3 }, () => outcome('counts', { status: 'retrying' })),
      ...Array.from({ length: 60 }, () => outcome('counts', { status: 'parked', target: 'tgt_2' })),
      outcome('counts', { status: 'dead' }),
      outcome('counts', { status: 'delivered', code: 200 }),
    ]);
    expect(await countUndelivered(TABLE, 'counts', NOW)).toEqual({
      retrying: 3,
      parked: 60,
      dead: 1,
      isCut: false,
    });
    expect(await countWaiting(TABLE, 'counts', 'tgt_2', NOW)).toEqual({ waiting: 60, isCut: false });
  });
});
