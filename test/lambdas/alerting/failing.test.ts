import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsToFail, endOfFailing, type Windows, windowsOf } from '../../../lambdas/alerting/failing.ts';
import { NO_COUNTS } from '../../../lambdas/stats/tally.ts';
import { runs } from '../../helpers/runs.ts';

const MINUTE = 60_000;
/** Seventeen seconds into a minute. */
const NOW = Date.UTC(2026, 10, 21, 12, 7, 17);
const LIMITS = { share: 0.1, attempts: 20 };

/** What was counted in a minute, so many minutes ago: 0 is the present one. */
interface Counted {
  readonly ago: number;
  readonly attempts: number;
  readonly failed?: number;
  readonly paced?: number;
  readonly cut?: number;
}

const minutesOf = (each: (ago: number) => Omit<Counted, 'ago'>, from: number, to: number): Counted[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ ago: from + i, ...each(from + i) }));

/** The counters, by items of five minutes, as the table has them. */
function windowsAfter(counted: readonly Counted[], now = NOW): Windows {
  const { add, windows } = windowsOf(now);
  for (const { ago, attempts, failed = 0, paced = 0, cut = 0 } of counted) {
    const at = now - (now % MINUTE) - ago * MINUTE;
    const start = at - (at % (5 * MINUTE));
    const errors = new Map([
      ['503', failed],
      ['429', paced],
      ['timeout', cut],
    ]);
    const counts = { ...NO_COUNTS, attempts, failedAttempts: failed + paced + cut, cut };
    add({
      start,
      minutes: new Map([[(at - start) / MINUTE, { counts, errors }]]),
      answers: new Map(),
      latencies: new Map(),
    });
  }
  return windows();
}

const begins = (counted: readonly Counted[]): boolean => beginsToFail(windowsAfter(counted), LIMITS);
const end = (counted: readonly Counted[]) => endOfFailing(windowsAfter(counted), LIMITS);

