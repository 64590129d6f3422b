import { describe, expect, it } from 'vitest';
import { fieldAt, jsonOf, judge } from '../../../lambdas/publishing/payload-check.ts';

const event = {
  id: undefined,
  type: 'a',
  contentType: 'application/json',
  body: Buffer.from('{}'),
  at: 'data',
};
const misfit = { path: ['items', 0, 'amount'], message: 'must be number' };
const message = 'does not fit the schema of a: must be number';

describe('what becomes of a payload that does not fit (E13)', () => {
  it('is refused, where that is asked for', () => {
    const problem = { code: 'schema_mismatch', message, field: 'data.items[0].amount' };
    expect(judge(event, misfit, 'enforce')).toEqual({ ok: false, problem });
  });

  it('is accepted with a warning, or without', () => {
    const warnings = [`data.items[0].amount: ${message}`];
    expect(judge(event, misfit, 'warn')).toEqual({ ok: true, value: { event, warnings } });
    expect(judge(event, misfit, 'off')).toEqual({ ok: true, value: { event } });
    expect(judge(event, undefined, 'enforce')).toEqual({ ok: true, value: { event } });
  });
});

it('cuts a path that is too long to read', () => {
  expect(fieldAt('', [])).toBeUndefined();
  expect(fieldAt('', ['a', 1, 'b'])).toBe('a[1].b');
  expect(fieldAt('data', ['x'.repeat(1e6)])).toHaveLength(201);
});

it.each([
  ['application/json', '1', { isJson: true, value: 1 }],
  ['application/problem+json', '{}', { isJson: true, value: {} }],
  ['application/json', '{', { isJson: false }],
  ['application/json', '', { isJson: false }],
  ['text/plain', '1', { isJson: false }],
])('%s %j as JSON', (contentType, text, expected) => {
  expect(jsonOf({ contentType, body: Buffer.from(text) })).toEqual(expected);
});
