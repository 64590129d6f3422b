import { isObject } from '../../values/json.ts';
import { isScalar, OR } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import { FIELDS } from '../language/envelope.ts';
import type { Problem } from '../language/problem.ts';
import { shortened } from '../language/shortened.ts';
import { isComparison } from '../operators/numeric.ts';
import {
  isOperator,
  MAX_VALUES,
  operationProblem,
  scalarProblem,
  textProblem,
} from '../operators/operators.ts';

/**
 * Limits of one condition. It is evaluated for every event of its types, and fanout keeps it in memory with thousands of
 * others. `totalLength` is the length of its JSON without spaces: 8 KB are a hundred fields with a few values each, more
 * than a person writes. Each `$or` is a level of its own.
 */
const LIMITS = { depth: 10, lists: 200, totalLength: 8192 } as const;
/** Alternatives of one `$or`. */
export const MAX_ALTERNATIVES = 64;

interface Place {
  readonly path: string;
  readonly depth: number;
  /** Whether the fields are the event's own, and not its payload's. */
  readonly isEvent: boolean;
}

/** What is wrong with a condition that a caller sent, or undefined. Takes any JSON value. */
export function conditionProblem(value: unknown, engines: Engines): Problem | undefined {
  if (!isObject(value)) return { path: '', message: 'expected an object of fields' };
  const problem = new Check(engines).fields(value, { path: '', depth: 1, isEvent: true });
  return problem && { ...problem, path: shortened(problem.path) };
}

/** The check of one condition, with its counts so far. */
class Check {
  readonly #engines: Engines;
  #lists = 0;
  #length = 0;

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  fields(fields: unknown, place: Place): Problem | undefined {
    const { path, depth } = place;
    if (!isObject(fields)) return { path, message: 'expected a list of values or an object of fields' };
    if (depth > LIMITS.depth) return { path, message: `expected at most ${LIMITS.depth} levels` };
    const names = Object.keys(fields);
    if (names.length === 0 && depth > 1) return { path, message: 'expected at least one field' };
    return first(names, (name) => this.#field(name, fields[name], place));
  }

  #field(name: string, inner: unknown, place: Place): Problem | undefined {
    const path = place.path ? `${place.path}.${name}` : name;
    const message = this.#nameProblem(name, place);
    if (message) return { path, message };
    if (!this.#count(name)) return tooLong(path);
    if (name === OR) return this.#alternatives(inner, { ...place, path });
    const isText = place.isEvent && name !== 'data';
    if (isMisplaced(name, inner, place)) {
      const message = `expected an operator to stand in a list: [{"${name}": …}]`;
      return { path, message };
    }
    if (Array.isArray(inner)) return this.#matchers(inner, path, isText);
    if (isText) return { path, message: 'expected a list of values or of objects such as {"prefix": "a"}' };
    return this.fields(inner, { path, depth: place.depth + 1, isEvent: false });
  }

  #nameProblem(name: string, { isEvent }: Place): string | undefined {
    if (isEvent && name !== OR && !FIELDS.some((field) => field === name)) {
      return `unknown field; expected ${FIELDS.join(', ')}, or ${OR}`;
    }
    // No library between here and the table keeps it as an ordinary field.
    if (name === '__proto__') return 'a field of this name cannot be compared';
    return textProblem(name, 1);
  }

  #alternatives(list: unknown, place: Place): Problem | undefined {
    const { path } = place;
    const isList = Array.isArray(list) && list.length > 0 && list.length <= MAX_ALTERNATIVES;
    if (!isList) return { path, message: `expected a list of 1 to ${MAX_ALTERNATIVES} objects of fields` };
    return first([...list.entries()], ([i, one]) =>
      isObject(one)
        ? this.fields(one, { ...place, path: `${path}[${i}]`, depth: place.depth + 1 })
        : { path: `${path}[${i}]`, message: 'expected an object of fields' },
    );
  }

  #matchers(list: readonly unknown[], path: string, isText: boolean): Problem | undefined {
    if (++this.#lists > LIMITS.lists) {
      return { path, message: `expected at most ${LIMITS.lists} lists in all` };
    }
    if (list.length === 0 || list.length > MAX_VALUES) {
      return { path, message: `expected 1 to ${MAX_VALUES} values` };
    }
    return first([...list.entries()], ([i, one]) => this.#matcher(one, `${path}[${i}]`, isText));
  }

  #matcher(one: unknown, path: string, isText: boolean): Problem | undefined {
    // Before the parts: a condition that is too long is not compiled.
    if (!this.#count(one)) return tooLong(path);
    if (!isScalar(one)) return operationProblem(one, path, this.#engines);
    const isWrong = isText && typeof one !== 'string';
    const message = isWrong ? 'expected a string, as the event’s own fields are' : scalarProblem(one);
    return message === undefined ? undefined : { path, message };
  }

  /** Counts the characters of a part, however deep it is. @returns whether the condition is short enough so far */
  #count(part: unknown): boolean {
    const open = [part];
    while (open.length > 0 && this.#length <= LIMITS.totalLength) {
      const one = open.pop();
      const inside = isScalar(one) ? [] : membersOf(one as object);
      this.#length += inside.length + lengthOf(one);
      if (this.#length <= LIMITS.totalLength) open.push(...inside);
    }
    return this.#length <= LIMITS.totalLength;
  }
}

/** Whether a field has an operator's name, and a value that can only be meant for the operator. */
function isMisplaced(name: string, inner: unknown, { isEvent }: Place): boolean {
  if (isEvent || !isOperator(name)) return false;
  return Array.isArray(inner) ? name === 'numeric' && isComparison(inner[0]) : isScalar(inner);
}

/** Elements, or names of members followed by their values; no more than a condition may have characters. */
function membersOf(value: object): unknown[] {
  const names = Object.keys(value).slice(0, LIMITS.totalLength);
  const values = names.map((name) => (value as Record<string, unknown>)[name]);
  return Array.isArray(value) ? values : [...names, ...values];
}

/** The length of a value itself, without what is in it. */
const lengthOf = (value: unknown): number =>
  typeof value === 'string' && value.length > LIMITS.totalLength
    ? value.length
    : 1 + JSON.stringify(isScalar(value) ? value : []).length;

const tooLong = (path: string): Problem => ({
  path,
  message: `expected at most ${LIMITS.totalLength} characters in all`,
});

function first<T>(items: readonly T[], problem: (item: T) => Problem | undefined): Problem | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found) return found;
  }
  return undefined;
}
