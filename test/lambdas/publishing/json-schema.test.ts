import { describe, expect, it } from 'vitest';
import { check, compileSchema, schemaProblem } from '../../../lambdas/publishing/json-schema.ts';

const payloadProblem = (schema: unknown, data: unknown) => check(compileSchema(schema), data);

/** Two references to the next of `depth` definitions in each: 2^depth ways through some kilobytes. */
function exponential(depth: number): object {
  const next = (i: number) => ({ $ref: `#/$defs/d${i + 1}` });
  const steps = Array.from({ length: depth }, (_, i) => [`d${i}`, { allOf: [next(i), next(i)] }] as const);
  return { $ref: '#/$defs/d0', $defs: { ...Object.fromEntries(steps), [`d${depth}`]: { type: 'number' } } };
}

describe('a payload and its schema (E13)', () => {
  it.each<[unknown, unknown, (string | number)[], string]>([
    [{ properties: { amount: { type: 'number' } } }, { amount: 'x' }, ['amount'], 'must be number'],
    [{ items: { minimum: 2 } }, [3, 1], [1], 'must be >= 2'],
    [{ properties: { a: { items: { type: 'null' } } } }, { a: [1] }, ['a', 0], 'must be null'],
    [{ properties: { '/~1': { type: 'null' } } }, { '/~1': 1 }, ['/~1'], 'must be null'],
    [{ required: ['id'] }, {}, ['id'], 'expected this field, which is missing'],
    [{ required: ['toString'] }, {}, ['toString'], 'expected this field, which is missing'],
    [{ additionalProperties: false }, { a: 1 }, ['a'], 'unknown field'],
    [{ unevaluatedProperties: false }, { a: 1 }, ['a'], 'unknown field'],
    [
      { properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } },
      { a: 'a', b: 'a' },
      ['b'],
      'expected another form: the schema has a pattern for it',
    ],
    [{ prefixItems: [{ type: 'string' }] }, [1], [0], 'must be string'],
    [false, 1, [], 'boolean schema is false'],
  ])('%j does not take %j', (schema, data, path, message) => {
    expect(payloadProblem(schema, data)).toEqual({ path, message });
  });

  it.each<[unknown, unknown]>([
    [true, 1],
    [
      { type: 'object', properties: { a: { type: 'integer' } } },
      { a: 1, b: 2 },
    ],
    [{ format: 'email' }, 'nobody'],
    [{ unknownKeyword: 1 }, 1],
    [{ $dynamicAnchor: 'node', properties: { next: { $dynamicRef: '#node' } } }, { next: { next: {} } }],
    [{ pattern: '^\\u0041\\p{L}+$' }, 'Aé'],
    [{ pattern: '(?<year>\\d{4})' }, 'in 2026'],
  ])('%j takes %j', (schema, data) => expect(payloadProblem(schema, data)).toBeUndefined());
});

describe('a hostile schema (E13)', () => {
  it('that takes exponential time is interrupted', () => {
    const started = performance.now();
    expect(schemaProblem(exponential(60))).toBeUndefined();
    expect(payloadProblem(exponential(60), 1)).toEqual({
      path: [],
      message: "can't be checked: it takes more than 500 ms",
    });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(payloadProblem({ type: 'number' }, 1)).toBeUndefined();
  });

  it('that refers to itself ends', () => {
    expect(payloadProblem({ $ref: '#' }, 1)?.message).toBe("can't be checked: it is nested too deeply");
  });

  it('that is nested too deeply is refused', () => {
    const depth = 20_000;
    const schema: unknown = JSON.parse(`${'{"not":'.repeat(depth)}{}${'}'.repeat(depth)}`);
    expect(schemaProblem(schema)).toContain('nested too deeply');
  });

  it('whose patterns would take exponential time has them matched in linear time', () => {
    expect(payloadProblem({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}b`)?.message).toContain('pattern');
  });

  it('that would answer later is refused', () => {
    expect(payloadProblem({ $async: true, type: 'string' }, 1)?.message).toContain('$async');
    expect(schemaProblem({ $async: true })).toContain('$async');
  });
});

describe('what is wrong with a schema (E13)', () => {
  it.each<[unknown, RegExp]>([
    [7, /must be object,boolean/],
    [null, /must be object,boolean/],
    [[], /must be object,boolean/],
    [{ type: 'text' }, /^\$\.type: /],
    [{ properties: { a: { minimum: 'x' } } }, /^\$\.properties\.a\.minimum: must be number/],
    [{ $schema: 'http://json-schema.org/draft-07/schema#' }, /2020-12/],
    [{ $schema: 7 }, /2020-12/],
    [{ $ref: 'https://example.com/other' }, /can't resolve reference/],
    [{ $ref: '#/$defs/none' }, /can't resolve reference/],
    [{ pattern: '(?=a)' }, /\(\?=/],
    [{ pattern: '(a)\\1' }, /\\1/],
    [{ pattern: '(' }, /can't be compiled/],
    [{ uniqueItems: true }, /maxItems/],
    [{ items: { anyOf: [{ uniqueItems: true, maxItems: 1001 }] } }, /maxItems/],
    [{ properties: { a: { uniqueItems: true } } }, /maxItems/],
  ])('%j', (schema, problem) => expect(schemaProblem(schema)).toMatch(problem));

  it.each<[unknown]>([
    [true],
    [{}],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema' }],
    [{ uniqueItems: true, maxItems: 1000 }],
    [{ properties: { uniqueItems: true }, const: { uniqueItems: true } }],
    [{ $ref: 'https://json-schema.org/draft/2020-12/schema' }],
  ])('nothing: %j', (schema) => expect(schemaProblem(schema)).toBeUndefined());
});
