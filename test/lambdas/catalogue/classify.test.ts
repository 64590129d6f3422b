import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../lambdas/catalogue/compatibility/classify.ts';
import { isBreaking } from '../../../lambdas/catalogue/schema-change.ts';

const object = (properties: object, required: readonly string[] = [], more: object = {}) => ({
  type: 'object',
  properties,
  required,
  ...more,
});
/** The linter takes an object with `then` for a promise. */
const when = (condition: object, consequence: object) =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ]);
const string = { type: 'string' };
const number = { type: 'number' };
const integer = { type: 'integer' };

/** `breaking property-removed a.b`. */
const told = (was: unknown, is: unknown): string[] =>
  changesOf(was, is).map(({ effect, rule, path }) => `${effect} ${rule} ${path}`.trim());

describe('a change of a schema (E13)', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['nothing', object({ a: string }), object({ a: string }), []],
    ['order of members', { type: 'string', minLength: 1 }, { minLength: 1, type: 'string' }, []],
    ['a first schema', undefined, string, ['compatible schema-added']],
    ['no schema any more', string, undefined, ['breaking schema-removed']],
    [
      'a description',
      object({ a: string }),
      object({ a: { ...string, title: 'A' } }),
      ['compatible wording'],
    ],
    [
      'an optional property',
      object({ a: string }),
      object({ a: string, b: number }),
      ['compatible property-added b'],
    ],
    ['a required property', object({}), object({ b: number }, ['b']), ['compatible property-added b']],
    [
      'a property less',
      object({ a: string, b: number }),
      object({ a: string }),
      ['breaking property-removed b'],
    ],
    [
      'an optional property less that can’t be sent any more',
      object({ a: string, b: number }),
      object({ a: string }, [], { additionalProperties: false }),
      ['breaking property-removed b', 'compatible other-properties-refused'],
    ],
    ['required', object({ a: string }), object({ a: string }, ['a']), ['compatible property-required a']],
    ['optional', object({ a: string }, ['a']), object({ a: string }), ['breaking property-optional a']],
    ['another type', object({ a: string }), object({ a: number }), ['breaking type-changed a']],
    [
      'null too',
      object({ a: string }),
      object({ a: { type: ['string', 'null'] } }),
      ['breaking type-widened a'],
    ],
    ['null too, as OpenAPI has it', string, { ...string, nullable: true }, ['breaking type-widened']],
    ['no null any more', { type: ['string', 'null'] }, string, ['compatible type-narrowed']],
    ['integers alone', number, integer, ['compatible type-narrowed']],
    ['fractions too', integer, number, ['breaking type-widened']],
    ['a value more', { enum: ['a'] }, { enum: ['a', 'b'] }, ['breaking values-added']],
    ['a value less', { enum: ['a', 'b'] }, { const: 'b' }, ['compatible values-removed']],
    ['other values', { enum: ['a', 'b'] }, { enum: ['b', 'c'] }, ['breaking values-changed']],
    ['values to a text', { enum: ['a'] }, string, ['breaking values-added']],
    ['a text to values', string, { enum: ['a'] }, ['compatible values-removed']],
    ['booleans to one', { type: 'boolean' }, { const: true }, ['compatible values-removed']],
    ['a lower minimum', { ...number, minimum: 1 }, { ...number, minimum: 0 }, ['breaking limit-loosened']],
    [
      'a higher minimum',
      { ...number, minimum: 1 },
      { ...number, minimum: 2 },
      ['compatible limit-tightened'],
    ],
    [
      'beyond the minimum',
      { ...number, minimum: 0 },
      { ...number, exclusiveMinimum: 0 },
      ['compatible limit-tightened'],
    ],
    [
      'the minimum itself',
      { ...number, exclusiveMinimum: 0 },
      { ...number, minimum: 0 },
      ['breaking limit-loosened'],
    ],
    [
      'the same integers',
      { ...integer, exclusiveMinimum: 0 },
      { ...integer, minimum: 1 },
      ['compatible wording'],
    ],
    ['no maximum', { ...number, maximum: 5 }, number, ['breaking limit-loosened']],
    [
      'values within limits',
      { ...string, maxLength: 3 },
      { enum: ['abc', 'd'] },
      ['compatible values-removed'],
    ],
    [
      'a value beyond limits',
      { ...string, maxLength: 2 },
      { enum: ['abc', 'd'] },
      ['breaking limit-loosened', 'compatible values-removed'],
    ],
    [
      'every fourth',
      { ...integer, multipleOf: 2 },
      { ...integer, multipleOf: 4 },
      ['compatible limit-tightened'],
    ],
    [
      'a longer list',
      { type: 'array', maxItems: 2 },
      { type: 'array', maxItems: 3 },
      ['breaking limit-loosened'],
    ],
    ['elements', { items: string }, { items: number }, ['breaking type-changed []']],
    [
      'a place in a list',
      { prefixItems: [string, number] },
      { prefixItems: [string, string] },
      ['breaking type-changed [1]'],
    ],
    ['no pattern', { pattern: '^a' }, {}, ['breaking limit-loosened']],
    ['another pattern', { pattern: '^a' }, { pattern: '^a+$' }, ['unclear unclear']],
    [
      'another format',
      { ...string, format: 'date' },
      { ...string, format: 'date-time' },
      ['breaking limit-changed'],
    ],
    ['a format', string, { ...string, format: 'date' }, ['compatible limit-tightened']],
    [
      'closed',
      object({ a: string }),
      object({ a: string }, [], { additionalProperties: false }),
      ['compatible other-properties-refused'],
    ],
    [
      'opened',
      object({ a: string }, [], { additionalProperties: false }),
      object({ a: string }),
      ['breaking other-properties-allowed'],
    ],
    [
      'a property where others were refused',
      object({ a: string }, [], { additionalProperties: false }),
      object({ a: string, b: number }, [], { additionalProperties: false }),
      ['breaking property-added b'],
    ],
    [
      'values of a map',
      { additionalProperties: number },
      { additionalProperties: string },
      ['breaking type-changed *'],
    ],
    [
      'values of a map, by pattern',
      { patternProperties: { '^x': number } },
      { patternProperties: { '^x': string } },
      ['breaking type-changed *'],
    ],
    [
      'an alternative more',
      { anyOf: [string, number] },
      { anyOf: [string, number, { type: 'null' }] },
      ['breaking alternatives-added'],
    ],
    ['an alternative less', { anyOf: [string, number] }, string, ['compatible type-narrowed']],
    [
      'types as alternatives',
      { type: ['string', 'null'] },
      { anyOf: [string, { type: 'null' }] },
      ['compatible wording'],
    ],
    [
      'alternatives as types',
      { anyOf: [string, { type: 'null' }] },
      { type: ['string', 'null'] },
      ['compatible wording'],
    ],
    [
      'parts as one',
      { allOf: [object({ a: string }), object({ b: number }, ['b'])] },
      object({ a: string, b: number }, ['b']),
      ['compatible wording'],
    ],
    ['a definition in place', { $ref: '#/$defs/x', $defs: { x: string } }, string, ['compatible wording']],
    [
      'behind a reference',
      { $ref: '#/$defs/x', $defs: { x: string } },
      { $ref: '#/$defs/y', $defs: { y: number } },
      ['breaking type-changed'],
    ],
    ['a condition', {}, when({ required: ['a'] }, { required: ['b'] }), ['compatible limit-tightened']],
    ['no condition', when({ required: ['a'] }, { required: ['b'] }), {}, ['unclear unclear']],
    ['what is refused', { not: { type: 'object' } }, string, ['compatible type-narrowed']],
    [
      'an anchor',
      { $ref: '#x', $defs: { x: { $anchor: 'x', type: 'string' } } },
      string,
      ['unclear unclear', 'compatible type-narrowed'],
    ],
  ])('%s', (_, was, is, changes) => expect(told(was, is)).toEqual(changes));

  const shapes = (circle: object, square: object) => ({
    oneOf: [
      object({ kind: { const: 'circle' }, ...circle }, ['kind']),
      object({ kind: { const: 'square' }, ...square }, ['kind']),
    ],
  });

  it.each<[string, unknown, unknown, string[]]>([
    [
      'a property more of one',
      shapes({ r: number }, {}),
      shapes({ r: number, x: number }, {}),
      ['compatible property-added x'],
    ],
    [
      'another type in one',
      shapes({ r: number }, {}),
      shapes({ r: string }, {}),
      ['breaking type-changed r'],
    ],
    [
      'a kind more',
      { oneOf: [object({ kind: { const: 'a' } }, ['kind'])] },
      { oneOf: [object({ kind: { const: 'a' } }, ['kind']), object({ kind: { const: 'b' } }, ['kind'])] },
      ['breaking values-added kind'],
    ],
  ])('of things told apart by a property: %s', (_, was, is, changes) =>
    expect(told(was, is)).toEqual(changes),
  );

  it('of a tree that refers to itself', () => {
    const tree = (value: object, more: object = {}) => ({
      $ref: '#/$defs/node',
      $defs: {
        node: object(
          { value, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          ['value'],
          more,
        ),
      },
    });
    expect(told(tree(number), tree(integer))).toEqual(['compatible type-narrowed value']);
    expect(told(tree(integer), tree(number))).toEqual(['breaking type-widened value']);
  });

  it('says where, what it was and what it is', () => {
    const was = object({
      order: object({ items: { type: 'array', items: object({ price: number }, ['price']) } }),
    });
    const is = object({
      order: object({ items: { type: 'array', items: object({ price: { type: ['number', 'null'] } }) } }),
    });
    expect(changesOf(was, is)).toEqual([
      {
        path: 'order.items[].price',
        rule: 'property-optional',
        effect: 'breaking',
        message: 'was required, is optional',
      },
      {
        path: 'order.items[].price',
        rule: 'type-widened',
        effect: 'breaking',
        message: 'was number, is null or number',
      },
    ]);
    expect(changesOf({ enum: ['a'] }, { enum: ['a', 'b'] })[0]!.message).toBe('was "a", is one of "a", "b"');
  });

  it('is unclear where it takes too much work, and ends', () => {
    const deep = (depth: number, last: object) => ({
      $ref: '#/$defs/d0',
      $defs: {
        ...Object.fromEntries(
          Array.from({ length: depth }, (_, at) => {
            const next = { $ref: `#/$defs/d${at + 1}` };
            return [`d${at}`, { anyOf: [object({ a: next }), object({ b: next })] }];
          }),
        ),
        [`d${depth}`]: last,
      },
    });
    const changes = changesOf(deep(40, number), deep(40, string));
    expect(isBreaking(changes)).toBe(true);
    expect(told({ anyOf: [{ $ref: '#' }, string] }, number)[0]).toMatch(/^(unclear|breaking)/);
    let nested: unknown = string;
    for (let level = 0; level < 5000; level++) nested = { items: nested };
    expect(told(nested, { items: nested })[0]).toMatch(/^(unclear|breaking|compatible)/);
  });
});
