import { isScalar, type Scalar } from './condition.ts';
import { MAX_STEPS } from './work.ts';

/** Ways from an event to a field, as conditions and queries go them. */

/** Into each element of an array, and each member of an object. */
export const EACH = 0;
/** Into whatever is here, and whatever is in it. */
export const DEEP = 1;

/** A member's name, or `EACH` or `DEEP`. Arrays that are met otherwise are gone through without a step. */
export type Step = string | typeof EACH | typeof DEEP;
export type Path = readonly Step[];

/** Of one array: a condition that gets beyond has taken all its steps (see `Work`), so it holds of nothing there. */
const MAX_ELEMENTS = MAX_STEPS;
/** Arrays and objects in each other: more than a condition looks into. */
const MAX_NESTED = 1200;

/**
 * The values that a field has, and perhaps some more: several when there are arrays on the way.
 * @param work counts elements; when it gets beyond `maxSteps`, there may be further values
 */
export function valuesAt(path: Path, from: unknown, work: { steps: number }, maxSteps: number): Scalar[] {
  const walk: Walk = { path, found: [], work, maxSteps };
  collect(walk, from, 0, 0);
  return walk.found;
}

interface Walk {
  readonly path: Path;
  readonly found: Scalar[];
  readonly work: { steps: number };
  readonly maxSteps: number;
}

function collect(walk: Walk, value: unknown, at: number, nested: number): void {
  if (!hasRoom(walk, nested)) return;
  const step = walk.path[at];
  if (isScalar(value)) {
    if (step === undefined && value !== undefined) walk.found.push(value);
  } else if (step === DEEP) collectDeep(walk, value as object, at, nested);
  else if (Array.isArray(value) || step === EACH) {
    for (const child of childrenOf(value as object)) {
      if (walk.work.steps > walk.maxSteps) return;
      collect(walk, child, step === EACH ? at + 1 : at, nested + 1);
    }
  } else if (step !== undefined && Object.hasOwn(value as object, step)) {
    collect(walk, (value as Record<string, unknown>)[step], at + 1, nested + 1);
  }
}

/** Of all in a payload, so it takes the shortest way to what has nothing in it, which is nearly everything. */
function collectDeep(walk: Walk, value: object, at: number, nested: number): void {
  if (!hasRoom(walk, nested)) return;
  const next = walk.path[at + 1];
  // What is in an array comes by itself.
  if (!(Array.isArray(value) && typeof next === 'string')) collect(walk, value, at + 1, nested + 1);
  for (const child of childrenOf(value)) {
    if (!isScalar(child)) collectDeep(walk, child as object, at, nested + 1);
    else if (++walk.work.steps > walk.maxSteps) return;
  }
}

function hasRoom({ work, maxSteps }: Walk, nested: number): boolean {
  // Whoever asks can't rely on what was found so far.
  if (nested > MAX_NESTED) work.steps = Math.max(work.steps, maxSteps);
  return ++work.steps <= maxSteps;
}

function childrenOf(value: object): readonly unknown[] {
  if (!Array.isArray(value)) return Object.values(value);
  return value.length > MAX_ELEMENTS ? value.slice(0, MAX_ELEMENTS) : value;
}
