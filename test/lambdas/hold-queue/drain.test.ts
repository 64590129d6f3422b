import { describe, expect, it, vi } from 'vitest';
import { deliverAll } from '../../../lambdas/delivery/deliver.ts';
import { outcomeOrder } from '../../../lambdas/delivery/delivery.ts';
import type { DrainMessage } from '../../../lambdas/delivery/messages.ts';
import { MAX_IDLE_DRAINS } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import { drainAll } from '../../../lambdas/hold-queue/drain.ts';
import { firstDrain, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import type { Post } from '../../../lambdas/http-client/http-post.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { createEngine, type EngineSettings, OWN_FAULT, refusing, sentTo } from '../../builders/engine.ts';
import { GOOD, NOW, nthDelivery, OPEN, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const ref = { tenant: 't', target: 'tgt_1' };
const DAY = 86_400_000;

/** A hold queue with so many deliveries, and a drain that is due now. */
async function queueOf(count: number, settings: EngineSettings = {}, message: Partial<DrainMessage> = {}) {
  const engine = createEngine(settings);
  await engine.deps.putHeld(
    Array.from({ length: count }, (_, n) => nthDelivery(n)),
    NOW - 1,
  );
  await engine.deps.scheduleDrain(ref, NOW);
  const drain = async (at = NOW) => {
    const drained = await printedBy(() => drainAll(engine.deps, [{ ...firstDrain(ref, at), ...message }]));
    return { ...drained, faulty: drained.result as DrainMessage[] };
  };
  /** When the next drain is due, in milliseconds from now. */
  const nextIn = (): number | undefined => {
    const entry = engine.holdQueue.schedule.get(scheduleName(ref));
    return entry && entry.at - engine.state.now;
  };
  return { ...engine, drain, nextIn };
}

describe('a drain', () => {
  const limited = { target: targetOf({ rateLimit: { perSecond: 4 } }) };
  const switchedOff = { target: targetOf({ active: false }) };
  const disabled = { health: { ...OPEN, disabled: { at: NOW, reason: 'gone' } } } as const;
  const paused = { health: { ...GOOD, pausedUntil: NOW + 7000 } };
  it.each<[string, EngineSettings, Partial<DrainMessage>, number, number]>([
    ['releases ten at first', {}, {}, 10, 1000],
    ['releases twice as many as the last', {}, { step: 20 }, 40, 1000],
    ['releases what the rate limit takes in five seconds', limited, { step: 20 }, 20, 5000],
    // The lane finds out the reason of each.
    ['releases all to a target that is gone', { target: undefined }, {}, 50, 0],
    ['releases all to a target that is switched off', switchedOff, {}, 50, 0],
    ['releases all to a target that is disabled', disabled, {}, 50, 0],
    ['releases none during a pause', paused, {}, 0, 7000],
  ])('%s', async (_, settings, message, released, nextMs) => {
    const { drain, sent, holdQueue, nextIn, requests } = await queueOf(50, settings, message);
    expect((await drain()).faulty).toEqual([]);
    expect(sentTo(sent).filter((text) => /^evt-.* → slow$/.test(text))).toHaveLength(released);
    expect(holdQueue.heldNumbers()).toEqual(Array.from({ length: 50 - released }, (_, n) => released + n));
    expect(nextIn()).toBe(nextMs);
    expect(requests).toEqual([]);
    const next = sent.at(-1)!.body as DrainMessage;
    expect(next).toMatchObject({ kind: 'call', ...ref, at: NOW + nextMs });
    expect(next.hops).toBeUndefined();
  });

  it('of an empty queue closes it', async () => {
    const { drain, sent, nextIn } = await queueOf(0);
    await drain();
    expect(nextIn()).toBeUndefined();
    expect(sent).toEqual([]);
  });

  it('checks the queue again after it is closed: a delivery that came meanwhile scheduled nothing', async () => {
    const target = targetOf({ batching: { maxEvents: 4, maxSeconds: 20 } });
    const { drain, deps, sent, holdQueue, nextIn } = await queueOf(0, { target });
    const { closeHoldQueue } = deps;
    const destination = { target, obstacle: undefined, health: OPEN };
    Object.assign(deps, {
      closeHoldQueue: async (...args: Parameters<typeof closeHoldQueue>) => {
        await deps.hold([{ delivery: nthDelivery(1), isFirst: false }], 'recovery', destination);
        expect(sent).toEqual([]);
        return closeHoldQueue(...args);
      },
    });
    await drain();
    expect(holdQueue.heldNumbers()).toEqual([1]);
    expect(sentTo(sent)).toEqual(['call → slow in 20 s']);
    expect(nextIn()).toBe(20_000);
  });

  it('for another time than the schedule has does nothing: one of two messages gets the lease', async () => {
    const { drain, sent } = await queueOf(30);
    await drain();
    const before = sent.length;
    await drain();
    expect(sent).toHaveLength(before);
  });

  it.each<[string, number, string[]]>([
    ['schedules one for what is held', 2, ['call → slow']],
    ['schedules none for an empty queue', 0, []],
  ])('of a queue that a drain closed before it died %s', async (_, count, expected) => {
    const { drain, deps, sent, nextIn } = await queueOf(count);
    await deps.closeHoldQueue(ref, NOW);
    expect((await drain()).faulty).toEqual([]);
    expect(sentTo(sent)).toEqual(expected);
    expect(nextIn()).toBe(count > 0 ? 0 : undefined);
  });

  it('that has lost the lease sends no message', async () => {
    const { drain, deps, sent } = await queueOf(5);
    Object.assign(deps, { rescheduleDrain: async () => false });
    await drain();
    expect(sentTo(sent).filter((text) => text.startsWith('call'))).toEqual([]);
  });

  it('goes to the region of its message', async () => {
    const { drain, sent } = await queueOf(1, {}, { region: 'eu' });
    await drain();
    expect(sent.at(-1)!.body).toMatchObject({ kind: 'call', region: 'eu', step: 10 });
  });

  it('that fails comes back, and the schedule waits for the end of its lease', async () => {
    const oldestHeld = () => Promise.reject(new Error('ThrottlingException'));
    const { drain, nextIn } = await queueOf(5, { faults: () => ({ oldestHeld }) });
    const { faulty, warnings } = await drain();
    expect(faulty).toMatchObject([{ kind: 'call', ...ref }]);
    expect(warnings).toMatchObject([{ message: 'drain failed', target: 'tgt_1' }]);
    expect(nextIn()).toBe(90_000);
  });
});

describe('drains that release nothing', () => {
  const stuck = { target: targetOf({ active: false }), faults: refuseDeliveries };
  function refuseDeliveries(sent: Parameters<typeof refusing>[0]) {
    return { sendAddressed: refusing(sent, ({ body }) => (body as { kind: string }).kind === 'delivery') };
  }

  it('count, and what could not be sent on stays', async () => {
    const { drain, sent, holdQueue } = await queueOf(3, stuck, { hops: MAX_IDLE_DRAINS - 1 });
    await drain();
    expect(holdQueue.heldNumbers()).toEqual([0, 1, 2]);
    expect(sent.at(-1)!.body).toMatchObject({ kind: 'call', hops: MAX_IDLE_DRAINS });
  });

  it('end after too many, and release sends the next', async () => {
    const { drain, sent, nextIn } = await queueOf(3, stuck, { hops: MAX_IDLE_DRAINS });
    const { metrics } = await drain();
    expect(sent).toEqual([]);
    expect(nextIn()).toBe(0);
    expect(metrics.LoopsStopped).toBe(1);
  });
});

describe('deliveries that are not released', () => {
  const old = nthDelivery(90, { event: { ulid: lowestUlidAt(NOW - DAY - 1000) } });
  const newer = JSON.stringify({ ...nthDelivery(1), v: 2 });

  it.each([
    ['released', GOOD, 0],
    ['probed', OPEN, 1],
  ])('because they were sent meanwhile are removed, not %s (A15)', async (_, health, requests) => {
    const { drain, deps, log, holdQueue, sent, requests: made } = await queueOf(0, { health });
    const waiting = [0, 1].map((n) => nthDelivery(n, { waited: true }));
    await deps.putHeld(waiting, NOW - 1);
    const order = outcomeOrder({ attempts: [], run: 1, status: 'retrying' });
    log.note(waiting[0]!, { status: 'retrying', run: 1, order });
    expect((await drain()).faulty).toEqual([]);
    expect(holdQueue.heldNumbers()).toEqual([]);
    expect(made.map(({ headers }) => headers['webhook-id'])).toEqual(Array(requests).fill('evt-1'));
    expect(sentTo(sent).some((text) => text.startsWith('evt-0'))).toBe(false);
  });

  it('are dead when they have waited for a day', async () => {
    const { drain, deps, sent, holdQueue } = await queueOf(1);
    await deps.putHeld([old], NOW - DAY);
    await drain();
    expect(sentTo(sent).slice(0, 2)).toEqual(['evt-90 → dead-letters', 'evt-0 → slow']);
    expect(sent[0]!.body).toMatchObject({ reason: 'expired' });
    expect(holdQueue.heldNumbers()).toEqual([]);
  });

  it.each<[string, EngineSettings, number[]]>([
    ['are quarantined when they cannot be read', {}, []],
    ['stay when there is no quarantine', { faults: () => ({ quarantineItems: async () => false }) }, [7]],
  ])('%s', async (_, settings, left) => {
    const { drain, holdQueue } = await queueOf(1, settings);
    holdQueue.putText(7, '{"v":1}');
    await drain();
    expect(holdQueue.heldNumbers()).toEqual(left);
  });

  const refuseDead: EngineSettings['faults'] = (sent) => ({
    sendAddressed: refusing(sent, ({ queueUrl }) => queueUrl === 'dead-letters'),
  });
  const noQuarantine: EngineSettings['faults'] = () => ({ quarantineItems: async () => false });
  const batches = { target: targetOf({ batching: { maxEvents: 4, maxSeconds: 20 } }) };
  // A drain that releases nothing is idle if deliveries are stuck, whatever it is for.
  it.each<[string, EngineSettings, number | undefined]>([
    ['of dead ones a probe is not', { health: OPEN }, undefined],
    ['of dead ones that stay a probe is', { health: OPEN, faults: refuseDead }, 1],
    ['of unreadable ones that stay a probe is', { health: OPEN, faults: noQuarantine }, 1],
    ['of dead ones a batch is not', batches, undefined],
    ['of dead ones that stay a batch is', { ...batches, faults: refuseDead }, 1],
    [
      'of dead ones that stay a release to a target that is gone is',
      { target: undefined, faults: refuseDead },
      1,
    ],
  ])('idle, %s', async (_, settings, hops) => {
    const { drain, deps, holdQueue, sent } = await queueOf(0, settings);
    await deps.putHeld([old], NOW - DAY);
    if (settings.faults === noQuarantine) holdQueue.putText(7, '{"v":1}');
    await drain();
    expect((sent.at(-1)!.body as DrainMessage).hops).toBe(hops);
  });

  it('stay when they are of a newer version; if there are no others, the drain comes back', async () => {
    const alone = await queueOf(0);
    alone.holdQueue.putText(7, newer);
    expect((await alone.drain()).faulty).toHaveLength(1);
    const { drain, holdQueue } = await queueOf(2);
    holdQueue.putText(7, newer);
    expect((await drain()).faulty).toEqual([]);
    expect(holdQueue.heldNumbers()).toEqual([7]);
  });
});

it('a delivery that is sent again while a probe of it is under way, and held, is not lost (A15)', async () => {
  const hanging = Promise.withResolvers<number>();
  const answers = [hanging.promise, 200];
  const requests: Post[] = [];
  const post = async (request: Post) => ({
    at: NOW,
    ms: 20_000,
    status: (await answers[requests.push(request) - 1])!,
  });
  const { deps, drain, state, log, holdQueue, sent } = await queueOf(0, {
    health: OPEN,
    faults: () => ({ post }),
  });
  const waiting = nthDelivery(0, { waited: true });
  await deps.putHeld([waiting], NOW - 1);
  const probe = drain();
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  const again = { ...waiting, run: 1, used: 0, replayedAt: NOW };
  log.note(waiting, {
    status: 'parked',
    run: 1,
    order: outcomeOrder({ ...again, status: 'parked', isWaiting: true }),
  });
  await printedBy(() => deliverAll(deps, [again]));
  hanging.resolve(503);
  expect((await probe).faulty).toEqual([]);
  const [held] = await holdQueue.oldestHeld(ref, 10);
  expect(JSON.parse(held!.message)).toMatchObject({ run: 1 });

  const next = holdQueue.schedule.get(scheduleName(ref))!.at;
  state.now = next;
  await drain(next);
  expect(requests).toHaveLength(2);
  expect(sent.findLast(({ queueUrl }) => queueUrl === 'outcomes')?.body).toMatchObject({
    outcomes: [{ status: 'delivered', run: 1 }],
  });
  expect(holdQueue.heldNumbers()).toEqual([]);
});

describe('while the breaker is open, a drain is a probe (A13)', () => {
  const later = { health: { ...OPEN, open: { since: NOW, probes: 4 } } };
  const limited = { target: targetOf({ rateLimit: { perSecond: 1 } }) };
  it.each<[string, EngineSettings, number[], number, boolean]>([
    ['that succeeds closes it', {}, [1, 2], 0, false],
    ['that fails waits for twice as long', { answers: [503] }, [0, 1, 2], 10_000, true],
    ['takes another delivery each time', later, [0, 2], 0, false],
    ['that is refused closes it, and the delivery is dead', { answers: [400] }, [1, 2], 0, false],
    ['that is not made for a fault of our own is repeated', { answers: [OWN_FAULT] }, [0, 1, 2], 5000, true],
    ['gets a slot', limited, [1, 2], 0, false],
  ])('%s', async (_, settings, left, nextMs, isOpen) => {
    const { drain, state, holdQueue, nextIn } = await queueOf(3, { health: OPEN, ...settings });
    expect((await drain()).faulty).toEqual([]);
    expect(holdQueue.heldNumbers()).toEqual(left);
    expect(nextIn()).toBe(nextMs);
    expect(Boolean(state.health?.open)).toBe(isOpen);
  });

  it('of a delivery of an operational event is seen as one', async () => {
    const { drain, deps, notified } = await queueOf(0, { health: OPEN, answers: [503] });
    await deps.putHeld([nthDelivery(1, { event: { type: 'posthorn.delivery.dead', generation: 2 } })], NOW);
    await drain();
    expect(notified[0]?.[4].generation).toBe(2);
  });

  it('that failed is in the history of the delivery, and its schedule does not count it', async () => {
    const { drain, sent, notified } = await queueOf(1, { health: OPEN, answers: [503] });
    await drain();
    expect(sent.find(({ queueUrl }) => queueUrl === 'outcomes')?.body).toMatchObject({
      outcomes: [{ status: 'parked', attempts: [{ status: 503, uncounted: true }], used: 0 }],
    });
    expect(notified).toHaveLength(1);
  });

  it.each<[string, readonly number[], string, number[]]>([
    ['is delivered and not posted again', [200], 'delivered', [1]],
    ['waits with its attempt', [503], 'parked', [0, 1]],
  ])('whose result the health store does not take %s', async (_, answers, status, left) => {
    const changeHealth = () => Promise.reject(new Error('ThrottlingException'));
    const { drain, sent, holdQueue, nextIn } = await queueOf(2, { health: OPEN, answers, changeHealth });
    const { faulty, warnings } = await drain();
    expect(faulty).toEqual([]);
    expect(warnings).toMatchObject([{ message: 'endpoint health not noted', target: 'tgt_1' }]);
    expect(sent.find(({ queueUrl }) => queueUrl === 'outcomes')?.body).toMatchObject({
      outcomes: [{ status, attempts: [{ status: answers[0] }] }],
    });
    expect(holdQueue.heldNumbers()).toEqual(left);
    expect(nextIn()).toBe(5000);
  });

  it('of a queue without deliveries closes it', async () => {
    const { drain, nextIn } = await queueOf(0, { health: OPEN });
    await drain();
    expect(nextIn()).toBeUndefined();
  });
});

describe('the drain of a target that wants batches posts them (A21)', () => {
  const batching = { maxEvents: 4, maxSeconds: 20 };
  const limited = { batching, rateLimit: { perSecond: 1 } };
  const refuseOutcomes: EngineSettings['faults'] = (sent) => ({
    sendAddressed: refusing(sent, ({ queueUrl }) => queueUrl === 'outcomes'),
  });
  it.each<[string, number, EngineSettings, Partial<Target>, number, number, number | undefined]>([
    ['a part of a request', 3, {}, { batching }, 1, 0, undefined],
    ['five requests at a time', 23, {}, { batching }, 5, 3, 0],
    ['one request for a slot', 6, {}, limited, 1, 2, 0],
    ['nothing is left of what is refused', 3, { answers: [400] }, { batching }, 1, 0, undefined],
    ['what fails is retried from its lane', 3, { answers: [503] }, { batching }, 1, 0, undefined],
    ['after a fault of our own in ten seconds', 3, { answers: [OWN_FAULT] }, { batching }, 1, 3, 10_000],
    ['the same for what could not be reported', 3, { faults: refuseOutcomes }, { batching }, 1, 3, 10_000],
  ])('%s', async (_, count, settings, about, requests, left, nextMs) => {
    const engine = await queueOf(count, { ...settings, target: targetOf(about) });
    expect((await engine.drain()).faulty).toEqual([]);
    expect(engine.requests).toHaveLength(requests);
    expect(engine.holdQueue.heldNumbers()).toHaveLength(left);
    expect(engine.nextIn()).toBe(nextMs);
  });

  it.each<[string, Parameters<typeof nthDelivery>[1], number[]]>([
    ['one URL', { event: { region: 'eu' } }, [7]],
    [
      'as many bytes as it holds',
      { event: { payload: { kind: 'stored', key: 'k', bytes: 1_000_000 } } },
      [7],
    ],
  ])('in a request for a slot those of %s, and the rest in the next', async (_, about, left) => {
    const target = targetOf({ ...limited, regions: { eu: 'https://eu.example/hook' } });
    const loadPayload = async () => Buffer.alloc(600_000, '{}');
    const { drain, deps, holdQueue, nextIn } = await queueOf(1, { target, faults: () => ({ loadPayload }) });
    await deps.putHeld([nthDelivery(7, about)], NOW);
    await deps.putHeld(
      [nthDelivery(0, { event: { payload: { kind: 'stored', key: 'k', bytes: 600_000 } } })],
      NOW,
    );
    await drain();
    expect(holdQueue.heldNumbers()).toEqual(left);
    expect(nextIn()).toBe(0);
  });

  it('unless there is no slot near', async () => {
    const { drain, requests, nextIn } = await queueOf(3, {
      target: targetOf(limited),
      faults: () => ({ awaitRequestSlot: async () => NOW + 3000 }),
    });
    await drain();
    expect(requests).toEqual([]);
    expect(nextIn()).toBe(3000);
  });
});
