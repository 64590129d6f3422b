import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../../simulate/aws/dynamodb/capacity/heat.ts';
import { KeySpace } from '../../../../simulate/aws/dynamodb/capacity/key-space.ts';
import { isBefore, type Point, pointOf } from '../../../../simulate/aws/dynamodb/capacity/point.ts';
import { splitPoint } from '../../../../simulate/aws/dynamodb/capacity/split-point.ts';

const NEW = { reads: 12_000, writes: 4000 };
const QUOTA = { reads: 40_000, writes: 40_000 };
const MINUTES = 60_000;
const TICK_MS = 100;

const spread = (i: number): Point => pointOf({ hash: `key-${i % 1000}`, sort: '' });
const sorts = (i: number): Point => pointOf({ hash: 'one', sort: `sort-${i % 100}` });
const rising = (i: number): Point => pointOf({ hash: 'one', sort: String(i).padStart(9, '0') });
/** Two partition keys in the first quarter. */
const [left, right] = Array.from({ length: 100 }, (_, i) => spread(i)).filter(
  ({ hash }) => hash < 2 ** 30,
) as [Point, Point];
const two = (i: number): Point => (i % 2 ? left : right);
const one = (): Point => pointOf({ hash: 'one', sort: 'item' });

interface Load {
  readonly kind?: Kind;
  /** Units a second. */
  readonly rate: number;
  readonly pointOf: (i: number) => Point;
}

/** Asks for units as a table would, many at a time. @returns units a second that were had, by minute */
function run(space: KeySpace, { kind = 'write', rate, pointOf }: Load, minutes: number, from = 0): number[] {
  const had: number[] = [];
  const share = 10;
  let i = 0;
  for (let minute = 0; minute < minutes; minute++) {
    let units = 0;
    for (let ms = 0; ms < MINUTES; ms += TICK_MS) {
      const now = from + minute * MINUTES + ms;
      for (let asked = 0; asked < (rate * TICK_MS) / 1000; asked += share) {
        const point = pointOf(i++);
        if (space.limitOn(kind, point, now)) continue;
        space.take(kind, point, share, now);
        units += share;
      }
    }
    had.push(Math.round(units / 60));
  }
  return had;
}

const space = (warm = NEW, quota = QUOTA): KeySpace => new KeySpace(warm, quota, 0);

describe('what a table can do', () => {
  it.each<[string, Load, number, number]>([
    ['all that is asked for, spread over keys', { rate: 3000, pointOf: spread }, 2900, 3000],
    ['a partition of writes of one item', { rate: 3000, pointOf: one }, 990, 1030],
    ['a partition of reads of one item', { kind: 'read', rate: 6000, pointOf: one }, 2990, 3090],
    ['a partition of writes of one partition key', { rate: 3000, pointOf: sorts }, 990, 1030],
    ['a new table’s writes, about', { rate: 8000, pointOf: spread }, 3500, 4100],
  ])('is %s', (_, load, least, most) => {
    const [had] = run(space(), load, 1) as [number];
    expect(had).toBeGreaterThanOrEqual(least);
    expect(had).toBeLessThanOrEqual(most);
  });

  it('is more from the start for a table that is warm, up to the account’s quota', () => {
    const warm = space({ reads: 12_000, writes: 60_000 }, { reads: 40_000, writes: 20_000 });
    expect(warm.partitions).toBe(60);
    const [had] = run(warm, { rate: 30_000, pointOf: spread }, 1) as [number];
    expect(had).toBeGreaterThan(19_900);
    expect(had).toBeLessThan(20_500);
  });

  it('names the limit', () => {
    const small = space(NEW, { reads: 40_000, writes: 500 });
    small.take('write', spread(1), 600, 0);
    expect(small.limitOn('write', spread(2), 0)).toBe('AccountLimitExceeded');
    expect(small.limitOn('read', spread(2), 0)).toBeUndefined();
    small.take('read', one(), 3100, 0);
    expect(small.limitOn('read', one(), 0)).toBe('KeyRangeThroughputExceeded');
  });
});

describe('a partition that is hot', () => {
  it.each<[string, Load, number]>([
    ['is split by partition keys', { rate: 1800, pointOf: two }, 1],
    ['is split by sort keys', { rate: 1800, pointOf: sorts }, 1],
    ['is not split for one item', { rate: 1800, pointOf: one }, 0],
    ['is not split for sort keys that only rise', { rate: 1800, pointOf: rising }, 0],
    ['is not split as long as it is not near its limit', { rate: 700, pointOf: sorts }, 0],
  ])('%s', (_, load, more) => {
    const table = space();
    run(table, load, 14);
    expect(table.partitions).toBe(4 + more);
  });

  it('does more once it is split, after minutes', () => {
    const had = run(space(), { rate: 1800, pointOf: sorts }, 16);
    expect(had[5]).toBeLessThan(1050);
    expect(had[15]).toBeGreaterThan(1700);
  });
});

it('is ready for twice its peak within half an hour', () => {
  const table = space();
  run(table, { rate: 3600, pointOf: spread }, 33);
  expect(table.partitions).toBeGreaterThanOrEqual(8);
  const [had] = run(table, { rate: 6500, pointOf: spread }, 1, 33 * MINUTES) as [number];
  expect(had).toBeGreaterThan(6200);
});

it('cuts what it was asked for into halves, and never an item', () => {
  const point = fc.record({ hash: fc.nat(5), sort: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (samples) => {
      const cut = splitPoint(samples);
      if (!cut) return;
      const before = samples.filter((sample) => isBefore(sample, cut));
      expect(before.length).toBeGreaterThan(0);
      expect(before.length).toBeLessThan(samples.length);
    }),
  );
});
