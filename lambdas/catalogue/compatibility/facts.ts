import { isObject } from '../../values/json.ts';
import { canonical, keywordsOf, type Schema } from './schema.ts';

/** What is known of values that fit several schemas at once. Pure. */

/** Types that no value has two of. `fraction` is a number that is no integer. */
const TYPES = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'fraction'] as const;
export type Type = (typeof TYPES)[number];

const common = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> =>
  new Set([...a].filter((one) => b.has(one)));

/** The types that schemas allow. */
export function typesOf(known: readonly Schema[]): ReadonlySet<Type> {
  return known.reduce<ReadonlySet<Type>>((left, schema) => common(left, ownTypes(schema)), new Set(TYPES));
}

function ownTypes(schema: Schema): ReadonlySet<Type> {
  if (schema.of === false) return new Set();
  const { type, nullable } = keywordsOf(schema);
  const values = ownValues(schema);
  const ofValues = values ? new Set(values.map(typeOf)) : new Set(TYPES);
  if (type === undefined) return ofValues;
  // Ajv takes OpenAPI's `nullable` beside a type.
  const names = [type, nullable === true ? 'null' : []].flat(2);
  const named = new Set(names.flatMap((name) => (name === 'number' ? ['integer', 'fraction'] : name)));
  return new Set(TYPES.filter((one) => named.has(one) && ofValues.has(one)));
}

function typeOf(value: unknown): Type {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  return typeof value as Type;
}

/** `enum` and `const` of one schema. */
function ownValues(schema: Schema): readonly unknown[] | undefined {
  const keywords = keywordsOf(schema);
  const only = Object.hasOwn(keywords, 'const') ? [keywords.const] : undefined;
  if (!Array.isArray(keywords.enum)) return only;
  const text = only && canonical(only[0]);
  return text === undefined ? keywords.enum : keywords.enum.filter((one) => canonical(one) === text);
}

/** All values that there can be, by their canonical texts; undefined where there is no end of them. */
export function valuesOf(known: readonly Schema[]): ReadonlyMap<string, unknown> | undefined {
  const types = typesOf(known);
  const lists = known.flatMap((schema) => {
    const values = ownValues(schema);
    return values ? [new Map(values.map((value) => [canonical(value), value]))] : [];
  });
  if (lists.length === 0) return fewValues(types);
  const [first, ...others] = lists as [Map<string, unknown>, ...Map<string, unknown>[]];
  return new Map(
    [...first].filter(([text, value]) => types.has(typeOf(value)) && others.every((one) => one.has(text))),
  );
}

/** Of types that have one or two values. */
function fewValues(types: ReadonlySet<Type>): ReadonlyMap<string, unknown> | undefined {
  if ([...types].some((type) => type !== 'null' && type !== 'boolean')) return undefined;
  const values = [...(types.has('null') ? [null] : []), ...(types.has('boolean') ? [true, false] : [])];
  return new Map(values.map((value) => [canonical(value), value]));
}

/** A name for people: `string or null`. */
export function typesText(types: ReadonlySet<Type>): string {
  const names: string[] = [...types].filter((type) => type !== 'fraction' && type !== 'integer');
  if (types.has('fraction')) names.push('number');
  else if (types.has('integer')) names.push('integer');
  if (types.size === TYPES.length) return 'of any type';
  return names.length === 0 ? 'nothing' : names.join(' or ');
}

/** Whether no value fits two groups of schemas. False where it is not known. @param depth of properties that are looked at */
export function areApart(
  a: readonly Schema[],
  b: readonly Schema[],
  expand: (schemas: readonly Schema[]) => Schema[],
  depth = 3,
): boolean {
  const [types, others] = [typesOf(a), typesOf(b)];
  const shared = common(types, others);
  if (shared.size === 0) return true;
  const [values, otherValues] = [valuesOf(a), valuesOf(b)];
  if (values && otherValues && ![...values.keys()].some((text) => otherValues.has(text))) return true;
  // Objects alone are told apart by a property that both must have.
  if (depth === 0 || shared.size > 1 || !shared.has('object')) return false;
  const required = common(requiredBy(a), requiredBy(b));
  return [...required].some((name) => {
    const [left, right] = [propertiesNamed(a, name), propertiesNamed(b, name)];
    return left.length > 0 && right.length > 0 && areApart(expand(left), expand(right), expand, depth - 1);
  });
}

/** Names that `required` holds. */
export const requiredBy = (known: readonly Schema[]): ReadonlySet<string> =>
  new Set(
    known.flatMap((schema) => {
      const { required } = keywordsOf(schema);
      return Array.isArray(required) ? (required as string[]) : [];
    }),
  );

/** What `properties` say of a name. */
export const propertiesNamed = (known: readonly Schema[], name: string): Schema[] =>
  known.flatMap(({ of, root }) => {
    const properties = isObject(of) ? of.properties : undefined;
    return isObject(properties) && Object.hasOwn(properties, name) ? [{ of: properties[name], root }] : [];
  });
