import { createHmac, createSecretKey } from 'node:crypto';
import { isPrintable } from '../../values/printable.ts';
import { keptKeys } from './kept-keys.ts';
import type { Scheme, Signable } from './scheme.ts';
import {
  bytesBehind,
  canonicalBytesBehind,
  PRIVATE_PREFIX,
  PUBLIC_PREFIX,
  SECRET_PREFIX,
  secretFrom,
} from './secret-text.ts';
import { TEXT_SECRET_LENGTH } from './sha256.ts';
import { hmacChallenge, sharedKeys } from './shared-secret.ts';

/**
 * Bytes of a key of Standard Webhooks. The specification says 24 at least, and recommends 64 at most; longer secrets of
 * other systems are taken, since every verifier takes them.
 */
const SECRET_BYTES = { min: 24, max: 256 } as const;

/** What says how a secret is to be read. */
const KNOWN_PREFIX = new RegExp(`^(${SECRET_PREFIX}|${PRIVATE_PREFIX}|${PUBLIC_PREFIX})`);

/**
 * Standard Webhooks (github.com/standard-webhooks/standard-webhooks): the id, the time and the body are all covered, so
 * a captured request can't be replayed later.
 */
export const standard: Scheme = {
  summary: '`standard`: Standard Webhooks with a shared secret, `whsec_…`.',
  secretSummary: '24 to 256 bytes, as text or as `whsec_` and their base64, which is how they are shown',
  headerPrefix: 'webhook-',
  sign: standardSignature,
  maxSignatures: Number.POSITIVE_INFINITY,
  headers: (signatures) => ({ 'webhook-signature': signatures.join(' ') }),
  newSecret: secretFrom,
  /** Text becomes `whsec_` and the base64 of its bytes: the same key, in the form that each library reads. */
  keptSecret: (given) =>
    !KNOWN_PREFIX.test(given) && isPrintable(given) ? secretFrom(Buffer.from(given)) : given,
  secretProblem(kept) {
    const { min, max } = SECRET_BYTES;
    const bytes = canonicalBytesBehind(SECRET_PREFIX, kept)?.length ?? 0;
    return bytes >= min && bytes <= max
      ? undefined
      : `expected ${min} to ${max} bytes, as printable text or as ${SECRET_PREFIX} and their base64; signature sha256 takes ${TEXT_SECRET_LENGTH.min} characters and more`;
  },
  /** The sha256 scheme takes `whsec_…` as any other text. */
  isOwnSecret: () => false,
  sharedKeys,
  challenge: hmacChallenge,
};

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. */
export function standardSignature(secret: string, { id, timestamp, body }: Signable): string {
  const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

const keyOf = keptKeys((secret) => createSecretKey(bytesBehind(SECRET_PREFIX, secret)));
