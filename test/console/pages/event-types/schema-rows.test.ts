import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemaRows } from '../../../../console/pages/event-types/schema-rows.ts';

const shown = (schema: unknown): string[] =>
  schemaRows(schema).map(({ path, type, isRequired, limits, depth }) =>
    [`${'  '.repeat(depth)}${path}: ${type}`, ...(isRequired ? ['required'] : []), ...limits].join(', '),
  );

describe('a schema as rows', () => {
  test('properties, those inside of them below', () => {
    const schema = {
      type: 'object',
      required: ['amount', 'customer'],
      properties: {
        amount: { type: 'number', minimum: 0, description: 'In euros' },
        level: { enum: ['INFO', 'ERROR'] },
        at: { type: 'string', format: 'date-time' },
        note: { type: ['string', 'null'], maxLength: 10 },
        customer: { properties: { plan: { const: 'pro' } }, required: ['plan'], additionalProperties: false },
        tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
        items: {
          type: 'array',
          items: { type: 'object', properties: { sku: { type: 'string', pattern: '^A' } } },
        },
        any: true,
      },
    };
    expect(shown(schema)).toEqual([
      'amount: number, required, at least 0',
      'level: one of "INFO", "ERROR"',
      'at: text (date-time)',
      'note: text or null, at most 10 characters',
      'customer: object, required, no other properties',
      '  customer.plan: "pro", required',
      'tags: list of text, at least 1 elements',
      'items: list of object',
      '  items[].sku: text, matches ^A',
      'any: anything',
    ]);
    expect(schemaRows(schema)[0]!.description).toBe('In euros');
  });

  test('references within the document are followed, circles once', () => {
    const schema = {
      $ref: '#/$defs/node',
      $defs: {
        node: { properties: { next: { $ref: '#/$defs/node' }, 'a/b': { $ref: '#/$defs/x~1y' } } },
        'x/y': { type: 'integer' },
      },
    };
    expect(shown(schema)).toEqual(['next: object', 'a/b: whole number']);
    expect(shown({ properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { $ref: '#/$defs/a' } } })).toEqual([
      'a: anything',
    ]);
    expect(shown({ properties: { a: { $ref: 'https://example.com/a' } } })).toEqual(['a: anything']);
  });

  test('alternatives are named, and their properties are shown together', () => {
    const schema = {
      oneOf: [
        { properties: { a: { type: 'string' } } },
        { properties: { b: { anyOf: [{ type: 'number' }, { type: 'null' }] } } },
      ],
      allOf: [{ properties: { c: { type: 'boolean' } } }],
    };
    expect(shown(schema)).toEqual(['c: true or false', 'a: text', 'b: number or null']);
  });

  test('a list at the top', () => {
    expect(shown({ type: 'array', items: { properties: { a: { type: 'string' } } } })).toEqual([
      '[]: object',
      '  [].a: text',
    ]);
  });

  test.each([true, false, {}, { type: 'string' }, null])('%j has no rows', (schema) => {
    expect(schemaRows(schema)).toEqual([]);
  });

  test('schemas that refer to each other twice end, too', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => {
        const next = { $ref: `#/$defs/d${n + 1}` };
        return [`d${n}`, { allOf: [next, next] }];
      }),
    );
    expect(schemaRows({ $defs, properties: { a: { $ref: '#/$defs/d0' }, b: {} } })).toHaveLength(2);
  });

  test('whatever a schema holds, it ends', () => {
    const word = fc.constantFrom(
      'properties',
      'items',
      'allOf',
      'anyOf',
      '$ref',
      'type',
      'required',
      'enum',
      'a',
    );
    const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
      schema: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom('#', '#/properties/a', 'object', true, null, 1),
        fc.dictionary(word, tie('schema')),
        fc.array(tie('schema'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(schema, (each) => {
        const rows = schemaRows(each);
        expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
      }),
    );
  });
});
