import { didYouMean } from './did-you-mean.ts';

/** One thing that is wrong with a request. */
export interface FieldProblem {
  /** For people: what was expected. */
  readonly message: string;
  /** Where it is: `events[3].type`. */
  readonly field?: string | undefined;
}

/** An answer names this many problems at most. More of them are one mistake made many times. */
export const MAX_PROBLEMS = 20;

/** What a member of a body, or a parameter of a query, is called. */
export type Called = 'field' | 'parameter';

export const missing = (what: Called = 'field'): string => `expected this ${what}, which is missing`;

/** Of a name that there is not. @param known the names that there are; none where any could be */
export function unknownName(name: string, known: readonly string[], what: Called = 'field'): string {
  const meant = didYouMean(name, known);
  if (meant !== undefined) return `unknown ${what}; did you mean ${meant}?`;
  return known.length === 0 ? `unknown ${what}` : `unknown ${what}; expected ${known.join(', ')}`;
}

/** Of a value that is none of a few. */
export function noneOf(given: unknown, options: readonly unknown[]): string {
  const shown = options.map((option) => (typeof option === 'string' ? option : JSON.stringify(option)));
  const expected = shown.length === 1 ? `expected ${shown[0]}` : `expected one of ${shown.join(', ')}`;
  const meant = typeof given === 'string' ? didYouMean(given, shown) : undefined;
  return meant === undefined || shown.length === 1 ? expected : `${expected}; did you mean ${meant}?`;
}
