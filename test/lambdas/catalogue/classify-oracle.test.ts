import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changesOf } from '../../../lambdas/catalogue/compatibility/classify.ts';
import { isBreaking } from '../../../lambdas/catalogue/schema-change.ts';
import { runs } from '../../helpers/runs.ts';

/**
 * The oracle is the validator: where a change is called compatible, a payload that fits the new schema fits the old one. A few
 * names, numbers and texts are enough, and make schemas that have much to do with each other.
 */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Schema = boolean | { [keyword: string]: unknown };

const names = fc.constantFrom('a', 'b', 'kind');
const small = fc.integer({ min: 0, max: 3 });
const scalar = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 'x', 'xy', 'y'),
  fc.constantFrom<Json>(-1, 0, 0.5, 1, 2, 3, 4),
);
const TYPES = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'number'];

/** Keywords, each of them sometimes. */
const keywords = (schema: fc.Arbitrary<Schema>): fc.Arbitrary<Record<string, unknown>> => {
  const several = fc.array(schema, { minLength: 1, maxLength: 2 });
  const named = fc.dictionary(names, schema, { maxKeys: 3, noNullPrototype: true });
  const least = fc.constantFrom('minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum');
  const lengths = fc.constantFrom(
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minProperties',
    'maxProperties',
  );
  const one = (keyword: string, value: fc.Arbitrary<unknown>) =>
    value.map((made) => [keyword, made] as const);
  return fc
    .array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: one(
            'type',
            fc.oneof(
              fc.constantFrom(...TYPES),
              fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }),
            ),
          ),
        },
        { weight: 5, arbitrary: one('properties', named) },
        { weight: 3, arbitrary: one('required', fc.uniqueArray(names, { maxLength: 2 })) },
        { weight: 2, arbitrary: one('additionalProperties', fc.oneof(fc.constant(false), schema)) },
        one(
          'patternProperties',
          fc.dictionary(fc.constantFrom('^a', 'b$', 'k'), schema, { maxKeys: 2, noNullPrototype: true }),
        ),
        one('propertyNames', schema),
        { weight: 2, arbitrary: one('enum', fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 })) },
        one('const', scalar),
        fc.tuple(least, fc.constantFrom(-1, 0, 0.5, 1, 2, 3)),
        fc.tuple(lengths, small),
        one('multipleOf', fc.constantFrom(0.5, 1, 2, 3, 4)),
        one('pattern', fc.constantFrom('^x', 'y$')),
        { weight: 2, arbitrary: one('items', schema) },
        one('prefixItems', several),
        one('contains', schema),
        one('minContains', small),
        one('maxContains', small),
        one('uniqueItems', fc.boolean()),
        one('allOf', several),
        { weight: 2, arbitrary: one('anyOf', several) },
        { weight: 2, arbitrary: one('oneOf', several) },
        one('not', schema),
        one('if', schema),
        one('then', schema),
        one('else', schema),
        one(
          'dependentRequired',
          fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }), {
            maxKeys: 2,
            noNullPrototype: true,
          }),
        ),
        one('dependentSchemas', named),
        one('dependencies', named),
        one('unevaluatedProperties', schema),
        one('unevaluatedItems', schema),
        one('$ref', fc.constantFrom('#/$defs/one', '#/$defs/two')),
        one('nullable', fc.constant(true)),
      ),
      { maxLength: 4 },
    )
    .map((entries) => Object.fromEntries(entries))
    .map((made) => ('uniqueItems' in made ? { maxItems: 4, ...made } : made));
};

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Schema>(true, true, false, {}),
    fc.constantFrom<Schema>({ type: 'string' }, { type: 'integer' }, { type: 'number' }),
    keywords(tie('schema')),
  ),
}));

const root = fc
  .tuple(keywords(schema), schema, schema)
  .map(([made, one, two]): Schema => ({ ...made, $defs: { one, two } }));

/** A schema and one like it: a part is taken out, replaced, or added. */
const edited = fc
  .tuple(root, schema, fc.nat(), fc.nat())
  .map(([before, other, at, way]): [Schema, Schema] => {
    const after = structuredClone(before);
    const places: [Record<string, unknown> | unknown[], string][] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const name of Object.keys(value)) {
        places.push([value as Record<string, unknown>, name]);
        visit((value as Record<string, unknown>)[name]);
      }
    };
    visit(after);
    const [inside, name] = places[at % places.length]!;
    const holder = inside as Record<string, unknown>;
    const value = holder[name];
    if (typeof value === 'number') holder[name] = value + (way % 2 === 0 ? 1 : -1);
    else if (typeof value === 'object' || way % 3 === 0) {
      if (way % 2 === 0 && !Array.isArray(inside)) delete holder[name];
      else if (
        value !== null &&
        typeof value === 'object' &&
        !Array.isArray(value) &&
        typeof other === 'object'
      ) {
        holder[name] = { ...value, ...other };
      } else holder[name] = other;
    }
    return [before, after];
  });

const pairs = fc
  .oneof(edited, edited, fc.tuple(root, root))
  .chain(([a, b]) => fc.constantFrom([a, b], [b, a]));

const { payload } = fc.letrec<{ payload: Json }>((tie) => ({
  payload: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('payload'), { maxLength: 3 }),
    fc.dictionary(names, tie('payload'), { maxKeys: 3, noNullPrototype: true }),
  ) as fc.Arbitrary<Json>,
}));

/** Undefined for one that can't be compiled: the catalogue refuses it. */
function compiled(schema: Schema): ValidateFunction | undefined {
  try {
    return new Ajv2020({ strict: false, logger: false, validateFormats: false, ownProperties: true }).compile(
      schema,
    );
  } catch {
    return undefined;
  }
}

/** The catalogue refuses what is malformed. */
const metaschema = new Ajv2020({ logger: false });
const isWellFormed = (schema: Schema): boolean => metaschema.validateSchema(schema) === true;

/** Undefined where a schema refers to itself without end. */
function fits(validate: ValidateFunction, one: Json): boolean | undefined {
  try {
    return validate(one);
  } catch {
    return undefined;
  }
}

const counted = { compatible: 0, fitting: 0 };

it('a payload that fits the new schema of a compatible change fits the old one (E13)', () => {
  fc.assert(
    fc.property(pairs, fc.array(payload, { minLength: 40, maxLength: 40 }), ([was, is], payloads) => {
      if (!isWellFormed(was) || !isWellFormed(is)) return;
      const changes = changesOf(was, is);
      if (isBreaking(changes)) return;
      const [before, after] = [compiled(was), compiled(is)];
      if (!before || !after) return;
      counted.compatible += 1;
      for (const one of payloads) {
        if (fits(after, one) !== true) continue;
        counted.fitting += 1;
        expect(fits(before, one), JSON.stringify({ was, is, one })).toBe(true);
      }
    }),
    { numRuns: runs(80) },
  );
  expect(counted.compatible).toBeGreaterThan(5);
  expect(counted.fitting).toBeGreaterThan(10);
}, 120_000);
