import { describe, expect, it } from 'vitest';
import { candidatesOf, failuresIn, partsOf, worstFirst } from '../../../lambdas/stats/breakdown.ts';
import { type CounterItem, readCounterItem } from '../../../lambdas/stats/counters.ts';
import { readLegacyHour } from '../../../lambdas/stats/legacy-counters.ts';
import { type Interval, seriesOf, widened } from '../../../lambdas/stats/series.ts';
import { reportStats } from '../../../lambdas/stats/stats-report.ts';
import { valuesOf } from '../../../lambdas/stats/values.ts';

const time = (text: string): number => Date.parse(`2026-11-${text}Z`);
const words = (at: number): string => new Date(at).toISOString().slice('2026-11-'.length, -'.000Z'.length);
const span = (from: string, to: string) => ({ from: time(from), to: time(to) });

/** Bucket 23 is around 100 ms, bucket 34 around 1 s. */
const busy = readCounterItem(time('21T20:05'), {
  f0: 3,
  A0: 300,
  T0: 900,
  e4: 1,
  A4: 1000,
  '4!503': 1,
  a24: 3,
  a35: 1,
  t29: 3,
  // Of a later release.
  q1: 7,
  unknown: 'text',
});
const later = readCounterItem(time('21T21:55'), { l4: 2, A4: 20, T4: 40, a10: 2, t20: 2 });

function seriesBy(interval: Interval, wanted: ReturnType<typeof span>, items: readonly CounterItem[]) {
  const { add, series } = seriesOf(interval, widened(wanted, interval));
  for (const item of items) add(item);
  return series;
}

const deliveriesIn = ({ points }: ReturnType<typeof seriesBy>) =>
  points.map(({ at, tally }) => [words(at), tally.counts.attempts]);

describe('a series (D13, E5)', () => {
  it('has every minute, hour or day of its span', () => {
    expect(deliveriesIn(seriesBy('hour', span('21T19:10', '21T21:56'), [busy, later]))).toEqual([
      ['21T19:00:00', 0],
      ['21T20:00:00', 4],
      ['21T21:00:00', 2],
    ]);
    expect(deliveriesIn(seriesBy('day', span('20T10:00', '22T00:00'), [busy, later]))).toEqual([
      ['20T00:00:00', 0],
      ['21T00:00:00', 6],
    ]);
    expect(deliveriesIn(seriesBy('minute', span('21T20:04:30', '21T20:06:00'), [busy]))).toEqual([
      ['21T20:04:00', 0],
      ['21T20:05:00', 3],
    ]);
  });

  it('ends before its end', () => {
    expect(deliveriesIn(seriesBy('hour', span('21T19:00', '21T20:00'), [busy]))).toEqual([
      ['21T19:00:00', 0],
    ]);
    expect(seriesBy('hour', span('21T19:00', '21T20:00'), [busy]).total.counts.attempts).toBe(0);
  });

  it('adds up to its total, whatever the order', () => {
    for (const interval of ['minute', 'hour', 'day'] as const) {
      const { total, points } = seriesBy(interval, span('21T20:00', '21T22:00'), [later, busy]);
      const attempts = points.reduce((sum, { tally }) => sum + tally.counts.attempts, 0);
      expect([attempts, total.counts.attempts]).toEqual([6, 6]);
      expect(valuesOf(total)).toEqual({
        deliveries: 4,
        delivered: 5,
        dead: 0,
        attempts: 6,
        failedAttempts: 1,
        retries: 2,
        firstAttemptRate: 0.75,
        attemptSuccessRate: 0.8333,
        retryRate: 0.3333,
        answerMs: {
          average: 220,
          p50: expect.closeTo(111, -1),
          p95: expect.closeTo(1010, -2),
          p99: expect.closeTo(1010, -2),
        },
        latencyMs: {
          average: 188,
          p50: expect.closeTo(303, -1),
          p95: expect.closeTo(303, -1),
          p99: expect.closeTo(303, -1),
        },
        errors: { '5xx': 1 },
      });
    }
  });

  it('shows of a minute how its five minutes were spread, and nothing of one without attempts', () => {
    const { points } = seriesBy('minute', span('21T20:05', '21T20:10'), [busy]);
    const p99 = points.map(({ tally }) => valuesOf(tally).answerMs.p99);
    expect(p99).toEqual([expect.any(Number), null, null, null, p99[0]]);
    expect(valuesOf(points[4]!.tally)).toMatchObject({
      firstAttemptRate: 0,
      latencyMs: { average: null, p50: null },
      errors: { '5xx': 1 },
    });
  });

  it('has no rate of nothing', () =>
    expect(valuesOf(seriesBy('hour', span('21T20:00', '21T21:00'), []).total)).toMatchObject({
      deliveries: 0,
      firstAttemptRate: null,
      retryRate: null,
      errors: {},
    }));
});

