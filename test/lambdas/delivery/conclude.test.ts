import { describe, expect, it, vi } from 'vitest';
import { type Concluded, conclude } from '../../../lambdas/delivery/conclude.ts';
import type { Decision } from '../../../lambdas/delivery/decision.ts';
import type { DeadMessage, DeliveryMessage, OutcomesMessage } from '../../../lambdas/delivery/messages.ts';
import { deadOutcome, outcomeOfDead, withAttempt } from '../../../lambdas/delivery/outcome.ts';
import type { HealthChange } from '../../../lambdas/endpoint-health/health-change.ts';
import type { Addressed } from '../../../lambdas/platform/sqs.ts';
import { refName } from '../../../lambdas/values/target-ref.ts';
import { createEngine, type EngineDeps, refusing, sentTo } from '../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const destination = { target: targetOf(), obstacle: undefined, health: undefined };

/** A delivery after an attempt. */
function concluded(n: number, decision: Decision, about: Partial<DeliveryMessage> = {}): Concluded {
  const received = nthDelivery(n, about);
  return {
    received,
    delivery: withAttempt(received, { at: NOW, ms: 20, status: 503 }),
    decision,
    destination,
  };
}

const DECISIONS: readonly Decision[] = [
  { kind: 'delivered' },
  { kind: 'retry', at: NOW + 60_000, via: 'queue' },
  { kind: 'retry', at: NOW + 3_600_000, via: 'table' },
  { kind: 'later', at: NOW + 1400, via: 'queue', reason: 'pause' },
  { kind: 'move', lane: 'bulk' },
  { kind: 'hold', reason: 'recovery' },
  { kind: 'dead', reason: 'exhausted' },
];
const all = DECISIONS.map((decision, i) => concluded(i, decision));

const numbersOf = (deliveries: Iterable<DeliveryMessage>): number[] =>
  [...deliveries].map(({ event }) => Number(event.id.slice(4))).sort();

it('each delivery goes to where its decision says, and outcomes to record', async () => {
  const { deps, sent, parked, holdQueue } = createEngine();
  expect(await conclude(deps, all)).toEqual(new Set());
  expect(sentTo(sent).sort()).toEqual([
    'call → slow in 5 s',
    'evt-1 → slow in 60 s',
    // What waits for a pause must not come before its end.
    'evt-3 → slow in 2 s',
    'evt-4 → bulk',
    'evt-6 → dead-letters',
    'outcomes → outcomes',
  ]);
  expect(parked.map(({ message, due }) => [message.event.id, due, message.hops])).toEqual([
    ['evt-2', NOW + 3_600_000, 1],
  ]);
  expect(holdQueue.heldNumbers()).toEqual([5]);
  // The outcome of the dead one is the dead-letter writer's.
  expect(outcomesIn(sent)).toEqual([
    'evt-0 delivered',
    'evt-1 retrying',
    'evt-2 parked',
    'evt-3 retrying',
    'evt-4 retrying',
    'evt-5 parked',
  ]);
});

const outcomesIn = (sent: readonly Addressed[]): string[] =>
  sent.flatMap(({ body }) =>
    ((body as Partial<OutcomesMessage>).outcomes ?? []).map(({ event, status }) => `${event.id} ${status}`),
  );

it('a delivery goes on to its slot a little early, in whole seconds', async () => {
  const { deps, sent } = createEngine();
  const received = nthDelivery(1);
  const slot = NOW + 2050;
  const decision: Decision = { kind: 'later', at: slot, via: 'queue', reason: 'slot' };
  await conclude(deps, [{ received, delivery: { ...received, slot }, decision, destination }]);
  expect(sentTo(sent)).toEqual(['evt-1 → slow in 1 s']);
});

