import { describe, expect, it } from 'vitest';
import { isProved, proofIn } from '../../../lambdas/listeners/proof.ts';
import { requestIdOf } from '../../../lambdas/listeners/socket-request.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { standardSignature } from '../../../lambdas/targets/signature-schemes/standard.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const SECONDS = NOW / 1000;
const BODY = Buffer.from('{"n":1}');
const [SECRET, OTHER] = [1, 2].map((n) => newSecret('standard', Buffer.alloc(32, n))) as [string, string];

const headers = (about: Readonly<Record<string, string | undefined>> = {}) => ({
  'webhook-id': 'evt_1',
  'webhook-timestamp': String(SECONDS),
  'webhook-signature': standardSignature(SECRET, { id: 'evt_1', timestamp: SECONDS, body: BODY }),
  ...about,
});

const isGood = (
  about: Readonly<Record<string, string | undefined>> = {},
  secrets = [SECRET],
  body = BODY,
) => {
  const proof = proofIn(headers(about), NOW);
  return proof !== undefined && isProved(proof, secrets, body);
};

describe('a delivery to a listener (E6)', () => {
  it.each<[string, boolean]>([
    ['with its secret', isGood()],
    ['with one of two secrets', isGood({}, [OTHER, SECRET])],
    ['with two signatures', isGood({ 'webhook-signature': `v1,x ${headers()['webhook-signature']}` })],
  ])('is proved %s', (_, isProven) => expect(isProven).toBe(true));

  it.each<[string, boolean]>([
    ['with another secret', isGood({}, [OTHER])],
    ['without secrets', isGood({}, [])],
    ['with another body', isGood({}, [SECRET], Buffer.from('{"n":2}'))],
    ['with another id', isGood({ 'webhook-id': 'evt_2' })],
    ['with another time', isGood({ 'webhook-timestamp': String(SECONDS + 1) })],
    ['without a signature', isGood({ 'webhook-signature': undefined })],
    ['without an id', isGood({ 'webhook-id': '' })],
    ['without a time', isGood({ 'webhook-timestamp': 'now' })],
    [
      'with signatures without end',
      isGood({ 'webhook-signature': `${'v1,x '.repeat(50)}${headers()['webhook-signature']}` }),
    ],
  ])('is not proved %s', (_, isProven) => expect(isProven).toBe(false));

  it.each([
    [0, true],
    [300, true],
    [301, false],
    [-300, true],
    [-301, false],
  ])('is good %i s after its time: %s', (seconds, isFresh) => {
    expect(proofIn(headers(), NOW + seconds * 1000) !== undefined).toBe(isFresh);
  });

  it('is the same request when it comes again, and another with another id or time', () => {
    const id = requestIdOf({ id: 'evt_1', timestamp: SECONDS });
    expect(id).toMatch(/^req_[\w-]{22}$/);
    expect(requestIdOf({ id: 'evt_1', timestamp: SECONDS })).toBe(id);
    expect(requestIdOf({ id: 'evt_1', timestamp: SECONDS + 1 })).not.toBe(id);
    expect(requestIdOf({ id: 'evt_2', timestamp: SECONDS })).not.toBe(id);
  });
});
