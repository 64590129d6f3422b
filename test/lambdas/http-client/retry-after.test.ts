import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../lambdas/http-client/retry-after.ts';
import { runs } from '../../helpers/runs.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);
const DAY_MS = 24 * 3600 * 1000;

describe.each<[string, [string, number | undefined][]]>([
  [
    'seconds',
    [
      ['0', 0],
      ['120', 120_000],
      ['007', 7000],
      ['1.5', 1500],
      ['64.5730001', 64_574],
      ['3600.0', 3_600_000],
      ['.5', 500],
      ['.25', 250],
      ['5.', 5000],
      ['+5', 5000],
      ['0.0001', 1],
      ['86400', DAY_MS],
      ['86401', DAY_MS],
      ['99999999999', DAY_MS],
      ['9'.repeat(400), DAY_MS],
      // A moment in seconds since 1970 is a number of seconds as well.
      ['784111777', DAY_MS],
      ['-1', 0],
      ['-0.5', 0],
      [`-${'9'.repeat(400)}`, 0],
    ],
  ],
  [
    'dates of RFC 9110, 5.6.7',
    [
      ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
      ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
      ['Sun Nov  6 08:49:37 1994', 37_000],
      ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
      ['Mon, 07 Nov 1994 08:48:00 GMT', DAY_MS - 60_000],
      ['Mon, 07 Nov 1994 08:50:00 GMT', DAY_MS],
      ['Fri, 31 Dec 9999 23:59:59 GMT', DAY_MS],
      ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
      // 2044 is 50 years ahead, 1945 was 49 ago.
      ['Sunday, 06-Nov-44 08:49:37 GMT', DAY_MS],
      ['Tuesday, 06-Nov-45 08:49:37 GMT', 0],
      ['Monday, 06-Nov-00 08:49:37 GMT', DAY_MS],
    ],
  ],
  [
    'dates as they are written',
    [
      ['sun, 06 nov 1994 08:49:37 gmt', 37_000],
      ['06 Nov 1994 08:49:37 GMT', 37_000],
      ['Sun, 6 Nov 1994 8:49:37 GMT', 37_000],
      ['Sun, 06 November 1994 08:49:37 GMT', 37_000],
      // The weekday is wrong.
      ['Mon, 06 Nov 1994 08:49:37 GMT', 37_000],
      ['Sun, 06 Nov 1994 08:49:60 GMT', 60_000],
      ['Sun Nov  6 08:49:37 UTC 1994', 37_000],
    ],
  ],
  [
    'zones',
    [
      ['Sun, 06 Nov 1994 08:49:37', 37_000],
      ['Sun, 06 Nov 1994 08:49:37 UTC', 37_000],
      ['Sun, 06 Nov 1994 08:49:37 UT', 37_000],
      ['Sun, 06 Nov 1994 08:49:37 Z', 37_000],
      ['Sun, 06 Nov 1994 08:49:37 +0000', 37_000],
      ['Sun, 06 Nov 1994 08:49:37 -0000', 37_000],
      ['Sun, 06 Nov 1994 09:49:37 +0100', 37_000],
      ['Sun, 06 Nov 1994 09:49:37 +01:00', 37_000],
      ['Sun, 06 Nov 1994 03:49:37 EST', 37_000],
      ['Sun, 06 Nov 1994 04:49:37 EDT', 37_000],
      ['Sun, 06 Nov 1994 03:49:37 CDT', 37_000],
      ['Sun, 06 Nov 1994 02:49:37 CST', 37_000],
      ['Sun, 06 Nov 1994 02:49:37 MDT', 37_000],
      ['Sun, 06 Nov 1994 01:49:37 MST', 37_000],
      ['Sun, 06 Nov 1994 01:49:37 PDT', 37_000],
      ['Sun, 06 Nov 1994 00:49:37 PST', 37_000],
      ['Sun, 06 Nov 1994 00:49:37 -0800', 37_000],
      ['Mon, 07 Nov 1994 08:48:37 +2359', 37_000],
      ['Sun, 06 Nov 1994 09:48:37 +0059', 37_000],
      // No name that everybody reads alike.
      ['Sun, 06 Nov 1994 09:49:37 CET', undefined],
      ['Sun, 06 Nov 1994 09:49:37 +9900', undefined],
      ['Mon, 07 Nov 1994 08:49:37 +2400', undefined],
      ['Sun, 06 Nov 1994 09:49:37 +0060', undefined],
    ],
  ],
  [
    'RFC 3339',
    [
      ['1994-11-06T08:49:37Z', 37_000],
      ['1994-11-06t08:49:37z', 37_000],
      ['1994-11-06 08:49:37Z', 37_000],
      ['1994-11-06 08:49:37', 37_000],
      ['1994-11-06T08:49:37.25Z', 37_250],
      ['1994-11-06T08:49:37,5Z', 37_500],
      ['1994-11-06T10:19:37+01:30', 37_000],
      ['1994-11-06T08:49:37+00:00', 37_000],
      ['1994-11-06', undefined],
    ],
  ],
  [
    'blanks and lists',
    [
      [' 7 ', 7000],
      ['\t7\t', 7000],
      ['120, 9', 120_000],
      ['soon, 9', 9000],
      ['Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:50:37 GMT', 37_000],
    ],
  ],
  [
    'nothing that can be read',
    [
      ['', undefined],
      [' ', undefined],
      [',', undefined],
      ['soon', undefined],
      ['1e3', undefined],
      ['0x10', undefined],
      ['120s', undefined],
      ['"120"', undefined],
      ['1 2', undefined],
      ['NaN', undefined],
      ['Infinity', undefined],
      ['٣', undefined],
      ['Someday, 06 Nov', undefined],
      ['Sun, 31 Feb 1994 08:49:37 GMT', undefined],
      ['Sun, 06 Foo 1994 08:49:37 GMT', undefined],
      ['Sun, 06 Nov 1994 24:00:00 GMT', undefined],
      ['Sun, 06 Nov 1994 08:60:00 GMT', undefined],
      ['Sun, 06 Nov 1994 08:49:61 GMT', undefined],
      ['Sun, 00 Nov 1994 08:49:37 GMT', undefined],
      ['1994-13-06T08:49:37Z', undefined],
    ],
  ],
])('Retry-After, %s', (_, rows) => {
  it.each(rows)('%s', (text, expected) => expect(retryAfterMs([text], NOW)).toBe(expected));
});

