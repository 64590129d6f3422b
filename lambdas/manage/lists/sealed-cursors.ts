import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { SIGNING_KEY_BYTES } from '../../access/portal-jwt.ts';
import type { Route } from '../../api/route.ts';
import type { Caller } from '../../http/caller.ts';
import { isObject } from '../../values/json.ts';
import type { ManageDeps } from '../deps.ts';
import type { Answer, Call } from '../operation.ts';

/**
 * Cursors of callers that are limited to targets. A list that reads a bounded part stops where it stops: the place may be of
 * another target, and names its event and subscription. So such a caller gets places sealed.
 */

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Keys {
  readonly cipher: Buffer;
  readonly nonce: Buffer;
}

const keysFrom = (secret: Uint8Array): Keys => {
  const both = Buffer.from(hkdfSync('sha256', secret, '', 'posthorn cursors', 2 * KEY_BYTES));
  return { cipher: both.subarray(0, KEY_BYTES), nonce: both.subarray(KEY_BYTES) };
};

/** @param secret random bytes that callers don't have @param tenant the only one whose cursor it is */
export function seal(secret: Uint8Array, tenant: string, place: string): string {
  const keys = keysFrom(secret);
  // The nonce is made of all that is sealed, so none is used for two texts.
  const nonce = createHmac('sha256', keys.nonce)
    .update(`${tenant}\n${place}`)
    .digest()
    .subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keys.cipher, nonce).setAAD(Buffer.from(tenant));
  const sealed = Buffer.concat([cipher.update(place, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @returns undefined for what was not sealed with this secret for this tenant */
export function unseal(secret: Uint8Array, tenant: string, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, keysFrom(secret).cipher, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(tenant))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const place = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([place, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

type Deps = Pick<ManageDeps, 'portal' | 'randomBytes'>;
/** The key that such a caller's token is signed with. */
const secretOf = ({ portal, randomBytes }: Deps): Promise<Uint8Array> =>
  portal.signingKey(() => randomBytes(SIGNING_KEY_BYTES));

/** A list that is the same for all callers hides nothing. */
const isSealed = ({ limitedBy }: Route, { targets }: Caller): boolean =>
  targets !== undefined && limitedBy !== 'nothing';

/** The query with its cursor as lists read it. What is not sealed stays: it is the caller's own word, and opens nothing. */
export async function withOpenCursor<Q extends Call['query']>(
  deps: Deps,
  route: Route,
  caller: Caller,
  query: Q,
): Promise<Q> {
  const { cursor } = query as { cursor?: string };
  if (cursor === undefined || !isSealed(route, caller)) return query;
  return { ...query, cursor: unseal(await secretOf(deps), caller.tenant, cursor) ?? cursor };
}

/** An answer whose `next` its caller can't read. */
export async function withSealedNext(
  deps: Deps,
  route: Route,
  caller: Caller,
  answer: Answer,
): Promise<Answer> {
  const { body } = answer;
  if (!isSealed(route, caller) || !isObject(body) || typeof body.next !== 'string') return answer;
  return { ...answer, body: { ...body, next: seal(await secretOf(deps), caller.tenant, body.next) } };
}
