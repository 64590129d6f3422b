import { expect, it } from 'vitest';
import { type AttemptDeps, attempt } from '../../../lambdas/delivery/attempt.ts';
import type { Decision } from '../../../lambdas/delivery/types.ts';
import type { Slot } from '../../../lambdas/rate-limit/rate-limit.ts';
import { type Answer, createEngine } from '../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const target = targetOf({ rateLimit: { perSecond: 10 } });
const one = { received: nthDelivery(1), destination: { target, obstacle: undefined, health: undefined } };
const TIMEOUT = { error: 'timeout', ms: 2000 } as const;

it.each<[string, AttemptDeps['lane'], Answer, Decision | undefined, number]>([
  ['is delivered', 'standard', 200, { kind: 'delivered' }, 2000],
  [
    'is retried when its schedule says',
    'slow',
    503,
    { kind: 'retry', at: NOW + 60_000, via: 'queue' },
    15_000,
  ],
  ['is dead when it is refused', 'slow', 400, { kind: 'dead', reason: 'rejected' }, 15_000],
  [
    'goes to the slow lane when it is cut in a fast one',
    'critical',
    TIMEOUT,
    { kind: 'move', lane: 'slow' },
    2000,
  ],
  [
    'is retried when it takes too long',
    'slow',
    TIMEOUT,
    { kind: 'retry', at: NOW + 60_000, via: 'queue' },
    15_000,
  ],
  ['comes back when the function has failed', 'slow', new Error('EMFILE'), undefined, 15_000],
])('a delivery %s (lane %s)', async (_, lane, answer, decision, timeoutMs) => {
  const { deps, requests } = createEngine({ lane, answers: [answer] });
  const { result, warnings } = await printedBy(() => attempt(deps, one, undefined));
  expect((result as { decision: Decision } | undefined)?.decision).toEqual(decision);
  expect(requests.map((request) => [request.url, request.timeoutMs])).toEqual([[target.url, timeoutMs]]);
  expect(warnings).toHaveLength(decision ? 0 : 1);
});

it('an attempt that was cut is in the history, and its schedule does not count it', async () => {
  const { deps } = createEngine({ lane: 'standard', answers: [TIMEOUT] });
  const concluded = await attempt(deps, one, undefined);
  expect(concluded?.delivery).toMatchObject({ attempts: [{ error: 'timeout', uncounted: true }], used: 0 });
});

it.each([
  ['gone from the bucket', async () => undefined, { kind: 'dead', reason: 'payload_missing' }],
  ['not to be had', () => Promise.reject(new Error('SlowDown')), undefined],
])('nothing is posted when the payload is %s', async (_, loadPayload, decision) => {
  const { deps, requests } = createEngine();
  const { result } = await printedBy(() => attempt({ ...deps, loadPayload }, one, undefined));
  expect((result as { decision: Decision } | undefined)?.decision).toEqual(decision);
  expect(requests).toEqual([]);
});

/** Slots are 100 ms apart and may be used 75 ms late. */
it.each<
  [
    string,
    AttemptDeps['lane'],
    Slot,
    { lateMs?: number; others?: Slot[] },
    Decision,
    Slot | undefined,
    number,
  ]
>([
  ['waits for a slot that is near', 'slow', NOW + 1000, {}, { kind: 'delivered' }, undefined, 1000],
  ['waits hardly in a fast lane', 'standard', NOW + 50, {}, { kind: 'delivered' }, undefined, 50],
  [
    'waits elsewhere for one that is not',
    'standard',
    NOW + 51,
    {},
    { kind: 'later', at: NOW + 51, via: 'queue' },
    NOW + 51,
    0,
  ],
  [
    'is held when all slots are given away',
    'slow',
    'none',
    {},
    { kind: 'hold', reason: 'rate_limit' },
    undefined,
    0,
  ],
  [
    'uses a slot that is a little late',
    'slow',
    NOW + 10,
    { lateMs: 75 },
    { kind: 'delivered' },
    undefined,
    85,
  ],
  [
    'takes another for one that it missed',
    'slow',
    NOW,
    { lateMs: 76, others: [NOW + 200] },
    { kind: 'delivered' },
    undefined,
    200,
  ],
  [
    'waits elsewhere for another that is far',
    'slow',
    NOW,
    { lateMs: 76, others: [NOW + 9000] },
    { kind: 'later', at: NOW + 9000, via: 'queue' },
    NOW + 9000,
    76,
  ],
  [
    'is held when there is no other',
    'slow',
    NOW,
    { lateMs: 76, others: ['none'] },
    { kind: 'hold', reason: 'rate_limit' },
    undefined,
    76,
  ],
])('a delivery %s', async (_, lane, slot, { lateMs = 0, others = [] }, decision, kept, tookMs) => {
  const engine = createEngine({ lane });
  const left = [...others];
  const deps: AttemptDeps = {
    ...engine.deps,
    // The payload takes its time.
    loadPayload: async () => {
      await engine.deps.sleep(slot === 'none' ? 0 : Math.max(0, slot - NOW) * Number(lateMs > 0) + lateMs);
      return Buffer.from('{}');
    },
    anotherSlot: async () => left.shift()!,
  };
  const concluded = await attempt(deps, one, slot);
  expect(concluded).toMatchObject({ decision, received: one.received });
  expect(concluded?.delivery.slot).toBe(kept);
  expect(engine.state.now - NOW).toBe(tookMs);
  expect(left).toEqual([]);
});

it('a machine that misses slot after slot leaves the delivery to another', async () => {
  const engine = createEngine();
  let slots = 0;
  const anotherSlot = async (): Promise<number> => {
    slots += 1;
    await engine.deps.sleep(500);
    return engine.state.now - 200;
  };
  const concluded = await attempt({ ...engine.deps, anotherSlot }, one, NOW - 200);
  expect(slots).toBe(3);
  expect(engine.requests).toEqual([]);
  expect(concluded?.decision.kind).toBe('later');
});
