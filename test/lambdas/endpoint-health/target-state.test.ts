import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointHealth, freshStart, isGood } from '../../../lambdas/endpoint-health/health.ts';
import {
  KINDS_OF_STATE,
  stateOf,
  type TargetState,
  troubleKindOf,
  troubleOf,
} from '../../../lambdas/endpoint-health/target-state.ts';
import type { TroubleKind } from '../../../lambdas/targets/troubled-index.ts';
import { runs } from '../../helpers/runs.ts';

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
    ['degraded', { rate: 0 }],
    ['slow', { health: health({ slowUntil: NOW + 1 }) }],
    ['slow', { health: health({ slowUntil: NOW + 1 }), rate: null }],
    ['slow', { health: health({ slowUntil: NOW + 1 }), rate: 0 }],
    ['healthy', { health: health({ slowUntil: NOW, pausedUntil: NOW }) }],
    ['failing', { health: health({ slowUntil: NOW + 1, failingSince: NOW - 1 }) }],
    ['failing', { health: health({ failingSince: NOW - 1 }), rate: null }],
    ['paused', { health: health({ pausedUntil: NOW + 1, failingSince: NOW - 1 }), rate: 0 }],
    ['open', { health: health({ open, pausedUntil: NOW + 1 }) }],
    ['unverified', { isVerified: false, health: health({ open }) }],
    ['disabled', { isVerified: false, health: health({ disabled }) }],
    ['disabled', { isActive: false }],
  ])('is %s with %o', (state, known) => {
    expect(stateOf({ ...good, ...known })).toBe(state);
  });
});

describe('the kind of trouble under which the index has a target', () => {
  it.each<[TroubleKind | undefined, Partial<EndpointHealth>]>([
    [undefined, { provenAt: NOW }],
    [undefined, { collects: true, lastFailure: { at: NOW } }],
    ['passing', { failingSince: NOW }],
    ['passing', { open }],
    ['passing', { slowUntil: NOW - 1 }],
    ['passing', { pausedUntil: NOW - 1 }],
    ['off', { switchedOff: true, failingSince: NOW }],
    ['disabled', { disabled, switchedOff: true, failingSince: NOW }],
  ])('is %s with %o', (kind, known) => {
    expect(troubleKindOf(health(known))).toBe(kind);
  });

  it('is one of those that a list of its state reads', () => {
    const times = fc.option(fc.integer({ min: NOW - 5, max: NOW + 5 }), { nil: undefined });
    const known = fc.record({
      failingSince: times,
      slowUntil: times,
      pausedUntil: times,
      switchedOff: fc.option(fc.constant(true), { nil: undefined }),
      open: fc.option(fc.constant(open), { nil: undefined }),
      disabled: fc.option(fc.constant(disabled), { nil: undefined }),
    });
    fc.assert(
      fc.property(known, (about) => {
        const state = troubleOf({
          isActive: !about.switchedOff,
          isVerified: true,
          health: health(about),
          now: NOW,
        });
        const kind = troubleKindOf(health(about));
        if (state) expect(KINDS_OF_STATE[state]).toContain(kind);
        else expect([undefined, 'passing']).toContain(kind);
      }),
      { numRuns: runs(200) },
    );
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

  it('is no more than switched on when it did well', () => {
    const known = health({ provenAt: NOW, ok: 3 });
    expect(freshStart({ ...known, switchedOff: true })).toEqual(known);
  });

  it('is as it was when it did well', () => {
    const known = health({ provenAt: NOW, ok: 3 });
    expect(freshStart(known)).toBe(known);
  });
});
