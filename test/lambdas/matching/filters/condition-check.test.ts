import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, evaluate } from '../../../../lambdas/matching/filters/compile.ts';
import { conditionProblem } from '../../../../lambdas/matching/filters/condition-check.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import type { Condition } from '../../../../lambdas/matching/language/condition.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';
import { runs } from '../../../helpers/runs.ts';

const problemOf = (value: unknown) => conditionProblem(value, ENGINES);

const nested = (levels: number): unknown =>
  Array.from({ length: levels - 2 }).reduce((inner) => ({ a: inner }), { a: [1] } as unknown);
const nestedOr = (levels: number): unknown =>
  Array.from({ length: levels - 1 }).reduce((inner) => ({ $or: [inner] }), { type: ['x'] } as unknown);
const lists = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, [i]]));

describe('what is a condition (A3, A4, A5)', () => {
  it.each<[string, unknown]>([
    ['no fields at all', {}],
    ['ten levels', { data: nested(10) }],
    ['ten levels of alternatives', nestedOr(10)],
    ['200 lists', { data: lists(200) }],
    ['64 values', { type: Array(64).fill('x') }],
    ['64 excluded values', { type: [{ 'anything-but': Array(64).fill('x') }] }],
    ['64 alternatives', { $or: Array(64).fill({ type: ['x'] }) }],
    ['a long text', { data: ['x'.repeat(1024)] }],
    ['the largest and the smallest numbers', { data: [2 ** 53 - 1, 1 - 2 ** 53, 0, -0, 1e-130] }],
    ['a field with the name of an operator', { data: { prefix: ['x'], exists: { numeric: [1] } } }],
    ['names that objects have anyway', { data: { constructor: ['x'], toString: { length: [1] } } }],
    ['all operators on the event’s own fields', { source: [{ numeric: ['=', 1] }, { exists: false }] }],
  ])('takes %s', (_, condition) => {
    expect(problemOf(condition)).toBeUndefined();
  });

  it.each<[unknown, string, string]>([
    [null, '', 'expected an object of fields'],
    [['x'], '', 'expected an object of fields'],
    ['x', '', 'expected an object of fields'],
    [{ payload: ['x'] }, 'payload', 'unknown field; expected type, source, region, priority, data, or $or'],
    [{ at: [1] }, 'at', 'unknown field'],
    [{ source: 'x' }, 'source', 'expected a list of values'],
    [{ source: { a: ['x'] } }, 'source', 'expected a list of values'],
    [{ source: { prefix: 'x' } }, 'source', 'objects such as {"prefix": "a"}'],
    [{ data: 'x' }, 'data', 'expected a list of values or an object of fields'],
    [{ data: {} }, 'data', 'expected at least one field'],
    [{ data: { a: 1 } }, 'data.a', 'expected a list of values or an object of fields'],
    [{ data: { a: {} } }, 'data.a', 'expected at least one field'],
    [{ data: { a: [] } }, 'data.a', '1 to 64'],
    [{ data: { a: Array(65).fill(1) } }, 'data.a', '1 to 64'],
    [{ data: { a: ['x', ['y']] } }, 'data.a[1]', 'expected a value, or an object of one operator'],
    [{ data: { a: ['x'.repeat(1025)] } }, 'data.a[0]', '1024 characters'],
    [{ data: { a: [2 ** 53] } }, 'data.a[0]', '2^53'],
    [{ data: { a: [1e-200] } }, 'data.a[0]', 'expected 0, or a number that is at least 1e-130'],
    [JSON.parse('{"data":{"a":[1e999]}}'), 'data.a[0]', '2^53'],
    [JSON.parse('{"data":{"__proto__":[1]}}'), 'data.__proto__', 'cannot be compared'],
    [JSON.parse('{"__proto__":{"type":["a"]}}'), '__proto__', 'unknown field'],
    [{ data: { ['x'.repeat(1025)]: [1] } }, `data.${'x'.repeat(195)}…`, '1024 characters'],
    [{ data: { '': [1] } }, 'data.', '1 to 1024'],
    [{ data: { a: ['\ud800'] } }, 'data.a[0]', 'whole Unicode'],
    [{ data: { '\udc00': ['a'] } }, 'data.\udc00', 'whole Unicode'],
    [{ data: lists(201) }, 'data.f200', '200 lists'],
    [{ data: { a: Array(40).fill('x'.repeat(1000)) } }, 'data.a[8]', '8192 characters in all'],
    [{ source: [7] }, 'source[0]', 'expected a string'],
    [{ data: nested(11) }, 'data.a.a.a.a.a.a.a.a.a', '10 levels'],
  ])('refuses %j', (value, path, message) => {
    expect(problemOf(value)).toEqual({ path, message: expect.stringContaining(message) });
  });

  it('refuses lists that are short each and long together', () => {
    const fields = Array.from({ length: 20 }, (_, i) => [`f${i}`, Array(64).fill(1e15)]);
    const problem = problemOf({ data: Object.fromEntries(fields) });
    expect(problem?.path).toMatch(/^data\.f7\[\d+\]$/);
    expect(problem?.message).toContain('8192 characters in all');
  });
});

