import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as ed25519Sign,
  type KeyObject,
} from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isPrintable } from '../values/printable.ts';

/**
 * How a delivery is signed. `standard` is Standard Webhooks (github.com/standard-webhooks/standard-webhooks):
 * the id, the time and the body are all covered, so a captured request can't be replayed later. `ed25519` is its
 * asymmetric form, for receivers who must not be able to sign themselves. `sha256` is GitHub's older style, which
 * covers the body alone; it is there for receivers that know only that.
 */
export const SIGNATURE_SCHEMES = ['standard', 'sha256', 'ed25519'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

const SECRET_PREFIX = 'whsec_';
const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
/**
 * Bytes of a key of Standard Webhooks. The specification says 24 at least, and recommends 64 at most; longer secrets of
 * other systems are taken, since every verifier takes them.
 */
const SECRET_BYTES = { min: 24, max: 256 } as const;
/** Secrets of other systems are taken over as they are, and some are short. */
const TEXT_SECRET_LENGTH = { min: 8, max: 256 } as const;
/** Bytes of an Ed25519 seed, and of a public key (RFC 8032, section 5.1.5). */
const ED25519_BYTES = 32;

export interface Signable {
  /** Stays the same on every attempt, so that a receiver can recognise a repetition. */
  readonly id: string;
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/**
 * The texts of the secrets that sign at a time, newest first. One that has been replaced goes on until its end;
 * the newest signs in any case, since a request without a signature would be worse.
 * @param now milliseconds since the epoch
 */
export const signingSecrets = (
  secrets: readonly { readonly value: string; readonly expiresAt?: string | undefined }[],
  now: number,
): string[] =>
  secrets
    .filter(({ expiresAt }, i) => i === 0 || expiresAt === undefined || Date.parse(expiresAt) > now)
    .map(({ value }) => value);

/**
 * The headers that prove a request's origin. While a secret is being replaced, the old and the new one sign.
 * @param secrets newest first, at least one
 */
export function signatureHeaders(
  scheme: SignatureScheme,
  secrets: readonly string[],
  message: Signable,
): Record<string, string> {
  const headers = { 'webhook-id': message.id, 'webhook-timestamp': String(message.timestamp) };
  if (scheme === 'sha256') return { ...headers, ...gitHubHeaders(secrets, message.body) };
  const signature = scheme === 'standard' ? standardSignature : ed25519Signature;
  return { ...headers, 'webhook-signature': secrets.map((secret) => signature(secret, message)).join(' ') };
}

/**
 * GitHub's header has room for one signature, and its verifiers compare all of it, so a second one in it would make
 * both wrong. Receivers that have not changed over yet can look into a header of ours.
 */
function gitHubHeaders([newest = '', replaced]: readonly string[], body: Uint8Array): Record<string, string> {
  return {
    'x-hub-signature-256': sha256Signature(newest, body),
    ...(replaced !== undefined && { 'x-hub-signature-256-old': sha256Signature(replaced, body) }),
  };
}

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. */
export function standardSignature(secret: string, { id, timestamp, body }: Signable): string {
  const key = bytesBehind(SECRET_PREFIX, secret);
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

/** `v1a,` and the base64 Ed25519 signature of `id.timestamp.body`. @param secret `whsk_…` */
export function ed25519Signature(secret: string, { id, timestamp, body }: Signable): string {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return `v1a,${ed25519Sign(null, signed, privateKeyOf(secret)).toString('base64')}`;
}

/** `sha256=` and the hexadecimal HMAC-SHA256 of the body, keyed with the secret's text as GitHub does. */
export const sha256Signature = (secret: string | Uint8Array, body: Uint8Array | string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/**
 * What a sender or endpoint that shares a secret may use as the key of an HMAC: the secret's text, and the bytes behind
 * `whsec_`, which are the text that the secret's owner gave if it was text.
 */
export const sharedKeys = (secret: string): (string | Buffer)[] => {
  const bytes = canonicalBytesBehind(SECRET_PREFIX, secret);
  return bytes ? [secret, bytes] : [secret];
};

/** A secret of Standard Webhooks from its bytes. */
export const secretFrom = (random: Uint8Array): string =>
  `${SECRET_PREFIX}${Buffer.from(random).toString('base64')}`;

/**
 * A new secret in the form that the scheme's receivers expect; the same bytes give the same secret.
 * @param random 32 bytes: as many as the hash gives, and as an Ed25519 seed has
 */
export function newSecret(scheme: SignatureScheme, random: Uint8Array): string {
  if (scheme !== 'ed25519') return secretFrom(random);
  const seed = Buffer.from(random);
  return `${PRIVATE_PREFIX}${Buffer.concat([seed, publicBytes(keyFromSeed(seed))]).toString('base64')}`;
}

/** What says how a secret is to be read. */
const KNOWN_PREFIX = new RegExp(`^(${SECRET_PREFIX}|${PRIVATE_PREFIX}|${PUBLIC_PREFIX})`);

/** The scheme that a secret can only be meant for, or undefined for one that several schemes take. */
export const schemeOfSecret = (secret: string): SignatureScheme | undefined =>
  secret.startsWith(PRIVATE_PREFIX) ? 'ed25519' : undefined;

/**
 * A secret as it is kept. Text for the standard scheme becomes `whsec_` and the base64 of its bytes: the same key, in the
 * form that each library of Standard Webhooks reads. Anything else stays, and `secretProblem` says what is wrong with it.
 */
export function keptSecret(scheme: SignatureScheme, given: string): string {
  const isText = scheme === 'standard' && !KNOWN_PREFIX.test(given) && isPrintable(given);
  return isText ? secretFrom(Buffer.from(given)) : given;
}

/** The `whpk_…` that verifies what a `whsk_…` signs. */
export const publicKeyOf = (secret: string): string =>
  `${PUBLIC_PREFIX}${publicBytes(privateKeyOf(secret)).toString('base64')}`;

/** What is wrong with a kept secret for a scheme, or undefined when it can sign. Never quotes the secret. */
export function secretProblem(scheme: SignatureScheme, secret: string): string | undefined {
  if (scheme === 'standard') return standardSecretProblem(secret);
  if (scheme === 'ed25519') return ed25519SecretProblem(secret);
  const { min, max } = TEXT_SECRET_LENGTH;
  const isFine = secret.length >= min && secret.length <= max && isPrintable(secret);
  return isFine ? undefined : `expected ${min} to ${max} printable characters`;
}

function standardSecretProblem(secret: string): string | undefined {
  const { min, max } = SECRET_BYTES;
  const bytes = canonicalBytesBehind(SECRET_PREFIX, secret)?.length ?? 0;
  return bytes >= min && bytes <= max
    ? undefined
    : `expected ${min} to ${max} bytes, as printable text or as ${SECRET_PREFIX} and their base64; signature sha256 takes ${TEXT_SECRET_LENGTH.min} characters and more`;
}

/**
 * The form is `base64(seed ‖ public key)`; the seed alone is enough to sign and is taken as well. A public key that
 * does not belong to the seed is refused: its owner would hand out one that verifies nothing.
 */
function ed25519SecretProblem(secret: string): string | undefined {
  const bytes = canonicalBytesBehind(PRIVATE_PREFIX, secret);
  if (bytes?.length !== ED25519_BYTES && bytes?.length !== 2 * ED25519_BYTES) {
    return `expected ${PRIVATE_PREFIX} followed by 64 bytes (seed and public key) or 32 (seed) in base64`;
  }
  const given = bytes.subarray(ED25519_BYTES);
  const derived = publicBytes(keyFromSeed(bytes.subarray(0, ED25519_BYTES)));
  return given.length === 0 || given.equals(derived)
    ? undefined
    : 'expected the last 32 bytes to be the public key of the first 32';
}

const bytesBehind = (prefix: string, text: string): Buffer =>
  Buffer.from(text.slice(prefix.length), 'base64');

/** The bytes, unless the text has another prefix or is not exactly their base64. */
function canonicalBytesBehind(prefix: string, text: string): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const bytes = bytesBehind(prefix, text);
  return `${prefix}${bytes.toString('base64')}` === text ? bytes : undefined;
}

/** Importing a key costs as much as signing with it, and targets sign again and again. */
const privateKeys = new LRUCache<string, KeyObject>({ max: 1000 });

function privateKeyOf(secret: string): KeyObject {
  const known = privateKeys.get(secret);
  if (known) return known;
  const key = keyFromSeed(bytesBehind(PRIVATE_PREFIX, secret).subarray(0, ED25519_BYTES));
  privateKeys.set(secret, key);
  return key;
}

/** What stands before a seed in PKCS #8, and before a public key in SPKI (RFC 8410, sections 7 and 4). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD_BYTES = 12;

const keyFromSeed = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });

const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD_BYTES);
