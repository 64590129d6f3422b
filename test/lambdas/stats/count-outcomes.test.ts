import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { incrementsOf } from '../../../lambdas/stats/count-outcomes.ts';
import { startInKey } from '../../../lambdas/stats/counter-keys.ts';
import { readCounterItem, withoutOwn } from '../../../lambdas/stats/counters.ts';
import { totalOf } from '../../../lambdas/stats/series.ts';
import type { Tally } from '../../../lambdas/stats/tally.ts';
import { NAMED_TYPES, typeNames } from '../../../lambdas/stats/type-names.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';

const AT = Date.UTC(2026, 10, 21, 20, 7, 30);
const MINUTE = 60_000;
const DAY = { from: Date.UTC(2026, 10, 21), to: Date.UTC(2026, 10, 22) };
const ulid = ulidSource(() => 0.5);
const fine: Attempt = { at: AT - 40, ms: 40, status: 200 };
const failed: Attempt = { at: AT - 60, ms: 60, status: 500 };

const event = { id: 'evt_1', ulid: ulid(AT - 100), type: 'a' };
const outcome = (change: Partial<Outcome>): Outcome =>
  outcomeOf({ at: AT, event, attempts: [fine], ...change });

/** What the table has after batches, by partition and sort key. */
function tableAfter(...batches: Outcome[][]): Map<string, Record<string, number>> {
  const names = typeNames();
  const items = new Map<string, Record<string, number>>();
  for (const { key, add } of batches.flatMap((batch) => incrementsOf(batch, names))) {
    const item = items.get(`${key.pk} ${key.sk}`) ?? {};
    for (const [name, n] of add) item[name] = (item[name] ?? 0) + n;
    items.set(`${key.pk} ${key.sk}`, item);
  }
  return items;
}

function tallyIn(table: ReturnType<typeof tableAfter>, partition: string): Tally {
  const { add, total } = totalOf(DAY);
  for (const [name, item] of table) {
    const [pk, sk = ''] = name.split(' ');
    if (pk === partition) add(readCounterItem(startInKey(sk), item));
  }
  return total;
}

const countsOf = (...batches: Outcome[][]) => {
  const { batches: _, deadBatches: __, ...counts } = tallyIn(tableAfter(...batches), 'counts#t').counts;
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
};

