import { isObject, type JsonObject } from '../../lambdas/values/json.ts';
import { DocumentError } from './found.ts';
import type { Library, LocalDocument, Place } from './library.ts';

/**
 * A schema that needs no other document: what it refers to stands in its `$defs`. Older drafts are written as 2020-12 has it.
 * Schemas that refer to themselves stay so.
 */

const ONE = [
  ...['additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema', 'items'],
];
const SEVERAL = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const NAMED = ['properties', 'patternProperties', 'dependentSchemas'];

/** What says which document a schema is, and what is moved to `$defs` where it is used. */
const DROPPED = ['$id', '$schema', '$anchor', '$defs', 'definitions', 'id', '$comment', 'x-event-type'];

/** Beside a `$ref`, older drafts heed nothing. What only describes does no harm. */
const DESCRIBING = ['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'];

const MAX_VALUES = 50_000;
const MAX_HOPS = 32;

export interface Bundled {
  readonly schema: unknown;
  /** Of what the schema itself says, once it is followed. */
  readonly root: JsonObject;
}

/** @throws DocumentError for a reference that leads nowhere, and for what is larger than any schema */
export function bundled(
  library: Library,
  schema: unknown,
  document: LocalDocument,
  pointer: string,
): Bundled {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const defs: Record<string, unknown> = {};
  let values = 0;

  const start = followed(library, { document, pointer: [pointer], value: schema });
  const rootIdentity = identityOf(start);

  const refTo = (place: Place): string => {
    const identity = identityOf(place);
    if (identity === rootIdentity) return '#';
    const known = names.get(identity);
    if (known !== undefined) return `#/$defs/${known}`;
    const name = freeName(nameOf(place), taken);
    names.set(identity, name);
    defs[name] = true;
    defs[name] = walk(place.value, place.document, isOld(place.document));
    return `#/$defs/${name}`;
  };

  const walk = (value: unknown, from: LocalDocument, old: boolean): unknown => {
    values += 1;
    if (values > MAX_VALUES) throw new DocumentError(`expected a schema of at most ${MAX_VALUES} parts`);
    if (!isObject(value)) return value;
    const each = (one: unknown): unknown => walk(one, from, old);
    const own = modern(value);
    const made = Object.entries(own)
      .filter(([keyword]) => !DROPPED.includes(keyword) || (keyword === 'id' && typeof own.id !== 'string'))
      .filter(([keyword]) => !('$ref' in own && old) || keyword === '$ref' || DESCRIBING.includes(keyword))
      .map(([keyword, given]): [string, unknown] => {
        if (keyword === '$ref' && typeof given === 'string')
          return [keyword, refTo(library.follow(given, from))];
        if (ONE.includes(keyword)) return [keyword, each(given)];
        if (SEVERAL.includes(keyword) && Array.isArray(given)) return [keyword, given.map(each)];
        if (NAMED.includes(keyword) && isObject(given)) return [keyword, mapped(given, each)];
        return [keyword, given];
      });
    return Object.fromEntries(made);
  };

  const whole = walk(start.value, start.document, isOld(start.document));
  const hasDefs = Object.keys(defs).length > 0;
  return {
    schema: isObject(whole) && hasDefs ? { ...whole, $defs: defs } : whole,
    root: isObject(start.value) ? start.value : {},
  };
}

const mapped = (values: JsonObject, change: (value: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/** What is nothing but a reference is what it refers to. */
export function followed(library: Library, given: Place): Place {
  let place = given;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const { value, document } = place;
    if (!isObject(value) || typeof value.$ref !== 'string' || Object.keys(value).length > 1) return place;
    place = library.follow(value.$ref, document);
  }
  throw new DocumentError('expected a value, got references that only refer to each other');
}

const identityOf = ({ document, pointer }: Place): string => `${document.path}#${pointer.join('/')}`;

const nameOf = ({ document, pointer }: Place): string => {
  const text =
    pointer.at(-1) ??
    document.name
      .split(/[/\\]/)
      .at(-1)!
      .replace(/(\.schema)?\.(json|ya?ml)$/i, '');
  return text.replace(/[^A-Za-z0-9_.-]+/g, '_') || 'part';
};

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  taken.add(free);
  return free;
}

/** Drafts before 2019-09, and AsyncAPI, which is a draft-07. */
function isOld({ value }: LocalDocument): boolean {
  if (!isObject(value)) return false;
  return 'asyncapi' in value || /json-schema\.org\/draft-0\d/.test(String(value.$schema ?? ''));
}

/** Keywords of older drafts and of OpenAPI, as 2020-12 has them. */
function modern(schema: JsonObject): JsonObject {
  let made: JsonObject = schema;
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof made[exclusive] !== 'boolean') continue;
    const { [exclusive]: isExclusive, [bound]: limit, ...rest } = made;
    made = { ...rest, ...(limit !== undefined && { [isExclusive ? exclusive : bound]: limit }) };
  }
  if (Array.isArray(made.items)) {
    const { items, additionalItems, ...rest } = made;
    made = { ...rest, prefixItems: items, ...(additionalItems !== undefined && { items: additionalItems }) };
  }
  if (isObject(made.dependencies)) {
    const { dependencies, ...rest } = made;
    const entries = Object.entries(dependencies);
    const required = entries.filter(([, one]) => Array.isArray(one));
    const schemas = entries.filter(([, one]) => !Array.isArray(one));
    made = {
      ...rest,
      ...(required.length > 0 && { dependentRequired: Object.fromEntries(required) }),
      ...(schemas.length > 0 && { dependentSchemas: Object.fromEntries(schemas) }),
    };
  }
  if ('example' in made && !('examples' in made)) {
    const { example, ...rest } = made;
    made = { ...rest, examples: [example] };
  }
  return made;
}
