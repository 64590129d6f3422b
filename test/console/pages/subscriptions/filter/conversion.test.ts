import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterOf, formOf } from '../../../../../console/pages/subscriptions/filter/conversion.ts';
import {
  EMPTY_FORM,
  type FilterForm,
  type TestRow,
} from '../../../../../console/pages/subscriptions/filter/form.ts';
import { conditionProblem } from '../../../../../lambdas/matching/filters/condition-check.ts';
import { ENGINES } from '../../../../../lambdas/matching/index/all-engines.ts';
import { arbitraryFilter } from '../../../../helpers/arbitrary/arbitrary-filters.ts';

const read = (filter: unknown): FilterForm => {
  const result = formOf(filter);
  if (result.kind !== 'form') throw new Error(result.reason);
  return result.form;
};
const roundTrip = (filter: unknown) => filterOf(read(filter));
const json = (value: unknown) => JSON.stringify(value);

describe('a filter survives its form', () => {
  test('every filter that the API takes, to the order of its members', () => {
    fc.assert(
      fc.property(arbitraryFilter, (filter) => {
        const written = JSON.parse(json(filter));
        const { filter: back, rowProblems, hoursProblem } = roundTrip(written);
        expect(json(back)).toBe(json(written));
        expect([rowProblems.size, hoursProblem]).toEqual([0, undefined]);
      }),
      { numRuns: 1000 },
    );
  });

  test('and any JSON at all, or it is left to JSON', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            events: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
            where: fc.jsonValue(),
            jsonpath: fc.oneof(fc.string(), fc.jsonValue()),
            during: fc.jsonValue(),
            filters: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
        (filter) => {
          const written = JSON.parse(json(filter));
          const result = formOf(written);
          if (result.kind === 'form') expect(json(filterOf(result.form).filter)).toBe(json(written));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('fields of any name', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('a.b', '"', '\\', '$or', ' a', '', '__proto__', 'numeric'),
    );
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, true, { prefix: 'a' }, { a: [[]] })),
        (path, value) => {
          const around = (inner: string, each: string) => `{${json(each)}:${inner}}`;
          const where = JSON.parse(path.reduceRight(around, json([value])));
          expect(json(roundTrip({ events: ['a'], where }).filter)).toBe(json({ events: ['a'], where }));
        },
      ),
    );
  });

  test('what is no condition of the API is kept too, so that the API can say so', () => {
    const where = { source: 'shop', data: { a: {}, b: [], c: [{ prefix: 1 }], d: [{ a: 1, b: 2 }, [1]] } };
    expect(conditionProblem(where, ENGINES)).toBeDefined();
    expect(roundTrip({ events: [], where }).filter).toEqual({ events: [], where });
  });
});

describe('what a form shows', () => {
  test('rows with their fields, values beside each other together', () => {
    const { rows } = read({
      events: ['order.**'],
      where: {
        source: ['shop', 'till', { prefix: 'a' }],
        data: { 'user.name': [{ suffix: { 'equals-ignore-case': '.PNG' } }], $or: [{ a: [1] }] },
      },
    });
    expect(rows).toEqual([
      {
        kind: 'test',
        id: 1,
        field: 'source',
        tests: [
          { kind: 'is', values: ['shop', 'till'] },
          { kind: 'text', operator: 'prefix', text: 'a', isAnyCase: false },
        ],
      },
      {
        kind: 'test',
        id: 2,
        field: 'data."user.name"',
        tests: [{ kind: 'text', operator: 'suffix', text: '.PNG', isAnyCase: true }],
      },
      { kind: 'kept', id: 3, path: ['data', '$or'], value: [{ a: [1] }] },
    ]);
  });

  test.each([
    [[], 'expected an object such as {"events": ["order.**"]}'],
    [{ events: 'a' }, 'events: expected a list of event types or patterns'],
    [{ events: [], where: [] }, 'where: expected an object of fields'],
    [{ events: [], jsonpath: 1 }, 'jsonpath: expected a text'],
    [
      { events: [], where: { data: { id: [2 ** 53] } } },
      'it holds a number beyond 2^53 - 1, which a form would change',
    ],
  ])('%j is left to JSON', (filter, reason) => {
    expect(formOf(filter)).toEqual({ kind: 'json-only', reason });
  });
});

describe('a form that is being filled in', () => {
  const row = (id: number, field: string, values: readonly string[]): TestRow => ({
    kind: 'test',
    id,
    field,
    tests: [{ kind: 'is', values }],
  });
  const withRows = (...rows: TestRow[]): FilterForm => ({ ...EMPTY_FORM, events: ['**'], rows });

  test.each([
    [row(2, '', ['a']), 'Name a field.'],
    [row(2, 'data.', ['a']), 'Expected names joined by dots.'],
    [row(2, 'data."a', ['a']), 'Expected names joined by dots.'],
    [row(2, 'data.b', []), 'Say what its value must be.'],
    [row(2, 'data.$or', ['a']), 'Write alternatives as JSON.'],
    [row(2, 'data.a', ['b']), 'There is a condition on this field. Add the value there.'],
    [row(2, 'data.a.b', ['b']), 'There is a condition on a itself.'],
    [row(2, 'data', ['b']), 'There is a condition on a field inside of it.'],
  ])('a row that has no place is left out and named: %j', (second, problem) => {
    const { filter, rowProblems } = filterOf(withRows(row(1, 'data.a', ['a']), second));
    expect(filter).toEqual({ events: ['**'], where: { data: { a: ['a'] } } });
    expect([...rowProblems]).toEqual([[2, problem]]);
  });

  test('it stays while the JSON beside it is edited', () => {
    const before = withRows(row(1, 'data.a', ['a']), row(2, 'data.b', []));
    const after = formOf({ events: ['x'], where: { source: ['shop'] } }, before);
    expect(after).toMatchObject({
      form: { events: ['x'], rows: [{ field: 'source' }, { field: 'data.b' }] },
    });
  });
});