describe('what is counted of an outcome (A18, D13)', () => {
  it('is of its tenant alone where a delivery only waits, and no batch of its own', () => {
    const waiting = outcome({ status: 'parked', isWaiting: true, attempts: [failed] });
    const table = tableAfter([waiting, waiting]);
    expect([...table]).toEqual([['counts#t 2026-11-21T20:05', { P2: 2 }]]);
    expect(countsOf([waiting, waiting])).toEqual({ parked: 2 });
    // A batch with both is one.
    const { batches, parked } = tallyIn(tableAfter([waiting, outcome({})]), 'counts#t').counts;
    expect({ batches, parked }).toEqual({ batches: 1, parked: 1 });
  });

  it.each([
    [
      'delivered at once',
      outcome({}),
      { deliveries: 1, attempts: 1, delivered: 1, deliveredFirst: 1, answerMs: 40, latencyMs: 100 },
    ],
    [
      'first attempt failed',
      outcome({ status: 'retrying', attempts: [failed] }),
      { deliveries: 1, attempts: 1, failedAttempts: 1, answerMs: 60 },
    ],
    [
      'another attempt failed',
      outcome({ status: 'parked', attempts: [failed, failed] }),
      { attempts: 1, retries: 1, failedAttempts: 1, answerMs: 60, parked: 1 },
    ],
    [
      'delivered by a retry',
      outcome({ attempts: [failed, fine] }),
      { attempts: 1, retries: 1, delivered: 1, answerMs: 40, latencyMs: 100 },
    ],
    [
      'delivered by a retry, with few attempts kept',
      outcome({ attempts: [fine], dropped: 50 }),
      { attempts: 1, retries: 1, delivered: 1, answerMs: 40, latencyMs: 100 },
    ],
    [
      'gave up',
      outcome({ status: 'dead', reason: 'exhausted', attempts: [failed, failed] }),
      { attempts: 1, retries: 1, failedAttempts: 1, dead: 1, answerMs: 60 },
    ],
    [
      'rejected at once',
      outcome({ status: 'dead', reason: 'rejected', attempts: [failed] }),
      { deliveries: 1, attempts: 1, failedAttempts: 1, dead: 1, answerMs: 60 },
    ],
    [
      'target gone before any attempt',
      outcome({ status: 'dead', reason: 'target_deleted', attempts: [] }),
      { deliveries: 1, dead: 1 },
    ],
    [
      'target gone between attempts',
      outcome({ status: 'dead', reason: 'target_deleted', attempts: [failed] }),
      { dead: 1 },
    ],
  ])('%s', (_, one, expected) => expect(countsOf([one])).toEqual(expected));

  it('of Posthorn’s own events is kept apart for whoever judges a tenant’s deliveries', () => {
    const outcomes = [
      outcome({}),
      outcome({ status: 'dead', reason: 'exhausted', attempts: [failed, failed] }),
      outcome({ status: 'retrying', attempts: [{ ...failed, status: undefined, error: 'timeout' }] }),
    ];
    const own = outcomes.map((one) => ({ ...one, event: { ...event, type: 'posthorn.delivery.dead' } }));
    const both = tableAfter([...outcomes, ...own]);
    const ordinary = new Map([...both].map(([name, item]) => [name, withoutOwn(item) as typeof item]));
    for (const partition of ['counts#t', 'counts#t#tgt_1']) {
      const { counts, errors, answers, latencies } = tallyIn(both, partition);
      const { batches: _, ...doubled } = tallyIn(tableAfter([...outcomes, ...outcomes]), partition).counts;
      expect(counts).toMatchObject(doubled);
      expect([...errors.values(), ...answers.values(), ...latencies.values()]).toEqual([2, 2, 2, 4, 2]);
      expect(tallyIn(ordinary, partition)).toEqual(tallyIn(tableAfter(outcomes), partition));
    }
    // Of a type, all are of one kind.
    expect(tallyIn(ordinary, 'types#t')).toEqual(tallyIn(both, 'types#t'));
  });

  it('is one delivery for a whole life, over several batches', () => {
    const life = [
      outcome({ status: 'retrying', attempts: [failed] }),
      outcome({ status: 'parked', attempts: [failed, failed], at: AT + MINUTE }),
      outcome({ attempts: [failed, failed, fine], at: AT + 61 * MINUTE }),
    ];
    const expected = { deliveries: 1, attempts: 3, retries: 2, failedAttempts: 2, delivered: 1 };
    expect(countsOf(...life.map((one) => [one]))).toMatchObject(expected);
  });

  it('says of a tenant in how many batches it came, apart for dead letters', () => {
    const dead = outcome({ status: 'dead', reason: 'rejected', attempts: [failed] });
    const late = outcome({ at: AT + 5 * MINUTE });
    const table = tableAfter([outcome({}), outcome({}), late], [outcome({})], [dead, dead]);
    const { batches, deadBatches } = tallyIn(table, 'counts#t').counts;
    // The first batch reaches into two items.
    expect({ batches, deadBatches }).toEqual({ batches: 3, deadBatches: 1 });
    expect(tallyIn(table, 'counts#t#tgt_1').counts).toMatchObject({ batches: 0, deadBatches: 0, parked: 0 });
  });

  it('names what failed', () => {
    const without: Attempt = { at: AT, ms: 5000, error: 'timeout' };
    const batch = [
      outcome({ status: 'retrying', attempts: [failed] }),
      outcome({ status: 'retrying', attempts: [failed], at: AT + MINUTE }),
      outcome({ status: 'retrying', attempts: [without] }),
    ];
    expect(tallyIn(tableAfter(batch), 'counts#t').errors).toEqual(
      new Map([
        ['500', 2],
        ['timeout', 1],
      ]),
    );
  });

  it('stands under the tenant, the target, and the event type', () => {
    const later = outcome({ at: AT + 3_600_000, target: 'tgt_2', event: { ...event, type: 'b' } });
    expect([...tableAfter([outcome({}), outcome({}), later]).keys()]).toEqual([
      'counts#t 2026-11-21T20:05',
      'counts#t#tgt_1 2026-11-21T20:05',
      'types#t 2026-11-21T20#a',
      'counts#t 2026-11-21T21:05',
      'counts#t#tgt_2 2026-11-21T21:05',
      'types#t 2026-11-21T21#b',
    ]);
  });
});

