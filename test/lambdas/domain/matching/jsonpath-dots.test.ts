import { describe, expect, it } from 'vitest';
import { compileJsonpath, jsonpathProblem } from '../../../../lambdas/domain/matching/jsonpath.ts';
import { Work } from '../../../../lambdas/domain/matching/work.ts';

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
});
