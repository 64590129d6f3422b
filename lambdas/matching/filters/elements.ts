import type { Work } from '../language/step-budget.ts';

/** Far deeper than real data, and few enough for recursion. */
const MAX_NESTED_ARRAYS = 100;

/** Whether an element holds, of nested arrays as well. @param ofNone the answer for an array without elements */
export function someElement(
  array: readonly unknown[],
  test: (element: unknown) => boolean,
  ofNone: () => boolean,
  work: Work,
  depth = 1,
): boolean {
  if (array.length === 0) return ofNone();
  for (const element of array) {
    work.spend(1);
    if (!Array.isArray(element)) {
      if (test(element)) return true;
    } else if (depth < MAX_NESTED_ARRAYS && someElement(element, test, ofNone, work, depth + 1)) return true;
  }
  return false;
}
