/** What expressions mean for an item, once names and values are known. Rules are dynalite's. */
import db from 'dynalite/db/index.js';
import type { Item, Value } from './values.ts';

/** What names and values stand for in one request. */
export interface Meaning {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

/** A placeholder for the name of an attribute. */
export class Name {
  readonly placeholder: string;
  constructor(placeholder: string) {
    this.placeholder = placeholder;
  }
}

export type Part = string | number | Name;
export type Path = readonly Part[];
export const nameOf = (part: Part, { names }: Meaning): string =>
  part instanceof Name ? names[part.placeholder]! : String(part);

/** What stands at a path of an item. */
export function at(item: Item, path: Path, meaning: Meaning): Value | undefined {
  let found: Value | undefined = item[nameOf(path[0]!, meaning)];
  for (let i = 1; found && i < path.length; i++) {
    const part = path[i]!;
    found = typeof part === 'number' && found.L ? found.L[part] : found.M?.[nameOf(part, meaning)];
  }
  return found;
}

/** The parts of an item at these paths. */
export function projected(paths: readonly Path[], item: Item, meaning: Meaning): Item {
  if (paths.some((path) => path.length > 1)) {
    const resolved = paths.map((path) =>
      path.map((part) => (typeof part === 'number' ? part : nameOf(part, meaning))),
    );
    return db.mapPaths(resolved, item);
  }
  const part: Record<string, Value> = {};
  for (const [head] of paths) {
    const name = nameOf(head!, meaning);
    if (item[name] !== undefined) part[name] = item[name];
  }
  return part;
}

/** Whether a comparator or function holds, with a short way for texts and short numbers. */
export function holds(
  operator: string,
  value: Value | undefined,
  others: readonly (Value | undefined)[],
): boolean {
  if (operator === 'attribute_exists') return value !== undefined;
  if (operator === 'attribute_not_exists') return value === undefined;
  const other = others[0];
  const ordered = ORDERED[operator];
  if (ordered && value?.S !== undefined && other?.S !== undefined) return ordered(value.S, other.S);
  if (ordered && isShort(value?.N) && isShort(other?.N)) {
    const areSame = value!.N === other!.N;
    return operator === '='
      ? areSame
      : operator === '<>'
        ? !areSame
        : ordered(Number(value!.N), Number(other!.N));
  }
  if (operator === 'begins_with' && value?.S !== undefined && other?.S !== undefined)
    return value.S.startsWith(other.S);
  // dynalite would stumble over a path to nothing.
  if ((operator === 'in' || operator === 'between') && others.includes(undefined)) return false;
  return Boolean(db.compare(operator, value, others));
}

const isShort = (number: string | undefined): boolean => number !== undefined && number.length < 16;

type Ordered = string | number;

/** As dynalite compares texts, and numbers that JavaScript's hold exactly. */
const ORDERED: Readonly<Record<string, (a: Ordered, b: Ordered) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
