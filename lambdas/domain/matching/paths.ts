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
  const found: Scalar[] = [];
  const collect = (value: unknown, at: number, nested: number): void => {
    if (++work.steps > maxSteps) return;
    if (nested > MAX_NESTED) {
      // Whoever asks can't rely on what was found.
      work.steps = Math.max(work.steps, maxSteps + 1);
      return;
    }
    const step = path[at];
    if (step === DEEP) {
      collect(value, at + 1, nested + 1);
      collectChildren(value, at, nested);
    } else if (step === EACH) collectChildren(value, at + 1, nested);
    else if (isScalar(value)) {
      if (step === undefined && value !== undefined) found.push(value);
    } else if (Array.isArray(value)) collectChildren(value, at, nested);
    else if (step !== undefined && Object.hasOwn(value as object, step)) {
      collect((value as Record<string, unknown>)[step], at + 1, nested + 1);
    }
  };
  const collectChildren = (value: unknown, at: number, nested: number): void => {
    if (isScalar(value)) return;
    const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value as object);
    const end = Math.min(children.length, MAX_ELEMENTS);
    for (let i = 0; i < end && work.steps <= maxSteps; i++) collect(children[i], at, nested + 1);
  };
  collect(from, 0, 0);
  return found;
}
