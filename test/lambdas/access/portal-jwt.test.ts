import { createHmac, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { signPortalToken, verifyPortalToken } from '../../../lambdas/access/portal-jwt.ts';
import { looksLikeJwt } from '../../../lambdas/access/portal-token.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const key = Buffer.alloc(32, 7);
const grant = { tenant: 'ten_01BX5ZZKBKACTAV9WEVGEMMVRZ', id: 'ptk_01BX5ZZKBKACTAV9WEVGEMMVRY' };
const seconds = NOW / 1000;

const claims = {
  sub: grant.tenant,
  jti: grant.id,
  iss: 'posthorn',
  aud: 'posthorn-portal',
  iat: seconds,
  exp: seconds + 60,
};

/** As releases without grants made them. */
const { jti: _, ...rest } = claims;
const claimsBefore = { ...rest, aud: 'posthorn', scope: ['read'] };

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token by hand, signed as a careless verifier would accept it. */
function forged(header: object, payload: object, secret: Uint8Array | string = key): string {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const HS256 = { alg: 'HS256', typ: 'JWT' };

it('grants what it was made for, until it ends', async () => {
  const token = await signPortalToken(key, grant, NOW, NOW + 60_000);
  expect(looksLikeJwt(token)).toBe(true);
  expect(await verifyPortalToken(key, token, NOW)).toEqual(grant);
  expect(await verifyPortalToken(key, token, NOW + 59_999)).toEqual(grant);
  expect(await verifyPortalToken(key, token, NOW + 60_000)).toBeUndefined();
});

it('takes a token that was made by hand in the same way', async () => {
  expect(await verifyPortalToken(key, forged(HS256, claims), NOW)).toEqual(grant);
});

it('takes a token of a release without grants, with the scopes that it says', async () => {
  const token = forged(HS256, claimsBefore);
  expect(await verifyPortalToken(key, token, NOW)).toEqual({ tenant: grant.tenant, scopes: ['read'] });
  const withId = forged(HS256, { ...claimsBefore, jti: grant.id });
  expect(await verifyPortalToken(key, withId, NOW)).toEqual({ tenant: grant.tenant, scopes: ['read'] });
});

it('makes tokens that a release without grants refuses, and that say nothing of what they may do', async () => {
  const [, payload = ''] = (await signPortalToken(key, grant, NOW, NOW + 60_000)).split('.');
  const made = JSON.parse(Buffer.from(payload, 'base64url').toString());
  expect(made).toEqual(claims);
  // That release took the audience `posthorn` alone, and asked for scopes.
  expect([made.aud, made.scope]).toEqual(['posthorn-portal', undefined]);
});

describe('refuses', () => {
  const without = (name: string, from: object = claims): object =>
    Object.fromEntries(Object.entries(from).filter(([claim]) => claim !== name));

  it.each<[string, string]>([
    ['another key', forged(HS256, claims, Buffer.alloc(32, 8))],
    ['an empty key', forged(HS256, claims, '')],
    ['no algorithm', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['no algorithm, but a signature', forged({ alg: 'none' }, claims)],
    ['another algorithm', forged({ alg: 'HS512' }, claims)],
    ['a public key’s algorithm', forged({ alg: 'RS256' }, claims)],
    ['an unknown critical header', forged({ ...HS256, crit: ['x'], x: 1 }, claims)],
    ['a token that is over', forged(HS256, { ...claims, exp: seconds })],
    ['a token that is not yet valid', forged(HS256, { ...claims, nbf: seconds + 1 })],
    ['another issuer', forged(HS256, { ...claims, iss: 'other' })],
    ['another audience', forged(HS256, { ...claims, aud: 'other' })],
    ...Object.keys(claims).map((name): [string, string] => [`no ${name}`, forged(HS256, without(name))]),
    ['both audiences', forged(HS256, { ...claims, scope: ['read'], aud: ['posthorn', 'posthorn-portal'] })],
    ['an id that is none', forged(HS256, { ...claims, jti: 'ptk_1' })],
    ['an id of another kind', forged(HS256, { ...claims, jti: 'key_01BX5ZZKBKACTAV9WEVGEMMVRY' })],
    ['an id that is a list', forged(HS256, { ...claims, jti: [grant.id] })],
    ['scopes instead of an id', forged(HS256, { ...claims, jti: undefined, scope: ['manage'] })],
    ...Object.keys(claimsBefore).map((name): [string, string] => [
      `no ${name} in a token from before`,
      forged(HS256, without(name, claimsBefore)),
    ]),
    ['an unknown scope', forged(HS256, { ...claimsBefore, scope: ['admin'] })],
    ['a scope that is no list', forged(HS256, { ...claimsBefore, scope: 'read' })],
    ['no scope at all', forged(HS256, { ...claimsBefore, scope: [] })],
    ['a subject that is no tenant', forged(HS256, { ...claims, sub: 'portal-signing' })],
    ['an end that is no number', forged(HS256, { ...claims, exp: 'never' })],
    ['no payload', `${part(HS256)}..`],
  ])('%s', async (_, token) => expect(await verifyPortalToken(key, token, NOW)).toBeUndefined());

  it('a token whose payload was exchanged', async () => {
    const [header, , signature] = (await signPortalToken(key, grant, NOW, NOW + 60_000)).split('.');
    const other = part({ ...claims, sub: 'ten_00000000000000000000000000' });
    expect(await verifyPortalToken(key, `${header}.${other}.${signature}`, NOW)).toBeUndefined();
  });

  it('a token that was signed with a private key', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey);
    expect(await verifyPortalToken(key, token, NOW)).toBeUndefined();
  });

  it('any text, without failing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.base64String().map((s) => `eyJ${s}.${s}.${s}`),
        ),
        async (any) => {
          expect(await verifyPortalToken(key, any, NOW)).toBeUndefined();
        },
      ),
    );
  });
});
