import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { ulidOf } from '../values/ids.ts';
import { PORTAL_SCOPES, type PortalGrant } from './portal-token.ts';

/** Signs and checks portal tokens. A file of its own, since few requests need the library. */

const ISSUER = 'posthorn';
/** Named on both sides: a token must not choose how it is checked (RFC 8725, 3.1). */
const ALGORITHM = 'HS256';
/** RFC 7518, 3.2: a key for HS256 has at least the hash's 256 bits. */
export const SIGNING_KEY_BYTES = 32;

const claims = z.object({
  sub: z.string().check(z.refine((id) => ulidOf('ten', id) !== undefined)),
  scope: z.array(z.enum(PORTAL_SCOPES)).check(z.minLength(1)),
});

/** @param key 32 random bytes @param now and @param expires milliseconds since the epoch */
export const signPortalToken = (
  key: Uint8Array,
  { tenant, scopes }: PortalGrant,
  now: number,
  expires: number,
): Promise<string> =>
  new SignJWT({ scope: scopes })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(tenant)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(expires / 1000))
    .sign(key);

/** What a token grants; undefined when it is not ours, not valid yet, or no longer valid. */
export async function verifyPortalToken(
  key: Uint8Array,
  token: string,
  now: number,
): Promise<PortalGrant | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['sub', 'scope', 'exp', 'iat'],
      currentDate: new Date(now),
    });
    const { sub, scope } = claims.parse(payload);
    return { tenant: sub, scopes: scope };
  } catch {
    // Whatever is wrong, the token grants nothing, and no message quotes it.
    return undefined;
  }
}
