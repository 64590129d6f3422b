import fc from 'fast-check';
import { type Document, type JsonSchema, resolved } from '../fuzz/openapi.ts';

/** How deep generated values go where a schema refers to itself. Below that they have only required members. */
const MAX_DEPTH = 5;

const known = new WeakMap<Document, Map<string, fc.Arbitrary<unknown>>>();

/**
 * Values that a JSON Schema (2020-12, as far as zod writes it) allows. It can't know rules that a schema states in
 * words only, such as a sum over members: the API refuses some of its values, mostly where the schema gives no
 * examples.
 */
export function arbitraryOf(document: Document, schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema.$ref !== 'string') return newArbitrary(document, schema, depth);
  const key = `${schema.$ref} ${depth}`;
  const ofDocument = known.get(document) ?? new Map<string, fc.Arbitrary<unknown>>();
  known.set(document, ofDocument);
  const one = ofDocument.get(key) ?? newArbitrary(document, resolved(document, schema), depth);
  ofDocument.set(key, one);
  return one;
}

function newArbitrary(document: Document, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const { examples, const: only, enum: values, anyOf, oneOf, ...rest } = schema;
  const shown = Array.isArray(examples) ? fc.constantFrom(...examples) : undefined;
  if (shown && depth > MAX_DEPTH) return shown;
  const generated = (): fc.Arbitrary<unknown> => {
    if (only !== undefined) return fc.constant(only);
    if (Array.isArray(values)) return fc.constantFrom(...values);
    const alternatives = (anyOf ?? oneOf) as JsonSchema[] | undefined;
    if (alternatives) return fc.oneof(...alternatives.map((each) => arbitraryOf(document, each, depth + 1)));
    return byType(document, rest, depth);
  };
  if (!shown) return generated();
  // Rules for texts are mostly stated in words.
  const weight = rest.type === 'string' ? 12 : 1;
  return fc.oneof({ weight, arbitrary: shown }, generated());
}

function byType(document: Document, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const arbitraries = types.map((type) => {
    switch (type) {
      case 'object':
        return objects(document, schema, depth);
      case 'array':
        return arrays(document, schema, depth);
      case 'string':
        return strings(schema);
      case 'integer':
        return fc.integer(bounds(schema, Math.ceil, Math.floor));
      case 'number':
        return fc.double({ ...bounds(schema, Number, Number), noNaN: true }).map(toThousandths);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        throw new Error(`type ${String(type)}: expected one of JSON Schema’s`);
    }
  });
  return arbitraries.length === 0 ? fc.jsonValue({ maxDepth: 2 }) : fc.oneof(...arbitraries);
}

function objects(document: Document, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const required = (schema.required ?? []) as string[];
  const isDeep = depth > MAX_DEPTH;
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).filter(
    ([name]) => !isDeep || required.includes(name),
  );
  const fixed = fc.record(
    Object.fromEntries(properties.map(([name, value]) => [name, arbitraryOf(document, value, depth + 1)])),
    { requiredKeys: required },
  );
  const { additionalProperties: more, propertyNames } = schema;
  if (isDeep || typeof more !== 'object' || more === null) return fixed;
  const names = strings((propertyNames ?? { pattern: PLAIN_NAME }) as JsonSchema);
  const others = fc.dictionary(names, arbitraryOf(document, more as JsonSchema, depth + 1), { maxKeys: 3 });
  return fc.tuple(others, fixed).map(([other, own]) => ({ ...other, ...own }));
}

function arrays(document: Document, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const minLength = Number(schema.minItems ?? 0);
  const most = depth > MAX_DEPTH ? minLength : Math.max(minLength, 3);
  const maxLength = Math.min(Number(schema.maxItems ?? Infinity), most);
  if (maxLength === 0) return fc.constant([]);
  return fc.array(arbitraryOf(document, (schema.items ?? {}) as JsonSchema, depth + 1), {
    minLength,
    maxLength,
  });
}

const PLAIN_NAME = '^[a-z]{1,8}$';

/** A schema with a format gets its plainest text; one with a pattern that can't be generated gets any text. */
function strings({ format, pattern, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, ...YEARS }).map((date) => date.toISOString());
  if (format === 'email') return fc.constant('someone@example.com');
  if (format === 'uri') return fc.constant('https://example.com/');
  const lengths = { minLength: Number(minLength), maxLength: Math.min(Number(maxLength), 40) };
  return typeof pattern === 'string' ? matching(pattern, lengths.maxLength) : fc.string(lengths);
}

const YEARS = { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2030-01-01T00:00:00Z') };

function matching(pattern: string, maxLength: number): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u')).map((text) => text.slice(0, maxLength));
  } catch {
    return fc.stringMatching(new RegExp(PLAIN_NAME));
  }
}

/** As people write numbers. */
const toThousandths = (value: number): number => Number(value.toFixed(3));

/** Where a schema sets no bound, numbers stay within what people write. */
function bounds(
  { minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema,
  up: (value: number) => number,
  down: (value: number) => number,
): { min: number; max: number } {
  const step = up === Number ? 1e-3 : 1;
  const least = minimum ?? (exclusiveMinimum === undefined ? -1000 : Number(exclusiveMinimum) + step);
  const most =
    maximum ?? (exclusiveMaximum === undefined ? Number(least) + 2000 : Number(exclusiveMaximum) - step);
  return { min: up(Number(least)), max: down(Number(most)) };
}
