import { describe, expect, it } from 'vitest';
import { freshStart, isGood, type Standing } from '../../../lambdas/endpoint-health/health.ts';
import { stateOf, type TargetState } from '../../../lambdas/endpoint-health/target-state.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const standing = (more: Partial<Standing>): Standing => ({ failed: 0, ok: 0, countedSince: 0, ...more });

const good = { isActive: true, isVerified: true, standing: undefined, rate: 1, now: NOW };
const open = { since: NOW - 5000, probes: 1 };
const disabled = { at: NOW - 5000, reason: 'gone' } as const;

describe("a target's state (A13)", () => {
  it.each<[TargetState, Partial<Parameters<typeof stateOf>[0]>]>([
    ['healthy', {}],
    ['idle', { rate: null }],
    ['degraded', { rate: 0.9 }],
    ['failing', { rate: 0.4 }],
    ['slow', { standing: standing({ slowUntil: NOW + 1 }) }],
    ['slow', { standing: standing({ slowUntil: NOW + 1 }), rate: null }],
    ['healthy', { standing: standing({ slowUntil: NOW, pausedUntil: NOW }) }],
    ['failing', { standing: standing({ slowUntil: NOW + 1 }), rate: 0 }],
    ['paused', { standing: standing({ pausedUntil: NOW + 1 }), rate: 0 }],
    ['open', { standing: standing({ open, pausedUntil: NOW + 1 }) }],
    ['unverified', { isVerified: false, standing: standing({ open }) }],
    ['disabled', { isVerified: false, standing: standing({ disabled }) }],
    ['disabled', { isActive: false }],
  ])('is %s with %o', (state, known) => {
    expect(stateOf({ ...good, ...known })).toBe(state);
  });
});

describe('a target that its owner enables (A13)', () => {
  it.each([{ disabled }, { open }, { failingSince: NOW - 130 * HOUR_MS }])(
    'starts afresh after %o',
    (before) => {
      const known = standing({
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
    const known = standing({ provenAt: NOW, ok: 3 });
    expect(freshStart(known)).toBe(known);
  });
});
