import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { secretsIn, verify } from '../../../lambdas/receiver/verification.ts';
import { newSecret, publicPartOf, signatureHeaders, signWith } from '../../../lambdas/targets/signature.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const SECONDS = NOW / 1000;
const secretOf = (fill: number): string => newSecret('standard', Buffer.alloc(32, fill));
const [secret, former, foreign] = [secretOf(1), secretOf(2), secretOf(3)];
const pair = newSecret('ed25519', Buffer.alloc(32, 4));
const publicKey = publicPartOf('ed25519', pair)!;
const body = Buffer.from('{"amount":1200.50}');

const signed = (by: readonly string[] = [secret], timestamp = SECONDS, id = 'evt_1') =>
  signatureHeaders('standard', signWith('standard', by, { id, timestamp, body }).signatures, {
    id,
    timestamp,
  });

describe('a request is verified', () => {
  it.each([
    ['by its secret', signed(), [secret]],
    ['by the new one of two', signed([secret]), [secret, former]],
    ['by the old one of two', signed([former]), [secret, former]],
    ['by the second of its signatures', signed([former, secret]), [secret]],
    ['at the edge of its time', signed([secret], SECONDS - 300), [secret]],
    ['from a clock that is ahead', signed([secret], SECONDS + 300), [secret]],
  ])('%s', (_, headers, secrets) => {
    expect(verify({ headers, body }, secrets, NOW)).toMatchObject({ kind: 'verified', id: 'evt_1' });
  });

  it('and the secret is known that signed it', () => {
    expect(verify({ headers: signed([former]), body }, [secret, former], NOW)).toMatchObject({
      secret: former,
    });
  });

  it('by a public key', () => {
    const message = { id: 'evt_1', timestamp: SECONDS, body };
    const headers = signatureHeaders('ed25519', signWith('ed25519', [pair], message).signatures, message);
    expect(verify({ headers, body }, [publicKey], NOW)).toMatchObject({ kind: 'verified' });
    expect(verify({ headers, body: Buffer.from('other') }, [publicKey], NOW).kind).toBe('refused');
  });

  it('exactly when the official library verifies it', () => {
    const times = fc.integer({ min: SECONDS - 200, max: SECONDS + 200 });
    fc.assert(
      fc.property(fc.string(), fc.uuid(), times, fc.boolean(), (text, id, timestamp, isRight) => {
        const signature = new Webhook(isRight ? secret : foreign).sign(id, new Date(timestamp * 1000), text);
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        };
        const { kind } = verify({ headers, body: Buffer.from(text) }, [secret], NOW);
        expect(kind).toBe(isRight ? 'verified' : 'refused');
      }),
    );
  });
});

describe('a request is refused', () => {
  const without = (name: string) => ({ ...signed(), [name]: undefined });
  it.each([
    ['without an id', without('webhook-id'), 'expected the headers'],
    ['without a time', without('webhook-timestamp'), 'expected the headers'],
    ['without a signature', without('webhook-signature'), 'expected the headers'],
    ['that is too old', signed([secret], SECONDS - 301), 'within 300 seconds'],
    ['from the future', signed([secret], SECONDS + 301), 'within 300 seconds'],
    ['with a time that is none', { ...signed(), 'webhook-timestamp': 'today' }, 'seconds since 1970'],
    ['with another id', { ...signed(), 'webhook-id': 'evt_2' }, 'no signature'],
    ['with another time', { ...signed(), 'webhook-timestamp': String(SECONDS - 1) }, 'no signature'],
    ['with its time written otherwise', { ...signed(), 'webhook-timestamp': `0${SECONDS}` }, 'leading zeros'],
    ['by another secret', signed([foreign]), 'no signature'],
    ['with a signature of another scheme', { ...signed(), 'webhook-signature': 'v1a,AAAA' }, 'no signature'],
    ['with an id that no table takes', signed([secret], SECONDS, 'x'.repeat(1025)), 'at most 1024 bytes'],
  ])('%s', (_, headers, problem) => {
    expect(verify({ headers, body }, [secret], NOW)).toEqual({
      kind: 'refused',
      problem: expect.stringContaining(problem),
    });
  });

  it('with another body', () => {
    expect(verify({ headers: signed(), body: Buffer.from('{}') }, [secret], NOW).kind).toBe('refused');
  });
});

describe('the secrets in a text', () => {
  const text = 'Jx7Lq2Vd9RtYw4BzNc8MfKh3PgSe6UaZ';
  it.each([
    ['one', secret, [secret]],
    ['several', `${secret}\n ${former}\n`, [secret, former]],
    ['a public key', publicKey, [publicKey]],
    ['any text', text, [`whsec_${Buffer.from(text).toString('base64')}`]],
  ])('%s', (_, given, secrets) => expect(secretsIn(given)).toEqual(secrets));

  const { privateKey } = generateKeyPairSync('ed25519');
  it.each([
    ['none', ' \n', 'expected a secret'],
    ['one that is too short', 'short', 'expected 24 to 256 bytes'],
    ['one that is not base64', 'whsec_!!!', 'expected 24 to 256 bytes'],
    ['a public key that is cut off', 'whpk_AAAA', 'expected whpk_ and 32 bytes'],
    ['a private key', `whsk_${privateKey.export({ format: 'jwk' }).d}`, 'expected 24 to 256 bytes'],
  ])('%s: refused, and not quoted', (_, given, problem) => {
    expect(() => secretsIn(given)).toThrow(problem);
    if (given.trim()) expect(() => secretsIn(given)).not.toThrow(given);
  });
});
