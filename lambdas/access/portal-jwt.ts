import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { type Prefix, ulidOf } from '../values/ids.ts';
import { PORTAL_SCOPES, type PortalClaims, type StoredPortalClaims } from './portal-token.ts';

/** Signs and checks portal tokens. A file of its own, since few requests need the library. */

const ISSUER = 'posthorn';
/**
 * Of tokens whose grant is stored. It is another one than that of tokens before, so that a release that knows no grants
 * refuses them: it would see neither that a token was revoked nor that it is limited.
 */
const AUDIENCE = 'posthorn-portal';
/**
 * Of tokens from before, which say themselves what they may do and can't be revoked. Nobody makes one any more: each token is
 * signed with a key that only this code has, and this code signs for the other audience alone. Those that were made before
 * the update end within a day of it.
 */
const AUDIENCE_BEFORE = 'posthorn';
/** Named on both sides: a token must not choose how it is checked (RFC 8725, 3.1). */
const ALGORITHM = 'HS256';
/** RFC 7518, 3.2: a key for HS256 has at least the hash's 256 bits. */
export const SIGNING_KEY_BYTES = 32;

const isId = (prefix: Prefix) => z.string().check(z.refine((id) => ulidOf(prefix, id) !== undefined));
const stored = z.object({ sub: isId('ten'), jti: isId('ptk') });
const before = z.object({ sub: isId('ten'), scope: z.array(z.enum(PORTAL_SCOPES)).check(z.minLength(1)) });

/** @param key 32 random bytes @param now and @param expires milliseconds since the epoch */
export const signPortalToken = (
  key: Uint8Array,
  { tenant, id }: StoredPortalClaims,
  now: number,
  expires: number,
): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(tenant)
    .setJti(id)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(expires / 1000))
    .sign(key);

/** What a token says; undefined when it is not ours, not valid yet, or over. */
export async function verifyPortalToken(
  key: Uint8Array,
  token: string,
  now: number,
): Promise<PortalClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: [AUDIENCE, AUDIENCE_BEFORE],
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(now),
    });
    return claimsOf(payload);
  } catch {
    // Whatever is wrong, the token grants nothing, and no message quotes it.
    return undefined;
  }
}

/** @throws when claims are missing or of a wrong form. A list of audiences is neither of the two */
function claimsOf(payload: JWTPayload): PortalClaims | undefined {
  if (payload.aud === AUDIENCE) {
    const { sub, jti } = stored.parse(payload);
    return { tenant: sub, id: jti };
  }
  if (payload.aud !== AUDIENCE_BEFORE) return undefined;
  const { sub, scope } = before.parse(payload);
  return { tenant: sub, scopes: scope };
}
