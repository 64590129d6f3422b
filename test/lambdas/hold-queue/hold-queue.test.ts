import { describe, expect, it } from 'vitest';
import type { HoldReason } from '../../../lambdas/delivery/decision.ts';
import {
  deliveryToProbe,
  drainTime,
  nextStep,
  refOfScheduleName,
  scheduleName,
} from '../../../lambdas/hold-queue/hold-queue.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { targetOf } from '../../builders/entities.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

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

  it.each<[HoldReason, Partial<Target>, number]>([
    ['recovery', {}, 5000],
    ['rate_limit', {}, 1000],
    ['rate_limit', { rateLimit: { perSecond: 50 } }, 5000],
    ['batch', { batching: { maxEvents: 10, maxSeconds: 30 } }, 30_000],
    ['batch', {}, 0],
  ])('begins with a drain, held for %s by %o, after %i ms', (reason, about, wait) => {
    const target = targetOf({ url: 'https://example.com', ...about });
    const destination = { target, obstacle: undefined, health: undefined };
    expect(drainTime(reason, destination, NOW)).toBe(NOW + wait);
  });
});

it('a probe posts another delivery each time, so that no single one keeps a breaker open (A13)', () => {
  expect([0, 1, 2, 3, 4].map((probes) => deliveryToProbe(['a', 'b', 'c'], probes))).toEqual([
    'a',
    'b',
    'c',
    'a',
    'b',
  ]);
  expect(deliveryToProbe([], 3)).toBeUndefined();
});
