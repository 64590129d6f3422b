import { isObject, type JsonObject } from '../../values/json.ts';

/** JSON Schema 2020-12, as a comparison reads it. Pure. */

/** A schema, and the document that its references lead into. */
export interface Schema {
  readonly of: unknown;
  readonly root: unknown;
}

/** Work that a comparison may still do. With references, a kilobyte of schema can ask for more than anyone waits for. */
export interface Budget {
  steps: number;
}

/** A comparison takes more work than it is given. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** @throws TooMuchWork */
export function spend(budget: Budget, steps = 1): void {
  budget.steps -= steps;
  if (budget.steps < 0) throw new TooMuchWork();
}

/** The keywords of a schema; none of `true` and `false`. */
export const keywordsOf = ({ of }: Schema): JsonObject => (isObject(of) ? of : {});

/** Keywords that no payload is held against. `$defs` is what references lead to. */
const SAYING = new Set([
  ...['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['$comment', '$schema', '$defs', 'definitions'],
]);
/** The keywords that payloads are held against. */
export const assertions = (schema: Schema): string[] =>
  Object.keys(keywordsOf(schema)).filter((keyword) => !SAYING.has(keyword));

/** A schema inside of another. */
export const within = ({ root }: Schema, of: unknown): Schema => ({ of, root });

export const schemasIn = (schema: Schema, keyword: string): Schema[] => {
  const list = keywordsOf(schema)[keyword];
  return Array.isArray(list) ? list.map((one) => within(schema, one)) : [];
};

/** The schemas of `properties`, `patternProperties` and the like, by name. */
export const namedIn = (schema: Schema, keyword: string): [string, Schema][] => {
  const map = keywordsOf(schema)[keyword];
  return isObject(map) ? Object.entries(map).map(([name, one]) => [name, within(schema, one)]) : [];
};

export const schemaIn = (schema: Schema, keyword: string): Schema | undefined => {
  const keywords = keywordsOf(schema);
  return Object.hasOwn(keywords, keyword) ? within(schema, keywords[keyword]) : undefined;
};

export const numberIn = (schema: Schema, keyword: string): number | undefined => {
  const value = keywordsOf(schema)[keyword];
  return typeof value === 'number' ? value : undefined;
};

/**
 * What a `$ref` leads to; undefined where it does not lead to a part of the same document by a JSON pointer. A part with an `$id`
 * of its own is another document to its references, so none of a document with such a part is followed.
 */
export function referred(schema: Schema): Schema | undefined {
  const { $ref } = keywordsOf(schema);
  if (typeof $ref !== 'string' || !/^#(\/|$)/.test($ref) || hasInnerId(schema.root)) return undefined;
  let found: unknown = schema.root;
  for (const step of $ref.split('/').slice(1)) {
    const name = unescaped(step);
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as JsonObject)[name];
  }
  return isSchema(found) ? within(schema, found) : undefined;
}

const isSchema = (value: unknown): boolean => isObject(value) || typeof value === 'boolean';

function unescaped(step: string): string {
  const plain = /%[0-9a-f]{2}/i.test(step) ? decoded(step) : step;
  return plain.replaceAll('~1', '/').replaceAll('~0', '~');
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

const innerIds = new WeakMap<object, boolean>();

/** Whether a document may hold a part with an `$id`. One in data counts as well: it is seldom, and makes a comparison stricter. */
export function hasInnerId(root: unknown): boolean {
  if (!isObject(root)) return false;
  const known = innerIds.get(root);
  if (known !== undefined) return known;
  const found = Object.values(root).some(holdsId);
  innerIds.set(root, found);
  return found;
}

function holdsId(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsId);
  if (!isObject(value)) return false;
  return typeof value.$id === 'string' || Object.values(value).some(holdsId);
}

/** What a schema that is nothing but a reference leads to; the schema itself where it is more, or leads nowhere. */
export function followed(schema: Schema): Schema {
  let found = schema;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const own = assertions(found);
    const next = own.length === 1 && own[0] === '$ref' ? referred(found) : undefined;
    if (!next) return found;
    found = next;
  }
  return schema;
}

const MOST_HOPS = 32;

/**
 * Schemas that hold together: the given ones, what they refer to, and the members of their `allOf`. A reference that can't be
 * followed is left out: fewer schemas allow more, which is the safe side.
 * @throws TooMuchWork
 */
export function conjuncts(given: readonly Schema[], budget: Budget): Schema[] {
  const found = new Map<unknown, Schema>();
  const visit = (given: Schema): void => {
    spend(budget);
    const schema = followed(given);
    if (found.has(schema.of)) return;
    found.set(schema.of, schema);
    const target = referred(schema);
    if (target) visit(target);
    schemasIn(schema, 'allOf').forEach(visit);
  };
  given.forEach(visit);
  return [...found.values()];
}

/** A schema of some of its keywords alone. */
export const pick = (schema: Schema, ...keywords: readonly string[]): Schema =>
  within(
    schema,
    Object.fromEntries(Object.entries(keywordsOf(schema)).filter(([keyword]) => keywords.includes(keyword))),
  );

/** JSON as one text, the same for values that are equal: members are sorted. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join()}}`;
}
