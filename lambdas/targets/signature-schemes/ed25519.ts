import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { keptKeys } from './kept-keys.ts';
import type { Scheme, Signable } from './scheme.ts';
import {
  bytesBehind,
  canonicalBytesBehind,
  PRIVATE_PREFIX,
  PUBLIC_PREFIX,
  secretText,
} from './secret-text.ts';

/** Bytes of an Ed25519 seed, and of a public key (RFC 8032, section 5.1.5). */
const KEY_BYTES = 32;

/** The asymmetric form of Standard Webhooks, for receivers that must not be able to sign themselves. */
export const ed25519: Scheme = {
  summary: '`ed25519`: Standard Webhooks with a key pair, `whsk_…`.',
  secretSummary: '`whsk_…`',
  headerPrefix: 'webhook-',
  sign: ed25519Signature,
  maxSignatures: Number.POSITIVE_INFINITY,
  headers: (signatures) => ({ 'webhook-signature': signatures.join(' ') }),
  newSecret(random) {
    const seed = Buffer.from(random);
    return secretText(PRIVATE_PREFIX, Buffer.concat([seed, publicBytes(keyFromSeed(seed))]));
  },
  keptSecret: (given) => given,
  /**
   * The form is `base64(seed ‖ public key)`; the seed alone is enough to sign and is taken as well. A public key that
   * does not belong to the seed is refused: its owner would hand out one that verifies nothing.
   */
  secretProblem(kept) {
    const bytes = canonicalBytesBehind(PRIVATE_PREFIX, kept);
    if (bytes?.length !== KEY_BYTES && bytes?.length !== 2 * KEY_BYTES) {
      return `expected ${PRIVATE_PREFIX} followed by 64 bytes (seed and public key) or 32 (seed) in base64`;
    }
    const given = bytes.subarray(KEY_BYTES);
    const derived = publicBytes(keyFromSeed(bytes.subarray(0, KEY_BYTES)));
    return given.length === 0 || given.equals(derived)
      ? undefined
      : 'expected the last 32 bytes to be the public key of the first 32';
  },
  isOwnSecret: (secret) => secret.startsWith(PRIVATE_PREFIX),
  sharedKeys: () => [],
  publicPart: publicKeyOf,
  challenge: {
    /** The endpoint has no secret. Returning the token shows that it reads what it gets. */
    answers: (token) => [token],
    expected: 'the challenge itself',
  },
};

/** `v1a,` and the base64 Ed25519 signature of `id.timestamp.body`. @param secret `whsk_…` */
export function ed25519Signature(secret: string, { id, timestamp, body }: Signable): string {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return `v1a,${sign(null, signed, privateKeyOf(secret)).toString('base64')}`;
}

/** The `whpk_…` that verifies what a `whsk_…` signs. */
export function publicKeyOf(secret: string): string {
  return secretText(PUBLIC_PREFIX, publicBytes(privateKeyOf(secret)));
}

const privateKeyOf = keptKeys((secret) =>
  keyFromSeed(bytesBehind(PRIVATE_PREFIX, secret).subarray(0, KEY_BYTES)),
);

/** What stands before a seed in PKCS #8, and before a public key in SPKI (RFC 8410, sections 7 and 4). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD_BYTES = 12;

const keyFromSeed = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });

const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD_BYTES);
