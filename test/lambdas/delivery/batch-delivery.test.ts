import { describe, expect, it } from 'vitest';
import { postBatches, takeFullRequests } from '../../../lambdas/delivery/batch-delivery.ts';
import type { Concluded } from '../../../lambdas/delivery/conclude.ts';
import type { Decision } from '../../../lambdas/delivery/decision.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { type Answer, createEngine, OWN_FAULT } from '../../builders/engine.ts';
import { GOOD, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const batching = { maxEvents: 2, maxSeconds: 10 };
const destinationOf = (about: Partial<Target> = {}) => ({
  target: targetOf({ batching, ...about }),
  obstacle: undefined,
  health: GOOD,
});
const numbered = (count: number): DeliveryMessage[] =>
  Array.from({ length: count }, (_, n) => nthDelivery(n));
const summary = (concluded: readonly Concluded[]): string[] =>
  concluded.map(({ received, decision }) => `${received.event.id} ${decision.kind}`).sort();

describe('deliveries of one target are posted together (A21)', () => {
  it.each<[string, Partial<Target>, number, number[]]>([
    ['as many in a request as it wants', {}, 5, [2, 2, 1]],
    ['each alone if it wants no batches', { batching: undefined }, 3, [1, 1, 1]],
  ])('%s', async (_, about, count, sizes) => {
    const { deps, requests } = createEngine();
    const concluded = await postBatches(deps, numbered(count), destinationOf(about), 'batch');
    const bodies = requests.map(({ body }) => [JSON.parse(Buffer.from(body).toString())].flat().length);
    expect(bodies).toEqual(sizes);
    expect(summary(concluded)).toEqual(numbered(count).map(({ event }) => `${event.id} delivered`));
  });

  it('by the URL of their region', async () => {
    const { deps, requests } = createEngine();
    const regions = { eu: 'https://eu.example/hook' };
    const deliveries = [nthDelivery(0), nthDelivery(1, { event: { region: 'eu' } }), nthDelivery(2)];
    await postBatches(deps, deliveries, destinationOf({ regions }), 'batch');
    expect(requests.map(({ url }) => url)).toEqual(['https://a.example/hook', regions.eu]);
  });

  it('without those whose payload is gone, or cannot be read', async () => {
    const stored = (n: number) =>
      nthDelivery(n, { event: { payload: { kind: 'stored', key: `${n}`, bytes: 9000 } } });
    const { deps, requests } = createEngine({
      faults: () => ({
        loadPayload: async (payload) => {
          if (payload.kind !== 'stored') return Buffer.from('{}');
          if (payload.key === '1') return undefined;
          throw new Error('SlowDown');
        },
      }),
    });
    const deliveries = [nthDelivery(0), stored(1), stored(2)];
    const { result } = await printedBy(() => postBatches(deps, deliveries, destinationOf(), 'batch'));
    expect(summary(result as Concluded[])).toEqual(['evt-0 delivered', 'evt-1 dead']);
    expect(requests).toHaveLength(1);
  });

  it('a request that a fault of our own keeps from being made leaves the others', async () => {
    const { deps } = createEngine({ answers: [OWN_FAULT, 200] });
    const { result } = await printedBy(() => postBatches(deps, numbered(4), destinationOf(), 'batch'));
    expect(summary(result as Concluded[])).toEqual(['evt-2 delivered', 'evt-3 delivered']);
  });
});

it.each<['probe' | 'batch', Answer, Decision['kind'], number, number]>([
  // The schedule counts no probe that failed. What a probe shows is noted by the drain.
  ['probe', 503, 'hold', 0, 0],
  ['probe', 200, 'delivered', 1, 0],
  ['probe', 400, 'dead', 1, 0],
  ['batch', 503, 'retry', 1, 1],
  ['batch', 200, 'delivered', 1, 1],
])('after a %s that is answered %s a delivery is: %s', async (kind, answer, decision, used, notes) => {
  let noted = 0;
  const noteHealth = async () => {
    noted += 1;
    return new Map();
  };
  const { deps } = createEngine({ answers: [answer], faults: () => ({ noteHealth }) });
  const [made] = await postBatches(deps, [nthDelivery(1)], destinationOf(), kind);
  expect(made?.decision.kind).toBe(decision);
  expect(made?.delivery.used).toBe(used);
  expect(noted).toBe(notes);
});

describe('deliveries that fill a request need not wait', () => {
  const waiting: Decision = { kind: 'hold', reason: 'batch' };
  const half = { kind: 'stored', key: 'k', bytes: 524_288 } as const;
  it.each<
    [string, number, { about?: Partial<Target>; decision?: Decision; isLarge?: boolean }, number, number]
  >([
    ['three', 3, {}, 1, 1],
    ['four', 4, {}, 2, 0],
    ['too few', 1, {}, 0, 1],
    ['a target that wants no batches', 4, { about: { batching: undefined } }, 0, 4],
    ['a rate limit', 4, { about: { rateLimit: { perSecond: 1 } } }, 0, 4],
    ['a breaker that is open', 4, { decision: { kind: 'hold', reason: 'recovery' } }, 0, 4],
    ['more than memory holds', 14, { isLarge: true }, 5, 4],
  ])('%s', (_, count, { about, decision = waiting, isLarge = false }, requests, left) => {
    const concluded = Array.from({ length: count }, (_, n): Concluded => {
      const received = nthDelivery(n, isLarge ? { event: { payload: half } } : {});
      return { received, delivery: received, decision, destination: destinationOf(about) };
    });
    const { full, rest } = takeFullRequests(concluded);
    expect(full.map(({ deliveries }) => deliveries.length)).toEqual(Array(requests).fill(2));
    expect(rest).toHaveLength(left);
  });

  it.each<[string, boolean[], boolean, number[], number]>([
    ['with what its owner asked for', [false, false, true], false, [2, 1], 0],
    ['alone, while its breaker is open', [false, true, false], true, [1], 2],
  ])('%s goes too (A15)', (_, asked, isOpen, sizes, left) => {
    const concluded = asked.map((isAsked, n): Concluded => {
      const received = nthDelivery(n, isAsked ? { asked: true } : {});
      const reason = isOpen && !isAsked ? 'recovery' : 'batch';
      const decision: Decision = { kind: 'hold', reason };
      return { received, delivery: received, decision, destination: destinationOf() };
    });
    const { full, rest } = takeFullRequests(concluded);
    expect(full.map(({ deliveries }) => deliveries.length)).toEqual(sizes);
    expect(rest).toHaveLength(left);
  });

  it('of several targets, as long as memory lasts', () => {
    const of = (target: string) => (n: number) => {
      const received = nthDelivery(n, { target, event: { payload: half } });
      return { received, delivery: received, decision: waiting, destination: destinationOf({ id: target }) };
    };
    const { full } = takeFullRequests([
      ...[0, 1, 2, 3, 4, 5, 6, 7].map(of('tgt_1')),
      ...[8, 9, 10, 11].map(of('tgt_2')),
    ]);
    expect(full.map(({ destination }) => destination.target.id)).toEqual([
      ...Array(4).fill('tgt_1'),
      'tgt_2',
    ]);
  });
});
