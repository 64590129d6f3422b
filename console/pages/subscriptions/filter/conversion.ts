import { fieldText, readField } from './field-path.ts';
import { EMPTY_FORM, type FilterForm, isObject, nextId, type Row, type TestRow } from './form.ts';
import { duringOf, hoursOf } from './hours.ts';
import { matchersOf, testsOf } from './matchers.ts';

/** A filter as JSON and as a form. What the form has no words for goes through it unchanged. */

type Filter = Readonly<Record<string, unknown>>;

const OR = '$or';

export type Read =
  | { readonly kind: 'form'; readonly form: FilterForm }
  /** No form can show it. */
  | { readonly kind: 'json-only'; readonly reason: string };

/**
 * A filter as a form.
 * @param before the form that was there: what is not complete in it stays, so that nothing typed is lost
 */
export function formOf(filter: unknown, before: FilterForm = EMPTY_FORM): Read {
  const reason = problemOf(filter);
  if (reason !== undefined) return { kind: 'json-only', reason };
  const { events, where, jsonpath, during, ...rest } = filter as Filter;
  const rows = where === undefined ? [] : rowsOf(where as Filter);
  const left = filterOf(before);
  const pending = before.rows.filter(({ id }) => left.rowProblems.has(id));
  const pendingHours = left.hoursProblem === undefined ? undefined : before.hours;
  const all = [...rows, ...pending].map((row, i) => ({ ...row, id: i + 1 }));
  const form: FilterForm = {
    events: (events as readonly string[] | undefined) ?? [],
    rows: all,
    hasEmptyWhere: where !== undefined && rows.length === 0,
    jsonpath: jsonpath as string | undefined,
    hours: during === undefined ? pendingHours : hoursOf(during),
    rest,
    order: Object.keys(filter as Filter),
  };
  return { kind: 'form', form };
}

function problemOf(filter: unknown): string | undefined {
  if (!isObject(filter)) return 'expected an object such as {"events": ["order.**"]}';
  const { events, where, jsonpath } = filter;
  const isTexts = Array.isArray(events) && events.every((each) => typeof each === 'string');
  if (events !== undefined && !isTexts) return 'events: expected a list of event types or patterns';
  if (where !== undefined && !isObject(where)) return 'where: expected an object of fields';
  if (jsonpath !== undefined && typeof jsonpath !== 'string') return 'jsonpath: expected a text';
  return hasLargeNumber(filter) ? 'it holds a number beyond 2^53 - 1, which a form would change' : undefined;
}

function hasLargeNumber(value: unknown): boolean {
  if (typeof value === 'number') return !(Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);
}

/** The fields of a condition in their order; nested ones by their path. */
function rowsOf(fields: Filter, around: readonly string[] = []): readonly Row[] {
  return Object.entries(fields).flatMap(([name, inner]): readonly Row[] => {
    const path = [...around, name];
    if (name !== OR && name !== '' && Array.isArray(inner) && inner.length > 0) {
      return [{ kind: 'test', id: 0, field: fieldText(path), tests: testsOf(inner) }];
    }
    if (name !== OR && name !== '' && isObject(inner) && Object.keys(inner).length > 0)
      return rowsOf(inner, path);
    return [{ kind: 'kept', id: 0, path, value: inner }];
  });
}

export interface Written {
  /** Without what is not complete. */
  readonly filter: Filter;
  /** What is missing, by the row. */
  readonly rowProblems: ReadonlyMap<number, string>;
  readonly hoursProblem: string | undefined;
}

/** The form as a filter. A row that is not complete is left out of it, and named. */
export function filterOf(form: FilterForm): Written {
  const { where, rowProblems } = whereOf(form.rows);
  const during = form.hours && duringOf(form.hours);
  const hasWhere = where.size > 0 || form.hasEmptyWhere;
  const parts: Record<string, unknown> = {
    ...(form.events.length > 0 || form.order.includes('events') ? { events: form.events } : {}),
    ...(hasWhere && { where: plain(where) }),
    ...(form.jsonpath !== undefined && { jsonpath: form.jsonpath }),
    ...(during !== undefined && { during }),
  };
  // Object.entries and not a spread: a member named __proto__ is a member.
  const all = new Map([...Object.entries(parts), ...Object.entries(form.rest)]);
  const names = [...new Set([...form.order, ...all.keys()])].filter((name) => all.has(name));
  return {
    filter: Object.fromEntries(names.map((name) => [name, all.get(name)])),
    rowProblems,
    hoursProblem: form.hours && during === undefined ? 'Choose at least one hour.' : undefined,
  };
}

/** Nested fields; a leaf is anything that is no Map. */
type Fields = Map<string, unknown>;

const plain = (fields: Fields): Filter =>
  Object.fromEntries([...fields].map(([name, inner]) => [name, inner instanceof Map ? plain(inner) : inner]));

function whereOf(rows: readonly Row[]): { where: Fields; rowProblems: ReadonlyMap<number, string> } {
  const where: Fields = new Map();
  const rowProblems = new Map<number, string>();
  for (const row of rows) {
    const leaf = leafOf(row);
    const problem = typeof leaf === 'string' ? leaf : put(where, leaf.path, leaf.value);
    if (problem !== undefined) rowProblems.set(row.id, problem);
  }
  return { where, rowProblems };
}

function leafOf(row: Row): { readonly path: readonly string[]; readonly value: unknown } | string {
  if (row.kind === 'kept') return row;
  const path = readField(row.field);
  if (!path) return row.field.trim() === '' ? 'Name a field.' : 'Expected names joined by dots.';
  if (path.includes(OR)) return 'Write alternatives as JSON.';
  const value = matchersOfRow(row);
  return value === undefined ? 'Say what its value must be.' : { path, value };
}

/** All that a row's tests need is there, and so is its field. */
function matchersOfRow({ field, tests }: TestRow): readonly unknown[] | undefined {
  const matchers = tests.map(matchersOf);
  if (!readField(field) || matchers.length === 0) return undefined;
  return matchers.every((each) => each !== undefined) ? matchers.flat() : undefined;
}

/** @returns why the value has no place there */
function put(where: Fields, path: readonly string[], value: unknown): string | undefined {
  let fields = where;
  for (const name of path.slice(0, -1)) {
    const inner = fields.get(name) ?? new Map();
    if (!(inner instanceof Map)) return `There is a condition on ${name} itself.`;
    fields.set(name, inner);
    fields = inner;
  }
  const name = path.at(-1)!;
  if (fields.has(name)) {
    return fields.get(name) instanceof Map
      ? 'There is a condition on a field inside of it.'
      : 'There is a condition on this field. Add the value there.';
  }
  fields.set(name, value);
  return undefined;
}

export const newRow = (form: FilterForm, field = ''): TestRow => ({
  kind: 'test',
  id: nextId(form.rows),
  field,
  tests: [{ kind: 'is', values: [] }],
});
