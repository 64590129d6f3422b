import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  secretFrom,
  secretProblem,
  sha256Signature,
  signatureHeaders,
  standardSignature,
} from '../../../lambdas/domain/signature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const now = (): number => Math.floor(Date.now() / 1000);

describe('signatures (A16)', () => {
  it('gives the example of the Standard Webhooks specification', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: Buffer.from('{"test": 2432232314}'),
    };
    expect(standardSignature(SECRET, message)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
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
        const headers = signatureHeaders('standard', [secret], { id: 'evt_1', timestamp: now(), body });
        expect(new Webhook(secret).verify(text, headers)).toEqual(JSON.parse(text));
        expect(() => new Webhook(secret).verify(`${text} `, headers)).toThrow();
      }),
    );
  });

  it('satisfies the official GitHub verifier', async () => {
    const secret = 'a secret of some length';
    const body = Buffer.from('{"zen":"Speak like a human."}');
    const headers = signatureHeaders('sha256', [secret], { id: 'evt_1', timestamp: now(), body });
    expect(await verifyGitHub(secret, body.toString(), headers['x-hub-signature-256']!)).toBe(true);
  });

  it('signs with every secret while one is replaced', () => {
    const old = secretFrom(Buffer.alloc(32, 1));
    const body = Buffer.from('{}');
    const headers = signatureHeaders('standard', [SECRET, old], { id: 'evt_1', timestamp: now(), body });
    for (const secret of [SECRET, old]) expect(() => new Webhook(secret).verify('{}', headers)).not.toThrow();
  });
});

describe('secrets', () => {
  it.each([
    ['standard', SECRET, true],
    ['standard', secretFrom(Buffer.alloc(23)), false],
    ['standard', secretFrom(Buffer.alloc(65)), false],
    ['standard', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
    ['standard', 'whsec_not base64 at all, however long it may be', false],
    ['sha256', 'sixteen letters!', true],
    ['sha256', 'too short', false],
  ] as const)('%s %s: %s', (scheme, secret, fine) => {
    expect(secretProblem(scheme, secret) === undefined).toBe(fine);
  });
});
