import { describe, expect, it } from 'vitest';
import { compileFilter, evaluate } from '../../../../lambdas/matching/filters/compile.ts';
import { conditionProblem } from '../../../../lambdas/matching/filters/condition-check.ts';
import { explainMismatch } from '../../../../lambdas/matching/filters/explain.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { buildTenantIndex } from '../../../../lambdas/matching/index/tenant-index.ts';
import type { Condition } from '../../../../lambdas/matching/language/condition.ts';
import { MAX_STEPS } from '../../../../lambdas/matching/language/step-budget.ts';
import { eventWith, holds } from '../../../helpers/matching/matching.ts';

/**
 * A step is at most about a microsecond, so a filter takes 10 ms at worst. Twenty times that is what a crowded machine
 * may add; what the tests are after are seconds and minutes.
 */
const MOST_MS = 200;

/** Evaluates thrice, since anything may come between once, and explains. */
function bounded(where: unknown, data: unknown): { holds: boolean; isCutShort: boolean; ms: number } {
  expect(conditionProblem(where, ENGINES)).toBeUndefined();
  const filter = compileFilter({ where: where as Condition }, ENGINES);
  const times: number[] = [];
  let result = evaluate(filter, eventWith(data));
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    result = evaluate(filter, eventWith(data));
    times.push(performance.now() - began);
  }
  expect(result.steps).toBeLessThanOrEqual(MAX_STEPS);
  const mismatch = explainMismatch({ events: ['**'], where: where as Condition }, eventWith(data), ENGINES);
  expect(mismatch === undefined).toBe(result.holds);
  const ms = Math.min(...times);
  expect(ms).toBeLessThan(MOST_MS);
  return { ...result, ms };
}

const DEEP = 100_000;
const nested = (open: string, close: string, times = DEEP): unknown =>
  JSON.parse(`${open.repeat(times)}1${close.repeat(times)}`);

describe('hostile payloads', () => {
  const all = [
    { data: { a: [2] } },
    { data: { a: [{ exists: false }, { 'anything-but': 1 }] } },
    { data: { a: { a: { a: { a: { a: { a: [2] } } } } } } },
    { data: { $or: [{ a: [2] }, { a: { b: [2] } }] } },
    { data: [2] },
    { data: { a: { b: [{ exists: false }], c: { d: [{ exists: false }, 2] } } } },
    { data: { a: { a: { a: { a: { a: { a: { a: { a: { a: [{ exists: false }] } } } } } } } } } },
    { data: { a: { $or: [{ x: [{ exists: false }] }, { a: { a: [{ exists: false }] } }] } } },
  ];
  const million = 1_000_000;

  it.each<[string, unknown]>([
    ['objects in each other', nested('{"a":', '}')],
    ['arrays in each other', { a: nested('[', ']') }],
    ['arrays in each other as a whole', nested('[', ']')],
    ['arrays and objects in each other', nested('[{"a":', '}]')],
    ['arrays in pairs', { a: nested('[[],', ']') }],
    ['a million values', { a: Array(million).fill(1) }],
    ['a million objects', { a: Array(million).fill({ b: 1 }) }],
    ['a million empty arrays', { a: Array(million).fill([]) }],
    ['a thousand arrays of a thousand', { a: Array(1000).fill(Array(1000).fill({ a: 1 })) }],
    ['a million members', Object.fromEntries(Array.from({ length: million }, (_, i) => [`k${i}`, i]))],
  ])('%s are looked at for a bounded time', (_, data) => {
    for (const where of all) bounded(where, data);
    const index = buildTenantIndex(
      {
        filters: all.map((where, i) => ({ id: `${i}`, events: ['**'], where: where as Condition })),
        subscriptions: all.map((_, i) => ({ id: `${i}`, targetId: 't', filterId: `${i}` })),
        bytes: 0,
      },
      ENGINES,
    );
    const { entries, steps } = index.search(eventWith(undefined)).candidates(data);
    const found = entries.filter(({ filter }) => evaluate(filter, eventWith(data)).holds).map(({ id }) => id);
    const expected = all.flatMap((where, i) => (holds(where, eventWith(data)) ? [`${i}`] : []));
    expect(found).toEqual(expected);
    expect(steps).toBeLessThan(100 * MAX_STEPS);
  });

  it('see own fields only', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    for (const name of names.slice(1)) {
      expect(holds({ data: { [name]: [{ exists: true }] } }, eventWith({}))).toBe(false);
      expect(holds({ data: { [name]: { name: [{ exists: true }] } } }, eventWith({}))).toBe(false);
      expect(holds({ data: { [name]: [1] } }, eventWith(JSON.parse(`{"${name}":1}`)))).toBe(true);
    }
    const data: unknown = JSON.parse('{"__proto__":{"admin":true}}');
    expect(holds({ data: { admin: [true] } }, eventWith(data))).toBe(false);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect(holds({ data: { a: [1] } }, eventWith(JSON.parse('{"__proto__":{"a":2},"a":1}')))).toBe(true);
  });

  it.each<[string, unknown[], string, boolean]>([
    ['a number beyond all others', [{ numeric: ['>', 9] }], '1e999', true],
    ['a number beyond all others, the other way', [{ numeric: ['<', 9] }], '-1e999', true],
    ['a number beyond all others is no other', [{ 'anything-but': 1 }], '1e999', true],
    ['a number beyond all others in a range', [{ numeric: ['>', 0, '<', 2 ** 53 - 1] }], '1e999', false],
    ['a number next to nothing', [0], '1e-400', true],
    ['minus nothing', [0], '-0', true],
    ['minus nothing among many', Array.from({ length: 20 }, (_, i) => i), '-0', true],
    ['the last of members of one name', [2], '1,"a":2', true],
    ['not the first of members of one name', [1], '1,"a":2', false],
    ['half a character', [{ prefix: 'x' }], '"x\\ud800"', true],
    ['half a character, folded', [{ suffix: { 'equals-ignore-case': '\ude00' } }], '"x"', false],
    ['half a character at the end', [{ suffix: { 'equals-ignore-case': 'X' } }], '"\\ud800x"', true],
    ['half a character searched', [{ wildcard: '*b*' }], '"\\udfffb\\udfff"', true],
    ['half a character by an expression', [{ regex: 'b' }], '"\\udfffb\\ud800"', true],
    ['a character of nothing', [{ wildcard: 'a*c' }], '"a\\u0000c"', true],
  ])('%s', (_, matchers, json, expected) => {
    const where = { data: { a: matchers } } as Condition;
    const data: unknown = JSON.parse(`{"a":${json}}`);
    expect(evaluate(compileFilter({ where }, ENGINES), eventWith(data)).holds).toBe(expected);
  });
});

