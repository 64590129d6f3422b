import { isScalar, type Scalar } from './condition.ts';
import { MAX_STEPS } from './step-budget.ts';

/** Paths from an event to a field, as conditions and queries follow them. */

/** Into each element of an array, and each member of an object. */
export const EACH = 0;
/** Into a value and all that is in it. */
export const DEEP = 1;

/** A member's name, or `EACH` or `DEEP`. Other arrays on a path are entered without a step. */
export type Step = string | typeof EACH | typeof DEEP;
export type Path = readonly Step[];

/** Elements of one array. A condition that gets further has used up its steps (see `Work`) and does not hold. */
const MAX_ELEMENTS = MAX_STEPS;
/** Nested arrays and objects: deeper than any condition goes. */
const MAX_NESTED = 1200;

/**
 * The values of a field, and perhaps some more. There are several when there are arrays on the path.
 * @param work counts elements; beyond `maxSteps` there may be further values
 */
export function valuesAt(path: Path, from: unknown, work: { steps: number }, maxSteps: number): Scalar[] {
  const traversal: Traversal = { path, found: [], work, maxSteps };
  collect(traversal, from, 0, 0);
  return traversal.found;
}

interface Traversal {
  readonly path: Path;
  readonly found: Scalar[];
  readonly work: { steps: number };
  readonly maxSteps: number;
}

function collect(traversal: Traversal, value: unknown, at: number, nested: number): void {
  if (!hasRoom(traversal, nested)) return;
  const step = traversal.path[at];
  if (isScalar(value)) {
    if (step === undefined && value !== undefined) traversal.found.push(value);
  } else if (step === DEEP) collectDeep(traversal, value as object, at, nested);
  else if (Array.isArray(value) || step === EACH) {
    for (const child of childrenOf(value as object)) {
      if (traversal.work.steps > traversal.maxSteps) return;
      collect(traversal, child, step === EACH ? at + 1 : at, nested + 1);
    }
  } else if (step !== undefined && Object.hasOwn(value as object, step)) {
    collect(traversal, (value as Record<string, unknown>)[step], at + 1, nested + 1);
  }
}

/** Collects all values in a payload. Nearly all of them are scalars, which take no further call. */
function collectDeep(traversal: Traversal, value: object, at: number, nested: number): void {
  if (!hasRoom(traversal, nested)) return;
  const next = traversal.path[at + 1];
  // The elements of an array come by themselves.
  if (!(Array.isArray(value) && typeof next === 'string')) collect(traversal, value, at + 1, nested + 1);
  for (const child of childrenOf(value)) {
    if (!isScalar(child)) collectDeep(traversal, child as object, at, nested + 1);
    else if (++traversal.work.steps > traversal.maxSteps) return;
  }
}

function hasRoom({ work, maxSteps }: Traversal, nested: number): boolean {
  // The caller does not rely on the values that were found so far.
  if (nested > MAX_NESTED) work.steps = Math.max(work.steps, maxSteps);
  return ++work.steps <= maxSteps;
}

function childrenOf(value: object): readonly unknown[] {
  if (!Array.isArray(value)) return Object.values(value);
  return value.length > MAX_ELEMENTS ? value.slice(0, MAX_ELEMENTS) : value;
}
