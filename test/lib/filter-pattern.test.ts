import { describe, expect, it } from 'vitest';
import { filterPatternProblem } from '../../lib/settings/sources/filter-pattern.ts';
import { filterOf } from '../../local/services/logs/filter-pattern.ts';

const isRefused = (pattern: string): boolean => {
  try {
    filterOf(pattern);
    return false;
  } catch {
    return true;
  }
};

describe('filterPatternProblem (A8)', () => {
  it.each([
    '',
    '""',
    'ERROR',
    'ERROR "connection refused" -debug',
    '?ERROR ?WARN',
    '%[Ff]ail%',
    '{ $.level = "error" }',
    '{ ($.level = "error" || $.ms >= 2000) && $.user NOT EXISTS }',
    '{ $.event_type = "security.*" }',
    '{ $.text = "a } and a ( in it" }',
    '[ip, ..., status = 5*, bytes]',
  ])('takes %s, as the local cloud does', (pattern) => {
    expect(filterPatternProblem(pattern)).toBeUndefined();
    expect(isRefused(pattern)).toBe(false);
  });

  it.each([
    ['{ $.level = "error"', 'braces'],
    ['{ $.level = "error }', 'quotes'],
    ['{ ($.level = "error" }', 'parentheses'],
    ['{ level }', 'a field'],
    ['[ip, user', 'expected ]'],
    ['level=error', 'in quotes'],
    ['"open', 'in quotes'],
    ['?ERROR WARN', 'expected ?'],
  ])('refuses %s, as the local cloud does', (pattern, problem) => {
    expect(filterPatternProblem(pattern)).toContain(problem);
    expect(isRefused(pattern)).toBe(true);
  });
});
