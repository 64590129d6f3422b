import { describe, expect, it } from 'vitest';
import { Work } from '../../../../lambdas/matching/language/step-budget.ts';
import { compileJsonpath, jsonpathProblem } from '../../../../lambdas/matching/operators/jsonpath.ts';

describe('patterns of match and search (A5)', () => {
  it.each([
    ['[[:alpha:].(]', 'a'],
    ['[[:alpha:].]+', '.'],
    ['[].(]', '.'],
    ['[^].(]', 'a'],
    ['\\\\Qa.', 'a.'],
  ])('%s has its dot where no dot of its own is meant, and is taken and holds', (pattern, value) => {
    const query = `$.data[?search(@, '${pattern}')]`;
    expect(jsonpathProblem(query)).toBeUndefined();
    expect(compileJsonpath(query)({ type: 'a', at: 0, data: [value] }, new Work())).toBe(true);
  });

  it.each<[pattern: string, value: string, holds: boolean]>([
    ['a.b', 'a b', true],
    ['a.b', 'a\u2028b', true],
    ['a.b', 'a\nb', false],
    ['a.b', 'a\rb', false],
    ['a..b', 'a\r\nb', false],
    ['(a.)+b', 'a\rb', false],
    ['a\\\\.b', 'a.b', true],
    ['a\\\\.b', 'a\rb', false],
    ['a[.]b', 'a\rb', false],
    ['a[^x]b', 'a\rb', true],
    ['a\\\\Q.\\\\E.b', 'a.xb', true],
    ['a\\\\Q.\\\\E.b', 'a.\rb', false],
    // RE2’s own flag, which no I-Regexp has.
    ['(?s)a.b', 'a\rb', true],
    ['(?i)A.b', 'a\rb', false],
    [`${'.'.repeat(200)}`, 'x'.repeat(200), true],
    ['.{500}', 'x'.repeat(500), true],
  ])('a dot of %j stands for no end of a line: %j, %s (RFC 9485, 5.4)', (pattern, value, holds) => {
    for (const call of [`match(@, '${pattern}')`, `search(@, '${pattern}')`]) {
      const query = `$.data[?${call}]`;
      expect(jsonpathProblem(query)).toBeUndefined();
      expect(compileJsonpath(query)({ type: 'a', at: 0, data: [value] }, new Work())).toBe(holds);
    }
  });
});