describe('/stats (A18, D13)', () => {
  it('leaves out hours without anything', () => {
    const series = seriesBy('hour', span('21T19:00', '21T22:00'), [busy, later]);
    const report = reportStats(series, 'from', 'to');
    expect(report).toMatchObject({
      from: 'from',
      to: 'to',
      totalDeliveries: 4,
      delivered: 5,
      failed: 0,
      successRate: 1,
      attempts: 6,
      failedAttempts: 1,
      attemptSuccessRate: 0.8333,
      retryRate: 0.3333,
      averageAnswerMs: 220,
      averageLatencyMs: 188,
    });
    expect(report.series).toEqual([
      {
        at: '2026-11-21T20:00:00.000Z',
        deliveries: 4,
        delivered: 3,
        failed: 0,
        attempts: 4,
        failedAttempts: 1,
      },
      {
        at: '2026-11-21T21:00:00.000Z',
        deliveries: 0,
        delivered: 2,
        failed: 0,
        attempts: 2,
        failedAttempts: 0,
      },
    ]);
  });

  const counters = {
    ttl: 1,
    deliveries: 3,
    attempts: 5,
    delivered: 2,
    deliveredFirst: 1,
    dead: 1,
    answerMs: 50,
    latencyMs: 20,
    'deliveries:07': 3,
    'delivered:07': 1,
    'delivered:59': 1,
    'dead:59': 1,
  };
  const legacy = { start: time('21T20:00'), counters };

  it('has what earlier releases counted', () => {
    const { total } = seriesBy('hour', span('21T20:30', '21T21:00'), [readLegacyHour(legacy, 'hour')]);
    expect(total.counts).toEqual({
      deliveries: 3,
      attempts: 5,
      retries: 2,
      failedAttempts: 3,
      delivered: 2,
      deliveredFirst: 1,
      dead: 1,
      answerMs: 50,
      latencyMs: 20,
      cut: 0,
      parked: 0,
      batches: 0,
      deadBatches: 0,
    });
    const byMinute = seriesBy('minute', span('21T20:00', '21T21:00'), [readLegacyHour(legacy, 'minute')]);
    expect(reportStats(byMinute, '', '').series).toEqual([
      {
        at: '2026-11-21T20:07:00.000Z',
        deliveries: 3,
        delivered: 1,
        failed: 0,
        attempts: 3,
        failedAttempts: 2,
      },
      {
        at: '2026-11-21T20:59:00.000Z',
        deliveries: 0,
        delivered: 1,
        failed: 1,
        attempts: 2,
        failedAttempts: 1,
      },
    ]);
  });
});

describe('a breakdown (D13)', () => {
  const all = span('21T00:00', '22T00:00');
  const itemOf = (counters: object) => readCounterItem(time('21T20:00'), counters);

  it('has the worst first: failed attempts and deaths, then attempts, then the name', () => {
    const { add, parts } = partsOf(all);
    add('quiet', itemOf({ f0: 1 }));
    add('busy', itemOf({ f0: 500 }));
    add('also busy', itemOf({ f0: 500 }));
    add('failing', itemOf({ e0: 3 }));
    add('dying', itemOf({ x0: 2 }));
    add(undefined, itemOf({ e0: 1 }));
    add(undefined, itemOf({ e0: 4 }));
    expect(worstFirst(parts()).map(({ name }) => name)).toEqual([
      undefined,
      'dying',
      'failing',
      'also busy',
      'busy',
      'quiet',
    ]);
  });

  it('looks at the targets that failed, and at others while there is room', () => {
    const failing = new Map([
      ['some', 1],
      ['most', 9],
      ['deleted', 5],
    ]);
    expect(candidatesOf(failing, ['fine', 'most'], 4)).toEqual({
      targets: ['most', 'deleted', 'some', 'fine'],
      isAll: true,
    });
    expect(candidatesOf(failing, ['fine', 'most'], 2)).toEqual({
      targets: ['most', 'deleted'],
      isAll: false,
    });
  });

  it('names errors, the most frequent first', () => {
    const { add, series } = seriesOf('day', all);
    add(itemOf({ e0: 9, '0!timeout': 3, '1!503': 2, '2!503': 2, '0!404': 1, '0!302': 1, '0!799': 1 }));
    expect(failuresIn(series.total)).toEqual([
      { name: '503', class: '5xx', failedAttempts: 4 },
      { name: 'timeout', class: 'timeout', failedAttempts: 3 },
      { name: '302', class: '3xx', failedAttempts: 1 },
      { name: '404', class: '4xx', failedAttempts: 1 },
      { name: '799', class: 'other', failedAttempts: 1 },
    ]);
  });
});
