import { expect, it } from 'vitest';
import { deliverAll } from '../../../lambdas/delivery/deliver.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { hopsWithin } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import { createEngine, type EngineSettings, OWN_FAULT, refusing, sentTo } from '../../builders/engine.ts';
import { GOOD, NOW, nthDelivery, OPEN, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const numbered = (count: number, about?: Parameters<typeof nthDelivery>[1]): DeliveryMessage[] =>
  Array.from({ length: count }, (_, n) => nthDelivery(n, about));
const namesOf = (result: unknown): string[] => (result as DeliveryMessage[]).map(({ event }) => event.id);

const batching = { lane: 'bulk', target: targetOf({ batching: { maxEvents: 2, maxSeconds: 9 } }) } as const;
const unknown = { lane: 'critical', health: undefined } as const;
const bulk = { lane: 'bulk', faults: () => ({ loadPayload: async () => Buffer.from('{}') }) } as const;
const looping = [nthDelivery(0, { hops: hopsWithin(0) + 1 })];
const heavy = numbered(15, { event: { payload: { kind: 'stored', key: 'k', bytes: 4_500_000 } } });
const [REPORTED, DEAD] = ['outcomes → outcomes', 'evt-0 → dead-letters'];

it.each<[string, EngineSettings, DeliveryMessage[], number, string[], object]>([
  ['posts all at once', {}, numbered(2), 2, [REPORTED], { Delivered: 2 }],
  [
    'none while the breaker is open',
    { health: OPEN },
    numbered(2),
    0,
    ['call → slow in 5 s', REPORTED],
    { Parked: 2 },
  ],
  ['moves what belongs in another lane', unknown, numbered(1), 0, ['evt-0 → slow'], { Moved: 1 }],
  [
    'posts full batches, and holds the rest',
    batching,
    numbered(3),
    1,
    ['call → slow in 9 s', REPORTED],
    { Delivered: 2, Parked: 1 },
  ],
  ['ends a delivery that loops', {}, looping, 0, [DEAD], { LoopsStopped: 1 }],
  ['ends one whose target is gone', { target: undefined }, numbered(1), 0, [DEAD], {}],
  [
    'posts no more than memory holds',
    bulk,
    heavy,
    14,
    ['evt-14 → slow', REPORTED],
    { Delivered: 14, Moved: 1 },
  ],
])('%s', async (_, settings, deliveries, posted, sentOn, counted) => {
  const { deps, requests, sent } = createEngine(settings);
  const { result, metrics } = await printedBy(() => deliverAll(deps, deliveries));
  expect(result).toEqual([]);
  expect(requests).toHaveLength(posted);
  expect(sentTo(sent).sort()).toEqual(sentOn);
  expect(metrics).toMatchObject(counted);
});

it('what was not attempted, or could not be sent on, is received again, and no other', async () => {
  const { deps } = createEngine({
    answers: [OWN_FAULT, 503, 200],
    faults: (sent) => ({ sendAddressed: refusing(sent, ({ queueUrl }) => queueUrl.endsWith('/slow')) }),
  });
  const { result } = await printedBy(() => deliverAll(deps, numbered(3)));
  expect(namesOf(result)).toEqual(['evt-0', 'evt-1']);
});

it('a target that cannot be read holds up its own deliveries, and no others', async () => {
  const target = targetOf();
  const destination = { target, obstacle: undefined, health: GOOD };
  const { deps, requests } = createEngine({
    faults: () => ({
      destinationsOf: async () => ({
        destinationOf: () => destination,
        isHeldUp: (delivery: DeliveryMessage) => delivery.target === 'tgt_2',
      }),
    }),
  });
  const { result } = await printedBy(() =>
    deliverAll(deps, [nthDelivery(0), nthDelivery(1, { target: 'tgt_2' })]),
  );
  expect(namesOf(result)).toEqual(['evt-1']);
  expect(requests).toHaveLength(1);
});

it('what a batch shows of a target is noted once', async () => {
  const seen: unknown[] = [];
  const noteHealth = async (notes: readonly { attempts: readonly { status?: number | undefined }[] }[]) => {
    seen.push(...notes.map(({ attempts }) => attempts.map(({ status }) => status)));
    return new Map();
  };
  const { deps, state } = createEngine({ answers: [200, 503, 429], faults: () => ({ noteHealth }) });
  await printedBy(() => deliverAll(deps, numbered(3)));
  expect(seen).toEqual([[200, 503, 429]]);
  expect(state.now).toBe(NOW);
});

it('all come back when nothing is known of their targets', async () => {
  const destinationsOf = () => Promise.reject(new Error('ThrottlingException'));
  const { deps } = createEngine({ faults: () => ({ destinationsOf }) });
  const { result, warnings } = await printedBy(() => deliverAll(deps, numbered(2)));
  expect(namesOf(result)).toEqual(['evt-0', 'evt-1']);
  expect(warnings).toMatchObject([{ message: 'batch failed', count: 2 }]);
});

it('what its owner asks for is posted though the breaker is open, and closes it (A15)', async () => {
  const { deps, state, requests, sent } = createEngine({ health: OPEN });
  const asked = nthDelivery(0, { asked: true, run: 1, used: 0, replayedAt: NOW });
  await printedBy(() => deliverAll(deps, [asked, nthDelivery(1)]));
  expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual(['evt-0']);
  expect(state.health?.open).toBeUndefined();
  expect(sentTo(sent)).toContain('outcomes → outcomes');
});

it('and if it fails, its next attempt is one as any other', async () => {
  const { deps, sent, state } = createEngine({ health: OPEN, answers: [503] });
  await printedBy(() =>
    deliverAll(deps, [nthDelivery(0, { asked: true, run: 1, used: 0, replayedAt: NOW })]),
  );
  const retry = sent.find(({ queueUrl }) => queueUrl.endsWith('/slow'));
  expect(retry).toMatchObject({ delaySeconds: 60, body: { used: 1, run: 1, waited: true } });
  expect(retry!.body).not.toHaveProperty('asked');
  expect(state.health?.open?.probes).toBe(1);
});
