/** What is wrong with a value, in our words, from what the schema library reports by code. Pure. */
import type * as z from 'zod';
import { didYouMean } from '../values/did-you-mean.ts';
import { type Called, type FieldProblem, missing, noneOf, unknownName } from '../values/problem-words.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** For each list of unknown names: the names that their object has. */
type KnownNames = WeakMap<readonly string[], readonly string[]>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * A value as a schema describes it, or what is wrong with it. Unknown names come first: a misspelt
 * name explains why another is missing, so that is not reported as well.
 * @param what a member is called
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, what: Called = 'field'): Checked<T> {
  const known: KnownNames = new WeakMap();
  const parsed = schema.safeParse(value, { error: (issue) => wordsFor(issue, known) });
  if (parsed.success) return { ok: true, value: parsed.data };
  const issues = parsed.error.issues.map(innermost);
  const unknown = issues.flatMap((issue) => unknownIn(issue, known, what));
  const meant = new Set(unknown.flatMap(({ meant }) => meant ?? []));
  const others = issues
    .filter(({ code }) => code !== 'unrecognized_keys')
    .map((issue) => problemOf(issue, value, what))
    .filter(({ field, isMissing }) => !(isMissing && meant.has(field ?? '')));
  return { ok: false, problems: [...unknown, ...others].map(({ message, field }) => ({ message, field })) };
}

/** A value may have one of several types. If it has just one of these, this is what is wrong with it as that type. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const isOfType = ([first]: readonly Issue[]): boolean =>
    first !== undefined && (first.code !== 'invalid_type' || first.path.length > 0);
  const [only, ...others] = issue.errors.filter(isOfType);
  if (!only || others.length > 0) return issue;
  return innermost({ ...only[0]!, path: [...issue.path, ...only[0]!.path] });
}

function unknownIn(issue: Issue, known: KnownNames, what: Called): (FieldProblem & { meant?: string })[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const names = known.get(issue.keys) ?? [];
  // Names of what is further in are many, and seldom what is looked for.
  const listed = issue.path.length === 0 ? names : [];
  return issue.keys.map((key) => {
    const meant = didYouMean(key, names);
    return {
      message: unknownName(key, meant === undefined ? listed : [meant], what),
      field: fieldOf([...issue.path, key])!,
      ...(meant !== undefined && { meant: fieldOf([...issue.path, meant])! }),
    };
  });
}

/** A member that is not there is reported as missing, whatever the schema says of its value. */
function problemOf(issue: Issue, value: unknown, what: Called): FieldProblem & { isMissing: boolean } {
  const isMissing = ABSENCES.has(issue.code) && issue.path.length > 0 && at(value, issue.path) === undefined;
  // Of a record's key that is wrong: what is wrong with it.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return { message: isMissing ? missing(what) : message, field: fieldOf(issue.path), isMissing };
}

/** What the library reports of a member that is not there. */
const ABSENCES: ReadonlySet<Issue['code']> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (from, part) => (from as Record<PropertyKey, unknown> | null | undefined)?.[part],
    value,
  );

/** What was expected, unless the schema says that itself. */
function wordsFor(issue: RawIssue, known: KnownNames): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' && typeof issue.input === 'number'
        ? `expected ${TYPES.int}`
        : `expected ${TYPES[issue.expected] ?? issue.expected}, got ${typeWord(issue.input)}`;
    case 'too_big':
      return bound(issue.inclusive === false ? 'less than' : 'at most', issue.maximum, issue.origin);
    case 'too_small':
      return bound(issue.inclusive === false ? 'more than' : 'at least', issue.minimum, issue.origin);
    case 'invalid_value':
      return noneOf(issue.input, issue.values);
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return `expected ${oneOfTypes(issue.errors)}, got ${typeWord(issue.input)}`;
    case 'unrecognized_keys':
      known.set(issue.keys, membersOf(issue.inst));
      return 'unknown';
    default:
      return OTHERWISE;
  }
}

/** Of what no schema of ours leaves without words of its own: a test holds them to that. */
const OTHERWISE = 'expected another value';

const membersOf = (schema: RawIssue['inst']): string[] =>
  Object.keys((schema?._zod.def as { readonly shape?: object } | undefined)?.shape ?? {});

/** `at most 5 characters`, `at least 1 entry`, `at most 10`. */
function bound(comparison: string, limit: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  if (!unit) return `expected ${comparison} ${limit}`;
  return `expected ${comparison} ${limit} ${Number(limit) === 1 ? unit.one : unit.many}`;
}

const UNITS: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  string: { one: 'character', many: 'characters' },
  array: { one: 'entry', many: 'entries' },
  record: { one: 'member', many: 'members' },
  object: { one: 'member', many: 'members' },
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What came, where another type was expected. */
function typeWord(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? TYPES.array! : (TYPES[typeof value] ?? typeof value);
}

function oneOfTypes(errors: readonly (readonly Issue[])[]): string {
  const types = errors.flatMap(([first]) =>
    first?.code === 'invalid_type' ? (TYPES[first.expected] ?? first.expected) : [],
  );
  return [...new Set(types)].join(' or ') || 'another value';
}

/** `['events', 0, 'type']` as `events[0].type`. */
export const fieldOf = (path: readonly PropertyKey[]): string | undefined =>
  path.reduce<string>(
    (field, part) =>
      typeof part === 'number' ? `${field}[${part}]` : field ? `${field}.${String(part)}` : String(part),
    '',
  ) || undefined;
