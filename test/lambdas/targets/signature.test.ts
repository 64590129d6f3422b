import { createPublicKey, verify as verifyEd25519 } from 'node:crypto';
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { customHeaderProblem } from '../../../lambdas/targets/request-headers.ts';
import {
  keptSecret,
  newSecret,
  publicPartOf,
  schemeNamed,
  secretProblem,
  signingSecrets,
} from '../../../lambdas/targets/signature.ts';
import { ed25519Signature, publicKeyOf } from '../../../lambdas/targets/signature-schemes/ed25519.ts';
import { SIGNATURE_SCHEMES } from '../../../lambdas/targets/signature-schemes/names.ts';
import type { Signable } from '../../../lambdas/targets/signature-schemes/scheme.ts';
import { secretFrom } from '../../../lambdas/targets/signature-schemes/secret-text.ts';
import { sha256Signature, sharedKeys } from '../../../lambdas/targets/signature-schemes/shared-secret.ts';
import { standardSignature } from '../../../lambdas/targets/signature-schemes/standard.ts';
import { signedHeaders } from '../../builders/signed.ts';
import { runs } from '../../helpers/runs.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD = secretFrom(Buffer.alloc(32, 1));
/** Of Svix's server, which Standard Webhooks grew out of (worker.rs, test_asymmetric_key_signing). */
const PRIVATE =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const SEED = Buffer.from(PRIVATE.slice(5), 'base64').subarray(0, 32);
const PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const example = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: Buffer.from('{"test": 2432232314}'),
};
const now = (): number => Math.floor(Date.now() / 1000);

/** As a receiver does it, who has only the public key. */
function verifies(publicKey: string, { id, timestamp, body }: Signable, signature: string): boolean {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return verifyEd25519(null, signed, key, Buffer.from(signature.slice('v1a,'.length), 'base64'));
}

describe('signatures (A16)', () => {
  it('gives the example of the Standard Webhooks specification', () => {
    expect(standardSignature(SECRET, example)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each([
    ['with its public key', PRIVATE],
    ['as its seed alone', `whsk_${SEED.toString('base64')}`],
  ])("gives the example of Svix's Ed25519 key, %s", (_, secret) => {
    expect(ed25519Signature(secret, example)).toBe(
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    );
    expect(publicKeyOf(secret)).toBe(PUBLIC);
  });

  it("gives the example of GitHub's documentation", () => {
    expect(sha256Signature("It's a Secret to Everybody", Buffer.from('Hello, World!'))).toBe(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  it('satisfies the official Standard Webhooks verifier, whatever the body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.jsonValue(), (key, value) => {
        const secret = secretFrom(key);
        const text = JSON.stringify(value);
        const body = Buffer.from(text);
        const headers = signedHeaders('standard', [secret], { id: 'evt_1', timestamp: now(), body });
        expect(new Webhook(secret).verify(text, headers)).toEqual(JSON.parse(text));
        expect(() => new Webhook(secret).verify(`${text} `, headers)).toThrow();
      }),
    );
  });

  it('is verified with the Ed25519 public key alone, whatever the key and the body', () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seed, fc.uint8Array(), (random, body) => {
        const secret = newSecret('ed25519', random);
        const message = { id: 'evt_1', timestamp: 1, body };
        const signature = signedHeaders('ed25519', [secret], message)['webhook-signature']!;
        expect(verifies(publicKeyOf(secret), message, signature)).toBe(true);
        expect(verifies(publicKeyOf(secret), { ...message, timestamp: 2 }, signature)).toBe(false);
        expect(verifies(PUBLIC, message, signature)).toBe(false);
      }),
      { numRuns: runs(30) },
    );
  });

  it('satisfies the official GitHub verifier', async () => {
    const secret = 'a secret of some length';
    const body = Buffer.from('{"zen":"Speak like a human."}');
    const headers = signedHeaders('sha256', [secret], { id: 'evt_1', timestamp: now(), body });
    expect(await verifyGitHub(secret, body.toString(), headers['x-hub-signature-256']!)).toBe(true);
    expect(headers).not.toHaveProperty('x-hub-signature-256-old');
  });
});