describe('what is a list of alternatives', () => {
  const FORM = '1 to 64 objects of fields';

  it.each<[unknown, string, string]>([
    [{ $or: { type: ['x'] } }, '$or', FORM],
    [{ $or: [] }, '$or', FORM],
    [{ $or: Array(65).fill({ type: ['x'] }) }, '$or', FORM],
    [{ $or: [['x']] }, '$or[0]', 'expected an object of fields'],
    [{ $or: [{ type: ['x'] }, {}] }, '$or[1]', 'at least one field'],
    [{ $or: [{ level: ['x'] }] }, '$or[0].level', 'unknown field'],
    [{ data: { $or: [{ a: 1 }] } }, 'data.$or[0].a', 'a list of values or an object'],
    [{ data: { $or: ['x'] } }, 'data.$or[0]', 'expected an object of fields'],
    [nestedOr(11), `${'$or[0].'.repeat(9)}$or[0]`, '10 levels'],
  ])('refuses %j', (value, path, message) => {
    expect(problemOf(value)).toEqual({ path, message: expect.stringContaining(message) });
  });
});

describe('what is a matcher', () => {
  const NUMERIC = 'expected [comparison, number] or [">" or ">=", number, "<" or "<=", number]';

  it.each<[unknown, string, string]>([
    [{}, '', 'expected a value, or an object of one operator, such as {"prefix": "a"}'],
    [
      { starts: 'x' },
      '.starts',
      'unknown operator; expected prefix, suffix, equals-ignore-case, wildcard, regex, cidr',
    ],
    [{ prefix: 'x', suffix: 'y' }, '', 'an object of one operator'],
    [{ constructor: 'x' }, '.constructor', 'unknown operator'],
    [{ prefix: 7 }, '.prefix', 'expected a string or {"equals-ignore-case": a string}'],
    [{ prefix: ['x'] }, '.prefix', 'expected a string or'],
    [{ prefix: { wildcard: 'x' } }, '.prefix', 'expected {"equals-ignore-case": a string}'],
    [{ prefix: { 'equals-ignore-case': 7 } }, '.prefix.equals-ignore-case', 'expected a string'],
    [{ suffix: null }, '.suffix', 'expected a string or'],
    [{ suffix: 'x'.repeat(1025) }, '.suffix', 'expected 0 to 1024 characters'],
    [{ 'equals-ignore-case': ['x'] }, '.equals-ignore-case', 'expected a string'],
    [{ wildcard: 'a**b' }, '.wildcard', 'expected no two * in a row'],
    [{ wildcard: '**' }, '.wildcard', 'expected no two * in a row'],
    [{ wildcard: 'a\\b' }, '.wildcard', 'expected a backslash before * or another backslash only'],
    [{ wildcard: 'a\\' }, '.wildcard', 'expected a backslash before'],
    [{ wildcard: '\\\\\\' }, '.wildcard', 'expected a backslash before'],
    [{ regex: '(' }, '.regex', 'expected a regular expression as RE2 has them'],
    [{ regex: '(?=a)' }, '.regex', 'expected a regular expression as RE2 has them'],
    [{ regex: 'x'.repeat(257) }, '.regex', '1 to 256 characters'],
    [{ cidr: '10.0.0.0' }, '.cidr', 'expected a range of addresses such as 10.0.0.0/24 or 2001:db8::/32'],
    [{ cidr: '10.0.0.0/33' }, '.cidr', 'expected a range'],
    [{ cidr: '10.0.0.0/08' }, '.cidr', 'expected a range'],
    [{ cidr: '10.0.0.0/-1' }, '.cidr', 'expected a range'],
    [{ cidr: '10.0.0.0/' }, '.cidr', 'expected a range'],
    [{ cidr: '10.0.0.0/8/8' }, '.cidr', 'expected a range'],
    [{ cidr: '010.0.0.0/8' }, '.cidr', 'expected a range'],
    [{ cidr: '10.0/8' }, '.cidr', 'expected a range'],
    [{ cidr: '2001:db8::/129' }, '.cidr', 'expected a range'],
    [{ cidr: 'fe80::%eth0/64' }, '.cidr', 'expected a range'],
    [{ cidr: 'fe80::1::/64' }, '.cidr', 'expected a range'],
    [{ numeric: 5 }, '.numeric', NUMERIC],
    [{ numeric: ['>'] }, '.numeric', NUMERIC],
    [{ numeric: ['>', 1, '<'] }, '.numeric', NUMERIC],
    [{ numeric: ['<', 5, '>', 1] }, '.numeric', NUMERIC],
    [{ numeric: ['>', 1, '>', 5] }, '.numeric', NUMERIC],
    [{ numeric: ['=', 1, '<', 5] }, '.numeric', NUMERIC],
    [{ numeric: ['!=', 1] }, '.numeric[0]', 'expected one of =, <, <=, >, >='],
    [{ numeric: ['toString', 1] }, '.numeric[0]', 'expected one of'],
    [{ numeric: ['>', '1'] }, '.numeric[1]', 'expected a number'],
    [{ numeric: ['>', 2 ** 53] }, '.numeric[1]', 'expected a number between'],
    [{ numeric: ['>', 5, '<', 5] }, '.numeric', 'expected the second number to be the greater one'],
    [{ exists: 'true' }, '.exists', 'expected true or false'],
    [{ 'anything-but': [] }, '.anything-but', 'expected 1 to 64 values'],
    [{ 'anything-but': Array(65).fill('x') }, '.anything-but', 'expected 1 to 64 values'],
    [
      { 'anything-but': ['x', ['y']] },
      '.anything-but[1]',
      'expected a string, a number, true, false or null',
    ],
    [{ 'anything-but': { numeric: ['>', 1] } }, '.anything-but', 'an object of one of prefix, suffix'],
    [{ 'anything-but': {} }, '.anything-but', 'expected a value, a list of values, or an object'],
    [{ 'anything-but': { prefix: '' } }, '.anything-but.prefix', 'expected at least 1 character'],
    [{ 'anything-but': { suffix: '' } }, '.anything-but.suffix', 'expected at least 1 character'],
    [{ 'anything-but': { suffix: ['x', ''] } }, '.anything-but.suffix[1]', 'expected at least 1 character'],
    [{ 'anything-but': { prefix: ['x', 7] } }, '.anything-but.prefix[1]', 'expected a string'],
    [{ 'anything-but': { wildcard: ['**'] } }, '.anything-but.wildcard[0]', 'two * in a row'],
    [{ 'anything-but': { regex: '[' } }, '.anything-but.regex', 'as RE2 has them'],
  ])('refuses %j', (matcher, path, message) => {
    expect(problemOf({ data: { a: ['x', matcher] } })).toEqual({
      path: `data.a[1]${path}`,
      message: expect.stringContaining(message),
    });
  });
});

