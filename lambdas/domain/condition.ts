import { isObject } from './json.ts';
import type { Event } from './messages.ts';

/**
 * What must hold of an event, in the manner of EventBridge patterns: an object of fields, each with the list of
 * values of which it must have one, or with an object of further fields. All fields must hold.
 *
 * ```json
 * { "source": ["payment-service"], "data": { "level": ["ERROR", "FATAL"], "user": { "plan": ["pro"] } } }
 * ```
 *
 * The event's own fields are `type`, `source`, `region` and `priority`; its payload is `data`. A field that is an
 * array holds when one of its elements does; arrays in arrays are not looked into. Values are compared as JSON's:
 * 1 is 1.0 and not "1". Numbers beyond 2^53 lose digits when a payload is parsed, so ids of that size are better
 * published, and compared, as strings.
 */
export type Scalar = string | number | boolean | null;

export interface Condition {
  readonly [field: string]: readonly Scalar[] | Condition;
}

/** Fields of the event itself. Their values are text, so there is nothing inside them. */
const OWN_FIELDS = ['type', 'source', 'region', 'priority'] as const;
const FIELDS: readonly string[] = [...OWN_FIELDS, 'data'];

/**
 * Limits of one condition. Every event of its types is held against it, and fanout keeps it in memory together with
 * thousands of others. `totalLength` is that of its JSON without spaces: 8 KB are a hundred fields with a few values
 * each, more than a person writes.
 */
const LIMITS = { depth: 10, lists: 200, values: 64, textLength: 1024, totalLength: 8192 } as const;
/** The smallest positive number that DynamoDB keeps (developer guide, data types). */
const SMALLEST_NUMBER = 1e-130;

export interface ConditionProblem {
  /** Fields joined by dots, and positions in lists: `data.user.plan[2]`; empty for the condition as a whole. */
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a condition that somebody sent, or undefined when it is one. Bears any JSON value. */
export function conditionProblem(value: unknown): ConditionProblem | undefined {
  const used = { lists: 0, length: 0 };

  const ofFields = (fields: unknown, path: string, depth: number): ConditionProblem | undefined => {
    if (!isObject(fields)) return { path, message: 'expected a list of values or an object of fields' };
    if (depth > LIMITS.depth) return { path, message: `expected at most ${LIMITS.depth} levels` };
    const names = Object.keys(fields);
    if (names.length === 0 && depth > 1) return { path, message: 'expected at least one field' };
    for (const name of names) {
      const problem = ofField(name, fields[name], path ? `${path}.${name}` : name, depth);
      if (problem) return problem;
    }
    return undefined;
  };

  const ofField = (
    name: string,
    inner: unknown,
    path: string,
    depth: number,
  ): ConditionProblem | undefined => {
    if (depth === 1 && !FIELDS.includes(name)) {
      return { path, message: `unknown field; expected ${FIELDS.join(', ')}` };
    }
    used.length += jsonLength(name) + 1;
    const message = textProblem(name, 1);
    if (message) return { path, message };
    if (used.length > LIMITS.totalLength) return tooLong(path);
    // No library on the way to the table and back keeps it as an ordinary field.
    if (name === '__proto__') return { path, message: 'a field of this name cannot be compared' };
    const isOwn = depth === 1 && name !== 'data';
    if (Array.isArray(inner)) return ofList(inner, path, isOwn);
    if (isOwn) return { path, message: 'expected a list of values, all of them strings' };
    return ofFields(inner, path, depth + 1);
  };

  const ofList = (
    list: readonly unknown[],
    path: string,
    isOfTexts: boolean,
  ): ConditionProblem | undefined => {
    if (++used.lists > LIMITS.lists)
      return { path, message: `expected at most ${LIMITS.lists} lists in all` };
    if (list.length === 0 || list.length > LIMITS.values) {
      return { path, message: `expected 1 to ${LIMITS.values} values` };
    }
    for (const [i, one] of list.entries()) {
      const isWrong = isOfTexts && typeof one !== 'string';
      const message = isWrong ? 'expected a string, as the event’s own fields are' : scalarProblem(one);
      if (message) return { path: `${path}[${i}]`, message };
      used.length += jsonLength(one) + 1;
    }
    return used.length > LIMITS.totalLength ? tooLong(path) : undefined;
  };

  if (!isObject(value)) return { path: '', message: 'expected an object of fields' };
  const problem = ofFields(value, '', 1);
  return problem && { ...problem, path: cut(problem.path) };
}

const tooLong = (path: string): ConditionProblem => ({
  path,
  message: `expected at most ${LIMITS.totalLength} characters in all`,
});

const jsonLength = (value: unknown): number => JSON.stringify(value).length;

/** DynamoDB keeps neither half a character nor a field without a name. */
function textProblem(text: string, min: number): string | undefined {
  if (!text.isWellFormed()) return 'expected whole Unicode characters';
  const isFine = text.length >= min && text.length <= LIMITS.textLength;
  return isFine ? undefined : `expected ${min} to ${LIMITS.textLength} characters`;
}

function scalarProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return textProblem(value, 0);
  if (typeof value === 'number') {
    const size = Math.abs(value);
    const isExact = size === 0 || (size >= SMALLEST_NUMBER && size <= Number.MAX_SAFE_INTEGER);
    return isExact ? undefined : 'expected a number between -(2^53 - 1) and 2^53 - 1';
  }
  return typeof value === 'boolean' || value === null
    ? undefined
    : 'expected a string, a number, true, false or null';
}

