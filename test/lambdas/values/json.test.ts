import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasMember, isDeeperThan, parse } from '../../../lambdas/values/json.ts';

describe('JSON from outside (D8)', () => {
  it.each<[string, number, number]>([
    ['', 1, 1],
    [' ', 1, 2],
    ['{', 1, 2],
    ['{"a"', 1, 5],
    ['{"a":', 1, 6],
    ['{"a":1', 1, 7],
    ['{"a":1,}', 1, 8],
    ['{a:1}', 1, 2],
    ['{"a" 1}', 1, 6],
    ['[1,]', 1, 4],
    ['[1 2]', 1, 4],
    ['[}', 1, 2],
    ['01', 1, 2],
    ['NaN', 1, 1],
    ['-', 1, 1],
    ['"a', 1, 1],
    ['["\\x"]', 1, 2],
    ['{}{}', 1, 3],
    ['{"a": {},\n "b": [{}, [],\n ]}', 3, 2],
    ['\ufeff{}', 1, 1],
    ['{"secret": whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD}', 1, 12],
  ])('%j is malformed at line %d, column %d', (text, line, column) => {
    expect(parse(text)).toEqual({
      ok: false,
      message: `expected JSON: malformed at line ${line}, column ${column}`,
    });
  });

  it('is malformed at the same place as in V8, where that tells it, and is never quoted', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', ':', '"', ' 1 ', 'secret'))
      .map(([json, at, other]) => {
        const place = at % json.length;
        return json.slice(0, place) + other + json.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, (text) => {
        const read = parse(text);
        if (read.ok) return;
        expect(read.message).toMatch(/^expected JSON: malformed at line 1, column \d+$/);
        const position = positionByV8(text);
        if (position === undefined) return;
        // A text or a number that is wrong in itself is wrong from its start.
        expect(Number(/\d+$/.exec(read.message)![0])).toBeLessThanOrEqual(position + 1);
      }),
    );
  });

  it('a malformed megabyte of anything takes no time', () => {
    for (const piece of ['[', '{"":', '"\\u0000', '1e5,', ' ']) {
      expect(parse(piece.repeat(1_000_000 / piece.length)).ok).toBe(false);
    }
  }, 2000);

  it.each([
    [1, 0, false],
    [[], 0, true],
    [[], 1, false],
    [{ a: { b: 1 } }, 1, true],
    [{ a: { b: 1 } }, 2, false],
    [[1, [2, [3]], {}], 3, false],
    [[1, [2, [3]], {}], 2, true],
  ])('%j is deeper than %d levels: %j', (value, levels, expected) => {
    expect(isDeeperThan(levels, value)).toBe(expected);
  });

  it('depth itself is no danger', () => {
    expect(isDeeperThan(100, JSON.parse(`${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`))).toBe(true);
  });
});

function positionByV8(text: string): number | undefined {
  try {
    JSON.parse(text);
  } catch (error) {
    const [, position] = / at position (\d+)/.exec((error as Error).message) ?? [];
    return position === undefined ? undefined : Number(position);
  }
  return undefined;
}

it.each([
  ['{"__proto__":1}', true],
  ['{"a":[{"b":{"__proto__":{}}}]}', true],
  ['{"a":"__proto__"}', false],
  ['[null,1,[]]', false],
  ['"__proto__"', false],
])('%s has a member __proto__: %s', (text, has) => {
  expect(hasMember('__proto__', JSON.parse(text))).toBe(has);
});