describe('a fault leaves to be received again', () => {
  const fail = () => Promise.reject(new Error('ServiceUnavailable'));
  const refuse = (isRefused: (message: Addressed) => boolean) => (sent: Addressed[]) => ({
    sendAddressed: refusing(sent, isRefused),
  });
  const isNth = (n: number) => (message: Addressed) =>
    (message.body as DeliveryMessage).event?.id === `evt-${n}`;

  it.each<[string, (sent: Addressed[]) => Partial<EngineDeps>, number[]]>([
    ['what a queue refuses, and no others', refuse(isNth(1)), [1]],
    ['what one of several queues refuses', refuse(({ queueUrl }) => queueUrl === 'dead-letters'), [6]],
    ['all that is sent, if nothing is', () => ({ sendAddressed: fail }), [0, 1, 3, 4, 5, 6]],
    ['what is not parked', () => ({ park: fail }), [2]],
    ['what is not held', () => ({ hold: fail }), [5]],
    ['what is held without a drain', refuse(({ body }) => (body as { kind: string }).kind === 'call'), [5]],
    ['what was delivered and is not reported', refuse(({ queueUrl }) => queueUrl === 'outcomes'), [0]],
  ])('%s', async (_, faults, again) => {
    const { deps, sent } = createEngine({ faults });
    const { result, warnings } = await printedBy(() => conclude(deps, all));
    expect(numbersOf(result as Set<DeliveryMessage>)).toEqual(again);
    expect(warnings.length).toBeGreaterThan(0);
    // No outcome is reported of what will be received again.
    const reported = outcomesIn(sent).map((text) => Number(text[4]));
    expect(reported.filter((n) => again.includes(n))).toEqual([]);
  });
});

describe('what has become of a target (A13, A19)', () => {
  const change = { state: 'open', at: NOW } as const;
  const changes = Promise.resolve(new Map([[refName(nthDelivery(0)), change]]));

  it('travels with one outcome of its attempts', async () => {
    const { deps, sent } = createEngine();
    await conclude(deps, [concluded(0, { kind: 'delivered' }), concluded(1, { kind: 'delivered' })], changes);
    const { outcomes } = sent.find(({ queueUrl }) => queueUrl === deps.outcomesQueue)!
      .body as OutcomesMessage;
    expect(outcomes.map(({ targetChange }) => targetChange)).toEqual([change, undefined]);
  });

  it('travels with what is dead, which the dead-letter writer records', async () => {
    const { deps, sent } = createEngine();
    await conclude(deps, [concluded(0, { kind: 'dead', reason: 'rejected' })], changes);
    const dead = sent.find(({ queueUrl }) => queueUrl === deps.deadLettersQueue)!.body as DeadMessage;
    expect(dead.targetChange).toEqual(change);
    expect(outcomeOfDead(dead, NOW)).toMatchObject({ status: 'dead', targetChange: change });
  });

  it('holds up no delivery that goes on', async () => {
    const { deps, sent, parked, holdQueue } = createEngine();
    const known = Promise.withResolvers<ReadonlyMap<string, HealthChange>>();
    const concluding = conclude(deps, all, known.promise);
    await vi.waitFor(() => expect(holdQueue.heldNumbers()).toEqual([5]));
    expect(sentTo(sent)).toEqual(
      expect.arrayContaining(['evt-1 → slow in 60 s', 'evt-3 → slow in 2 s', 'evt-4 → bulk']),
    );
    expect(parked).toHaveLength(1);
    const waiting = ['evt-6 → dead-letters', 'outcomes → outcomes'];
    expect(sentTo(sent).filter((text) => waiting.includes(text))).toEqual([]);
    known.resolve(new Map());
    expect(await concluding).toEqual(new Set());
    expect(sentTo(sent)).toEqual(expect.arrayContaining(waiting));
  });

  it('is not that of a replay before', async () => {
    const stale = nthDelivery(0, { targetChange: change } as Partial<DeliveryMessage>);
    expect(deadOutcome(stale, 'expired', NOW).targetChange).toBeUndefined();
  });
});
