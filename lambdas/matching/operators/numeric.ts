import { numberProblem } from './numbers.ts';
import type { Operator } from './operator.ts';

type Comparison = (value: number, bound: number) => boolean;
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
export const COMPARISON_NAMES: readonly string[] = Object.keys(COMPARISONS);
const FORM = 'expected [comparison, number] or [">" or ">=", number, "<" or "<=", number]';

export const numeric: Operator = {
  problem(operand, path) {
    if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
      return { path, message: FORM };
    }
    for (const [i, part] of operand.entries()) {
      const message = i % 2 === 1 ? numberProblem(part) : comparisonProblem(part);
      if (message) return { path: `${path}[${i}]`, message };
    }
    if (operand.length === 2) return undefined;
    const [low, from, high, to] = operand as [string, number, string, number];
    if (!low.startsWith('>') || !high.startsWith('<')) return { path, message: FORM };
    return from < to ? undefined : { path, message: 'expected the second number to be the greater one' };
  },
  compile([first, from, second, to]: [string, number, string?, number?]) {
    const isAbove = COMPARISONS[first]!;
    const isBelow = second === undefined ? undefined : COMPARISONS[second]!;
    return (value) =>
      typeof value === 'number' && isAbove(value, from) && (isBelow === undefined || isBelow(value, to!));
  },
};

const comparisonProblem = (part: unknown): string | undefined =>
  isComparison(part) ? undefined : `expected one of ${Object.keys(COMPARISONS).join(', ')}`;

export const isComparison = (part: unknown): boolean =>
  typeof part === 'string' && Object.hasOwn(COMPARISONS, part);
