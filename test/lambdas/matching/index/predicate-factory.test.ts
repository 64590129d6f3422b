import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, evaluate } from '../../../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { findBy } from '../../../../lambdas/matching/index/find-by.ts';
import { buildTenantIndex } from '../../../../lambdas/matching/index/tenant-index.ts';
import type { Scalar } from '../../../../lambdas/matching/language/condition.ts';
import type { FilterParts } from '../../../../lambdas/matching/language/filter.ts';
import type { Lookup } from '../../../../lambdas/matching/language/predicates.ts';
import { literalOf } from '../../../../lambdas/matching/operators/regex-literal.ts';
import { runs } from '../../../helpers/runs.ts';

/** Whether a filter is a candidate for an event, when it is alone in an index. */
function isCandidate(filter: Omit<FilterParts, 'events'>, data: unknown): boolean {
  const index = buildTenantIndex(
    {
      filters: [{ id: 'f', events: ['**'], ...filter }],
      subscriptions: [{ id: 's', targetId: 't', filterId: 'f' }],
      bytes: 0,
    },
    ENGINES,
  );
  return index.search({ type: 'a', at: 0 }).candidates(data).entries.length > 0;
}

const ofA = (...matchers: unknown[]) => ({ where: { data: { a: matchers } } as never });

describe('a filter is a candidate when a value that it asks for may be there (A7)', () => {
  it.each<[string, Omit<FilterParts, 'events'>, unknown[], unknown[]]>([
    ['equal', ofA('x', 1, null), ['x', 1, null, ['y', 'x']], ['X', '1', undefined, {}]],
    ['prefix', ofA({ prefix: 'ab' }), ['ab', 'abc', ['x', 'ab']], ['a', 'xab', 7]],
    ['suffix', ofA({ suffix: 'yz' }), ['yz', 'xyz'], ['z', 'yzx', 7]],
    ['wildcard, beginning', ofA({ wildcard: 'abc*z' }), ['abcz', 'abc'], ['ab', 'xabcz']],
    ['wildcard, end', ofA({ wildcard: 'a*xyz' }), ['axyz', 'xyz'], ['xyza']],
    ['wildcard, middle', ofA({ wildcard: '*lmn*' }), ['lmn', 'xlmny'], ['lm', 7]],
    ['prefix, empty', ofA({ prefix: '' }), ['', 'x'], []],
    ['suffix, empty', ofA({ suffix: '' }), ['', 'x'], []],
    ['wildcard, empty', ofA({ wildcard: '' }), [''], ['x']],
    ['wildcard without a star', ofA({ wildcard: 'abc' }), ['abc'], ['abcd']],
    ['wildcard, none', ofA({ wildcard: '*' }), ['', 'x', 7], []],
    ['wildcard, escaped', ofA({ wildcard: 'a\\*b' }), ['a*b'], ['aab']],
    ['regex, beginning', ofA({ regex: '^abc[0-9]' }), ['abc1', 'abc'], ['xabc1']],
    ['regex, middle', ofA({ regex: '[0-9]+ of abc' }), ['1 of abc', 'x of abc'], ['abc']],
    ['regex, none', ofA({ regex: '(?i)abc' }), ['ABC', 'x'], []],
    ['numeric, above', ofA({ numeric: ['>', 5] }), [5, 6], [4, '6']],
    ['numeric, from', ofA({ numeric: ['>=', 5] }), [5, 6], [4]],
    ['numeric, below', ofA({ numeric: ['<=', 5] }), [5, 4], [6, '4']],
    ['numeric, range', ofA({ numeric: ['>', 5, '<', 7] }), [5, 6, 9], [4]],
    ['numeric, equal', ofA({ numeric: ['=', 5] }), [5], [4, 6, '5']],
    ['several', ofA('x', { prefix: 'ab' }, { numeric: ['>', 5] }), ['x', 'abc', 6], ['y', 5.5 - 1]],
    [
      'alternatives by fields that are called like an operator',
      { where: { data: { a: { $or: [{ numeric: [5] }, { numeric: ['='] }] } } } },
      [{ numeric: 5 }, {}],
      [],
    ],
    ['an operator without a predicate', ofA('x', { 'anything-but': 'y' }), ['x', 'z', 'y', undefined], []],
    [
      'a query for a value',
      { jsonpath: "$.data.a[?@.b == 'x']" },
      [[{ b: 'x' }], { c: { b: 'x' } }],
      [[{ b: 'y' }], 'x'],
    ],
    [
      'a query for a bound',
      { jsonpath: '$.data.a[?@.b > 5 && @.c]' },
      [[{ b: 6 }]],
      [[{ b: 4 }], [{ b: '6' }]],
    ],
    ['a query mirrored', { jsonpath: '$.data.a[?5 < @.b]' }, [[{ b: 6 }]], [[{ b: 4 }]]],
    [
      'a query anywhere',
      { jsonpath: '$..b[?@.c == 1]' },
      [{ b: [{ c: 1 }] }, [[{ b: { x: { c: 1 } } }]]],
      [{ c: 1 }, { b: [{ c: 2 }] }],
    ],
    ['a query of the root', { jsonpath: '$[?@.a > 5]' }, [6], [4]],
    ['a query with alternatives', { jsonpath: '$.data.a[?@.b == 1 || @.c]' }, [[{ c: 0 }], 7], []],
  ])('%s', (_, filter, those, others) => {
    for (const a of those) expect(isCandidate(filter, { a }), JSON.stringify(a)).toBe(true);
    for (const a of others) expect(isCandidate(filter, { a }), JSON.stringify(a)).toBe(false);
  });

  it('also in a text that is too long to be searched, and in a payload that is too deep', () => {
    expect(isCandidate(ofA({ regex: 'needle$' }), { a: `${'x'.repeat(10_000)}` })).toBe(true);
    const deep: unknown = JSON.parse(`${'['.repeat(2000)}{"b":[{"c":1}]}${']'.repeat(2000)}`);
    expect(isCandidate({ jsonpath: '$..b[?@.c == 1]' }, deep)).toBe(true);
  });
});

