import { createHmac } from 'node:crypto';
import type { Scheme } from './scheme.ts';
import { canonicalBytesBehind, SECRET_PREFIX } from './secret-text.ts';

/** What schemes have in common whose secret both sides know. */

/** `sha256=` and the hexadecimal HMAC-SHA256 of the body, keyed with the secret's text as GitHub does. */
export const sha256Signature = (secret: string | Uint8Array, body: Uint8Array | string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/**
 * The keys that an endpoint or a sender may use: the secret's text, and the bytes behind `whsec_`, which are the text
 * that the secret's owner gave if it was text.
 */
export const sharedKeys = (secret: string): (string | Buffer)[] => {
  const bytes = canonicalBytesBehind(SECRET_PREFIX, secret);
  return bytes ? [secret, bytes] : [secret];
};

/** The endpoint answers with the challenge's HMAC, as X and others do it (CRC). */
export const hmacChallenge: Scheme['challenge'] = {
  answers: (token, secrets) => secrets.flatMap(sharedKeys).map((key) => sha256Signature(key, token)),
  expected: 'sha256= and the hexadecimal HMAC-SHA256 of the challenge, keyed with the text of the secret',
};
