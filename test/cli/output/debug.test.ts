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

const TICKET = 'tkt_3q2-7wAAAAAAAAAAAAAAAAAAAAA';
const KEY = 'phk_01KAK2V5E4V2N9CR0Q6WV7Z1QX_00000000000000000000000000_abc-def_ghi';

test.each([
  ['a ticket in an address', { url: `wss://example.com/live?ticket=${TICKET}` }, TICKET],
  ['a token behind a #', { link: 'https://example.com/portal/#token=abc.def-ghi' }, 'abc.def-ghi'],
  ['a key in a message', { message: `no such key ${KEY}` }, KEY],
  ['a signing secret in a text', { note: 'export S=whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' }, 'C2FVs'],
  ['a signed token', { note: 'eyJhbGciOi.eyJ0ZW4.c2ln' }, 'c2ln'],
])('--debug hides %s, whatever its field is called', (_, body, secret) => {
  expect(withoutSecrets(JSON.stringify(body))).not.toContain(secret);
});

test('it shows the beginning of a key, which opens nothing', () => {
  expect(withoutSecrets('{"prefix":"phk_01KAK2V5E4V2N9CR0Q6WV7Z1QX"}')).toContain(
    'phk_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  );
});

test('it shows all the rest, and no more than a screen of it', () => {
  expect(withoutSecrets('{"name":"orders","amount":5}')).toBe('{"name":"orders","amount":5}');
  expect(withoutSecrets(JSON.stringify({ text: 'x'.repeat(100_000) })).length).toBeLessThan(5000);
  expect(withoutSecrets('not JSON: whsec_1')).toBe('(17 characters that are no JSON)');
});
