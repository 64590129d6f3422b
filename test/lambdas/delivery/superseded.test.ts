import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deliverAll } from '../../../lambdas/delivery/deliver.ts';
import { outcomeOrder, type StoredStatus } from '../../../lambdas/delivery/delivery.ts';
import type { Progress } from '../../../lambdas/delivery/delivery-log-store.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { isSuperseded, mayBeSuperseded } from '../../../lambdas/delivery/superseded.ts';
import { createEngine, sentTo } from '../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const attempts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ at: NOW - 1000 + n, ms: 1, status: 503 }));

interface Stage {
  readonly made?: number;
  readonly run?: number;
  readonly used?: number;
}

const message = ({ made = 0, run, used }: Stage, about: Partial<DeliveryMessage> = {}): DeliveryMessage =>
  nthDelivery(0, {
    attempts: attempts(made),
    ...(run !== undefined && { run, replayedAt: NOW }),
    ...(used !== undefined && { used }),
    ...about,
  });

const logged = (
  status: StoredStatus,
  { made = 0, run = 0 }: Stage,
  about: { isWaiting?: true } = {},
): Progress => ({
  status,
  run,
  order: outcomeOrder({ attempts: attempts(made), run, status, ...about }),
});

const WAITING = { isWaiting: true } as const;

it.each<[string, Stage, Progress | undefined, boolean]>([
  ['the log has no outcome', { made: 1 }, undefined, false],
  ['it waits for its retry', { made: 1 }, logged('retrying', { made: 1 }), false],
  ['it waits for its endpoint', { made: 1 }, logged('parked', { made: 1 }, WAITING), false],
  ['it was held before its first attempt', {}, logged('parked', {}, WAITING), false],
  ['the log is behind', { made: 3 }, logged('retrying', { made: 1 }), false],
  ['it was sent again', { made: 1 }, logged('retrying', { made: 1, run: 1 }), true],
  ['it was sent again, and failed', { made: 1 }, logged('parked', { made: 2, run: 1 }), true],
  ['it was sent again, and arrived', { made: 1 }, logged('delivered', { made: 2, run: 1 }), true],
  ['it was sent again, and died', { made: 1 }, logged('dead', { made: 2, run: 1 }), true],
  ['it is the second copy of a message', { made: 1 }, logged('retrying', { made: 2 }), true],
  ['its copy has died', { made: 1 }, logged('dead', { made: 1 }), true],
  ['its copy has arrived', { made: 1 }, logged('delivered', { made: 1 }), true],
  ['it is what was sent again', { made: 1, run: 1, used: 0 }, logged('retrying', { made: 1, run: 1 }), false],
  ['and its retry', { made: 2, run: 1, used: 1 }, logged('retrying', { made: 2, run: 1 }), false],
  ['and the old message fails', { made: 2, run: 1, used: 1 }, logged('retrying', { made: 9 }), false],
  ['and the old message dies', { made: 2, run: 1, used: 1 }, logged('dead', { made: 9 }), false],
  ['a replay of what arrived', { made: 1, run: 1, used: 0 }, logged('delivered', { made: 1 }), false],
  ['the old message has arrived since', { made: 2, run: 1, used: 1 }, logged('delivered', { made: 2 }), true],
])('a message of which %s', (_, stage, progress, isVoid) => {
  expect(isSuperseded(message(stage), progress)).toBe(isVoid);
});

it('in any order of their outcomes, of two messages one goes on', () => {
  const stage = fc.record({ made: fc.nat(30), run: fc.constant(0) });
  const status = fc.constantFrom<StoredStatus>('retrying', 'parked', 'dead');
  fc.assert(
    fc.property(stage, status, fc.nat(5), (old, of, more) => {
      const claimed = { made: old.made, run: 1, used: 0 };
      const late = logged(of, { ...old, made: old.made + more }, of === 'parked' ? WAITING : {});
      const newest = logged('retrying', claimed);
      // What the old message leads to is older than that it was sent again, so the log never has it after that.
      expect(late.order).toBeLessThan(newest.order);
      expect(isSuperseded(message(old), newest)).toBe(true);
      expect(isSuperseded(message(claimed), newest)).toBe(false);
    }),
  );
});

it.each<[string, Partial<DeliveryMessage>, boolean]>([
  ['is on its way for the first time', {}, false],
  ['was moved to another lane', { hops: 3 }, false],
  ['waits for its slot', { slot: NOW, hops: 1 }, false],
  ['has waited', { waited: true }, true],
  ['was attempted', { attempts: attempts(1) }, true],
  ['was replayed', { run: 1 }, true],
])('asks the log about one that %s: %#', (_, about, isAsked) => {
  expect(mayBeSuperseded(nthDelivery(0, about))).toBe(isAsked);
});

it('a void message is neither posted nor received again, and leaves no trace (A15)', async () => {
  const { deps, requests, sent, log } = createEngine();
  const [void_, retry, first] = [
    nthDelivery(1, { attempts: attempts(1) }),
    nthDelivery(2, { attempts: attempts(1) }),
    nthDelivery(3),
  ];
  log.note(void_, logged('retrying', { made: 1, run: 1 }));
  log.note(retry, logged('retrying', { made: 1 }));
  const { result, metrics } = await printedBy(() => deliverAll(deps, [void_, retry, first]));
  expect(result).toEqual([]);
  expect(requests).toHaveLength(2);
  expect(sentTo(sent)).toEqual(['outcomes → outcomes']);
  expect(metrics).toMatchObject({ Delivered: 2, Superseded: 1 });
  expect(log.asked).toEqual([2]);
});

it('a first attempt asks nothing of the log', async () => {
  const { deps, log } = createEngine();
  await printedBy(() => deliverAll(deps, [nthDelivery(1), nthDelivery(2)]));
  expect(log.asked).toEqual([]);
});

it('where the log can’t be read, what may be void is received again, and nothing else', async () => {
  const getProgress = () => Promise.reject(new Error('ThrottlingException'));
  const { deps, requests } = createEngine({ faults: () => ({ getProgress }) });
  const retry = nthDelivery(1, { attempts: attempts(1) });
  const { result, warnings } = await printedBy(() => deliverAll(deps, [retry, nthDelivery(2)]));
  expect(result).toEqual([retry]);
  expect(requests).toHaveLength(1);
  expect(warnings).toMatchObject([{ message: 'deliveries held up' }]);
});

it('what waits is marked where the log says so', async () => {
  const { deps, parked, sent, holdQueue } = createEngine({
    answers: [503],
    target: targetOf({ retry: { schedule: [3600, 3600], jitter: 0 } }),
  });
  await printedBy(() => deliverAll(deps, [nthDelivery(0)]));
  expect(parked).toMatchObject([{ message: { waited: true } }]);
  const batching = createEngine({
    lane: 'bulk',
    target: targetOf({ batching: { maxEvents: 2, maxSeconds: 9 } }),
  });
  await printedBy(() => deliverAll(batching.deps, [nthDelivery(1)]));
  const [held] = await batching.holdQueue.oldestHeld({ tenant: 't', target: 'tgt_1' }, 1);
  // The log has nothing of a delivery that waits for others before its first attempt.
  expect(JSON.parse(held!.message)).not.toHaveProperty('waited');
  expect([sent.length, await holdQueue.oldestHeld({ tenant: 't', target: 'tgt_1' }, 1)]).toEqual([1, []]);
});