describe('while a secret is replaced (A16)', () => {
  const body = Buffer.from('{}');
  const message = { id: 'evt_1', timestamp: now(), body };

  it('signs with both by Standard Webhooks', () => {
    const headers = signedHeaders('standard', [SECRET, OLD], message);
    for (const secret of [SECRET, OLD]) expect(() => new Webhook(secret).verify('{}', headers)).not.toThrow();
  });

  it('signs with both by Ed25519', () => {
    const secrets = [PRIVATE, newSecret('ed25519', Buffer.alloc(32, 7))];
    const signatures = signedHeaders('ed25519', secrets, message)['webhook-signature']!.split(' ');
    expect(signatures.map((one, i) => verifies(publicKeyOf(secrets[i]!), message, one))).toEqual([
      true,
      true,
    ]);
  });

  it("keeps GitHub's header for the newest and puts the replaced one beside it", () => {
    expect(signedHeaders('sha256', ['newest secret', 'replaced secret', 'older'], message)).toEqual({
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(message.timestamp),
      'x-hub-signature-256': sha256Signature('newest secret', body),
      'x-hub-signature-256-old': sha256Signature('replaced secret', body),
    });
  });

  it('ends when the replaced one expires, and never without a signature', () => {
    const at = Date.parse('2026-11-21T12:00:00Z');
    const one = (value: string, expiresAt?: string) => ({ value, expiresAt });
    const secrets = [one('c'), one('b', '2026-11-21T12:00:01Z'), one('a', '2026-11-21T12:00:00Z')];
    expect(signingSecrets(secrets, at)).toEqual(['c', 'b']);
    expect(signingSecrets(secrets, at + 1000)).toEqual(['c']);
    expect(signingSecrets([one('c', '2020-01-01T00:00:00Z')], at)).toEqual(['c']);
  });
});

describe('secrets', () => {
  const otherPublic = Buffer.concat([SEED, Buffer.alloc(32, 9)]).toString('base64');

  it.each([
    ['standard', SECRET, true],
    ['standard', secretFrom(Buffer.alloc(23)), false],
    ['standard', secretFrom(Buffer.alloc(24)), true],
    ['standard', secretFrom(Buffer.alloc(256)), true],
    ['standard', secretFrom(Buffer.alloc(257)), false],
    ['standard', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
    ['standard', 'whsec_not base64 at all, however long it may be', false],
    ['standard', PRIVATE, false],
    ['standard', '', false],
    ['sha256', 'eight ch', true],
    ['sha256', 'x'.repeat(256), true],
    ['sha256', 'seven c', false],
    ['sha256', 'x'.repeat(257), false],
    ['sha256', 'grüße, \u{1f600}\u{1f600}', true],
    ['sha256', 'line\nbreak', false],
    ['sha256', 'half a pair \ud83d', false],
    ['ed25519', PRIVATE, true],
    ['ed25519', `whsk_${SEED.toString('base64')}`, true],
    ['ed25519', `whsk_${otherPublic}`, false],
    ['ed25519', `whsk_${SEED.subarray(1).toString('base64')}`, false],
    ['ed25519', PRIVATE.replace('==', ''), false],
    ['ed25519', PUBLIC, false],
    ['ed25519', SECRET, false],
    ['ed25519', 'whsk_', false],
  ] as const)('%s %s: %s', (scheme, secret, fine) => {
    expect(secretProblem(scheme, secret) === undefined).toBe(fine);
  });

  it('of plain text sign as their bytes, for each verifier of Standard Webhooks', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 24, maxLength: 64, unit: 'grapheme' }), (text) => {
        const kept = keptSecret('standard', text);
        fc.pre(kept !== text);
        const body = Buffer.from('{"n":1}');
        const headers = signedHeaders('standard', [kept], { id: 'evt_1', timestamp: now(), body });
        for (const verifier of [new Webhook(kept), new Webhook(Buffer.from(text), { format: 'raw' })]) {
          verifier.verify(body.toString(), headers);
        }
        expect(sharedKeys(kept).map(String)).toEqual([kept, text]);
      }),
    );
  });

  it.each(['whsec_', 'whsk_?', 'whpk_abc', SECRET, PRIVATE, PUBLIC, 'a\nb', '\ud83d'])(
    'are kept as they are when they are no plain text: %j',
    (secret) => {
      for (const scheme of SIGNATURE_SCHEMES) expect(keptSecret(scheme, secret)).toBe(secret);
    },
  );

  it.each(SIGNATURE_SCHEMES)('are made of random bytes, the same of the same, for %s', (scheme) => {
    const random = Buffer.from('0123456789abcdef0123456789abcdef');
    const made = newSecret(scheme, random);
    expect(secretProblem(scheme, made)).toBeUndefined();
    expect(newSecret(scheme, Uint8Array.from(random))).toBe(made);
    expect(newSecret(scheme, Buffer.alloc(32, 5))).not.toBe(made);
  });
});

describe.each(SIGNATURE_SCHEMES)('the scheme %s', (name) => {
  const secret = newSecret(name, Buffer.alloc(32, 1));

  it('signs with headers that no target can set itself', () => {
    const own = Object.keys(signedHeaders(name, [secret, secret], example));
    expect(own).not.toEqual([]);
    for (const header of own) expect(customHeaderProblem(header, 'a')).toMatch(/set by Posthorn/);
  });

  it('has a secret that both sides know, or a half that can be shown', () => {
    expect(schemeNamed(name).sharedKeys(secret).length > 0).toBe(publicPartOf(name, secret) === undefined);
  });

  it('quotes no secret that it refuses', () => {
    const wrong = `${secret.slice(0, 20)}\n`;
    expect(secretProblem(name, wrong)).not.toContain(wrong.slice(0, 10));
  });
});
