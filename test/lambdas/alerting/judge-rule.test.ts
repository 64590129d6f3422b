import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../lambdas/alerting/alert-rule.ts';
import {
  begin,
  eventsReading,
  judge,
  type Reading,
  readingOf,
  silenceOf,
} from '../../../lambdas/alerting/judge-rule.ts';
import type { Judged } from '../../../lambdas/alerting/rule-state.ts';
import { bucketOf } from '../../../lambdas/stats/sketch.ts';
import { type Counts, NO_COUNTS, type Tally } from '../../../lambdas/stats/tally.ts';
import { runs } from '../../helpers/runs.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const RUN_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const STARTED = '2026-11-21T00:00:00.000Z';

const tallyOf = (counts: Partial<Counts>, latencies: readonly number[] = []): Tally => ({
  counts: { ...NO_COUNTS, ...counts },
  errors: new Map(),
  answers: new Map(),
  latencies: new Map([...Map.groupBy(latencies, bucketOf)].map(([bucket, all]) => [bucket, all.length])),
});
const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

const rate = { metric: 'successRate', below: 0.95, minutes: 15, minimum: 20 } as const;
const slow = { metric: 'timeToDelivery', statistic: 'p95', aboveMs: 5000, minutes: 15, minimum: 20 } as const;
const dead = { metric: 'deadLetters', atLeast: 2, minutes: 60 } as const;

describe('what a condition reads (A24)', () => {
  it.each<[string, Parameters<typeof readingOf>[0], Tally, Partial<Reading>]>([
    [
      'one failure of two at night',
      rate,
      tallyOf({ attempts: 2, failedAttempts: 1 }),
      { verdict: 'unclear', value: 0.5 },
    ],
    ['nothing', rate, tallyOf({}), { verdict: 'unclear', value: null }],
    [
      'as many as it takes',
      rate,
      tallyOf({ attempts: 20, failedAttempts: 2 }),
      { verdict: 'holds', value: 0.9 },
    ],
    ['one too few', rate, tallyOf({ attempts: 19, failedAttempts: 19 }), { verdict: 'unclear', value: 0 }],
    [
      'just what is asked',
      rate,
      tallyOf({ attempts: 20, failedAttempts: 1 }),
      { verdict: 'not', value: 0.95 },
    ],
    [
      'requests that a fast lane cut',
      rate,
      tallyOf({ attempts: 40, failedAttempts: 20, cut: 20 }),
      { verdict: 'not', value: 1 },
    ],
    // Shown as 0.9499, not as the 0.95 that it is below of.
    [
      'a little less',
      rate,
      tallyOf({ attempts: 100_000, failedAttempts: 5001 }),
      { verdict: 'holds', value: 0.9499 },
    ],
    ['no delivery', slow, tallyOf({}), { verdict: 'unclear', value: null }],
    [
      'slow ones among too few',
      slow,
      tallyOf({ delivered: 10, latencyMs: 90_000 }, times(10, 9000)),
      { verdict: 'unclear' },
    ],
    [
      'slow ones',
      slow,
      tallyOf({ delivered: 20, latencyMs: 180_000 }, times(20, 9000)),
      { verdict: 'holds' },
    ],
    [
      'few slow ones of many',
      slow,
      tallyOf({ delivered: 100, latencyMs: 50_000 }, [...times(96, 100), ...times(4, 60_000)]),
      { verdict: 'not' },
    ],
    [
      'the same by average',
      { ...slow, statistic: 'average', aboveMs: 400 },
      tallyOf({ delivered: 100, latencyMs: 50_000 }, times(100, 500)),
      { verdict: 'holds', value: 500 },
    ],
    ['no dead letter of nothing', dead, tallyOf({}), { verdict: 'not', value: 0 }],
    ['fewer than it asks for', dead, tallyOf({ dead: 1 }), { verdict: 'not', value: 1 }],
    ['as many', dead, tallyOf({ dead: 2 }), { verdict: 'holds', value: 2 }],
  ])('of %s', (_, when, tally, expected) => {
    expect(readingOf(when, tally)).toMatchObject(expected);
  });

  it.each([
    [0, 'not', 0],
    [6 * HOUR_MS - 1, 'not', 5.99],
    [6 * HOUR_MS, 'holds', 6],
    [-5000, 'not', 0],
  ])('of silence for %i ms', (ago, verdict, value) => {
    const when = { metric: 'silence', hours: 6 } as const;
    expect(silenceOf(when, NOW - ago, NOW)).toEqual({ verdict, value, lastAt: NOW - ago });
  });
});

describe('a reading of many events', () => {
  const when = { metric: 'events', atLeast: 3, minutes: 5, eventType: 'login.failed' } as const;
  const came = (type: string, ...minutesAgo: readonly number[]) =>
    minutesAgo.map((ago) => ({ type, at: NOW - ago * 60_000 }));
  const from = NOW - 5 * 60_000;

  it.each([
    ['holds', 'as many', came('login.failed', 0, 1, 5), from, 3],
    ['not', 'fewer', came('login.failed', 0, 1), from, 2],
    ['not', 'some too old', came('login.failed', 0, 1, 5.01), from, 2],
    ['not', 'of other types', [...came('login.failed', 1), ...came('login.ok', 1, 2, 3)], from, 1],
    ['unclear', 'fewer, among those that were looked at', came('login.failed', 0, 1), from + 1, 2],
    ['holds', 'as many, whatever else came', came('login.failed', 0, 1, 1), from + 60_000, 3],
    ['not', 'none', [], from, 0],
  ] as const)('%s: %s', (verdict, _, events, seenFrom, value) => {
    expect(eventsReading(when, { events, seenFrom }, NOW)).toEqual({ verdict, value });
  });

  it('is of all types without one', () => {
    const events = [...came('a', 0), ...came('b', 1), ...came('c', 2)];
    const any = { metric: 'events', atLeast: 3, minutes: 5 } as const;
    expect(eventsReading(any, { events, seenFrom: from }, NOW).verdict).toBe('holds');
  });
});

