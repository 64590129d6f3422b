import { expect, test } from 'vitest';
import { withoutSecrets } from '../../../cli/output/debug.ts';

test.each([
  ['a secret', { secret: 'whsec_1' }],
  ['secrets of a list', { items: [{ secret: 'whsec_1' }] }],
  ['several secrets', { secrets: ['whsec_1', 'whsec_1'] }],
  ['a key', { key: 'whsec_1' }],
  ['a token', { token: 'whsec_1' }],
  ['a ticket', { ticket: 'whsec_1' }],
  ['values of own headers', { headers: { 'x-api': 'whsec_1' } }],
  ['what is deep inside', { target: { headers: { a: 'whsec_1' }, retry: [{ password: 'whsec_1' }] } }],
])('--debug hides %s', (_, body) => {
  expect(withoutSecrets(JSON.stringify(body))).not.toContain('whsec_1');
});

test('it shows all the rest, and no more than a screen of it', () => {
  expect(withoutSecrets('{"name":"orders","amount":5}')).toBe('{"name":"orders","amount":5}');
  expect(withoutSecrets(JSON.stringify({ text: 'x'.repeat(100_000) })).length).toBeLessThan(5000);
  expect(withoutSecrets('not JSON: whsec_1')).toBe('(17 characters that are no JSON)');
});
