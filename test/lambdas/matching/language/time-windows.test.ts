import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileSpans,
  DAYS,
  type Span,
  spanProblem,
  TIME_OF_DAY,
  timeZoneProblem,
} from '../../../../lambdas/matching/language/time-windows.ts';
import { runs } from '../../../helpers/runs.ts';

const holds = (spans: Span | readonly Span[], at: string): boolean =>
  compileSpans(Array.isArray(spans) ? spans : [spans as Span])(Date.parse(at));

/** A span, moments in it, and moments outside of it. */
type Case = [what: string, span: Span | Span[], inside: string[], outside: string[]];

function check(cases: Case[]): void {
  it.each(cases)('%s', (_, span, inside, outside) => {
    for (const at of inside) expect([at, holds(span, at)]).toEqual([at, true]);
    for (const at of outside) expect([at, holds(span, at)]).toEqual([at, false]);
  });
}

const BUSINESS: Span = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  timeZone: 'Europe/Berlin',
};

// 2026-02-06 and 2026-07-10 are Fridays.
describe('spans of the week by the clocks of a place (A6)', () => {
  check([
    [
      'business hours in winter, an hour ahead of UTC',
      BUSINESS,
      ['2026-02-06T08:00:00Z', '2026-02-06T15:59:59.999Z', '2026-02-02T12:00:00Z'],
      ['2026-02-06T07:59:59.999Z', '2026-02-06T16:00:00Z', '2026-02-07T12:00:00Z', '2026-02-08T12:00:00Z'],
    ],
    [
      'business hours in summer, two hours ahead',
      BUSINESS,
      ['2026-07-10T07:00:00Z', '2026-07-10T14:59:59.999Z'],
      ['2026-07-10T06:59:59.999Z', '2026-07-10T15:00:00Z', '2026-07-11T12:00:00Z'],
    ],
    [
      'a night is that of the day on which it begins',
      { days: ['fri'], from: '22:00', to: '06:00', timeZone: 'UTC' },
      ['2026-02-06T22:00:00Z', '2026-02-06T23:59:59Z', '2026-02-07T00:00:00Z', '2026-02-07T05:59:59.999Z'],
      ['2026-02-06T05:59:00Z', '2026-02-06T21:59:59.999Z', '2026-02-07T06:00:00Z', '2026-02-07T23:00:00Z'],
    ],
    [
      'from Sunday to Monday',
      { days: ['sun'], from: '20:00', to: '04:00', timeZone: 'UTC' },
      ['2026-02-08T20:00:00Z', '2026-02-09T03:59:00Z'],
      ['2026-02-08T03:00:00Z', '2026-02-09T04:00:00Z', '2026-02-09T20:00:00Z'],
    ],
    [
      'to the end of the day',
      { days: ['fri'], from: '18:00', to: '24:00', timeZone: 'UTC' },
      ['2026-02-06T18:00:00Z', '2026-02-06T23:59:59.999Z'],
      ['2026-02-07T00:00:00Z', '2026-02-06T17:59:00Z'],
    ],
    [
      'to midnight, said the other way',
      { days: ['fri'], from: '18:00', to: '00:00', timeZone: 'UTC' },
      ['2026-02-06T18:00:00Z', '2026-02-06T23:59:59.999Z'],
      ['2026-02-07T00:00:00Z', '2026-02-06T17:59:00Z', '2026-02-06T00:00:00Z'],
    ],
    [
      'a beginning alone',
      { from: '12:00', timeZone: 'UTC' },
      ['2026-02-06T12:00:00Z', '2026-02-06T23:59:59Z'],
      ['2026-02-06T11:59:59Z', '2026-02-06T00:00:00Z'],
    ],
    [
      'an end alone',
      { to: '12:00', timeZone: 'UTC' },
      ['2026-02-06T00:00:00Z', '2026-02-06T11:59:59Z'],
      ['2026-02-06T12:00:00Z'],
    ],
    [
      'days alone',
      { days: ['fri', 'sun'], timeZone: 'UTC' },
      ['2026-02-06T00:00:00Z', '2026-02-06T23:59:59.999Z', '2026-02-08T12:00:00Z'],
      ['2026-02-05T23:59:59.999Z', '2026-02-07T00:00:00Z'],
    ],
    ['nothing but a zone', { timeZone: 'UTC' }, ['2026-02-06T00:00:00Z', '2026-02-08T23:59:59Z'], []],
    [
      'a minute',
      { from: '12:30', to: '12:31', timeZone: 'UTC' },
      ['2026-02-06T12:30:00Z', '2026-02-06T12:30:59.999Z'],
      ['2026-02-06T12:29:59.999Z', '2026-02-06T12:31:00Z'],
    ],
    [
      'any of several',
      [
        { days: ['fri'], from: '09:00', to: '12:00', timeZone: 'UTC' },
        { days: ['sat'], from: '10:00', to: '11:00', timeZone: 'Asia/Tokyo' },
      ],
      ['2026-02-06T09:00:00Z', '2026-02-07T01:30:00Z'],
      ['2026-02-06T12:00:00Z', '2026-02-07T10:30:00Z', '2026-02-06T01:30:00Z'],
    ],
  ]);
});