describe('conditions of strangers', () => {
  const deepArray: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  const deepObject: unknown = JSON.parse(`${'{"data":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, [1]]));
  const long = Array(100_000).fill({ prefix: 'a' });

  it.each<[string, unknown]>([
    ['arrays 100,000 levels deep', deepArray],
    ['objects 100,000 levels deep', deepObject],
    ['100,000 members', wide],
    ['100,000 elements', long],
    ['5 MB of text', 'x'.repeat(5_000_000)],
  ])('%s have a problem, wherever they stand, and it is soon found', (_, part) => {
    const began = performance.now();
    for (const matcher of [
      part,
      { prefix: part },
      { 'anything-but': part },
      { 'anything-but': { regex: part } },
    ]) {
      expect(problemOf({ data: { a: [matcher] } })).toBeDefined();
    }
    for (const value of [part, { data: part }, { $or: part }, { $or: [part] }, { source: part }]) {
      expect(problemOf(value)).toBeDefined();
    }
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('either have a problem or can be compiled and evaluated', () => {
    const names = fc.constantFrom(
      'a',
      'prefix',
      'anything-but',
      'numeric',
      'exists',
      'cidr',
      '$or',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 1, 'a', '', '>', '10.0.0.0/8', '\ud800', '\\'),
        fc.dictionary(names, tie('value'), { maxKeys: 2 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }));
    const parts = fc.oneof(value, fc.jsonValue({ maxDepth: 20 }));
    fc.assert(
      fc.property(parts, parts, (inner, data) => {
        for (const where of [inner, { data: inner }, { data: { a: [inner] } }, { $or: [inner] }]) {
          if (problemOf(where)) continue;
          evaluate(compileFilter({ where: where as Condition }, ENGINES), eventWith(data));
        }
      }),
      { numRuns: runs(1000) },
    );
  });
});