describe('texts of 4 MB against each operator', () => {
  const size = 4 * 1024 * 1024;
  const same = 'a'.repeat(size);
  const texts = [
    same,
    `${same.slice(2)}\u0416`,
    'ab'.repeat(size / 2),
    'İ'.repeat(size / 2),
    '\ud83e\udd89'.repeat(size / 4),
  ];
  const a = (count: number): string => 'a'.repeat(count);

  it.each<[string, unknown[]]>([
    ['a value', ['a']],
    ['nine values', Array.from({ length: 9 }, (_, i) => `${a(100)}${i}`)],
    ['prefix', [{ prefix: a(1000) }]],
    ['prefix ignoring case', [{ prefix: { 'equals-ignore-case': 'İ'.repeat(1000) } }]],
    ['suffix', [{ suffix: `b${a(1000)}` }]],
    ['suffix ignoring case', [{ suffix: { 'equals-ignore-case': `ж${a(1000)}` } }]],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'A' }]],
    ['wildcards between single characters', [{ wildcard: '*b*c*' }]],
    ['a wildcard that nearly fits everywhere', [{ wildcard: '*aab*' }]],
    ['a wildcard that makes searching slow', [{ wildcard: `*${a(500)}b${a(500)}*` }]],
    ['five hundred wildcards', [{ wildcard: `${'*a'.repeat(500)}*b*` }]],
    ['an expression with alternatives', [{ regex: '(a|b|ab)*c$' }]],
    ['an expression that backtracks elsewhere', [{ regex: '^(a+)+$' }]],
    ['cidr', [{ cidr: '::/0' }]],
    ['numeric', [{ numeric: ['>', 1] }]],
    ['anything-but wildcards', [{ 'anything-but': { wildcard: ['*b*c*', `*${a(300)}b*`] } }]],
    ['anything-but ignoring case', [{ 'anything-but': { 'equals-ignore-case': 'x' } }]],
  ])('%s', (_, matchers) => {
    for (const text of texts) bounded({ data: { text: matchers } }, { text });
  });
});