const CONDITIONS: readonly Condition[] = [
  { metric: 'events', atLeast: 2, minutes: 5 },
  rate,
  slow,
  dead,
  { metric: 'silence', hours: 6 },
];
const ruleOf = (when: Condition) => ({ startedAt: STARTED, when });
const read = (verdict: Reading['verdict']): Reading => ({ verdict, value: verdict === 'unclear' ? null : 1 });

/** Judges one reading after the other, each told at once. @returns the state and the news after each */
function judgeAll(when: Condition, verdicts: readonly Reading['verdict'][]) {
  let known: Judged | undefined;
  return verdicts.map((verdict, i) => {
    const next = judge(ruleOf(when), known, read(verdict), NOW + i * RUN_MS);
    const { untold, ...told } = next;
    known = told;
    return { state: next.state, since: next.since, news: untold };
  });
}

describe('a rule (A24)', () => {
  it.each<[string, Condition, Reading['verdict'][], string[]]>([
    ['rings at once, and once', rate, ['holds', 'holds', 'holds'], ['ringing raised', 'ringing', 'ringing']],
    [
      'is over the second time in a row',
      rate,
      ['holds', 'not', 'not', 'not'],
      ['ringing raised', 'ringing', 'ok resolved', 'ok'],
    ],
    [
      'does not flap about its threshold',
      dead,
      ['holds', 'not', 'holds', 'not', 'holds'],
      ['ringing raised', 'ringing', 'ringing', 'ringing', 'ringing'],
    ],
    [
      'goes on ringing without news, and begins to count again',
      slow,
      ['holds', 'unclear', 'not', 'unclear', 'not', 'not'],
      ['ringing raised', 'ringing', 'ringing', 'ringing', 'ringing', 'ok resolved'],
    ],
    [
      'knows nothing without data, and tells nothing of that',
      rate,
      ['unclear', 'not', 'unclear', 'holds'],
      ['unknown', 'ok', 'unknown', 'ringing raised'],
    ],
    [
      'about silence is over with the first event',
      { metric: 'silence', hours: 6 },
      ['holds', 'not', 'holds'],
      ['ringing raised', 'ok resolved', 'ringing raised'],
    ],
  ])('%s', (_, when, verdicts, expected) => {
    const said = judgeAll(when, verdicts).map(({ state, news }) =>
      [state, news?.kind ?? []].flat().join(' '),
    );
    expect(said).toEqual(expected);
  });

  it('says since when it has been what it is, and when what is over began', () => {
    const all = judgeAll(rate, ['not', 'holds', 'holds', 'not', 'not', 'not']);
    const at = (run: number): number => NOW + run * RUN_MS;
    expect(all.map(({ since }) => since)).toEqual([at(0), at(1), at(1), at(1), at(4), at(4)]);
    expect(all[1]!.news).toMatchObject({ kind: 'raised', at: at(1), since: at(1) });
    expect(all[4]!.news).toMatchObject({ kind: 'resolved', at: at(4), since: at(1) });
  });

  it('raises and resolves in turn, whatever is read', () => {
    const verdict = fc.constantFrom<Reading['verdict']>('holds', 'not', 'unclear');
    fc.assert(
      fc.property(fc.constantFrom(...CONDITIONS), fc.array(verdict, { maxLength: 60 }), (when, verdicts) => {
        const all = judgeAll(when, verdicts);
        const kinds = all.flatMap(({ news }) => news?.kind ?? []);
        expect(kinds).toEqual(kinds.map((_, i) => (i % 2 === 0 ? 'raised' : 'resolved')));
        // It rings just between the two, and begins when it has held, never without.
        let isRinging = false;
        all.forEach(({ state, news }, i) => {
          if (news) isRinging = news.kind === 'raised';
          expect(state === 'ringing').toBe(isRinging);
          if (verdicts[i] === 'holds') expect(state).toBe('ringing');
          if (verdicts[i] === 'unclear') expect(state).not.toBe('ok');
        });
      }),
      { numRuns: runs(200) },
    );
  });

  it('that is changed begins anew, and one that rang is told to be over, without a word of how it is now', () => {
    const rings = { ...judge(ruleOf(rate), undefined, read('holds'), NOW), untold: undefined };
    const changed = { startedAt: 'later' };
    expect(begin(changed, rings, NOW + 1)).toMatchObject({
      startedAt: 'later',
      state: 'unknown',
      since: NOW + 1,
      untold: { kind: 'resolved', isCutOff: true, since: NOW, at: NOW + 1 },
      revision: rings.revision + 1,
    });
    const { untold: _, ...fine } = judge(ruleOf(rate), undefined, read('not'), NOW);
    expect(begin(changed, fine, NOW + 1)).not.toHaveProperty('untold');
  });
});
