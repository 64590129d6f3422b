import { isObject } from '../../values/json.ts';
import { stepsOfText, type Work } from '../language/step-budget.ts';
import { isExact } from './numbers.ts';

/** Values of a payload as JSONPath compares and measures them, with their steps counted. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The result of a query that selects no value (RFC 9535, 2.4.1). */
export const NOTHING = Symbol('nothing');

type Value = Json | typeof NOTHING;

/** RFC 9535, 2.3.5.2.2. */
export function compileComparison(operator: string): (left: Value, right: Value, work: Work) => boolean {
  switch (operator) {
    case '==':
      return isEqual;
    case '!=':
      return (left, right, work) => !isEqual(left, right, work);
    case '<':
      return isLess;
    case '>':
      return (left, right, work) => isLess(right, left, work);
    case '<=':
      return (left, right, work) => isLess(left, right, work) || isEqual(left, right, work);
    case '>=':
      return (left, right, work) => isLess(right, left, work) || isEqual(left, right, work);
    default:
      throw new TypeError(`expected a comparison of RFC 9535, got ${operator}`);
  }
}

/** Far deeper than real data, and few enough for recursion. */
const MAX_DEPTH = 200;

/** A value that is too deep to compare is equal to nothing. */
function isEqual(left: Value, right: Value, work: Work, depth = 0): boolean {
  work.spend(1);
  if (typeof left === 'string') {
    if (typeof right !== 'string' || left.length !== right.length) return false;
    work.spend(stepsOfText(left) - 1);
    return left === right;
  }
  if (left === right) return typeof left !== 'number' || isExact(left);
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((element, i) => isEqual(element, right[i] as Json, work, depth + 1));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = keysOf(left, work);
  return (
    names.length === keysOf(right, work).length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) && isEqual(left[name] as Json, right[name] as Json, work, depth + 1),
    )
  );
}

function isLess(left: Value, right: Value, work: Work): boolean {
  work.spend(1);
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  return typeof left === 'string' && typeof right === 'string' && isTextLess(left, right, work);
}

/** Compares by Unicode's code points. JavaScript's own comparison goes by UTF-16's code units. */
function isTextLess(left: string, right: string, work: Work): boolean {
  work.spend(stepsOfText(left.length < right.length ? left : right) * CHARACTERS_TAKE);
  const end = Math.min(left.length, right.length);
  let at = 0;
  while (at < end && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === end) return left.length < right.length;
  // In the middle of a surrogate pair the first halves are equal, so the second halves decide.
  return left.codePointAt(at)! < right.codePointAt(at)!;
}

/** The length of a text in characters, of an array or object in elements (RFC 9535, 2.4.4). */
export function lengthOf(value: Value, work: Work): number | typeof NOTHING {
  if (typeof value === 'string') {
    work.spend(stepsOfText(value) * CHARACTERS_TAKE);
    let pairs = 0;
    for (let at = 0; at < value.length; at++) if (value.codePointAt(at)! > 0xffff) pairs++;
    return value.length - pairs;
  }
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? keysOf(value, work).length : NOTHING;
}

/** Counting characters takes this many times as long as searching. */
const CHARACTERS_TAKE = 16;

const MANY = 64;
const KEYS_PER_STEP = 8;
/** The names of a large object are in a hash table, and take longer. */
const STEPS_PER_KEY = 2;
const known = new WeakMap<object, readonly string[]>();

/** The names of an object's members. Those of a large object are listed once. */
export function keysOf(object: object, work: Work): readonly string[] {
  const before = known.get(object);
  if (before) return before;
  const keys = Object.keys(object);
  if (keys.length <= MANY) {
    work.spend(Math.floor(keys.length / KEYS_PER_STEP));
  } else {
    work.prepare(keys.length * STEPS_PER_KEY);
    known.set(object, keys);
  }
  return keys;
}