it('of several headers the first that can be read counts', () => {
  expect(retryAfterMs([], NOW)).toBeUndefined();
  expect(retryAfterMs(['5', '9'], NOW)).toBe(5000);
  expect(retryAfterMs(['soon', '9'], NOW)).toBe(9000);
});

/** Texts that are nearly what is read. */
const text = fc.oneof(
  fc.string(),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.date({ noInvalidDate: false }).map((date) => date.toUTCString()),
  fc.string({ unit: fc.constantFrom(...'0123456789+-.,: TZGMTSunNov/') }),
);

it('is whole milliseconds between none and a day, or nothing, whatever stands there (E8)', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), fc.integer({ min: 0, max: 8e12 }), (values, now) => {
      const wait = retryAfterMs(values, now);
      if (wait === undefined) return;
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(DAY_MS);
    }),
    { numRuns: runs(2000) },
  );
});

it('reads each date as it was written, in all four forms', () => {
  const seconds = fc.integer({ min: 0, max: 24 * 3600 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: 0, max: 4e9 }), (ahead, nowSeconds) => {
      const now = nowSeconds * 1000;
      const date = new Date(now + ahead * 1000);
      const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ');
      for (const form of [
        date.toUTCString(),
        `${weekday}day, ${day}-${month}-${year!.slice(2)} ${time} GMT`,
        `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
        date.toISOString(),
      ]) {
        expect({ form, wait: retryAfterMs([form], now) }).toEqual({ form, wait: ahead * 1000 });
      }
    }),
    { numRuns: runs(500) },
  );
});

it.each([
  // At most 50 years ahead, and less than 50 behind.
  [1994, '44', DAY_MS],
  [1994, '45', 0],
  [2026, '76', DAY_MS],
  [2026, '77', 0],
  [2076, '26', DAY_MS],
  [2076, '27', 0],
])('in %i, a date of the year %s is %i ms away', (thisYear, year, wait) => {
  const now = Date.UTC(thisYear, 6, 1);
  expect(retryAfterMs([`Sunday, 06-Nov-${year} 08:49:37 GMT`], now)).toBe(wait);
});

it('takes no long time over a long text', () => {
  const begin = performance.now();
  for (const part of [' ', 'a', '1', '1.', 'a,', 'Sun, ', '06 Nov ', '-']) {
    retryAfterMs([part.repeat(16_384 / part.length)], NOW);
  }
  expect(performance.now() - begin).toBeLessThan(5000);
});
