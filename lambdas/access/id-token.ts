import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Claims } from './oidc-user.ts';

/** Checks ID tokens. A file of its own, since few requests need the library. */

/** What a token has to fit. */
export interface Expected {
  readonly issuer: string;
  readonly clientId: string;
  /** What the page sent along to the issuer, so that a token of another sign-in is of no use. */
  readonly nonce: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Checked =
  | { readonly kind: 'valid'; readonly claims: Claims }
  /** `isKeyUnknown`: the issuer may have new keys. */
  | { readonly kind: 'invalid'; readonly problem: string; readonly isKeyUnknown: boolean };

/**
 * Those of a key pair alone: the issuer's keys are public, so with HMAC anybody could sign with one of them (RFC 8725, 2.1 and
 * 3.1). `none` is no algorithm.
 */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** A token is made when the code is exchanged, which is now. */
const MAX_AGE_SECONDS = 300;

/** Checks what OpenID Connect Core 1.0 asks of a client (3.1.3.7). */
export async function checkIdToken(
  token: string,
  keys: JSONWebKeySet,
  { issuer, clientId, nonce, now }: Expected,
): Promise<Checked> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ALGORITHMS,
      issuer,
      audience: clientId,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
      currentDate: new Date(now),
    });
    const { sub, aud, azp } = payload;
    if (typeof sub !== 'string' || sub === '') return invalid('sub is no text');
    if (payload.nonce !== nonce) return invalid('nonce is another one');
    // Steps 4 and 5: a token for several clients was asked for by the one that azp names.
    if (Array.isArray(aud) && aud.length > 1 && azp === undefined) return invalid('azp is missing');
    if (azp !== undefined && azp !== clientId) return invalid('azp is another client');
    return { kind: 'valid', claims: { ...payload, sub } };
  } catch (error) {
    return invalid(problemOf(error), error instanceof errors.JWKSNoMatchingKey);
  }
}

const invalid = (problem: string, isKeyUnknown = false): Checked => ({
  kind: 'invalid',
  problem,
  isKeyUnknown,
});

/** The library's messages name claims and say what is wrong; they quote no token. */
const problemOf = (error: unknown): string =>
  error instanceof errors.JOSEError ? `${error.code}: ${error.message}` : 'it cannot be read';
