import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decide,
  MAX_QUEUE_DELAY_MS,
  obstacleOf,
  queueDelaySeconds,
  waitVia,
} from '../../../lambdas/delivery/decide.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { RETRY_PRESETS, type RetryPolicy } from '../../../lambdas/targets/retry-policy.ts';

const NOW = Date.UTC(2026, 0, 31);
const answered = (status: number): Attempt => ({ at: NOW, ms: 10, status });
const broken: Attempt = { at: NOW, ms: 10, error: 'refused' };
const forbidden: Attempt = { at: NOW, ms: 1, error: 'forbidden_address' };
const policy: RetryPolicy = { schedule: [10, 3600], jitter: 0 };

describe('a target that gets nothing (B2, B11)', () => {
  const challenge = { token: '01ARZ3NDEKTSV4RRFFQ69G5FAV', at: '2026-11-21T12:00:00Z' };

  it.each([
    [{ active: true }, false, undefined],
    [{ active: false }, true, 'target_disabled'],
    [{ active: true, challenge }, true, undefined],
    [{ active: true, challenge }, false, 'target_unverified'],
    [{ active: false, challenge }, false, 'target_disabled'],
  ])('%j, verified %s: %s', (target, isVerified, obstacle) => {
    expect(obstacleOf(target, isVerified)).toBe(obstacle);
  });
});

describe('what an answer means (A12)', () => {
  it.each([
    [answered(200), 'delivered'],
    [answered(204), 'delivered'],
    [answered(299), 'delivered'],
    [answered(199), 'retry'],
    [answered(301), 'retry'],
    [answered(302), 'retry'],
    [answered(308), 'retry'],
    [answered(400), 'rejected'],
    [answered(401), 'rejected'],
    [answered(404), 'rejected'],
    [answered(408), 'retry'],
    [answered(410), 'rejected'],
    [answered(425), 'retry'],
    [answered(429), 'retry'],
    [answered(499), 'rejected'],
    [answered(500), 'retry'],
    [answered(503), 'retry'],
    [answered(599), 'retry'],
    [broken, 'retry'],
    [forbidden, 'forbidden_address'],
  ])('%o: %s', (attempt, expected) => {
    const decision = decide([attempt], 1, { retry: policy }, NOW, 0.5);
    expect(decision.kind === 'dead' ? decision.reason : decision.kind).toBe(expected);
  });

  it.each([
    [400, 'retry'],
    [404, 'retry'],
    [410, 'rejected'],
  ])('retries other 4xx where the target’s owner wants that, but never 410: %i', (status, expected) => {
    const decision = decide([answered(status)], 1, { retry: policy, retryClientErrors: true }, NOW, 0.5);
    expect(decision.kind === 'dead' ? decision.reason : decision.kind).toBe(expected);
  });

  it('counts what is used up of the schedule, not what was tried: probes and earlier runs are free', () => {
    const many = Array(9).fill(broken);
    expect(decide(many, 1, { retry: policy }, NOW, 0.5)).toMatchObject({ kind: 'retry', at: NOW + 10_000 });
  });

  it('waits in the queue up to 15 minutes and in the table beyond', () => {
    expect(decide([broken], 1, { retry: policy }, NOW, 0.5)).toEqual({
      kind: 'retry',
      at: NOW + 10_000,
      via: 'queue',
    });
    expect(decide([broken, broken], 2, { retry: policy }, NOW, 0.5)).toEqual({
      kind: 'retry',
      at: NOW + 3_600_000,
      via: 'table',
    });
  });

  it.each([
    ['a longer wait than the schedule’s', 429, 60_000, 60_000],
    ['a shorter one', 429, 1000, 10_000],
    ['as long as a day after the first attempt', 503, 2 * 86_400_000, 86_400_000],
    ['not of another status', 500, 60_000, 10_000],
  ])('heeds Retry-After: %s', (_, status, retryAfterMs, expected) => {
    const decision = decide([{ ...answered(status), retryAfterMs }], 1, { retry: policy }, NOW, 0.5);
    expect(decision).toMatchObject({ kind: 'retry', at: NOW + expected });
  });

  it('heeds Retry-After no longer than a day in all', () => {
    const yesterday = { ...answered(503), at: NOW - 86_400_000, retryAfterMs: 60_000 };
    expect(decide([yesterday], 1, { retry: policy }, NOW, 0.5)).toMatchObject({ at: NOW + 10_000 });
  });

  it('counts that day from the first attempt since the last replay, or the first that is known', () => {
    const hoursAgo = (hours: number): Attempt => ({ ...answered(503), at: NOW - hours * 3_600_000 });
    const last = { ...answered(503), retryAfterMs: 2 * 86_400_000 };
    const run = [hoursAgo(2), hoursAgo(1), last];
    const probe: Attempt = { ...hoursAgo(1), uncounted: true };
    for (const [attempts, left] of [
      [run, 22],
      [[hoursAgo(48), hoursAgo(47), ...run], 22],
      [[run[0]!, probe, ...run.slice(1)], 22],
      [[hoursAgo(1), last], 23],
    ] as const) {
      const decision = decide(attempts, 3, { retry: { schedule: [1, 1, 1], jitter: 0 } }, NOW, 0.5);
      expect(decision).toMatchObject({ at: NOW + left * 3_600_000 });
    }
  });

  it('gives up when the schedule is used up, and not because of how often it failed before', () => {
    const failures = [broken, broken, broken];
    expect(decide(failures, 3, { retry: policy }, NOW, 0.5)).toEqual({ kind: 'dead', reason: 'exhausted' });
    expect(decide([...failures, answered(200)], 4, { retry: policy }, NOW, 0.5)).toEqual({
      kind: 'delivered',
    });
  });

  it('ends for every policy, and never waits in a queue for longer than a queue can', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(RETRY_PRESETS)),
        fc.nat(30),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (preset: RetryPolicy, failed, random) => {
          const decision = decide(Array(failed + 1).fill(broken), failed + 1, { retry: preset }, NOW, random);
          if (decision.kind === 'retry') {
            expect(failed).toBeLessThan(preset.schedule.length);
            expect(decision.via === 'queue').toBe(decision.at - NOW <= MAX_QUEUE_DELAY_MS);
          } else {
            expect(failed).toBeGreaterThanOrEqual(preset.schedule.length);
          }
        },
      ),
    );
  });
});

it.each([
  [NOW - 1, 'queue'],
  [NOW + 900_000, 'queue'],
  [NOW + 900_001, 'table'],
])('till %i something waits in a %s', (at, via) => expect(waitVia(at, NOW)).toBe(via));

describe('queueDelaySeconds', () => {
  it.each([
    [NOW + 1400, 1],
    [NOW + 1600, 2],
    [NOW - 5000, 0],
    [NOW + MAX_QUEUE_DELAY_MS + 5000, 900],
  ])('%i', (at, seconds) => {
    expect(queueDelaySeconds(at, NOW)).toBe(seconds);
  });
});
