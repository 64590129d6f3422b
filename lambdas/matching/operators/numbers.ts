/** Numbers of conditions, queries and payloads: one rule for all. They are doubles, as JSON.parse reads them. */

/** The smallest positive number that DynamoDB keeps (developer guide, data types). */
const SMALLEST = 1e-130;

/** What is wrong with a number in a filter, or undefined. */
export function numberProblem(value: unknown): string | undefined {
  if (typeof value !== 'number') return 'expected a number';
  if (!isExact(value)) return 'expected a number between -(2^53 - 1) and 2^53 - 1';
  const isKept = value === 0 || Math.abs(value) >= SMALLEST;
  return isKept ? undefined : `expected 0, or a number that is at least ${SMALLEST} from it`;
}

/**
 * Whether a number is exact: no whole number that its neighbours are rounded to (RFC 7493, 2.2). An inexact one is
 * greater or less than others, and equal to none: 9007199254740993 is not 9007199254740992, though both are read as the
 * same.
 */
export const isExact = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER;
