import type { jsonpath } from 'json-p3';
import { isObject } from '../../values/json.ts';
import type { Work } from '../language/step-budget.ts';
import { type Json, keysOf } from './json-values.ts';

/** Selectors of JSONPath (RFC 9535) but for filters, compiled to functions. */

export interface Scope {
  readonly root: Json;
  readonly work: Work;
}

/** Calls `found` with each selected value until a call returns true. @returns whether a call has */
export type Nodes = (scope: Scope, from: Json, found: (value: Json) => boolean) => boolean;

/** Selects from a value and all that is in it, in no particular order: only whether there is a node counts. */
export const ofDescendants =
  (children: Nodes): Nodes =>
  (scope, from, found) => {
    const open = [from];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (children(scope, value, found)) return true;
      someChild(value, scope.work, (child) => {
        if (typeof child === 'object' && child !== null) open.push(child);
        return false;
      });
    }
    return false;
  };

/** Whether a child holds: an element of an array, or the value of an object's member. */
export function someChild(value: Json, work: Work, holds: (child: Json) => boolean): boolean {
  const test = (child: Json): boolean => {
    work.spend(1);
    return holds(child);
  };
  if (Array.isArray(value)) return value.some(test);
  return isObject(value) && keysOf(value, work).some((key) => test(value[key] as Json));
}

export const ofName =
  (name: string): Nodes =>
  ({ work }, from, found) => {
    work.spend(1);
    return isObject(from) && Object.hasOwn(from, name) && found(from[name] as Json);
  };

export const ofIndex =
  (index: number): Nodes =>
  ({ work }, from, found) => {
    work.spend(1);
    const value = Array.isArray(from) ? (from.at(index) as Json | undefined) : undefined;
    return value !== undefined && found(value);
  };

/** RFC 9535, 2.3.4.2.2. */
export function ofSlice({ start, stop, step = 1 }: jsonpath.selectors.SliceSelector): Nodes {
  return ({ work }, from, found) => {
    work.spend(1);
    if (!Array.isArray(from) || step === 0) return false;
    const { length } = from;
    const normal = (index: number): number => (index >= 0 ? index : length + index);
    const bound = (index: number, low: number, high: number): number =>
      Math.min(Math.max(normal(index), low), high);
    if (step > 0) {
      const end = bound(stop ?? length, 0, length);
      for (let i = bound(start ?? 0, 0, length); i < end; i += step) {
        work.spend(1);
        if (found(from[i] as Json)) return true;
      }
    } else {
      const end = stop === undefined ? -1 : bound(stop, -1, length - 1);
      for (let i = bound(start ?? length - 1, -1, length - 1); i > end; i += step) {
        work.spend(1);
        if (found(from[i] as Json)) return true;
      }
    }
    return false;
  };
}
