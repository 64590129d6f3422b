import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deliverAll } from '../../../lambdas/delivery/deliver.ts';
import { outcomeOrder, type StoredStatus } from '../../../lambdas/delivery/delivery.ts';
import type { Progress } from '../../../lambdas/delivery/delivery-log-store.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { isSuperseded, mayBeSuperseded, overtake } from '../../../lambdas/delivery/superseded.ts';
import { drainAll } from '../../../lambdas/hold-queue/drain.ts';
import { firstDrain } from '../../../lambdas/hold-queue/hold-queue.ts';
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

it('where the log can’t be read, deliveries are posted and drained: its fault holds up none', async () => {
  const getProgress = () => Promise.reject(new Error('ThrottlingException'));
  const { deps, requests, sent, holdQueue } = createEngine({ faults: () => ({ getProgress }) });
  const retry = nthDelivery(1, { attempts: attempts(1) });
  const { result, warnings } = await printedBy(() => deliverAll(deps, [retry, nthDelivery(2)]));
  expect(result).toEqual([]);
  expect(requests).toHaveLength(2);
  expect(warnings).toMatchObject([{ message: 'log not asked', error: 'Error' }]);
  await deps.putHeld([nthDelivery(3, { waited: true })], NOW);
  await deps.scheduleDrain({ tenant: 't', target: 'tgt_1' }, NOW);
  await printedBy(() => drainAll(deps, [firstDrain({ tenant: 't', target: 'tgt_1' }, NOW)]));
  expect(holdQueue.heldNumbers()).toEqual([]);
  expect(sentTo(sent)).toContain('evt-3 → slow');
});

const HOUR = 3600_000;
const claimedAt = (at: number, stage: Stage = { made: 1, run: 1 }): Progress => ({
  ...logged('retrying', stage),
  replay: 'rpl_1',
  replayedAt: at,
  past: `replayed@${at}`,
});

it.each<[string, Stage, Progress, 'void' | 'later' | 'move' | undefined]>([
  ['just now', { made: 1 }, claimedAt(NOW - 1000), 'later'],
  ['just now, while the log was behind', { made: 2 }, claimedAt(NOW - 1000), 'later'],
  ['an hour ago', { made: 1 }, claimedAt(NOW - HOUR - 1), 'move'],
  ['an hour ago, of an older copy', { made: 0 }, claimedAt(NOW - HOUR - 1), 'void'],
  ['an hour ago, of an older run', { made: 1 }, claimedAt(NOW - HOUR - 1, { made: 1, run: 2 }), 'void'],
  ['an hour ago, by the claim itself', { made: 1, run: 1, used: 0 }, claimedAt(NOW - HOUR - 1), undefined],
  ['and has an outcome', { made: 1 }, logged('parked', { made: 1, run: 1 }, WAITING), 'void'],
])('a message that was claimed %s', (_, stage, progress, expected) => {
  const found = overtake(message(stage, { waited: true }), progress, NOW);
  expect(typeof found === 'object' ? found.decision.kind : found).toBe(expected);
});

it('a message goes on in place of a retry that was claimed and never sent (A15)', async () => {
  const { deps, state, log, requests, sent } = createEngine();
  const old = message({ made: 1 }, { waited: true, hops: 7 });
  log.note(old, claimedAt(NOW));
  await printedBy(() => deliverAll(deps, [old]));
  expect(requests).toEqual([]);
  expect(sentTo(sent)).toEqual(['evt-0 → slow in 300 s']);
  expect(sent[0]!.body).toEqual({ ...old, hops: 8, past: `retry@${NOW}` });

  state.now = NOW + HOUR + 1;
  await printedBy(() => deliverAll(deps, [sent[0]!.body as DeliveryMessage]));
  const heir = sent[1]!.body as DeliveryMessage;
  expect(heir).toEqual({ ...old, hops: 1, run: 1, used: 0, replayedAt: NOW, past: `replayed@${NOW}` });
  await printedBy(() => deliverAll(deps, [heir]));
  expect(requests).toHaveLength(1);
  expect(sent[2]!.body).toMatchObject({ outcomes: [{ status: 'delivered', run: 1 }] });
});

it('a claim that is taken back leaves the message in charge (A15)', async () => {
  const { deps, log, requests, sent } = createEngine();
  const old = message({ made: 1 }, { waited: true });
  log.note(old, claimedAt(NOW));
  await printedBy(() => deliverAll(deps, [old]));
  log.note(old, logged('retrying', { made: 1 }));
  await printedBy(() => deliverAll(deps, [sent[0]!.body as DeliveryMessage]));
  expect(requests).toHaveLength(1);
});

it('what a claim has overtaken in a hold queue waits in the slow lane (A15)', async () => {
  const ref = { tenant: 't', target: 'tgt_1' };
  const { deps, log, holdQueue, sent } = createEngine();
  const old = message({}, { waited: true });
  await deps.putHeld([old], NOW - 1);
  await deps.scheduleDrain(ref, NOW);
  log.note(old, claimedAt(NOW - 1000, { run: 1 }));
  await printedBy(() => drainAll(deps, [firstDrain(ref, NOW)]));
  expect(sentTo(sent)).toContain('evt-0 → slow in 300 s');
  expect(holdQueue.heldNumbers()).toEqual([]);
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
