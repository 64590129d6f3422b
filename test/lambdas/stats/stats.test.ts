import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { tallyOutcomes } from '../../../lambdas/stats/stats.ts';
import { reportStats } from '../../../lambdas/stats/stats-report.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';

const AT = Date.UTC(2026, 10, 21, 20, 7, 30);
const ulid = ulidSource(() => 0.5);
const fine: Attempt = { at: AT - 40, ms: 40, status: 200 };
const failed: Attempt = { at: AT - 60, ms: 60, status: 500 };

const outcome = (change: Partial<Outcome>): Outcome =>
  outcomeOf({ at: AT, event: { id: 'evt_1', ulid: ulid(AT - 100), type: 'a' }, attempts: [fine], ...change });

const totals = (outcomes: Outcome[]): Record<string, number> =>
  Object.fromEntries(tallyOutcomes(outcomes).find(({ target }) => target === undefined)!.add);

describe('tallyOutcomes', () => {
  it('adds nothing where deliveries only wait, since an update of nothing is refused', () =>
    expect(tallyOutcomes([outcome({ status: 'parked', isWaiting: true, attempts: [failed] })])).toEqual([]));

  it.each([
    [
      'delivered at once',
      outcome({}),
      { deliveries: 1, attempts: 1, delivered: 1, deliveredFirst: 1, answerMs: 40, latencyMs: 100 },
    ],
    [
      'first attempt failed',
      outcome({ status: 'retrying', attempts: [failed] }),
      { deliveries: 1, attempts: 1, answerMs: 60 },
    ],
    [
      'delivered by a retry',
      outcome({ attempts: [failed, fine] }),
      { attempts: 1, delivered: 1, answerMs: 40, latencyMs: 100 },
    ],
    [
      'gave up',
      outcome({ status: 'dead', reason: 'exhausted', attempts: [failed, failed] }),
      { attempts: 1, dead: 1, answerMs: 60 },
    ],
    [
      'rejected at once',
      outcome({ status: 'dead', reason: 'rejected', attempts: [failed] }),
      { deliveries: 1, attempts: 1, dead: 1, answerMs: 60 },
    ],
    [
      'target gone before any attempt',
      outcome({ status: 'dead', reason: 'target_deleted', attempts: [] }),
      { deliveries: 1, dead: 1 },
    ],
    [
      'target gone between attempts',
      outcome({ status: 'dead', reason: 'target_deleted', attempts: [failed] }),
      { dead: 1 },
    ],
  ])('%s', (_, one, expected) => {
    const byHour = Object.fromEntries(Object.entries(totals([one])).filter(([name]) => !name.includes(':')));
    expect(byHour).toEqual(expected);
  });

  it('counts a whole life as one delivery', () => {
    const life = [
      outcome({ status: 'retrying', attempts: [failed] }),
      outcome({ status: 'parked', attempts: [failed, failed] }),
      outcome({ attempts: [failed, failed, fine] }),
    ];
    expect(totals(life)).toMatchObject({ deliveries: 1, attempts: 3, delivered: 1 });
  });

  it('makes one increment for each hour of each tenant and target', () => {
    const later = outcome({ at: AT + 3_600_000, target: 'tgt_2' });
    const scopes = tallyOutcomes([outcome({}), outcome({}), later]).map(({ target, hour }) => [target, hour]);
    expect(scopes).toEqual([
      [undefined, '2026-11-21T20'],
      ['tgt_1', '2026-11-21T20'],
      [undefined, '2026-11-21T21'],
      ['tgt_2', '2026-11-21T21'],
    ]);
  });
});

describe('reportStats (A18, D13)', () => {
  const counters = totals([
    outcome({}),
    outcome({}),
    outcome({ status: 'dead', reason: 'rejected', attempts: [failed] }),
  ]);
  const hours = [{ hour: '2026-11-21T20', counters }];
  const report = reportStats(hours, 'minute', '2026-11-21T20:00:00.000Z', '2026-11-21T21:00:00.000Z');

  it('adds up', () => {
    expect(report).toMatchObject({ totalDeliveries: 3, delivered: 2, failed: 1, successRate: 0.6667 });
  });

  it('lays out minutes', () => {
    expect(report.series).toEqual([
      { at: '2026-11-21T20:07:00.000Z', deliveries: 3, delivered: 2, failed: 1 },
    ]);
  });

  it('has no rate of nothing', () => {
    expect(reportStats([], 'hour', 'x', 'y')).toMatchObject({ totalDeliveries: 0, successRate: null });
  });
});