/** An event as conditions see it. Absent fields are undefined. */
export interface Envelope {
  readonly type: string;
  readonly source?: string | undefined;
  readonly region?: string | undefined;
  readonly priority?: string | undefined;
  /** The payload, parsed; undefined when it is not JSON. */
  readonly data?: unknown;
}

export const envelopeOf = (
  event: Pick<Event, 'type' | 'source' | 'region' | 'priority'>,
  data: unknown,
): Envelope => ({
  type: event.type,
  source: event.source,
  region: event.region,
  priority: event.priority ?? 'normal',
  data,
});

/** Whether the payload has to be known. */
export const touchesData = (condition: Condition): boolean => Object.hasOwn(condition, 'data');

/** Why a condition does not hold, for a person. */
export interface Mismatch {
  /** Fields joined by dots: `data.user.plan`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** The first field that does not hold, or undefined when the condition holds. */
export function explainMismatch(condition: Condition, envelope: Envelope): Mismatch | undefined {
  const miss = firstMiss(condition, envelope, { steps: 0 });
  if (!miss) return undefined;
  const { wanted, value, isCutShort } = miss;
  return {
    path: miss.path.join('.'),
    expected: Array.isArray(wanted)
      ? cut(`one of ${wanted.map((one) => JSON.stringify(one)).join(', ')}`)
      : 'an object',
    got: isCutShort ? `more than can be compared: ${MAX_STEPS} elements and fields` : described(value),
  };
}

/**
 * Whether a condition holds, and what finding out has cost.
 * @returns `steps` counts the fields and elements looked at, at most about `MAX_STEPS`
 */
export function evaluate(condition: Condition, envelope: Envelope): { holds: boolean; steps: number } {
  const work = { steps: 0 };
  const holds = firstMiss(condition, envelope, work) === undefined;
  return { holds, steps: work.steps };
}

/**
 * An event and a condition that somebody made for each other could cost seconds: hundreds of lists, each held
 * against a payload of a million elements. This is a thousand objects in an array, compared in ten fields.
 */
export const MAX_STEPS = 10_000;
/** A list of a few values is compared as fast as it is found. */
const VALUES_PER_STEP = 16;

interface Miss {
  readonly path: readonly string[];
  readonly wanted: readonly Scalar[] | Condition;
  readonly value: unknown;
  readonly isCutShort: boolean;
}

/** Goes as deep as the condition does, however deep the payload is. */
function firstMiss(condition: Condition, value: object, work: { steps: number }): Miss | undefined {
  for (const field of Object.keys(condition)) {
    const wanted = condition[field]!;
    const found = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
    const miss = missOf(wanted, found, work);
    if (miss) return { ...miss, path: [field, ...miss.path] };
  }
  return undefined;
}

function missOf(wanted: Miss['wanted'], found: unknown, work: { steps: number }): Miss | undefined {
  if (!Array.isArray(found)) return missOfOne(wanted, found, work);
  let first: Miss | undefined;
  for (const element of found) {
    const miss = missOfOne(wanted, element, work);
    if (!miss) return undefined;
    first ??= miss;
    if (miss.isCutShort) return miss;
  }
  // Which element was meant is not known; one alone can be told in detail.
  return found.length === 1 ? first : { path: [], wanted, value: found, isCutShort: false };
}

function missOfOne(wanted: Miss['wanted'], value: unknown, work: { steps: number }): Miss | undefined {
  work.steps += isList(wanted) ? 1 + Math.floor(wanted.length / VALUES_PER_STEP) : 1;
  if (work.steps > MAX_STEPS) return { path: [], wanted, value, isCutShort: true };
  if (isList(wanted)) {
    const isOneOf = (wanted as readonly unknown[]).includes(value);
    return isOneOf ? undefined : { path: [], wanted, value, isCutShort: false };
  }
  return isObject(value) ? firstMiss(wanted, value, work) : { path: [], wanted, value, isCutShort: false };
}

const isList = (wanted: Miss['wanted']): wanted is readonly Scalar[] => Array.isArray(wanted);

function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}, none of which fits`;
  return isObject(value) ? 'an object' : cut(JSON.stringify(value));
}

/** Enough to recognise it by. */
const cut = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 200)}…`);
