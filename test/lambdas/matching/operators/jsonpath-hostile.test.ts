import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutOfSteps, MAX_STEPS, Work } from '../../../../lambdas/matching/language/step-budget.ts';
import { compileJsonpath, jsonpathProblem } from '../../../../lambdas/matching/operators/jsonpath.ts';
import { runs } from '../../../helpers/runs.ts';

/** What a query says of a payload. A hundred times the time that it should take, for machines that have much to do. */
function select(query: string, data: unknown): { holds: boolean | 'cut short'; steps: number } {
  const test = compileJsonpath(query);
  const work = new Work();
  const before = performance.now();
  const holds = cutShort(() => test({ type: 'a', at: 0, data }, work));
  expect(performance.now() - before).toBeLessThan(1000);
  return { holds, steps: work.steps };
}

function cutShort(test: () => boolean): boolean | 'cut short' {
  try {
    return test();
  } catch (error) {
    expect(isOutOfSteps(error)).toBe(true);
    return 'cut short';
  }
}

const listOf = <T>(length: number, element: (i: number) => T): T[] =>
  Array.from({ length }, (_, i) => element(i));
const numbers = listOf(200_000, (i) => i);
const objects = listOf(200_000, (i) => ({ a: i }));
const lists = JSON.parse(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`);
const nested = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
const keys = JSON.parse(`{${listOf(50_000, (i) => `"k${i}":${i}`).join()}}`);
const long = 'x'.repeat(2_000_000);
const texts = {
  l: numbers,
  a: long,
  b: `${long}`.concat(''),
  c: `${long.slice(1)}y`,
  stars: '😀'.repeat(10_000),
};

describe('hostile payloads and queries (A5)', () => {
  it.each<[string, unknown]>([
    ['$..*..*..*.z', objects],
    [`$${'..*'.repeat(300)}.z`, numbers],
    ['$..*..*..*.z', lists],
    ['$..*..*..*.z', nested],
    ['$..[?@..[?@..x]]', objects],
    ['$.data[?@.a == $.b]', objects],
    ['$.data[?$.data == @]', objects],
    ['$.data[?$.data[0] == $.data[1] && @.z]', [objects, objects.slice(), 1]],
    [`$.data${'[0,0,0,0]'.repeat(20)}.x`, listOf(1, () => [[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]])],
    [`$.data[${'0:1000000:1,'.repeat(30)}5].z`, objects],
    ['$.data[::-1].z', objects],
    [`$..[${'*,'.repeat(400)}*].z`, numbers],
    [`$..[${':,'.repeat(400)}:].z`, numbers],
    [`$..[${'?@.b,'.repeat(150)}?@.b].z`, numbers],
    ['$.data[?count($.data[*]) == 1]', objects],
    ['$.data[?count($..*) == 1]', objects],
    ['$.data[?value($..*) == 1]', [objects, 1, 2].flat()],
    ['$.data[?length($.data) == 1]', objects],
    ['$.data[?length($.data) == 1]', keys],
    ['$.data[?@ == -1]', keys],
    [`$.data[?${'!('.repeat(300)}@.z${')'.repeat(300)}]`, numbers],
    [`$.data[?${'!$||'.repeat(200)}@.z]`, numbers],
    ['$.data.l[?$.data.a == $.data.b && @.z]', texts],
    ['$.data.l[?$.data.a == $.data.c]', texts],
    ['$.data.l[?$.data.a < $.data.c && @.z]', texts],
    ['$.data.l[?length($.data.stars) == 1]', texts],
    ['$.data.l[?search($.data.a, "[ab]*a[ab]{100}[cd]")]', texts],
    [
      '$.data[?search(@, "[ab]*a[ab]{100}[cd]")]',
      listOf(3000, (i) => 'ab'.repeat(i % 40) + 'a'.repeat(i % 11)),
    ],
  ])('end in bounded time: %s', (query, data) => {
    expect(jsonpathProblem(query)).toBeUndefined();
    expect(select(query, data).holds).not.toBe(true);
  });

  it.each<[string, unknown, boolean]>([
    ['$..a', nested, true],
    [`$.data${'.a'.repeat(500)}`, nested, true],
    [`$${'..a'.repeat(300)}`, nested, true],
    [`$.data${'[0]'.repeat(300)}`, lists, true],
    ['$.data.*', keys, true],
    ['$.data[?length(@) > 100000]', [keys, numbers], true],
    ['$.data[199999]', numbers, true],
    ['$.data[-1]', numbers, true],
    ['$.data[::0]', numbers, false],
    ['$.data[::9007199254740991].z', numbers, false],
    ['$.data[?@ == $.data[1]]', [lists, lists], true],
    // Deeper than can be compared is equal to nothing.
    ['$.data[?@ == $.data[1]]', [lists, JSON.parse(JSON.stringify([1])), 2].slice(0, 2), true],
    [
      '$.data[0][?$.data[0][0] == $.data[1][0]]',
      [[nested], [JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`)]],
      false,
    ],
    ['$.data.__proto__.admin', JSON.parse('{"__proto__": {"admin": true}}'), true],
    ['$.data.admin', JSON.parse('{"__proto__": {"admin": true}}'), false],
    ['$.data[?@ == 1]', [Number.parseFloat('1e400'), 1e308], false],
    ['$.data[?@ > 9007199254740991]', JSON.parse('[1e999]'), true],
    ['$.data["\\ud83d\\ude00"]', { '\ud83d': 1 }, false],
    ['$.data[?length(@) == 2]', ['\ud83d\ud83d'], true],
  ])('are told in few steps: %s', (query, data, holds) => {
    expect(jsonpathProblem(query)).toBeUndefined();
    expect(select(query, data).holds).toBe(holds);
  });

  it('list the members of a large object once', () => {
    const fresh = { ...keys };
    const first = select('$.data.*', fresh);
    expect(first.steps).toBeGreaterThan(MAX_STEPS);
    expect(first.holds).toBe(true);
    expect(select('$.data.*', fresh).steps).toBeLessThan(10);
    expect(select('$.data[?@ == 5]', fresh).steps).toBeLessThan(50);
  });

  it.each([
    '$[?'.padEnd(1024, '('),
    '$[?'.padEnd(1024, '!'),
    '$[?'.padEnd(1024, '!('),
    '$'.padEnd(1024, '[?'),
    '$[?@'.padEnd(1024, '[?@'),
    '$[?'.padEnd(1024, '"'),
    '$[?'.padEnd(1024, '\'"'),
    '$["'.padEnd(1024, '\\'),
    '$["'.padEnd(1024, '\\u'),
    '$['.padEnd(1024, ':'),
    '$['.padEnd(1024, '1'),
    '$['.padEnd(1024, ' '),
    '$'.padEnd(1024, '.'),
    '$'.padEnd(1024, '..*'),
    '$.'.padEnd(1024, 'a'),
    '$[?@.a == 1'.padEnd(1024, ' == 1'),
    '$[?'.padEnd(1024, 'length('),
    '$[?'.padEnd(1024, 'count(@[?'),
    '$[?'.padEnd(1024, '@.a&&'),
    `$[?match(@, "${'('.repeat(200)}")]`,
    '$'.padEnd(1024, '$'),
    '$\u0000',
    '$["\u0000"]',
    '$.\ud800',
    '$[?@ == "\udfff"]',
    '$\u2028',
  ])('never throw when they are read: %j', (query) => {
    const before = performance.now();
    const problem = jsonpathProblem(query);
    expect(performance.now() - before).toBeLessThan(1000);
    if (problem !== undefined) expect(problem.length).toBeLessThan(300);
  });

  it('never throw, whatever the query and the payload', () => {
    const token = fc.constantFrom(
      ...'$ @ . .. * [ ] ? ( ) ! && || == != < <= > >= , : 1 -1 0.5 1e3 "a" \'b\' a b null true count( length( value( match( search( \\ \ud83d'.split(
        ' ',
      ),
    );
    const query = fc.array(token, { maxLength: 14 }).map((tokens) => `$${tokens.join('')}`);
    fc.assert(
      fc.property(fc.oneof(query, fc.string({ unit: 'binary' })), fc.jsonValue(), (text, data) => {
        if (jsonpathProblem(text) === undefined) expect(select(text, data).holds).toEqual(expect.anything());
      }),
      { numRuns: runs(1000) },
    );
  });
});
