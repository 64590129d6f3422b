import type { Scalar } from '../language/condition.ts';
import type { Test } from './operator.ts';

/** A list of this many values is searched faster than a set. */
const FEW = 8;

/** Whether a value equals one of these, as JSON has it: 1 is 1.0 and not "1". */
export function isOneOf(values: readonly Scalar[]): Test {
  if (values.length === 1) return isOnly(values[0]!);
  // A copy takes less: what `filter` returns has room for many more.
  return values.length <= FEW ? isAmong(values.slice()) : isIn(new Set(values));
}

// A scope of its own for each: functions of one scope keep all variables that any of them uses.
const isOnly =
  (only: Scalar): Test =>
  (value) =>
    value === only;

const isAmong =
  (values: readonly Scalar[]): Test =>
  (value) =>
    value !== undefined && values.includes(value);

const isIn =
  (values: ReadonlySet<Scalar | undefined>): Test =>
  (value) =>
    values.has(value);
