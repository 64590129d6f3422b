import { describe, expect, it } from 'vitest';
import type { LoggedDelivery } from '../../../lambdas/delivery/delivery-items.ts';
import { deliveryView, disabledIn, healthView, statsView } from '../../../lambdas/manage/views.ts';
import { reportStats } from '../../../lambdas/stats/stats-report.ts';
import { adder } from '../../../lambdas/stats/tally.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
const known = { failed: 3, ok: 0, countedSince: NOW };

describe('what is shown of how a target does (A13)', () => {
  it('is nothing where nothing is known, or nothing is wrong', () => {
    expect(healthView(undefined, NOW, undefined)).toEqual({});
    expect(healthView({ ...known, provenAt: 1, pausedUntil: NOW, slowUntil: 1 }, NOW, undefined)).toEqual({});
    expect(disabledIn(known)).toEqual({});
  });

  it('names times', () => {
    const times = { failingSince: NOW - 9000, pausedUntil: NOW + 1000, slowUntil: NOW + 2000 };
    const open = { since: NOW - 5000, probes: 2 };
    expect(healthView({ ...known, ...times, open }, NOW, NOW + 20_000)).toEqual({
      failingSince: at(-9),
      pausedUntil: at(1),
      slowUntil: at(2),
      breaker: { openSince: at(-5), failedProbes: 2, nextProbeAt: at(20) },
    });
    expect(healthView({ ...known, open }, NOW, NOW - 1)).toMatchObject({ breaker: { nextProbeAt: at(0) } });
    expect(disabledIn({ ...known, disabled: { at: NOW, reason: 'gone' } })).toEqual({
      disabled: { at: at(0), reason: 'gone' },
    });
  });
});

it('attempts are numbered from the first, also when that is no longer kept', () => {
  const delivery: LoggedDelivery = {
    subscription: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
    target: 'tgt_1',
    event: { id: 'order-17', ulid: '01KAK2V5E4V2N9CR0Q6WV7Z1QX', type: 'order.paid' },
    order: 0,
    status: 'parked',
    attempts: [
      { at: NOW, ms: 5, status: 503 },
      { at: NOW, ms: 5, status: 503, uncounted: true, reconnected: true },
    ],
    dropped: 12,
  };
  expect(deliveryView(delivery, NOW)).toMatchObject({
    status: 'parked',
    attempts: [{ number: 13 }, { number: 14, uncounted: true, reconnected: true }],
  });
});

describe('what a delivery waits for (A9)', () => {
  const delivery: LoggedDelivery = {
    subscription: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
    target: 'tgt_1',
    event: { id: 'order-17', ulid: '01KAK2V5E4V2N9CR0Q6WV7Z1QX', type: 'order.paid' },
    order: 0,
    status: 'parked',
    attempts: [],
  };

  it.each<[string, Partial<LoggedDelivery>, string | undefined]>([
    ['a hold queue', { waitingFor: 'recovery' }, 'recovery'],
    ['a time to come', { waitingFor: 'retry', nextAttemptAt: NOW + 1 }, 'retry'],
    ['a time that has come', { waitingFor: 'retry', nextAttemptAt: NOW }, undefined],
    ['a word of a newer release', { waitingFor: 'godot' }, undefined],
    ['what an older release wrote', {}, undefined],
    ['one that is dead', { status: 'dead', waitingFor: 'retry' }, undefined],
  ])('of %s', (_, about, expected) => {
    expect(deliveryView({ ...delivery, ...about }, NOW).waitingFor).toBe(expected);
  });
});

it('counters stand under the names that log platforms have and under those that they had here, too (A18)', () => {
  const { addCounts, tally: total } = adder();
  addCounts({
    deliveries: 8,
    delivered: 3,
    dead: 1,
    deliveredFirst: 2,
    attempts: 5,
    retries: 1,
    failedAttempts: 2,
    answerMs: 10,
    latencyMs: 9,
    cut: 0,
    parked: 0,
    batches: 3,
    deadBatches: 1,
  });
  const report = reportStats({ total, points: [{ at: NOW, tally: total }] }, at(0), at(60));
  const undelivered = { waiting: 4, isCut: false };
  const four = { total_deliveries: 8, delivered: 3, failed: 1, success_rate: 0.75 };
  expect(statsView(report, undelivered)).toEqual({
    ...report,
    undelivered,
    ...four,
    delivery_stats: four,
    first_attempt_rate: 0.25,
    average_answer_ms: 2,
    average_latency_ms: 3,
  });
  expect(report).toMatchObject({
    firstAttemptRate: 0.25,
    attemptSuccessRate: 0.6,
    retryRate: 0.2,
    averageAnswerMs: 2,
    averageLatencyMs: 3,
  });
});
