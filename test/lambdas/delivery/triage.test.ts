import { describe, expect, it } from 'vitest';
import type { Destination } from '../../../lambdas/delivery/decision.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { hasExpired, triage, waitForSlot } from '../../../lambdas/delivery/triage.ts';
import type { EndpointHealth } from '../../../lambdas/endpoint-health/health.ts';
import type { Lane } from '../../../lambdas/endpoint-health/lane.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';

const NOW = 1_795_000_000_000;
const DAY = 86_400_000;

const good: EndpointHealth = { provenAt: NOW, failed: 0, ok: 1, countedSince: NOW };
const destination = (about: Partial<Destination> = {}, target: Partial<Target> = {}): Destination => ({
  target: { active: true, ...target } as Target,
  obstacle: undefined,
  health: good,
  ...about,
});
const delivery = (about: Partial<DeliveryMessage> = {}, event: object = {}): DeliveryMessage =>
  ({
    event: { id: 'a', ulid: lowestUlidAt(NOW), type: 'a', ...event },
    attempts: [],
    ...about,
  }) as unknown as DeliveryMessage;

const batching = { maxEvents: 10, maxSeconds: 10 };
const collects = { ...good, collects: true };
const open = { ...good, open: { since: NOW, probes: 0 } };

describe('what becomes of a delivery before anything is posted (A13, A22)', () => {
  it.each<[string, Lane, Destination | undefined, object | undefined]>([
    ['its target is gone', 'standard', undefined, { kind: 'dead', reason: 'target_deleted' }],
    [
      'its target is switched off',
      'slow',
      destination({ obstacle: 'target_disabled' }),
      { kind: 'dead', reason: 'target_disabled' },
    ],
    [
      'its target was given up',
      'slow',
      destination({ health: { ...good, disabled: { at: NOW, reason: 'gone' } } }),
      { kind: 'dead', reason: 'target_disabled' },
    ],
    ['its breaker is open', 'standard', destination({ health: open }), { kind: 'hold', reason: 'recovery' }],
    [
      'the same in the slow lane',
      'slow',
      destination({ health: open }),
      { kind: 'hold', reason: 'recovery' },
    ],
    [
      'its target asked for a pause',
      'slow',
      destination({ health: { ...good, pausedUntil: NOW + 10_000 } }),
      { kind: 'later', at: NOW + 15_000, via: 'queue', reason: 'pause' },
    ],
    ['a pause is just over', 'slow', destination({ health: { ...good, pausedUntil: NOW } }), undefined],
    [
      'its target has turned slow',
      'critical',
      destination({ health: { ...good, slowUntil: NOW + 1 } }),
      { kind: 'move', lane: 'slow' },
    ],
    [
      'nothing is known of its target',
      'standard',
      destination({ health: undefined }),
      { kind: 'move', lane: 'slow' },
    ],
    ['the same in the slow lane', 'slow', destination({ health: undefined }), undefined],
    ['the same in bulk', 'bulk', destination({ health: undefined }), { kind: 'move', lane: 'slow' }],
    ['its target is well', 'standard', destination(), undefined],
    ['its target is well, in each lane', 'critical', destination(), undefined],
    ['its target is well, in bulk', 'bulk', destination(), undefined],
    ['its target wants batches', 'standard', destination({}, { batching }), { kind: 'move', lane: 'bulk' }],
    ['the same for a retry', 'slow', destination({}, { batching }), { kind: 'move', lane: 'bulk' }],
    [
      'it is known to want them',
      'critical',
      destination({ health: collects }),
      { kind: 'move', lane: 'bulk' },
    ],
    [
      'the same of a slow one, in bulk',
      'bulk',
      destination({ health: { ...collects, slowUntil: NOW + 1 } }),
      { kind: 'move', lane: 'slow' },
    ],
    ['the same in bulk', 'bulk', destination({}, { batching }), { kind: 'hold', reason: 'batch' }],
  ])('when %s (%s)', (_, lane, known, expected) => {
    expect(triage(delivery(), known, lane, NOW, 0.5)).toEqual(expected);
  });

  it.each<[string, Lane, Destination, object | undefined]>([
    ['its breaker is open', 'slow', destination({ health: open }), undefined],
    ['it pauses', 'slow', destination({ health: { ...good, pausedUntil: NOW + 9 } }), undefined],
    ['it wants batches', 'slow', destination({ health: open }, { batching }), { kind: 'move', lane: 'bulk' }],
    [
      'it is disabled',
      'slow',
      destination({ health: { ...good, disabled: { at: NOW, reason: 'gone' } } }),
      { kind: 'dead', reason: 'target_disabled' },
    ],
  ])('when its owner asks for it, though %s (A15)', (_, lane, known, expected) => {
    expect(triage(delivery({ asked: true }), known, lane, NOW, 0.5)).toEqual(expected);
  });

  it.each([
    ['before it was asked for, it is posted', NOW - 1000, undefined],
    ['since it was asked for, it is held', NOW - 10, { kind: 'hold', reason: 'recovery' }],
  ])('when the endpoint has failed %s (A15)', (_, failedAt, expected) => {
    const open = { since: NOW - 60_000, probes: 1, failedAt };
    const asked = delivery({ asked: true, run: 1, replayedAt: NOW - 100 });
    expect(triage(asked, destination({ health: { ...good, open } }), 'slow', NOW, 0.5)).toEqual(expected);
  });

  it.each<[Lane, object | undefined]>([
    ['critical', { kind: 'move', lane: 'bulk' }],
    ['standard', { kind: 'move', lane: 'bulk' }],
    ['slow', undefined],
    ['bulk', undefined],
  ])('when it has low priority (%s)', (lane, expected) => {
    expect(triage(delivery({}, { priority: 'low' }), destination(), lane, NOW, 0.5)).toEqual(expected);
  });

  it('never sends anything back and forth: where it is moved to, it is not moved on', () => {
    const healthByTarget = [undefined, good, { ...good, slowUntil: NOW + 1 }, { ...good, collects: true }];
    for (const health of healthByTarget) {
      for (const target of [{}, { batching }]) {
        for (const priority of ['critical', 'normal', 'low']) {
          for (const lane of ['critical', 'standard', 'slow', 'bulk'] as const) {
            const one = delivery({}, { priority });
            const decision = triage(one, destination({ health }, target), lane, NOW, 0);
            if (decision?.kind !== 'move') continue;
            const next = triage(one, destination({ health }, target), decision.lane, NOW, 0);
            expect(next?.kind).not.toBe('move');
          }
        }
      }
    }
  });
});

describe('a slot', () => {
  it.each([
    [NOW + 60_000, 'queue'],
    [NOW + 1_000_000, 'table'],
    [NOW - 5000, 'queue'],
  ])('at %i is waited for in a %s', (at, via) =>
    expect(waitForSlot(at, NOW)).toEqual({ kind: 'later', at, via, reason: 'slot' }),
  );
});

describe('waiting', () => {
  it('from pause to pause ends as well', () => {
    const paused = destination({ health: { ...good, pausedUntil: NOW + 10_000 } });
    const old = delivery({}, { ulid: lowestUlidAt(NOW - DAY - 1) });
    expect(triage(old, paused, 'slow', NOW, 0.5)).toEqual({ kind: 'dead', reason: 'expired' });
  });

  it('is for a day from the event on, or from the last replay', () => {
    const old = { ulid: lowestUlidAt(NOW - DAY - 1) };
    expect(hasExpired(delivery({}, old), NOW)).toBe(true);
    expect(hasExpired(delivery({ replayedAt: NOW - 1000 }, old), NOW)).toBe(false);
    expect(hasExpired(delivery({}, { ulid: lowestUlidAt(NOW - DAY) }), NOW)).toBe(false);
  });
});
