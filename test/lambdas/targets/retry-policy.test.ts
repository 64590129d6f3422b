import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  delayAfter,
  RETRY_LIMITS,
  RETRY_PRESETS,
  type RetryPolicy,
  retryPolicyProblem,
} from '../../../lambdas/targets/retry-policy.ts';

const presets: [string, RetryPolicy][] = Object.entries(RETRY_PRESETS);
const total = (policy: RetryPolicy): number => policy.schedule.reduce((sum, wait) => sum + wait, 0);

describe('presets', () => {
  it('default: ten attempts within 24 hours, even with all its jitter (B4)', () => {
    expect(RETRY_PRESETS.default.schedule).toHaveLength(9);
    expect(total(RETRY_PRESETS.default) * (1 + RETRY_PRESETS.default.jitter)).toBeLessThanOrEqual(24 * 3600);
    expect(total(RETRY_PRESETS.default)).toBeGreaterThan(18 * 3600);
  });

  it('exponential: 1, 2, 4, 8 … seconds, at most 300 (A11)', () => {
    expect(RETRY_PRESETS.exponential.schedule.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(RETRY_PRESETS.exponential.schedule.every((wait, n) => wait === Math.min(300, 2 ** n))).toBe(true);
    expect(RETRY_PRESETS.exponential.schedule).toContain(300);
  });

  it('steady: 10 s, 30 s, 1 min, 5 min, 15 min (C3)', () => {
    expect(RETRY_PRESETS.steady.schedule).toEqual([10, 30, 60, 300, 900]);
  });

  it('eager: 1, 5, 12, 25 seconds, 5 to 10 attempts over up to 24 hours (D5)', () => {
    expect(RETRY_PRESETS.eager.schedule.slice(0, 4)).toEqual([1, 5, 12, 25]);
    expect(RETRY_PRESETS.eager.schedule.length + 1).toBeLessThanOrEqual(10);
    expect(total(RETRY_PRESETS.eager)).toBeGreaterThan(12 * 3600);
  });

  it.each(presets)('%s is within the limits and never waits less than before', (_, policy) => {
    expect(retryPolicyProblem(policy)).toBeUndefined();
    expect([...policy.schedule].sort((a, b) => a - b)).toEqual(policy.schedule);
  });
});

describe('delayAfter', () => {
  it.each([
    [0, 800],
    [0.5, 1000],
    [0.75, 1100],
  ])('at random %d is %i ms for a second', (random, delay) => {
    expect(delayAfter({ schedule: [1], jitter: 0.2 }, 1, random)).toBe(delay);
  });

  it('stays within the jitter, on both sides', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...presets),
        fc.nat(8),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ([, policy], n, random) => {
          const wait = policy.schedule[n];
          const delay = delayAfter(policy, n + 1, random);
          expect(delay === undefined).toBe(wait === undefined);
          if (wait === undefined || delay === undefined) return;
          expect(delay).toBeGreaterThanOrEqual(Math.floor(wait * 1000 * (1 - policy.jitter)));
          expect(delay).toBeLessThanOrEqual(Math.ceil(wait * 1000 * (1 + policy.jitter)));
        },
      ),
    );
  });
});

describe('retryPolicyProblem', () => {
  it.each([
    [{ schedule: [], jitter: 0 }, undefined],
    [{ schedule: [RETRY_LIMITS.totalSeconds], jitter: 0 }, undefined],
    [{ schedule: [RETRY_LIMITS.totalSeconds, 1], jitter: 0 }, /24 h/],
    [{ schedule: [RETRY_LIMITS.totalSeconds], jitter: 0.1 }, /24 h/],
    [
      { schedule: Array(RETRY_LIMITS.attempts).fill(1), jitter: 0 },
      /^expected at most 19 waits \(20 attempts\)$/,
    ],
  ])('%o', (policy, problem) => {
    if (problem) expect(retryPolicyProblem(policy)).toMatch(problem);
    else expect(retryPolicyProblem(policy)).toBeUndefined();
  });
});