describe('spans where clocks change (A6)', () => {
  check([
    [
      'Berlin in spring: after 01:59 comes 03:00',
      { from: '01:30', to: '03:30', timeZone: 'Europe/Berlin' },
      ['2026-03-29T00:30:00Z', '2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T01:29:59Z'],
      ['2026-03-29T00:29:59Z', '2026-03-29T01:30:00Z', '2026-03-29T02:00:00Z'],
    ],
    [
      'Berlin in spring: what is left out never is',
      { from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' },
      ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z'],
      ['2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'],
    ],
    [
      'Berlin in autumn: from 02:00 to 02:59 twice',
      { from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' },
      ['2026-10-25T00:00:00Z', '2026-10-25T00:59:59Z', '2026-10-25T01:00:00Z', '2026-10-25T01:59:59Z'],
      ['2026-10-24T23:59:59Z', '2026-10-25T02:00:00Z'],
    ],
    [
      'New York in spring',
      { from: '02:00', to: '03:01', timeZone: 'America/New_York' },
      ['2026-03-08T07:00:00Z', '2026-03-07T07:00:00Z', '2026-03-09T06:00:00Z'],
      ['2026-03-08T06:59:59Z', '2026-03-08T07:01:00Z'],
    ],
    [
      'New York in autumn',
      { days: ['sun'], from: '01:00', to: '02:00', timeZone: 'America/New_York' },
      ['2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z', '2026-11-01T06:59:59Z'],
      ['2026-11-01T04:59:59Z', '2026-11-01T07:00:00Z'],
    ],
    [
      'a night with a change in it',
      { days: ['sat'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' },
      ['2026-03-28T21:00:00Z', '2026-03-29T01:59:59Z', '2026-10-24T20:00:00Z', '2026-10-25T02:59:59Z'],
      ['2026-03-29T02:00:00Z', '2026-10-25T03:00:00Z'],
    ],
    [
      'Lord Howe Island by half an hour',
      { from: '09:00', to: '09:30', timeZone: 'Australia/Lord_Howe' },
      ['2026-01-15T22:00:00Z', '2026-01-15T22:29:59Z', '2026-06-15T22:30:00Z', '2026-06-15T22:59:59Z'],
      ['2026-01-15T22:30:00Z', '2026-06-15T22:29:59Z'],
    ],
    [
      'Sydney, where summer is in January',
      { from: '09:00', to: '10:00', timeZone: 'Australia/Sydney' },
      ['2026-01-15T22:00:00Z', '2026-06-15T23:00:00Z'],
      ['2026-01-15T23:00:00Z', '2026-06-15T22:00:00Z'],
    ],
    [
      'Kolkata, which is half an hour off',
      { days: ['fri'], from: '09:00', to: '10:00', timeZone: 'Asia/Kolkata' },
      ['2026-02-06T03:30:00Z', '2026-02-06T04:29:59Z'],
      ['2026-02-06T03:29:59Z', '2026-02-06T04:30:00Z'],
    ],
    [
      'Kathmandu, which is three quarters off',
      { days: ['fri'], to: '00:15', timeZone: 'Asia/Kathmandu' },
      ['2026-02-05T18:15:00Z', '2026-02-05T18:29:59Z'],
      ['2026-02-05T18:14:59Z', '2026-02-05T18:30:00Z'],
    ],
    [
      'Kiritimati, a day ahead',
      { days: ['sat'], timeZone: 'Pacific/Kiritimati' },
      ['2026-02-06T10:00:00Z', '2026-02-07T09:59:59Z'],
      ['2026-02-06T09:59:59Z', '2026-02-07T10:00:00Z'],
    ],
    [
      'Pago Pago, almost a day behind',
      { days: ['fri'], timeZone: 'Pacific/Pago_Pago' },
      ['2026-02-06T11:00:00Z', '2026-02-07T10:59:59Z'],
      ['2026-02-06T10:59:59Z', '2026-02-07T11:00:00Z'],
    ],
  ]);
});

/** The local time of a moment in a zone, as minutes since 1970 if it were UTC. */
function clock(timeZone: string, at: number): number {
  const text = new Date(at).toLocaleString('sv-SE', { timeZone });
  return Math.floor(Date.parse(`${text.replace(' ', 'T')}Z`) / 60_000);
}

const MINUTES = 1440;
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The other way round: whether a span that began today or yesterday is still on. */
function isOn({ days = DAYS, from = '00:00', to = '24:00', timeZone }: Span, at: number): boolean {
  const now = clock(timeZone, at);
  const today = Math.floor(now / MINUTES);
  return [today, today - 1].some((day) => {
    const begin = day * MINUTES + minutes(from);
    const end = day * MINUTES + minutes(to) + (minutes(to) < minutes(from) ? MINUTES : 0);
    // The first day of 1970 was a Thursday.
    return days.includes(DAYS[(((day + 3) % 7) + 7) % 7]!) && now >= begin && now < end;
  });
}

describe('any span at any moment (A6)', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Kiritimati',
    'Pacific/Chatham',
    'America/Sao_Paulo',
    'Africa/Casablanca',
  );
  const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
    const two = (n: number) => String(n).padStart(2, '0');
    return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
  });
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const span: fc.Arbitrary<Span> = fc
    .record({
      days: optional(fc.subarray([...DAYS], { minLength: 1 })),
      from: optional(time),
      to: optional(time),
      timeZone: zone,
    })
    .filter((one) => spanProblem(one) === undefined);
  const moment = fc.oneof(
    fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) }),
    // Around changes of clocks, which come at full hours of UTC but for a few.
    fc
      .tuple(
        fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-04', '2026-10-03'),
        fc.integer({ min: -200, max: 1640 }),
      )
      .map(([day, minute]) => Date.parse(day) + minute * 60_000),
  );

  it('is as another calculation has it', () => {
    fc.assert(
      fc.property(span, fc.array(moment, { minLength: 1, maxLength: 5 }), (one, moments) => {
        const test = compileSpans([one]);
        // Also back and forth in time: the last minute is remembered.
        for (const at of [...moments, ...moments.toReversed()]) expect(test(at)).toBe(isOn(one, at));
      }),
      { numRuns: runs(500) },
    );
  });

  it('is right for moments in any order, in several zones at once', () => {
    const spans = ['Europe/Berlin', 'europe/berlin', 'Asia/Tokyo'].map((timeZone) => ({
      from: '12:00',
      to: '12:01',
      timeZone,
    }));
    const tests = spans.map((one) => compileSpans([one]));
    const noon = Date.parse('2026-02-06T11:00:00Z');
    for (const at of [noon, noon + 60_000, noon, noon - 1, noon + 59_999, noon - 8 * 3_600_000, noon]) {
      expect(tests.map((test) => test(at))).toEqual(spans.map((one) => isOn(one, at)));
    }
  });

  it('does not fail for dates far away, or for offsets with seconds', () => {
    for (const at of [0, -1, Date.UTC(1880, 5, 1), -8.64e15, 8.64e15, 2 ** 48 - 1]) {
      expect(typeof compileSpans([{ ...BUSINESS, timeZone: 'Europe/Amsterdam' }])(at)).toBe('boolean');
    }
  });

  it('costs little for many zones and ways to write them', () => {
    const names = Intl.supportedValuesOf('timeZone');
    const tests = names
      .flatMap((name) => [name, name.toUpperCase(), name.toLowerCase()])
      .map((timeZone) => compileSpans([{ timeZone }]));
    // More than formatters are kept, if each way to write a name had its own.
    expect(tests.length).toBeGreaterThan(1000);
    const ask = (at: number) => {
      const before = performance.now();
      for (const test of tests) expect(test(at)).toBe(true);
      return performance.now() - before;
    };
    ask(0);
    // Each zone's formatter is there by now; one for each way to write them takes 200 ms.
    expect(ask(1)).toBeLessThan(150);
  });
});

