import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../lambdas/delivery/decision.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import {
  attemptsUsed,
  deadOutcome,
  nextNumber,
  outcomeOf,
  outcomeOfDead,
  withAttempt,
} from '../../../lambdas/delivery/outcome.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';

const NOW = 1_795_000_000_000;
const SOON = NOW + 10_000;
const made: Attempt = { at: NOW - 10, ms: 10, status: 500 };
const probe: Attempt = { ...made, uncounted: true };
const attempts = (count: number): Attempt[] => Array.from({ length: count }, (_, at) => ({ ...made, at }));

describe('a delivery with an attempt more', () => {
  it.each<[string, Partial<DeliveryMessage>, Attempt, Partial<DeliveryMessage>]>([
    ['the first', {}, made, { attempts: [made], used: 1 }],
    ['a probe', {}, probe, { attempts: [probe], used: 0 }],
    ['one that follows others', { attempts: attempts(2) }, made, { used: 3 }],
    ['one that follows probes', { attempts: attempts(2), used: 0 }, made, { used: 1 }],
    ['a probe that follows others', { attempts: attempts(2) }, probe, { used: 2 }],
    ['the 40th', { attempts: attempts(39) }, made, { attempts: [...attempts(39), made], used: 40 }],
    [
      'the 41st',
      { attempts: attempts(40) },
      made,
      { attempts: [...attempts(40).slice(1), made], dropped: 1 },
    ],
    ['the 45th', { attempts: attempts(40), dropped: 4 }, made, { dropped: 5 }],
  ])('%s', (_, before, attempt, expected) => {
    const after = withAttempt(deliveryOf(before), attempt);
    expect(after).toMatchObject(expected);
    expect('dropped' in after).toBe('dropped' in expected);
  });

  it('has used up its slot, and keeps everything else', () => {
    const before = deliveryOf({ slot: NOW, run: 2, replayedAt: NOW - 1 });
    const { slot: _, ...rest } = before;
    expect(withAttempt(before, made)).toEqual({ ...rest, attempts: [made], used: 1 });
  });
});

it.each<[Partial<DeliveryMessage>, number, number]>([
  [{}, 0, 1],
  [{ attempts: attempts(3) }, 3, 4],
  [{ attempts: attempts(3), used: 1 }, 1, 4],
  [{ attempts: attempts(40), dropped: 5, used: 0 }, 0, 46],
])('%o has used %i attempts, and number %i comes next', (about, used, next) => {
  expect(attemptsUsed(deliveryOf(about))).toBe(used);
  expect(nextNumber(deliveryOf(about))).toBe(next);
});

describe('what is recorded of a delivery', () => {
  const event = eventOf({ keepSeconds: 60 });
  const received = deliveryOf({ event, slot: NOW, hops: 3, run: 1, replayedAt: NOW - 1 });
  const known = {
    tenant: 't',
    subscription: 'sub_1',
    target: 'tgt_1',
    event: { id: event.id, ulid: event.ulid, type: 'a', keepSeconds: 60 },
    at: NOW,
    run: 1,
    replayedAt: NOW - 1,
  };

  it.each<[Decision, Partial<Outcome>]>([
    [{ kind: 'delivered' }, { status: 'delivered' }],
    [
      { kind: 'dead', reason: 'exhausted' },
      { status: 'dead', reason: 'exhausted' },
    ],
    [
      { kind: 'retry', at: SOON, via: 'queue' },
      { status: 'retrying', nextAttemptAt: SOON, waitingFor: 'retry' },
    ],
    [
      { kind: 'retry', at: SOON, via: 'table' },
      { status: 'parked', nextAttemptAt: SOON, waitingFor: 'retry' },
    ],
    [
      { kind: 'later', at: SOON, via: 'queue', reason: 'slot' },
      { status: 'retrying', nextAttemptAt: SOON, waitingFor: 'slot' },
    ],
    [
      { kind: 'later', at: SOON, via: 'table', reason: 'pause' },
      { status: 'parked', nextAttemptAt: SOON, waitingFor: 'pause' },
    ],
    [
      { kind: 'move', lane: 'slow' },
      { status: 'retrying', nextAttemptAt: NOW, waitingFor: 'lane' },
    ],
    [
      { kind: 'hold', reason: 'recovery' },
      { status: 'parked', waitingFor: 'recovery' },
    ],
    [
      { kind: 'hold', reason: 'rate_limit' },
      { status: 'parked', waitingFor: 'rate_limit' },
    ],
    [
      { kind: 'hold', reason: 'batch' },
      { status: 'parked', waitingFor: 'batch' },
    ],
  ])('after an attempt and %o', (decision, expected) => {
    const tried = { ...received, attempts: [made], used: 1 };
    const outcome = outcomeOf({ received, delivery: tried, decision }, NOW);
    expect(outcome).toEqual({ ...known, attempts: [made], used: 1, ...expected });
  });

  it('forgets what an older release, which did not know the field, passed on as unknown', () => {
    const passedOn = { ...received, waitingFor: 'retry' };
    const delivery = { ...passedOn, attempts: [made], used: 1 };
    const outcome = outcomeOf({ received: passedOn, delivery, decision: { kind: 'delivered' } }, NOW);
    expect(outcome?.waitingFor).toBeUndefined();
  });

  it.each<[Decision, Partial<Outcome> | undefined]>([
    [
      { kind: 'dead', reason: 'expired' },
      { status: 'dead', reason: 'expired' },
    ],
    [{ kind: 'later', at: SOON, via: 'queue', reason: 'slot' }, undefined],
    [
      { kind: 'later', at: SOON, via: 'table', reason: 'pause' },
      { status: 'parked', nextAttemptAt: SOON, isWaiting: true, waitingFor: 'pause' },
    ],
    [{ kind: 'move', lane: 'slow' }, undefined],
    [
      { kind: 'hold', reason: 'recovery' },
      { status: 'parked', isWaiting: true, waitingFor: 'recovery' },
    ],
    [
      { kind: 'hold', reason: 'rate_limit' },
      { status: 'parked', isWaiting: true, waitingFor: 'rate_limit' },
    ],
    [{ kind: 'hold', reason: 'batch' }, undefined],
  ])('without an attempt, on %o', (decision, expected) => {
    const outcome = outcomeOf({ received, delivery: received, decision }, NOW);
    expect(outcome).toEqual(expected && { ...known, attempts: [], ...expected });
  });

  it('when it is a dead letter', () => {
    const died = { ...known, attempts: [], status: 'dead', reason: 'expired' };
    expect(deadOutcome(received, 'expired', NOW)).toEqual(died);
    const message = { v: 1, kind: 'dead', reason: 'expired', delivery: received } as const;
    expect(outcomeOfDead(message, NOW)).toEqual(died);
  });
});
