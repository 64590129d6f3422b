import { describe, expect, it } from 'vitest';
import { type EndpointHealth, freshStart, isGood } from '../../../lambdas/endpoint-health/health.ts';
import { stateOf, type TargetState } from '../../../lambdas/endpoint-health/target-state.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const health = (more: Partial<EndpointHealth>): EndpointHealth => ({
  failed: 0,
  ok: 0,
  countedSince: 0,
  ...more,
});

const good = { isActive: true, isVerified: true, health: undefined, rate: 1, now: NOW };
const open = { since: NOW - 5000, probes: 1 };
const disabled = { at: NOW - 5000, reason: 'gone' } as const;

describe("a target's state (A13)", () => {
  it.each<[TargetState, Partial<Parameters<typeof stateOf>[0]>]>([
    ['healthy', {}],
    ['idle', { rate: null }],
    ['healthy', { rate: 0.95 }],
    ['degraded', { rate: 0.949 }],
    ['degraded', { rate: 0.5 }],
    ['failing', { rate: 0.499 }],
    ['slow', { health: health({ slowUntil: NOW + 1 }) }],
    ['slow', { health: health({ slowUntil: NOW + 1 }), rate: null }],
    ['healthy', { health: health({ slowUntil: NOW, pausedUntil: NOW }) }],
    ['failing', { health: health({ slowUntil: NOW + 1 }), rate: 0 }],
    ['paused', { health: health({ pausedUntil: NOW + 1 }), rate: 0 }],
    ['open', { health: health({ open, pausedUntil: NOW + 1 }) }],
    ['unverified', { isVerified: false, health: health({ open }) }],
    ['disabled', { isVerified: false, health: health({ disabled }) }],
    ['disabled', { isActive: false }],
  ])('is %s with %o', (state, known) => {
    expect(stateOf({ ...good, ...known })).toBe(state);
  });
});

describe('a target that its owner enables (A13)', () => {
  it.each([{ disabled }, { open }, { failingSince: NOW - 130 * HOUR_MS }])(
    'starts afresh after %o',
    (before) => {
      const known = health({
        ...before,
        failed: 9,
        ok: 1,
        provenAt: NOW,
        collects: true,
        pausedUntil: NOW + 9,
      });
      const after = freshStart(known);
      expect(after).toEqual({ failed: 0, ok: 0, countedSince: 0, collects: true, pausedUntil: NOW + 9 });
      expect(isGood(after, NOW)).toBe(false);
    },
  );

  it('is as it was when it did well', () => {
    const known = health({ provenAt: NOW, ok: 3 });
    expect(freshStart(known)).toBe(known);
  });
});
