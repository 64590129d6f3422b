import { expect, it } from 'vitest';
import { deliver } from '../../../lambdas/delivery/deliver.ts';
import { hopsWithin } from '../../../lambdas/delivery/loop-bounds.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { createEngine, refusing, sentTo } from '../../builders/engine.ts';
import { GOOD, NOW, nthDelivery, OPEN, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const numbered = (count: number): DeliveryMessage[] =>
  Array.from({ length: count }, (_, n) => nthDelivery(n));
const namesOf = (result: unknown): string[] => (result as DeliveryMessage[]).map(({ event }) => event.id);
const large = { kind: 'stored', key: 'k', bytes: 4_500_000 } as const;

it.each<
  [string, NonNullable<Parameters<typeof createEngine>[0]>, DeliveryMessage[], number, string[], object]
>([
  ['posts all at once', {}, numbered(2), 2, ['outcomes → outcomes'], { Delivered: 2 }],
  [
    'posts nothing while the breaker is open',
    { health: OPEN },
    numbered(2),
    0,
    ['call → slow in 5 s', 'outcomes → outcomes'],
    { Parked: 2 },
  ],
  [
    'moves what belongs into another lane',
    { lane: 'critical', health: undefined },
    numbered(1),
    0,
    ['evt-0 → slow'],
    { Moved: 1 },
  ],
  [
    'posts batches that are full, and holds the rest',
    { lane: 'bulk', target: targetOf({ batching: { maxEvents: 2, maxSeconds: 9 } }) },
    numbered(3),
    1,
    ['call → slow in 9 s', 'outcomes → outcomes'],
    { Delivered: 2, Parked: 1 },
  ],
  [
    'ends a delivery that loops',
    {},
    [nthDelivery(0, { hops: hopsWithin(0) + 1 })],
    0,
    ['evt-0 → dead-letters'],
    { LoopsStopped: 1 },
  ],
  [
    'knows nothing of a target that is gone',
    { target: undefined },
    numbered(1),
    0,
    ['evt-0 → dead-letters'],
    {},
  ],
  [
    'posts no more bytes than memory holds',
    { lane: 'bulk', faults: () => ({ loadPayload: async () => Buffer.from('{}') }) },
    Array.from({ length: 15 }, (_, n) => nthDelivery(n, { event: { payload: large } })),
    14,
    ['evt-14 → slow', 'outcomes → outcomes'],
    { Delivered: 14, Moved: 1 },
  ],
])('%s', async (_, settings, deliveries, posted, sentOn, counted) => {
  const { deps, requests, sent } = createEngine(settings);
  const { result, metrics } = await printedBy(() => deliver(deps, deliveries));
  expect(result).toEqual([]);
  expect(requests).toHaveLength(posted);
  expect(sentTo(sent).sort()).toEqual(sentOn);
  expect(metrics).toMatchObject(counted);
});

it('what was not attempted, or could not be sent on, is received again, and no other', async () => {
  const { deps } = createEngine({
    answers: [new Error('EMFILE'), 503, 200],
    faults: (sent) => ({ sendAddressed: refusing(sent, ({ queueUrl }) => queueUrl.endsWith('/slow')) }),
  });
  const { result } = await printedBy(() => deliver(deps, numbered(3)));
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
    deliver(deps, [nthDelivery(0), nthDelivery(1, { target: 'tgt_2' })]),
  );
  expect(namesOf(result)).toEqual(['evt-1']);
  expect(requests).toHaveLength(1);
});

it('what a batch shows of a target is noted once', async () => {
  const seen: unknown[] = [];
  const noteHealth = async (notes: readonly { attempts: readonly { status?: number | undefined }[] }[]) => {
    seen.push(...notes.map(({ attempts }) => attempts.map(({ status }) => status)));
  };
  const { deps, state } = createEngine({ answers: [200, 503, 429], faults: () => ({ noteHealth }) });
  await printedBy(() => deliver(deps, numbered(3)));
  expect(seen).toEqual([[200, 503, 429]]);
  expect(state.now).toBe(NOW);
});