describe('values that are looked up', () => {
  const bounds = [1, 2, 3, 4, 5, 6, 7, 8];
  const long = 'x'.repeat(4096);

  it.each<[Lookup['kind'], Scalar[], Scalar | undefined, Scalar[], number]>([
    ['equal', bounds, 3, [3], 1],
    ['equal', bounds, undefined, [], 1],
    ['prefix', ['ab', 'bc'], 'abc', ['ab'], 1],
    ['suffix', ['ab', 'bc'], 'abc', ['bc'], 1],
    ['suffix', ['ab', 'bc'], 'b', [], 1],
    ['above', bounds, 3, [1, 2, 3], 3],
    ['below', bounds, 7, [7, 8], 3],
    ['above', bounds.slice(1), '9', [], 2],
    ['within', ['ab', 'cd', 'ef'], 'abcd', ['ab', 'cd'], 1],
    ['within', ['ab', 'cd', 'ef', 'gh'], long, [], 2],
    // Too long to be searched: any may be in it.
    ['within', ['ab', 'cd'], `${long}x`, ['ab', 'cd'], 1],
  ])('%s, of %j', (kind, values, value, expected, steps) => {
    const work = { steps: 0 };
    const found: Scalar[] = [];
    const indexed = new Map(values.map((one) => [one, one]));
    findBy({ path: ['data'], kind, length: 2 }, indexed, value, work, (one) => found.push(one));
    expect(found).toEqual(expected);
    expect(work.steps).toBe(steps);
  });
});