describe('event types', () => {
  const ofType = (type: string, tenant = 't') => outcome({ tenant, event: { ...event, type } });
  const named = (table: ReturnType<typeof tableAfter>) =>
    [...table.keys()].filter((name) => name.startsWith('types#'));

  it('are counted by name as far as there are few, all others together', () => {
    const batches = Array.from({ length: 100 }, (_, batch) =>
      Array.from({ length: 100 }, (_, i) => ofType(`order.${batch}.${i}`)),
    );
    const table = tableAfter(...batches);
    expect(named(table)).toHaveLength(NAMED_TYPES + 1);
    expect(tallyIn(table, 'types#t').counts.deliveries).toBe(10_000);
    expect(table.get('types#t 2026-11-21T20#*')).toMatchObject({ f0: 10_000 - NAMED_TYPES });
  });

  it('get a name again in each hour, and in each tenant', () => {
    const names = typeNames(1);
    expect(names.nameFor('t', '2026-11-21T20', 'a')).toBe('a');
    expect(names.nameFor('t', '2026-11-21T20', 'b')).toBeUndefined();
    expect(names.nameFor('t', '2026-11-21T20', 'a')).toBe('a');
    expect(names.nameFor('t', '2026-11-21T21', 'b')).toBe('b');
    expect(names.nameFor('u', '2026-11-21T20', 'b')).toBe('b');
  });

  it('take a bounded memory, whatever tenants there are', () => {
    const names = typeNames(2, 3);
    for (const tenant of ['a', 'b', 'c', 'd']) expect(names.nameFor(tenant, 'h', 'x')).toBe('x');
    // All were forgotten with the fourth, so the first has room for two others.
    expect(['y', 'z', 'x'].map((type) => names.nameFor('a', 'h', type))).toEqual(['y', 'z', undefined]);
  });
});

describe('what counting costs', () => {
  const many = (n: number, change: (i: number) => Partial<Outcome>): Outcome[] =>
    Array.from({ length: n }, (_, i) => outcome(change(i)));

  it('is three writes for a full batch of one tenant, target and type', () =>
    expect(
      incrementsOf(
        many(1000, () => ({})),
        typeNames(),
      ),
    ).toHaveLength(3));

  it('is a write for each target, and one more for each of the twenty that fail most', () => {
    const healthy = many(300, (i) => ({ target: `tgt_${i}` }));
    expect(incrementsOf(healthy, typeNames())).toHaveLength(302);
    const failing = many(300, (i) => ({ target: `tgt_${i}`, status: 'retrying', attempts: [failed] }));
    const worse = many(10, () => ({ target: 'tgt_299', status: 'retrying', attempts: [failed] }));
    const increments = incrementsOf([...failing, ...worse], typeNames());
    expect(increments).toHaveLength(322);
    const [first] = increments.filter(({ key }) => key.pk === 'failures#t');
    expect([first?.key.sk, first?.add]).toEqual(['2026-11-21T20#tgt_299', new Map([['failures', 11]])]);
  });

  it('is one unit a write: an item stays below a kilobyte in five busy minutes with failures', () => {
    const spread = (i: number, most: number): number => Math.exp(((i % 97) / 97) * Math.log(most));
    const busy = many(30_000, (i) => {
      const isBad = i % 10 === 0;
      const at = Date.UTC(2026, 10, 21, 20, 5) + (i % 300) * 1000;
      const attempt = { at, ms: 20 + spread(i, 500), status: isBad ? 503 : 200 };
      const about = { ...event, ulid: ulid(Math.round(at - 60 - spread(i, 2000))) };
      return { at, event: about, status: isBad ? 'retrying' : 'delivered', attempts: [attempt] };
    });
    const sizes = [...tableAfter(busy)].map(([name, item]) => [name.split(' ')[0], sizeOf(name, item)]);
    expect(sizes).toEqual([
      ['counts#t', expect.toSatisfy((bytes: number) => bytes < 700)],
      ['counts#t#tgt_1', expect.toSatisfy((bytes: number) => bytes < 700)],
      ['types#t', expect.toSatisfy((bytes: number) => bytes < 700)],
      ['failures#t', expect.toSatisfy((bytes: number) => bytes < 100)],
    ]);
  });
});

/** Of an item, as DynamoDB counts it: names, and a byte for two digits of a number, and one more. */
const sizeOf = (name: string, item: Record<string, number>): number =>
  Buffer.byteLength(name) +
  'pkskttl'.length +
  7 +
  Object.entries(item).reduce(
    (sum, [counter, n]) => sum + counter.length + Math.ceil(String(n).replace('.', '').length / 2) + 1,
    0,
  );
