import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  conditionProblem,
  type Envelope,
  envelopeOf,
  evaluate,
  explainMismatch,
  MAX_STEPS,
  touchesData,
} from '../../../lambdas/domain/condition.ts';

const envelope: Envelope = {
  type: 'order.paid',
  source: 'shop',
  priority: 'normal',
  data: {
    level: 'ERROR',
    amount: 10,
    paid: true,
    note: null,
    tags: ['new', 'vip'],
    none: [],
    user: { plan: 'pro', id: '7' },
    items: [
      { sku: 'a', size: 1 },
      { sku: 'b', size: 2 },
    ],
    nested: [['deep']],
  },
};

describe('conditions (A4, B2)', () => {
  it.each<[Condition]>([
    [{}],
    [{ type: ['order.paid'] }],
    [{ source: ['till', 'shop'], priority: ['normal'] }],
    [{ data: { level: ['ERROR', 'FATAL'], user: { plan: ['pro'] } } }],
    [{ data: { amount: [10.0], paid: [true], note: [null] } }],
    [{ data: { tags: ['vip'] } }],
    [{ data: { items: { sku: ['b'], size: [2] } } }],
  ])('%j holds', (condition) => {
    expect(conditionProblem(condition)).toBeUndefined();
    expect(explainMismatch(condition, envelope)).toBeUndefined();
    expect(evaluate(condition, envelope).holds).toBe(true);
  });

  it.each<[Condition, string, string, string]>([
    [{ source: ['till'] }, 'source', 'one of "till"', '"shop"'],
    [{ region: ['eu'] }, 'region', 'one of "eu"', 'nothing'],
    [{ data: { level: ['INFO', 'WARN'] } }, 'data.level', 'one of "INFO", "WARN"', '"ERROR"'],
    [{ data: { amount: ['10'] } }, 'data.amount', 'one of "10"', '10'],
    [{ data: { paid: [1] } }, 'data.paid', 'one of 1', 'true'],
    [{ data: { absent: [null] } }, 'data.absent', 'one of null', 'nothing'],
    [{ data: { note: ['x'] } }, 'data.note', 'one of "x"', 'null'],
    [{ data: { user: ['pro'] } }, 'data.user', 'one of "pro"', 'an object'],
    [{ data: { level: { code: [1] } } }, 'data.level', 'an object', '"ERROR"'],
    [{ data: { tags: ['old'] } }, 'data.tags', 'one of "old"', 'an array of 2, none of which fits'],
    [{ data: { none: ['x'] } }, 'data.none', 'one of "x"', 'an array of 0, none of which fits'],
    [
      { data: { items: { sku: ['a'], size: [2] } } },
      'data.items',
      'an object',
      'an array of 2, none of which fits',
    ],
    [{ data: { nested: ['deep'] } }, 'data.nested', 'one of "deep"', 'an array of 1, none of which fits'],
    [{ data: { toString: ['x'] } }, 'data.toString', 'one of "x"', 'nothing'],
    [
      { data: { user: { constructor: { name: ['Object'] } } } },
      'data.user.constructor',
      'an object',
      'nothing',
    ],
  ])('%j does not hold, since %s', (condition, path, expected, got) => {
    expect(conditionProblem(condition)).toBeUndefined();
    expect(explainMismatch(condition, envelope)).toEqual({ path, expected, got });
    expect(evaluate(condition, envelope).holds).toBe(false);
  });

  it('does not hold of a payload that is not JSON', () => {
    const condition = { data: { level: ['ERROR'] } };
    expect(explainMismatch(condition, { ...envelope, data: undefined })).toMatchObject({
      path: 'data',
      got: 'nothing',
    });
    expect(touchesData(condition)).toBe(true);
    expect(touchesData({ type: ['data'] })).toBe(false);
  });

  it('takes an event without a priority as a normal one', () => {
    expect(explainMismatch({ priority: ['normal'] }, envelopeOf({ type: 'a' }, undefined))).toBeUndefined();
  });

  it('holds of a payload that is one value, or a list of them', () => {
    expect(evaluate({ data: [5] }, { type: 'a', data: 5 }).holds).toBe(true);
    expect(evaluate({ data: [5] }, { type: 'a', data: [4, 5] }).holds).toBe(true);
  });
});