describe('what spans can be made of (A6)', () => {
  it.each([
    'Europe/Berlin',
    'europe/berlin',
    'UTC',
    'utc',
    'GMT',
    'Etc/GMT+5',
    'US/Pacific',
    'Asia/Calcutta',
    'America/Argentina/ComodRivadavia',
    'Europe/Kyiv',
    'EST',
    'PST8PDT',
  ])('%s is a time zone', (name) => {
    expect(timeZoneProblem(name)).toBeUndefined();
  });

  it.each([
    '',
    ' ',
    '+01:00',
    '-0530',
    '01:00',
    'Etc/Unknown',
    'junk',
    'Z',
    'GMT+1',
    'UTC+1',
    'Europe/Berlin ',
    ' Europe/Berlin',
    'Europe/Berlin\0',
    'Europe/Berlín',
    'Berlin',
    'undefined',
    '__proto__',
    'E'.repeat(1_000_000),
  ])('%j is none', (name) => {
    expect(timeZoneProblem(name)).toBe('expected a time zone of IANA, such as Europe/Berlin or UTC');
  });

  it.each(['00:00', '09:30', '23:59', '24:00'])('%s is a time of day', (time) => {
    expect(TIME_OF_DAY.test(time)).toBe(true);
  });

  it.each([
    '',
    '9:30',
    '24:01',
    '25:00',
    '12:60',
    '12:00:00',
    '12',
    '12:0',
    ' 12:00',
    '12:00\n',
    '-1:00',
    '１２:00',
  ])('%j is none', (time) => {
    expect(TIME_OF_DAY.test(time)).toBe(false);
  });

  it.each<[Omit<Span, 'timeZone'>, boolean]>([
    [{}, true],
    [{ from: '22:00', to: '06:00' }, true],
    [{ from: '22:00', to: '00:00' }, true],
    [{ from: '00:00', to: '24:00' }, true],
    [{ from: '09:00', to: '09:00' }, false],
    [{ to: '00:00' }, false],
    [{ from: '24:00' }, false],
    [{ from: '24:00', to: '06:00' }, false],
  ])('%j can be used: %s', (times, isUsable) => {
    const problem = isUsable ? undefined : 'expected to end at another time than it begins';
    expect(spanProblem({ ...times, timeZone: 'UTC' })).toBe(problem);
  });
});