describe('many short texts against each operator', () => {
  const times = (count: number, make: (i: number) => unknown) =>
    Array.from({ length: count }, (_, i) => make(i));

  it.each<[string, unknown[], string]>([
    ['long prefixes', times(7, (i) => ({ prefix: `${'a'.repeat(1000)}${i}` })), 'a'.repeat(1001)],
    ['long suffixes', times(7, (i) => ({ suffix: `${'a'.repeat(1000)}${i}` })), 'a'.repeat(1001)],
    ['long wildcards', times(7, (i) => ({ wildcard: `${'a'.repeat(1000)}${i}*` })), 'a'.repeat(1001)],
    ['64 prefixes', times(64, (i) => ({ prefix: `${'a'.repeat(90)}${i}` })), 'a'.repeat(90)],
    [
      '60 texts ignoring case',
      times(60, (i) => ({ 'equals-ignore-case': 'a'.repeat(90) + String.fromCharCode(200 + i) })),
      'A'.repeat(91),
    ],
    [
      'letters that are hard to fold',
      times(7, (i) => ({ 'equals-ignore-case': `${'İ'.repeat(1000)}${i}` })),
      `${'İ'.repeat(1000)}z`,
    ],
    [
      'prefixes that are hard to fold',
      times(7, (i) => ({ prefix: { 'equals-ignore-case': `${'Σ'.repeat(1000)}${i}` } })),
      'ς'.repeat(1001),
    ],
    ['64 wildcards', times(64, (i) => ({ wildcard: `*a*${i}*` })), 'a'.repeat(500)],
    ['64 expressions', times(64, (i) => ({ regex: `(a|b)*${i}` })), 'a'.repeat(500)],
    [
      '64 ranges of addresses',
      times(64, (i) => ({ cidr: `2001:db8:${i}::/48` })),
      '2002:0db8::ffff:192.168.100.100',
    ],
    ['what is nearly an address', [{ cidr: '::/0' }], '1:'.repeat(32)],
    ['64 ranges of numbers', times(64, (i) => ({ numeric: ['>', i, '<', i + 1] })), 'a'],
    ['64 values', times(64, (i) => `k${i}`), 'a'.repeat(16_000)],
  ])('%s', (_, matchers, text) => {
    const count = Math.min(20_000, Math.ceil(8_000_000 / text.length));
    // Each a text of its own, as they come out of JSON.
    const list: unknown = JSON.parse(`[${times(count, () => JSON.stringify(text)).join(',')}]`);
    bounded({ data: { list: matchers } }, { list });
    bounded(
      { data: { objects: { text: matchers } } },
      { objects: (list as string[]).map((one) => ({ text: one })) },
    );
  });
});

describe('texts that nearly fit', () => {
  const long = 'a'.repeat(1000);

  it.each<[unknown]>([
    [{ prefix: `${long}b` }],
    [{ suffix: `${long}b` }],
    [{ wildcard: `${long}b*` }],
    [{ wildcard: `*${long}b` }],
    [{ 'anything-but': { prefix: `${long}b` } }],
    [{ prefix: { 'equals-ignore-case': `${long}b` } }],
  ])('are counted as long as they take to compare, %#', (matcher) => {
    const filter = compileFilter({ where: { data: { a: [matcher] } } as Condition }, ENGINES);
    expect(evaluate(filter, eventWith({ a: `${long}aa` })).steps).toBeGreaterThan(30);
    expect(evaluate(filter, eventWith({ a: 'a' })).steps).toBeLessThan(5);
  });
});

describe('large conditions', () => {
  const numbers = Array(100_000).fill(1);

  it('of 200 lists, against an array in each field', () => {
    const names = Array.from({ length: 200 }, (_, i) => `f${i}`);
    const data = Object.fromEntries(names.map((name) => [name, numbers]));
    const where = (wanted: unknown) => ({ data: Object.fromEntries(names.map((name) => [name, [wanted]])) });
    expect(bounded(where(1), data)).toMatchObject({ holds: true, isCutShort: false });
    expect(bounded(where(2), data)).toMatchObject({ holds: false, isCutShort: true });
  });

  it('of 64 alternatives in each of several levels', () => {
    const wide = (inner: unknown) => ({
      $or: [...Array.from({ length: 60 }, (_, i) => ({ [`f${i}`]: [2] })), inner],
    });
    const where = { data: wide(wide(wide({ list: wide({ a: [2] }) }))) };
    expect(conditionProblem(where, ENGINES)?.message).toContain('200 lists');
    const fewer = { data: wide(wide({ list: wide({ a: [2] }) })) };
    expect(bounded(fewer, { list: Array(100_000).fill({ a: 1 }) })).toMatchObject({ isCutShort: true });
    expect(bounded(fewer, { list: [{ a: 1 }, { a: 2 }] })).toMatchObject({ holds: true });
  });
});
