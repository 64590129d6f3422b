import { expect, it } from 'vitest';
import { type AttemptDeps, attempt } from '../../../lambdas/delivery/attempt.ts';
import type { Decision } from '../../../lambdas/delivery/decision.ts';
import type { Slot } from '../../../lambdas/rate-limit/rate-limit.ts';
import { type Answer, createEngine, OWN_FAULT } from '../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const target = targetOf({ rateLimit: { perSecond: 10 } });
const one = { received: nthDelivery(1), destination: { target, obstacle: undefined, health: undefined } };
const TIMEOUT = { error: 'timeout', ms: 2000 } as const;

const delivered: Decision = { kind: 'delivered' };
const dead = (reason: 'rejected' | 'payload_missing'): Decision => ({ kind: 'dead', reason });
const retried: Decision = { kind: 'retry', at: NOW + 60_000, via: 'queue' };
const moved: Decision = { kind: 'move', lane: 'slow' };
const held: Decision = { kind: 'hold', reason: 'rate_limit' };
const later = (ms: number): Decision => ({ kind: 'later', at: NOW + ms, via: 'queue', reason: 'slot' });

it.each<[string, AttemptDeps['lane'], Answer, Decision | undefined, number]>([
  ['is delivered', 'standard', 200, delivered, 2000],
  ['is retried when its schedule says', 'slow', 503, retried, 15_000],
  ['is dead when it is refused', 'slow', 400, dead('rejected'), 15_000],
  ['goes to the slow lane when it is cut in a fast one', 'critical', TIMEOUT, moved, 2000],
  ['is retried when it takes too long', 'slow', TIMEOUT, retried, 15_000],
  ['comes back when the function has failed', 'slow', OWN_FAULT, undefined, 15_000],
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
  ['gone from the bucket', async () => undefined, dead('payload_missing')],
  ['not to be had', () => Promise.reject(new Error('SlowDown')), undefined],
])('nothing is posted when the payload is %s', async (_, loadPayload, decision) => {
  const { deps, requests } = createEngine();
  const { result } = await printedBy(() => attempt({ ...deps, loadPayload }, one, undefined));
  expect((result as { decision: Decision } | undefined)?.decision).toEqual(decision);
  expect(requests).toEqual([]);
});

/** Slots are 100 ms apart and may be used 75 ms late. Each time is in milliseconds from now. */
type Times = {
  readonly slot: number | 'none';
  readonly lateMs?: number;
  readonly others?: (number | 'none')[];
};
it.each<[string, AttemptDeps['lane'], Times, Decision, number | undefined, number]>([
  ['waits for a slot that is near', 'slow', { slot: 1000 }, delivered, undefined, 1000],
  ['waits hardly in a fast lane', 'standard', { slot: 50 }, delivered, undefined, 50],
  ['waits elsewhere for one that is not', 'standard', { slot: 51 }, later(51), 51, 0],
  ['is held when all slots are given away', 'slow', { slot: 'none' }, held, undefined, 0],
  ['uses a slot that is a little late', 'slow', { slot: 0, lateMs: 75 }, delivered, undefined, 75],
  [
    'takes another for one that it missed',
    'slow',
    { slot: 0, lateMs: 76, others: [200] },
    delivered,
    undefined,
    200,
  ],
  [
    'waits elsewhere for another that is far',
    'slow',
    { slot: 0, lateMs: 76, others: [9000] },
    later(9000),
    9000,
    76,
  ],
  ['is held when there is no other', 'slow', { slot: 0, lateMs: 76, others: ['none'] }, held, undefined, 76],
])('a delivery %s', async (_, lane, { slot, lateMs = 0, others = [] }, decision, kept, tookMs) => {
  const engine = createEngine({ lane });
  const left = [...others];
  const fromNow = (ms: number | 'none'): Slot => (ms === 'none' ? ms : NOW + ms);
  const deps: AttemptDeps = {
    ...engine.deps,
    // The payload takes its time.
    loadPayload: async () => {
      await engine.deps.sleep(lateMs);
      return Buffer.from('{}');
    },
    anotherSlot: async () => fromNow(left.shift()!),
  };
  const concluded = await attempt(deps, one, fromNow(slot));
  expect(concluded).toMatchObject({ decision, received: one.received });
  expect(concluded?.delivery.slot).toBe(kept && NOW + kept);
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
