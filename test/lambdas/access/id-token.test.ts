import { createPublicKey } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { checkIdToken } from '../../../lambdas/access/id-token.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const SECONDS = NOW / 1000;
const ISSUER = 'https://login.example.com';
const EXPECTED = { issuer: ISSUER, clientId: 'posthorn', nonce: 'n'.repeat(22), now: NOW };

const own = await generateKeyPair('RS256', { extractable: true });
const foreign = await generateKeyPair('RS256');
const curve = await generateKeyPair('ES256');
const KEYS: JSONWebKeySet = {
  keys: [
    { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256' },
    { ...(await exportJWK(curve.publicKey)), kid: 'two', alg: 'ES256' },
  ],
};

const CLAIMS = {
  iss: ISSUER,
  aud: 'posthorn' as string | string[],
  sub: 'jane',
  nonce: EXPECTED.nonce,
  iat: SECONDS,
  exp: SECONDS + 300,
};
type Changed = Readonly<Record<string, unknown>>;

const signed = (
  more: Changed = {},
  header: Changed = {},
  key: Parameters<SignJWT['sign']>[0] = own.privateKey,
) =>
  new SignJWT({ ...CLAIMS, ...more }).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key);

/** The public key as everybody can read it, taken for a secret of HMAC (RFC 8725, 2.1). */
const publicText = new TextEncoder().encode(await exportSPKI(own.publicKey));
const publicDer = createPublicKey(await exportSPKI(own.publicKey)).export({ type: 'spki', format: 'der' });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const GOOD = await signed();
const FOREIGN_JWK = await exportJWK(foreign.publicKey);

describe('an ID token (OpenID Connect Core 1.0, 3.1.3.7)', () => {
  it.each<[string, string | Promise<string>]>([
    ['signed with RSA', signed()],
    ['signed on a curve', signed({}, { alg: 'ES256', kid: 'two' }, curve.privateKey)],
    ['for several clients, asked for by this one', signed({ aud: ['posthorn', 'other'], azp: 'posthorn' })],
    ['of a clock that is a little ahead', signed({ iat: SECONDS + 20, nbf: SECONDS + 20 })],
  ])('is taken: %s', async (_, made) => {
    const token = await made;
    const checked = await checkIdToken(token, KEYS, EXPECTED);
    expect(checked).toMatchObject({ kind: 'valid', claims: { sub: 'jane' } });
  });

  it.each<[string, string | Promise<string>]>([
    ['without a signature, alg none', new UnsecuredJWT(CLAIMS).encode()],
    ['alg none with a signature', `${part({ alg: 'none', kid: 'one' })}.${part(CLAIMS)}.AAAA`],
    ['signed with HMAC by the public key', signed({}, { alg: 'HS256' }, publicText)],
    ['the same in DER', signed({}, { alg: 'HS256' }, new Uint8Array(publicDer))],
    ['signed with another key', signed({}, {}, foreign.privateKey)],
    ['of a key that the issuer has not', signed({}, { kid: 'three' }, foreign.privateKey)],
    ['that brings its own key along', signed({}, { kid: 'three', jwk: FOREIGN_JWK }, foreign.privateKey)],
    ['changed', GOOD.replace(/\.[^.]+\./, `.${part({ ...CLAIMS, sub: 'admin' })}.`)],
    ['of another issuer', signed({ iss: 'https://login.example.org' })],
    ['of an issuer that begins alike', signed({ iss: `${ISSUER}/` })],
    ['for another client', signed({ aud: 'other' })],
    ['for several clients, none of which asked', signed({ aud: ['posthorn', 'other'] })],
    ['for several clients, asked for by another', signed({ aud: ['posthorn', 'other'], azp: 'other' })],
    ['that another client asked for', signed({ azp: 'other' })],
    ['of another sign-in', signed({ nonce: 'm'.repeat(22) })],
    ['without a nonce', signed({ nonce: undefined })],
    ['without a subject', signed({ sub: undefined })],
    ['with an empty subject', signed({ sub: '' })],
    ['that is over', signed({ iat: SECONDS - 120, exp: SECONDS - 31 })],
    ['without an end', signed({ exp: undefined })],
    ['that is not valid yet', signed({ nbf: SECONDS + 60 })],
    ['that was made long ago', signed({ iat: SECONDS - 3600 })],
    ['that will be made', signed({ iat: SECONDS + 3600 })],
    ['without the time that it was made at', signed({ iat: undefined })],
    ['with a critical header that is not known', signed({}, { crit: ['x'], x: 1 }).catch(() => 'a.b.c')],
    ['that is none', 'a.b.c'],
    ['that is empty', ''],
  ])('is refused: %s', async (_, made) => {
    const token = await made;
    const checked = await checkIdToken(token, KEYS, EXPECTED);
    expect(checked.kind).toBe('invalid');
    if (checked.kind === 'invalid' && token !== '') expect(checked.problem).not.toContain(token);
  });

  it('of an unknown key says so, since the issuer may have new ones', async () => {
    const token = await signed({}, { kid: 'three' });
    expect(await checkIdToken(token, KEYS, EXPECTED)).toMatchObject({ isKeyUnknown: true });
    const wrong = await signed({}, {}, foreign.privateKey);
    expect(await checkIdToken(wrong, KEYS, EXPECTED)).toMatchObject({ isKeyUnknown: false });
  });
});
