import { describe, expect, it } from 'vitest';
import { deliverAll } from '../../../lambdas/delivery/deliver.ts';
import type { DeliveryMessage, Message } from '../../../lambdas/delivery/messages.ts';
import { type Step, sinceReplayed, stepsIn, withStep } from '../../../lambdas/delivery/past.ts';
import { drainAll } from '../../../lambdas/hold-queue/drain.ts';
import { firstDrain, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import { createEngine, type EngineSettings } from '../../builders/engine.ts';
import { NOW, nthDelivery, OPEN, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const pastOf = (steps: readonly Step[]): string | undefined =>
  steps.reduce<string | undefined>(withStep, undefined);

describe('the past of a delivery (C5)', () => {
  it('is read as it was written', () => {
    const steps: Step[] = [
      { kind: 'waited', reason: 'retry' },
      { kind: 'waited', reason: 'recovery', at: 5 },
      { kind: 'dead', reason: 'expired', at: 7 },
      { kind: 'replayed', at: 9 },
    ];
    expect(pastOf(steps)).toBe('retry recovery@5 dead:expired@7 replayed@9');
    expect(stepsIn(pastOf(steps))).toEqual(steps);
    expect(stepsIn(undefined)).toEqual([]);
  });

  it('has a wait that goes on once, and the last six steps', () => {
    const pause = { kind: 'waited', reason: 'pause' } as const;
    expect(
      pastOf([
        { ...pause, at: 1 },
        { ...pause, at: 2 },
      ]),
    ).toBe('pause@1');
    const replays = Array.from({ length: 8 }, (_, at): Step => ({ kind: 'replayed', at }));
    expect(stepsIn(pastOf(replays))).toEqual(replays.slice(-6));
  });

  it.each([
    [undefined, undefined],
    ['retry recovery@5', 'retry recovery@5'],
    ['retry dead:expired@7 replayed@9 slot@11', 'replayed@9 slot@11'],
  ])('%s, since it was sent again: %s', (past, expected) => expect(sinceReplayed(past)).toBe(expected));
});

const sentIn = <K extends Message['kind']>(sent: readonly { readonly body: unknown }[], kind: K) =>
  sent.flatMap(({ body }) => {
    const message = body as Message;
    return message.kind === kind ? [message as Extract<Message, { kind: K }>] : [];
  });

describe('what the log keeps of a wait', () => {
  const batching = targetOf({ batching: { maxEvents: 2, maxSeconds: 9 } });
  const limited = targetOf({ rateLimit: { perSecond: 0.01 } });
  const retry = targetOf({ retry: { schedule: [3600, 3600], jitter: 0 } });
  const ref = { tenant: 't', target: 'tgt_1' };

  it.each<[string, EngineSettings, string]>([
    ['its endpoint’s recovery', { health: OPEN }, `recovery@${NOW}`],
    ['a pause', { health: { ...OPEN, open: undefined, pausedUntil: NOW + 1800_000 } }, `pause@${NOW}`],
    ['others of its batch', { lane: 'bulk', target: batching }, `batch@${NOW}`],
    ['its next attempt', { answers: [503], target: retry }, 'retry'],
  ])('%s', async (_, settings, past) => {
    const { deps, parked, holdQueue } = createEngine(settings);
    await printedBy(() => deliverAll(deps, [nthDelivery(0)]));
    const [held] = await holdQueue.oldestHeld(ref, 1);
    const waiting = held ? (JSON.parse(held.message) as DeliveryMessage) : parked[0]!.message;
    expect(waiting.past).toBe(past);
  });

  it('its turn under a rate limit', async () => {
    const { deps, sent } = createEngine({ target: limited });
    await printedBy(() => deliverAll(deps, [nthDelivery(0), nthDelivery(1)]));
    expect(sentIn(sent, 'delivery')).toMatchObject([{ past: `slot@${NOW}` }]);
  });

  it('with the attempt that follows, and nothing where there was no wait', async () => {
    const { deps, sent, holdQueue, state } = createEngine({ health: OPEN });
    await printedBy(() => deliverAll(deps, [nthDelivery(0)]));
    state.health = { ...OPEN, open: undefined };
    state.now = NOW + 600_000;
    const { at } = holdQueue.schedule.get(scheduleName(ref))!;
    await printedBy(() => drainAll(deps, [firstDrain(ref, at)]));
    const released = sentIn(sent, 'delivery');
    expect(released).toHaveLength(1);
    sent.length = 0;
    await printedBy(() => deliverAll(deps, [...released, nthDelivery(1)]));
    const outcomes = sentIn(sent, 'outcomes').flatMap((message) => message.outcomes);
    expect(outcomes.map(({ attempts }) => attempts.map(({ past }) => past))).toEqual([
      [`recovery@${NOW}`],
      [undefined],
    ]);
    for (const outcome of outcomes) expect(outcome).not.toHaveProperty('past');
  });
});
