import { describe, expect, it } from 'vitest';
import { conditionProblem } from '../../../../lambdas/matching/filters/condition-check.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { matchEvent } from '../../../../lambdas/matching/index/match-event.ts';
import { buildTenantIndex } from '../../../../lambdas/matching/index/tenant-index.ts';
import type { Condition } from '../../../../lambdas/matching/language/condition.ts';
import { jsonpathProblem } from '../../../../lambdas/matching/operators/jsonpath.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';

/** A number as a filter has it, and numbers of payloads, as they are written: those that are equal, and others. */
type Row = readonly [literal: string, equal: readonly string[], others: readonly string[]];

const EQUAL: readonly Row[] = [
  ['0', ['0', '-0', '0.0', '-0.0', '0e5', '0E-7', '-0e0'], ['1e-130', '-1', '"0"', 'false', 'null', '[]']],
  ['-0', ['0', '-0', '0.000'], ['1', '-1']],
  [
    '1',
    ['1', '1.0', '1e0', '1e+00', '10e-1', '0.1e1', '1.000000000000000000000'],
    ['-1', '1.1', 'true', '"1"'],
  ],
  ['1e+00', ['1', '1.0', '1E0'], ['10', '0']],
  ['1.0E-00', ['1'], ['0']],
  ['1.5', ['1.5', '15e-1', '1.50', '0.15E1'], ['1', '2', '1.51', '-1.5']],
  ['-1.5e2', ['-150', '-150.0', '-1500E-1'], ['150', '-151']],
  ['0.1', ['0.1', '1e-1', '0.10000'], ['0.2', '0.3', '0.10000000000000002']],
  ['0.3', ['0.3', '0.30'], ['0.30000000000000004']],
  // Beyond 17 digits there is no difference that a double could hold.
  ['0.1', ['0.1000000000000000055511151231257827', '0.09999999999999999999999'], ['0.1000000000000001']],
  ['1000.01', ['1000.01', '100001e-2'], ['1000.010000000001']],
  ['1e15', ['1000000000000000', '1e15', '1.0e+15'], ['1000000000000001', '999999999999999']],
  [
    '9007199254740991',
    ['9007199254740991', '9007199254740991.0', '9.007199254740991e15'],
    ['9007199254740990'],
  ],
  [
    '-9007199254740991',
    ['-9007199254740991'],
    ['9007199254740991', '-9007199254740992', '-9007199254740993'],
  ],
  // Nothing beyond is equal to the last number, whatever it is rounded to.
  ['9007199254740991', [], ['9007199254740992', '9007199254740993', '9.007199254740993e15', '1e16', '1e400']],
  ['1e-130', ['1e-130'], ['0', '1e-131', '1e-400', '2e-130']],
];

const REFUSED = [
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9007199254740991.9',
  '1e16',
  '-1e+16',
  '12345678901234567890',
  '1e400',
  '-1e400',
  '1e-131',
  '-9e-200',
];

/** One number, in each of the ways that a filter can ask for it. */
const asked = (literal: string): Record<string, { where: Condition } | { jsonpath: string }> => ({
  value: { where: { data: { n: [JSON.parse(literal)] } } },
  'one of many': { where: { data: { n: [JSON.parse(literal), ...'abcdefghij'] } } },
  numeric: { where: { data: { n: [{ numeric: ['=', JSON.parse(literal)] }] } } },
  range: {
    where: {
      data: { n: [{ numeric: ['>=', JSON.parse(literal)] }], m: [{ numeric: ['<=', JSON.parse(literal)] }] },
    },
  },
  query: { jsonpath: `$.data[?@ == ${literal}]` },
  'query of a field': { jsonpath: `$[?@.n == ${literal} && @.m == ${literal}]` },
  'query by bounds': { jsonpath: `$[?@.n >= ${literal} && @.n <= ${literal}]` },
  'query, mirrored': { jsonpath: `$.data[?${literal} == @]` },
});

const problemOf = (filter: { where?: Condition; jsonpath?: string }): string | undefined =>
  filter.jsonpath === undefined
    ? conditionProblem(filter.where, ENGINES)?.message
    : jsonpathProblem(filter.jsonpath);

/** By way of the index, whose keys must agree with what is evaluated. */
function holds(filter: { where?: Condition; jsonpath?: string }, data: unknown): boolean {
  const filters = [
    { id: 'f', events: ['**'], ...filter },
    // A second value of the field makes it worth a key.
    { id: 'g', events: ['**'], where: { data: { n: ['another'], m: ['another'] } } },
  ];
  const subscriptions = [{ id: 's', targetId: 't', filterId: 'f' }];
  const index = buildTenantIndex({ filters, subscriptions, bytes: 0 }, ENGINES);
  const event = eventWith(data);
  return matchEvent(index.search(event).candidates(data).entries, event, 1_000_000).found.length === 1;
}

const payload = (number: string): unknown => JSON.parse(`{"n": ${number}, "m": ${number}}`);

describe('numbers, one table for conditions, queries and the index', () => {
  it.each(EQUAL)('%s is %j, and none of %j', (literal, equal, others) => {
    for (const [way, filter] of Object.entries(asked(literal))) {
      expect([way, problemOf(filter)]).toEqual([way, undefined]);
      for (const number of equal)
        expect([way, number, holds(filter, payload(number))]).toEqual([way, number, true]);
      for (const number of others) {
        expect([way, number, holds(filter, payload(number))]).toEqual([way, number, false]);
      }
    }
  });

  it.each(REFUSED)('%s is refused in both languages', (literal) => {
    for (const [way, filter] of Object.entries(asked(literal))) {
      expect([way, problemOf(filter)]).toEqual([way, expect.stringContaining('expected ')]);
    }
  });

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['9007199254740992', '9007199254740992'],
    ['1e400', '1e500'],
    ['[9007199254740993]', '[9007199254740992]'],
    ['{"a": 9007199254740993}', '{"a": 9007199254740992}'],
  ])('%s of a payload is not its neighbour %s, since what is rounded is equal to nothing', (a, b) => {
    const data = JSON.parse(`[{"a": ${a}, "b": ${b}}]`);
    expect(holds({ jsonpath: '$.data[?@.a == @.b]' }, data)).toBe(false);
    expect(holds({ jsonpath: '$.data[?@.a >= @.b]' }, data)).toBe(false);
    expect(holds({ jsonpath: '$.data[?@.a != @.b]' }, data)).toBe(true);
  });

  it('greater ones are greater, however large', () => {
    for (const number of ['9007199254740993', '1e16', '1e400']) {
      expect(holds({ where: { data: { n: [{ numeric: ['>', 1000] }] } } }, payload(number))).toBe(true);
      expect(holds({ jsonpath: '$.data[?@ > 1000]' }, payload(number))).toBe(true);
      expect(holds({ jsonpath: '$.data[?@ < -1000]' }, payload(`-${number}`))).toBe(true);
    }
  });

  it('a query stored when larger numbers were taken holds of none', () => {
    expect(holds({ jsonpath: '$.data[?@ == 9007199254740993]' }, payload('9007199254740992'))).toBe(false);
    expect(holds({ jsonpath: '$.data[?@ > 9007199254740993]' }, payload('1e17'))).toBe(true);
  });
});