describe('queries', () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(0, 1, 2, 'x', 'y', true, null),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }));
  const step = fc.constantFrom('.a', '.b', '.*', '..a', '..*', '[0]', '[1:]', "['c']", "['a','b']", '..[0]');
  const field = fc.constantFrom('@', '@.a', '@.b.c', '@[0]', '$.data.a');
  const literal = fc.constantFrom('0', '1', '-1', '1.5', "'x'", '"y"', 'true', 'null');
  const comparison = fc
    .tuple(field, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), literal, fc.boolean())
    .map(([left, operator, right, isMirrored]) =>
      isMirrored ? `${right} ${operator} ${left}` : `${left} ${operator} ${right}`,
    );
  const term = fc.oneof({ weight: 4, arbitrary: comparison }, fc.constantFrom('@.a', '!@.b', '(@.a || @.b)'));
  const query = fc
    .tuple(
      fc.array(step, { maxLength: 3 }),
      fc.array(term, { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 1 }),
    )
    .map(([steps, terms, rest]) => `$${steps.join('')}[?${terms.join(' && ')}]${rest.join('')}`);

  it('that select something are candidates', () => {
    const verdicts = { true: 0, false: 0 };
    fc.assert(
      fc.property(query, value, (jsonpath, data) => {
        const envelope = { type: 'a', at: 0, data };
        const { holds } = evaluate(compileFilter({ jsonpath }, ENGINES), envelope);
        verdicts[`${isCandidate({ jsonpath }, data)}`]++;
        if (holds) expect(isCandidate({ jsonpath }, data)).toBe(true);
      }),
      { numRuns: runs(1500) },
    );
    expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(100);
  });
});

describe('the text that an expression asks for', () => {
  it.each<[string, string | undefined, boolean]>([
    ['abc', 'abc', false],
    ['^abc', 'abc', true],
    ['^abc$', 'abc', true],
    ['a\\.b', 'a.b', false],
    ['^ab*c', 'a', true],
    ['ab{2}cde', 'cde', false],
    ['ab+', 'a', false],
    ['x(abc)+yz', 'yz', false],
    ['x(a|b)yz', 'yz', false],
    ['[abc]+xyz', 'xyz', false],
    ['[]a]b', 'b', false],
    ['[[:alpha:]\\]]x', 'x', false],
    ['a.bc', 'bc', false],
    ['\\d+ms', 'ms', false],
    ['a|b', undefined, false],
    ['(?i)abc', undefined, false],
    ['(?:abc)', undefined, false],
    ['\\x41bc', undefined, false],
    ['\\Qa.b\\E', undefined, false],
    ['\\pLabc', undefined, false],
    ['a😀*bc', 'bc', false],
    ['.*', undefined, false],
  ])('%s', (pattern, text, isBeginning) => {
    expect(literalOf(pattern)).toEqual(text === undefined ? undefined : { text, isBeginning });
  });

  const parts = fc.constantFrom(
    ...[
      'a',
      'b',
      'c',
      '.',
      '^',
      '$',
      '*',
      '+',
      '?',
      '{2}',
      '{0,1}',
      '(',
      ')',
      '(?:',
      '|',
      '[ab]',
      '[^a]',
      '[]b]',
    ],
    ...['\\d', '\\.', '\\b', '\\x61', '(?i)', '\\Q', '\\E', ' ', 'é', '😀', '\\A', '\\z', '\\('],
  );
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', '1', ' ', '.', 'é', '😀', '('),
    maxLength: 8,
  });

  it('is in all texts that it finds', () => {
    let found = 0;
    const pattern = fc.array(parts, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 10, maxLength: 10 }), (regex, texts) => {
        if (ENGINES.regexProblem(regex)) return;
        const literal = literalOf(regex);
        const filter = compileFilter(ofA({ regex }), ENGINES);
        for (const a of texts) {
          if (!literal || !evaluate(filter, { type: 'a', at: 0, data: { a } }).holds) continue;
          found++;
          expect(literal.isBeginning ? a.startsWith(literal.text) : a.includes(literal.text)).toBe(true);
        }
      }),
      { numRuns: runs(2000) },
    );
    expect(found).toBeGreaterThan(100);
  });
});
