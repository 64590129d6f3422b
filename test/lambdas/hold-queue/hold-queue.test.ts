import { describe, expect, it } from 'vitest';
import {
  deliveryToProbe,
  nextStep,
  refOfScheduleName,
  scheduleName,
} from '../../../lambdas/hold-queue/hold-queue.ts';

describe('how a hold queue empties (A13)', () => {
  it('is in growing steps, so that an endpoint which has just recovered is not overrun', () => {
    const counts: number[] = [];
    let last: number | undefined;
    for (let i = 0; i < 9; i++) {
      const { count, waitMs } = nextStep(last, undefined);
      expect(waitMs).toBe(1000);
      counts.push(count);
      last = count;
    }
    expect(counts).toEqual([10, 20, 40, 80, 160, 320, 500, 500, 500]);
  });

  it.each([
    [0.01, 1, 100_000],
    [0.5, 2, 5000],
    [1, 5, 5000],
    [50, 250, 5000],
    [10_000, 500, 5000],
  ])('is no faster than a limit of %f a second', (perSecond, count, waitMs) => {
    for (const last of [undefined, 10, 500]) expect(nextStep(last, perSecond)).toEqual({ count, waitMs });
    expect((count * 1000) / waitMs).toBeLessThanOrEqual(perSecond * 1.0001);
  });

  it('is known by tenant and target', () => {
    const ref = { tenant: 'ten_1', target: 'tgt_2' };
    expect(refOfScheduleName(scheduleName(ref))).toEqual(ref);
  });
});

it('a probe takes another delivery each time, so that no single one keeps a breaker open (A13)', () => {
  expect([0, 1, 2, 3, 4].map((probes) => deliveryToProbe(['a', 'b', 'c'], probes))).toEqual([
    'a',
    'b',
    'c',
    'a',
    'b',
  ]);
  expect(deliveryToProbe([], 3)).toBeUndefined();
});
