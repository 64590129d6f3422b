import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCURACY, bucketOf, quantileOf } from '../../../lambdas/stats/sketch.ts';
import { runs } from '../../helpers/runs.ts';

const sketchOf = (times: readonly number[]): Map<number, number> => {
  const sketch = new Map<number, number>();
  for (const ms of times) sketch.set(bucketOf(ms), (sketch.get(bucketOf(ms)) ?? 0) + 1);
  return sketch;
};

const exactly = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * times.length)) - 1]!;

/** Most are short, some are as long as the retries of days. */
const time = fc.oneof(
  fc.double({ min: 0, max: 5, noNaN: true }),
  fc.integer({ min: 0, max: 30_000 }),
  fc.integer({ min: 0, max: 40 * 24 * 3_600_000 }),
);
const times = fc.array(time, { minLength: 1, maxLength: 300 });
const share = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.95, 0.99, 1);

describe('a sketch of times (D13)', () => {
  it('is off by no more than its accuracy', () =>
    fc.assert(
      fc.property(times, share, (all, q) => {
        const exact = exactly(all, q);
        expect(Math.abs(quantileOf(sketchOf(all), q)! - exact)).toBeLessThanOrEqual(
          Math.max(1, exact * ACCURACY + 0.5),
        );
      }),
      { numRuns: runs(500) },
    ));

  it('is merged by adding its counts', () =>
    fc.assert(
      fc.property(times, times, (a, b) => {
        const merged = sketchOf(a);
        for (const [bucket, n] of sketchOf(b)) merged.set(bucket, (merged.get(bucket) ?? 0) + n);
        expect(merged).toEqual(sketchOf([...a, ...b]));
      }),
      { numRuns: runs(100) },
    ));

  it('never falls as the share rises', () =>
    fc.assert(
      fc.property(times, (all) => {
        const sketch = sketchOf(all);
        const values = [0.5, 0.95, 0.99].map((q) => quantileOf(sketch, q)!);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      }),
      { numRuns: runs(100) },
    ));

  it('has few buckets, whatever comes', () => {
    expect([bucketOf(-5), bucketOf(0), bucketOf(1), bucketOf(1.1)]).toEqual([0, 0, 0, 1]);
    expect(bucketOf(30_000)).toBeLessThan(55);
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(110);
  });

  it('says nothing of nothing', () => expect(quantileOf(new Map(), 0.5)).toBeNull());
});