describe('conditions against hostile payloads', () => {
  it('end after so many comparisons, and say so', () => {
    const data = { a: Array.from({ length: 1_000_000 }, () => ({ b: 1 })) };
    const condition = { data: { a: { b: [2] } } };
    expect(evaluate(condition, { type: 'a', data }).steps).toBeLessThan(MAX_STEPS + 100);
    expect(explainMismatch(condition, { type: 'a', data })?.got).toContain(String(MAX_STEPS));
  });

  it('are no deeper than the condition', () => {
    const data: unknown = JSON.parse(`${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`);
    expect(evaluate({ data: { a: [1] } }, { type: 'a', data }).holds).toBe(false);
  });

  it('see own fields only', () => {
    const data: unknown = JSON.parse('{"__proto__":{"admin":true}}');
    expect(evaluate({ data: { admin: [true] } }, { type: 'a', data }).holds).toBe(false);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('never throw, whatever the condition and the payload', () => {
    const names = fc.constantFrom('a', 'b', 'length', '__proto__', 'constructor', '0');
    const scalars = fc.oneof(fc.constantFrom(null, true, 0, 1, 'a', ''), fc.double({ noNaN: true }));
    const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
      condition: fc.dictionary(
        names,
        fc.oneof(fc.array(scalars, { minLength: 1, maxLength: 3 }), tie('condition')),
        { maxKeys: 3 },
      ) as fc.Arbitrary<Condition>,
    }));
    fc.assert(
      fc.property(condition, fc.jsonValue({ maxDepth: 5 }), (inner, data) => {
        const { holds, steps } = evaluate({ data: inner }, { type: 'a', data });
        expect(holds).toBe(explainMismatch({ data: inner }, { type: 'a', data }) === undefined);
        expect(steps).toBeLessThanOrEqual(MAX_STEPS + 10);
      }),
    );
  });
});

describe('what is a condition', () => {
  const nested = (levels: number): unknown =>
    Array.from({ length: levels - 2 }).reduce((inner) => ({ a: inner }), { a: [1] });
  const lists = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, [i]]));

  it.each<[string, unknown]>([
    ['ten levels', { data: nested(10) }],
    ['200 lists', { data: lists(200) }],
    ['64 values', { type: Array(64).fill('x') }],
    ['a long text', { data: ['x'.repeat(1024)] }],
    ['the largest number', { data: [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0, 1e-130] }],
  ])('takes %s', (_, condition) => {
    expect(conditionProblem(condition)).toBeUndefined();
  });

  it.each<[unknown, string, string]>([
    [null, '', 'expected an object of fields'],
    [['x'], '', 'expected an object of fields'],
    ['x', '', 'expected an object of fields'],
    [{ payload: ['x'] }, 'payload', 'unknown field'],
    [{ source: 'x' }, 'source', 'expected a list of values'],
    [{ source: { a: ['x'] } }, 'source', 'expected a list of values'],
    [{ data: 'x' }, 'data', 'expected a list of values or an object of fields'],
    [{ data: { a: 1 } }, 'data.a', 'expected a list of values or an object of fields'],
    [{ data: { a: {} } }, 'data.a', 'expected at least one field'],
    [{ data: { a: [] } }, 'data.a', '1 to 64'],
    [{ data: { a: Array(65).fill(1) } }, 'data.a', '1 to 64'],
    [{ data: { a: ['x', ['y']] } }, 'data.a[1]', 'expected a string'],
    [{ data: { a: [{ prefix: 'x' }] } }, 'data.a[0]', 'expected a string'],
    [{ data: { a: ['x'.repeat(1025)] } }, 'data.a[0]', '1024 characters'],
    [{ data: { a: [2 ** 53] } }, 'data.a[0]', '2^53'],
    [{ data: { a: [1e-200] } }, 'data.a[0]', '2^53'],
    [JSON.parse('{"data":{"a":[1e999]}}'), 'data.a[0]', '2^53'],
    [JSON.parse('{"data":{"__proto__":[1]}}'), 'data.__proto__', 'cannot be compared'],
    [JSON.parse('{"__proto__":{"type":["a"]}}'), '__proto__', 'unknown field'],
    [{ data: { ['x'.repeat(1025)]: [1] } }, `data.${'x'.repeat(195)}…`, '1024 characters'],
    [{ data: { '': [1] } }, 'data.', '1 to 1024'],
    [{ data: { a: ['\ud800'] } }, 'data.a[0]', 'whole Unicode'],
    [{ data: lists(201) }, 'data.f200', '200 lists'],
    [{ data: { a: Array(40).fill('x'.repeat(1000)) } }, 'data.a', '8192 characters in all'],
    [
      { data: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, Array(64).fill(1e15)])) },
      'data.f7',
      '8192 characters in all',
    ],
    [{ source: [7] }, 'source[0]', 'expected a string'],
    [{ data: nested(11) }, 'data.a.a.a.a.a.a.a.a.a', '10 levels'],
  ])('refuses %j', (value, path, message) => {
    expect(conditionProblem(value)).toEqual({ path, message: expect.stringContaining(message) });
  });

  it('bears any JSON, and a very deep one', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => void conditionProblem({ data: value })));
    expect(conditionProblem(JSON.parse(`${'{"data":'.repeat(50_000)}1${'}'.repeat(50_000)}`))).toBeDefined();
  });
});
