import { type Condition, isScalar, OR, type Scalar } from './condition.ts';
import { MAX_STEPS } from './work.ts';

/** A field that must have one of some values, whatever else a filter asks for: what an index can find filters by. */
export interface Equality {
  readonly path: Path;
  readonly values: readonly Scalar[];
}

/**
 * How often one filter may stand in an index: a hundred patterns, with lists of 64 values of an own field and 64 of the
 * payload, would be 409,600 times, which are 60 MB. Five patterns, two sources and ten customers are a hundred.
 */
export const MAX_PLACES = 200;

/** From the event to a field; the payload's begin with `data`. One object for each path of a `PathPool`. */
export type Path = readonly string[];

/** Makes one object of all paths that are the same, so that maps can have them as keys. */
export class PathPool {
  readonly #known = new Map<string, Path>();

  /** All equalities of a condition that are not in an alternative. */
  equalitiesOf(condition: Condition): Equality[] {
    const found: Equality[] = [];
    const add = (fields: Condition, above: Path): void => {
      for (const [name, inner] of Object.entries(fields)) {
        if (name === OR) continue;
        const path = [...above, name];
        if (!Array.isArray(inner)) add(inner as Condition, path);
        else if (inner.every(isScalar)) found.push({ path: this.#one(path), values: inner });
      }
    };
    add(condition, []);
    return found;
  }

  #one(path: Path): Path {
    const key = JSON.stringify(path);
    const known = this.#known.get(key);
    if (!known) this.#known.set(key, path);
    return known ?? path;
  }
}

/** Of one array: a condition that gets beyond has taken all its steps (see `Work`), so it holds of nothing there. */
const MAX_ELEMENTS = MAX_STEPS;
/** Arrays and objects in each other: more than a condition looks into. */
const MAX_NESTED = 1200;

/**
 * The values that a field has: one, or several when there are arrays on the way.
 * @param work counts elements; when it gets beyond `maxSteps`, there may be further values
 */
export function valuesAt(path: Path, from: unknown, work: { steps: number }, maxSteps: number): Scalar[] {
  const found: Scalar[] = [];
  const collect = (value: unknown, at: number, nested: number): void => {
    if (++work.steps > maxSteps) return;
    if (!isScalar(value)) {
      if (nested === MAX_NESTED) return;
      if (Array.isArray(value)) {
        const end = Math.min(value.length, MAX_ELEMENTS);
        for (let i = 0; i < end && work.steps <= maxSteps; i++) collect(value[i], at, nested + 1);
      } else if (at < path.length && Object.hasOwn(value as object, path[at]!)) {
        collect((value as Record<string, unknown>)[path[at]!], at + 1, nested + 1);
      }
    } else if (at === path.length && value !== undefined) found.push(value);
  };
  collect(from, 0, 0);
  return found;
}
