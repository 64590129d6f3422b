import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldText, readField } from '../../../../../console/pages/subscriptions/filter/field-path.ts';
import { DAYS, type Hours, type Week } from '../../../../../console/pages/subscriptions/filter/form.ts';
import { duringOf, hoursOf } from '../../../../../console/pages/subscriptions/filter/hours.ts';
import { readValue, valueText } from '../../../../../console/pages/subscriptions/filter/values.ts';
import {
  conditionLines,
  duringLines,
  filterLines,
} from '../../../../../console/pages/subscriptions/filter/words.ts';
import { compileSpans, type Span } from '../../../../../lambdas/matching/language/time-windows.ts';

describe('values as they are typed', () => {
  test('each is read as what it was', () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
      fc.constantFrom('10', '"10"', 'true', ' a ', '"', '""', '-0', '1e3', '12345678901234567890'),
    );
    fc.assert(
      fc.property(value, (each) => {
        expect(readValue(valueText(each))).toEqual(each === 0 ? 0 : each);
      }),
    );
  });

  test.each([
    ['10', 10],
    ['"10"', '10'],
    [' ERROR ', 'ERROR'],
    ['null', null],
    ['1e400', '1e400'],
    ['9007199254740993', '9007199254740993'],
    ['01', '01'],
    ['"unfinished', '"unfinished'],
    ['', undefined],
  ])('%j is %j', (text, value) => expect(readValue(text)).toBe(value));
});

describe('fields as they are typed', () => {
  test('each path is read as what it was', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('a.b', '"', '"a"', '\\', 'a\\', ' a', '\ud800'),
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (path) => {
        expect(readField(fieldText(path))).toEqual(path);
      }),
    );
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '"a', '"a"b', '""'])('%j is no path', (text) => {
    expect(readField(text)).toBeUndefined();
  });
});

const weekOf = (during: unknown): Hours & { kind: 'week' } => {
  const hours = hoursOf(during);
  if (hours.kind !== 'week') throw new Error('expected hours of a week');
  return hours;
};

/** Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 10, 23);

describe('hours of the week', () => {
  const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
  const span: fc.Arbitrary<Span> = fc
    .record({ days: fc.subarray([...DAYS], { minLength: 1 }), from: time, to: time })
    .filter(({ from, to }) => from !== to)
    .map((each) => ({ ...each, timeZone: 'UTC' }));

  test('a span has the hours in which the API finds that it holds', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 4 }), (spans) => {
        const holds = compileSpans(spans);
        const { week } = weekOf(spans);
        const expected = DAYS.map((_, day) =>
          Array.from({ length: 24 }, (__, hour) => holds(MONDAY + (day * 24 + hour) * 3_600_000 + 1)),
        );
        expect(week).toEqual(expected);
      }),
    );
  });

  test('hours that were painted are the same hours as spans', () => {
    const week = fc.array(fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), {
      minLength: 7,
      maxLength: 7,
    });
    fc.assert(
      fc.property(week, (painted: Week) => {
        const during = duringOf({ kind: 'week', week: painted, timeZone: 'UTC' });
        if (during === undefined) expect(painted.flat().includes(true)).toBe(false);
        else expect(weekOf(during).week).toEqual(painted);
      }),
    );
  });

  test.each([
    ['nights', { from: '22:00', to: '06:00', timeZone: 'UTC' }],
    ['Friday to Saturday', { days: ['fri'], from: '22:00', to: '06:00', timeZone: 'UTC' }],
    [
      'office hours',
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', timeZone: 'UTC' },
    ],
    ['always', { timeZone: 'UTC' }],
  ])('painted anew, %s are one span', (_, during) => {
    const { week, timeZone } = weekOf(during);
    expect(duringOf({ kind: 'week', week, timeZone })).toEqual(during);
  });

  test.each([
    { from: '09:30', timeZone: 'UTC' },
    [{ timeZone: 'UTC' }, { timeZone: 'Europe/Berlin' }],
    { days: [], timeZone: 'UTC' },
    { timeZone: 'UTC', until: 'x' },
    'nine to five',
  ])('%j is kept as it is', (during) => expect(hoursOf(during)).toEqual({ kind: 'kept', value: during }));
});

describe('filters in words', () => {
  test('each operator', () => {
    const where = {
      source: ['shop', { prefix: 'a' }],
      data: {
        n: [{ numeric: ['>=', 0, '<', 10] }],
        s: [{ suffix: { 'equals-ignore-case': 'png' } }],
        x: [{ exists: false }],
        'a.b': [{ 'anything-but': { wildcard: ['*x', 'y*'] } }],
        $or: [{ a: [1], b: [null] }, { c: [true] }],
      },
    };
    expect(conditionLines(where)).toEqual([
      'source is "shop" or begins with "a"',
      'data.n is >= 0 and < 10',
      'data.s ends with "png" in any case',
      'data.x is left out',
      'data."a.b" is not like "*x" or "y*"',
      '(data.a is 1 and data.b is null) or (data.c is true)',
    ]);
  });

  test('times and the whole', () => {
    expect(duringLines([{ days: ['fri', 'mon', 'wed'], timeZone: 'UTC' }])).toEqual([
      'Mon, Wed, Fri all day in UTC',
    ]);
    expect(
      filterLines({
        events: ['a', 'b.**'],
        jsonpath: '$.data.x',
        during: {
          days: ['mon', 'tue', 'wed', 'thu', 'fri'],
          from: '09:00',
          to: '17:00',
          timeZone: 'Europe/Berlin',
        },
      }),
    ).toEqual(['a or b.**', '$.data.x selects something', 'Mon–Fri 09:00–17:00 in Europe/Berlin']);
  });
});