describe('a target begins to fail (D14)', () => {
  const even = (attempts: number, failed: number): Counted[] =>
    minutesOf(() => ({ attempts, failed }), 0, 14);

  it.each<[what: string, counted: Counted[], expected: boolean]>([
    ['a third of 450 attempts', even(30, 10), true],
    ['all of 20', [{ ago: 1, attempts: 20, failed: 20 }], true],
    ['exactly a tenth of 150', even(10, 1), false],
    ['a little more than a tenth', [...even(10, 1), { ago: 0, attempts: 0, failed: 1 }], true],
    ['nothing', [], false],
    ['no failure of many', even(100, 0), false],
    ['1 of 2 at night', [{ ago: 3, attempts: 2, failed: 1 }], false],
    ['a quarter of 20', [{ ago: 2, attempts: 20, failed: 5 }], true],
    ['a fifth of 20, which may be chance', [{ ago: 2, attempts: 20, failed: 4 }], false],
    ['a quarter of 19', [{ ago: 2, attempts: 19, failed: 5 }], false],
    ['ten that open the breaker, and no more comes', [{ ago: 1, attempts: 10, failed: 10 }], true],
    ['nine of nine', [{ ago: 1, attempts: 9, failed: 9 }], false],
    [
      'the breaker is open: failures, then probes further and further apart',
      [
        { ago: 6, attempts: 10, failed: 10 },
        { ago: 5, attempts: 2, failed: 2 },
        { ago: 3, attempts: 1, failed: 1 },
      ],
      true,
    ],
    [
      'a burst that was over ten minutes ago',
      [{ ago: 11, attempts: 40, failed: 40 }, ...even(10, 0).slice(0, 5)],
      false,
    ],
    ['a burst that nothing has come after', [{ ago: 11, attempts: 40, failed: 40 }], false],
    ['sixteen minutes ago', [{ ago: 15, attempts: 100, failed: 100 }], false],
    ['only answers of 429', minutesOf(() => ({ attempts: 30, paced: 30 }), 0, 14), false],
    ['answers of 429 beside good ones', minutesOf(() => ({ attempts: 30, paced: 15 }), 0, 14), false],
    [
      'answers of 429 beside as many failures',
      minutesOf(() => ({ attempts: 30, paced: 15, failed: 15 }), 0, 14),
      true,
    ],
    ['requests that a fast lane cut', [{ ago: 1, attempts: 60, cut: 30 }], false],
    [
      'requests that were cut, and as many that failed',
      [{ ago: 1, attempts: 60, cut: 20, failed: 20 }],
      true,
    ],
  ])('%s', (_, counted, expected) => {
    expect(begins(counted)).toBe(expected);
  });

  it('says since when, what failed, and when it was last tried', () => {
    const { failingFrom, lastAttemptAt, errors } = windowsAfter([
      { ago: 40, attempts: 9, failed: 9 },
      { ago: 14, attempts: 5 },
      { ago: 9, attempts: 10, failed: 3, cut: 2, paced: 4 },
      { ago: 2, attempts: 1, failed: 1 },
    ]);
    const minute = (ago: number) => Date.UTC(2026, 10, 21, 12, 7 - ago);
    expect([failingFrom, lastAttemptAt]).toEqual([minute(9), minute(2)]);
    expect(errors).toEqual(new Map([['503', 4]]));
  });

  it('never on fewer than five failures, nor on at most a tenth', () => {
    const counted = fc.array(
      fc
        .record({ ago: fc.nat(20), attempts: fc.nat(60), failed: fc.nat(60) })
        .map(({ ago, attempts, failed }) => ({
          ago,
          attempts: Math.max(attempts, failed),
          failed,
        })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(counted, (all) => {
        const within = all.filter(({ ago }) => ago < 15);
        const attempts = within.reduce((sum, one) => sum + one.attempts, 0);
        const failed = within.reduce((sum, one) => sum + one.failed, 0);
        if (failed < 5 || failed * 10 <= attempts) expect(begins(all)).toBe(false);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('a failing target is well again (D14)', () => {
  it.each<[what: string, counted: Counted[], expected: 'recovered' | 'quiet' | undefined]>([
    ['half an hour without a failure', minutesOf(() => ({ attempts: 10 }), 0, 29), 'recovered'],
    ['a twentieth failed', minutesOf(() => ({ attempts: 20, failed: 1 }), 0, 29), 'recovered'],
    [
      'more than a twentieth',
      [...minutesOf(() => ({ attempts: 20, failed: 1 }), 0, 29), { ago: 9, attempts: 1, failed: 1 }],
      undefined,
    ],
    [
      'well for twenty minutes',
      minutesOf((ago) => ({ attempts: 10, failed: ago > 20 ? 10 : 0 }), 0, 29),
      undefined,
    ],
    ['one success among no failures', [{ ago: 12, attempts: 1 }], 'recovered'],
    ['one success and one failure', [{ ago: 12, attempts: 2, failed: 1 }], undefined],
    [
      'well, but it has just begun again',
      [...minutesOf(() => ({ attempts: 100 }), 5, 29), { ago: 1, attempts: 10, failed: 10 }],
      undefined,
    ],
    [
      'failed probes alone',
      [
        { ago: 4, attempts: 1, failed: 1 },
        { ago: 19, attempts: 1, failed: 1 },
      ],
      undefined,
    ],
    ['answers of 429 alone', [{ ago: 4, attempts: 30, paced: 30 }], undefined],
    ['nothing for half an hour', [{ ago: 31, attempts: 30, failed: 10 }], undefined],
    ['nothing for an hour', [{ ago: 60, attempts: 30, failed: 10 }], 'quiet'],
    ['nothing', [], 'quiet'],
  ])('%s', (_, counted, expected) => {
    expect(end(counted)).toBe(expected);
  });
});

/** What is said of a target over time, by runs that are five minutes apart. */
function history(minutes: number, each: (minute: number) => Omit<Counted, 'ago'>): string[] {
  const told: string[] = [];
  let isFailing = false;
  for (let run = 0; run < minutes; run += 5) {
    const counted = minutesOf((ago) => each(run - ago), 0, Math.min(run, 60));
    const windows = windowsAfter(counted);
    const ended = isFailing && endOfFailing(windows, LIMITS);
    if (!isFailing && beginsToFail(windows, LIMITS)) told.push(`failing ${run}`);
    else if (ended) told.push(`${ended} ${run}`);
    else continue;
    isFailing = !isFailing;
  }
  return told;
}

describe('over time (D14)', () => {
  const DAY = 24 * 60;

  it('an endpoint that always fails a third is told once', () => {
    expect(history(DAY, () => ({ attempts: 9, failed: 3 }))).toEqual(['failing 5']);
  });

  it('an outage is told once, and once when it is over', () => {
    const outage = (minute: number) => minute >= 100 && minute < 130;
    expect(history(DAY, (minute) => ({ attempts: 10, failed: outage(minute) ? 10 : 0 }))).toEqual([
      'failing 105',
      'recovered 160',
    ]);
  });

  it('an outage with an open breaker is not over while probes fail', () => {
    // A probe every 15 minutes for five hours; then what was held comes.
    const each = (minute: number) => {
      if (minute < 100) return { attempts: 5 };
      if (minute === 100) return { attempts: 12, failed: 12 };
      if (minute < 400) return minute % 15 === 0 ? { attempts: 1, failed: 1 } : { attempts: 0 };
      return { attempts: minute === 400 ? 1500 : 5 };
    };
    expect(history(DAY, each)).toEqual(['failing 100', 'recovered 400']);
  });

  it('an endpoint that gets nothing any more is told as quiet an hour later', () => {
    const each = (minute: number) => (minute < 30 ? { attempts: 9, failed: 9 } : { attempts: 0 });
    expect(history(DAY, each)).toEqual(['failing 5', 'quiet 90']);
  });

  it('an endpoint that flaps is told of at most once in 35 minutes, however it flaps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 50 }),
        (bad, good, rate) => {
          const each = (minute: number) => ({
            attempts: rate,
            failed: minute % (bad + good) < bad ? rate : 0,
          });
          const begun = history(DAY, each)
            .filter((told) => told.startsWith('failing'))
            .map((told) => Number(told.split(' ')[1]));
          for (const [i, at] of begun.slice(1).entries()) expect(at - begun[i]!).toBeGreaterThanOrEqual(35);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('an endpoint that fails steadily below half of what is allowed is never told of', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 2000 }),
        fc.integer({ min: 0, max: 5 }),
        (attempts, percent) => {
          expect(history(180, () => ({ attempts, failed: Math.floor((attempts * percent) / 100) }))).toEqual(
            [],
          );
        },
      ),
      { numRuns: runs(40) },
    );
  });

  it('an endpoint above what is allowed, with volume, is told of within two runs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 2000 }),
        fc.integer({ min: 11, max: 100 }),
        (attempts, percent) => {
          const told = history(180, () => ({ attempts, failed: Math.ceil((attempts * percent) / 100) }));
          expect(told).toHaveLength(1);
          expect(['failing 0', 'failing 5']).toContain(told[0]);
        },
      ),
      { numRuns: runs(40) },
    );
  });
});
