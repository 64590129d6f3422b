import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateOf } from '../../../lambdas/costs/estimate.ts';
import { addWork, NO_WORK, type Work, workOf } from '../../../lambdas/costs/work.ts';
import { NO_COUNTS } from '../../../lambdas/stats/tally.ts';
import { runs } from '../../helpers/runs.ts';

const HOURS = 72;

/** Deliveries that arrived at once, in so many batches. */
const arrived = (deliveries: number, batches: number, more: Partial<Work> = {}): Work => ({
  ...NO_WORK,
  deliveries,
  attempts: deliveries,
  delivered: deliveries,
  deliveredFirst: deliveries,
  answerMs: deliveries,
  batches,
  ...more,
});

const later = { deliveredFirst: 0, retries: 200, attempts: 400 };
const dead = { delivered: 0, deliveredFirst: 0, dead: 200 };

/**
 * As `npm run bench` and `npm run bench -- cost` counted them on 2026-11-27, without the storage, which no request shows. Of
 * Lambda's time, what an idle machine takes.
 */
const COUNTED: [string, Work, number][] = [
  ['published 100 a request', arrived(1000, 3), 1.44],
  ['published 10 a request', arrived(600, 2), 1.89],
  ['published one by one', arrived(600, 2), 3.81],
  ['one a second', arrived(20, 7), 8.43],
  ['one every five seconds', arrived(6, 6), 10.55],
  ['parked, then retried', arrived(200, 4, { ...later, parked: 200 }), 6.66],
  ['dead at once', arrived(200, 0, { ...dead, deadBatches: 20 }), 3.43],
  ['dead after a retry', arrived(200, 2, { ...later, ...dead, deadBatches: 20 }), 5.72],
];

describe('the estimate (E2)', () => {
  it.each(COUNTED)('is within 1.8 of what was counted, and has it in its range: %s', (_, work, counted) => {
    const { dollars, atLeast, atMost, parts } = estimateOf(work, HOURS);
    const million = 1e6 / work.deliveries;
    const requests = (dollars - parts.storage) * million;
    expect(requests).toBeGreaterThan(counted / 1.8);
    expect(requests).toBeLessThan(counted * 1.8);
    // Removals from indexes, of which the meter sees none, are $1.25.
    expect((atLeast - parts.storage) * million).toBeLessThan(counted + 1.26);
    expect(atMost * million).toBeGreaterThan(counted);
  });

  it('is nothing of nothing', () => {
    const { parts, ...range } = estimateOf(NO_WORK, HOURS);
    expect(range).toEqual({ dollars: 0, atLeast: 0, atMost: 0 });
    expect(new Set(Object.values(parts))).toEqual(new Set([0]));
  });

  it('adds up its parts, is in its range, and grows with the work', () => {
    fc.assert(
      fc.property(anyWork, anyWork, (one, other) => {
        const { dollars, atLeast, atMost, parts } = estimateOf(one, HOURS);
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(dollars, 9);
        expect(atLeast).toBeLessThanOrEqual(dollars * 1.000001);
        expect(atMost).toBeGreaterThanOrEqual(dollars * 0.999999);
        expect(estimateOf(addWork(one, other), HOURS).atMost).toBeGreaterThanOrEqual(atMost * 0.999999);
      }),
      { numRuns: runs(200) },
    );
  });

  it.each([
    ['more retries', { retries: 50, attempts: 150, deliveredFirst: 50 }, 'tables'],
    ['that wait in a table', { retries: 50, attempts: 150, deliveredFirst: 50, parked: 50 }, 'tables'],
    ['dead letters', { dead: 50, delivered: 50, deadBatches: 5 }, 'tables'],
    ['slow endpoints', { answerMs: 100_000 }, 'functions'],
    ['batches of few', { batches: 90 }, 'queues'],
  ] as const)('has a price for %s', (_, more, part) => {
    const without = estimateOf(arrived(100, 1), HOURS).parts[part];
    expect(estimateOf(arrived(100, 1, more), HOURS).parts[part]).toBeGreaterThan(without * 1.05);
  });

  it('stores a tenant’s log as long as it is kept', () => {
    const storage = (hours: number) => estimateOf(arrived(1_000_000, 1000), hours).parts.storage;
    expect(storage(72)).toBeCloseTo(0.053, 3);
    expect(storage(168)).toBeCloseTo(storage(72) * 2, 6);
  });
});

/** What counters can say: who arrived by the first attempt was tried once, and whoever died did not arrive. */
const anyWork: fc.Arbitrary<Work> = fc
  .record({
    first: fc.nat(1000),
    retried: fc.nat(300),
    attemptsEach: fc.integer({ min: 1, max: 5 }),
    dead: fc.nat(300),
    perBatch: fc.integer({ min: 1, max: 1000 }),
    perDeadBatch: fc.integer({ min: 1, max: 10 }),
    parked: fc.double({ min: 0, max: 1, noNaN: true }),
    answer: fc.nat(30_000),
  })
  .map(({ first, retried, attemptsEach, dead, perBatch, perDeadBatch, parked, answer }) => {
    const retries = retried * attemptsEach;
    const attempts = first + retried + retries + dead;
    return {
      deliveries: first + retried + dead,
      attempts,
      retries,
      delivered: first + retried,
      deliveredFirst: first,
      dead,
      answerMs: attempts * answer,
      parked: Math.floor(retries * parked),
      batches: Math.ceil((attempts - dead) / perBatch),
      deadBatches: Math.ceil(dead / perDeadBatch),
    };
  });

describe('the work of an item', () => {
  const item = (...counts: object[]) => ({
    minutes: new Map(
      counts.map((some, minute) => [minute, { counts: { ...NO_COUNTS, ...some }, errors: new Map() }]),
    ),
  });

  it('is that of its minutes', () =>
    expect(
      workOf(item({ deliveries: 3, attempts: 3, batches: 1 }, { attempts: 2, retries: 2 })),
    ).toMatchObject({
      deliveries: 3,
      attempts: 5,
      retries: 2,
      batches: 1,
    }));

  it.each([
    ['one', 1, 0.999, 1.001],
    ['sixty', 60, 25, 27],
    ['a flood', 10_000, 29.9, 30],
  ])('has expected batches where an earlier release counted none: %s', (_, attempts, least, most) => {
    const { batches } = workOf(item({ attempts }));
    expect(batches).toBeGreaterThanOrEqual(least);
    expect(batches).toBeLessThanOrEqual(most);
  });
});
