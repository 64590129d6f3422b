import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ed25519 } from './signature-schemes/ed25519.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from './signature-schemes/names.ts';
import type { Scheme, Signable } from './signature-schemes/scheme.ts';
import { sha256 } from './signature-schemes/sha256.ts';
import { standard } from './signature-schemes/standard.ts';

/** How deliveries can be signed. Whatever depends on the scheme of a target is asked of its row. */
const SCHEMES: Readonly<Record<SignatureScheme, Scheme>> = { standard, sha256, ed25519 };

export const schemeNamed = (name: SignatureScheme): Scheme => SCHEMES[name];

export const newSecret = (scheme: SignatureScheme, random: Uint8Array): string =>
  schemeNamed(scheme).newSecret(random);

export const keptSecret = (scheme: SignatureScheme, given: string): string =>
  schemeNamed(scheme).keptSecret(given);

export const secretProblem = (scheme: SignatureScheme, kept: string): string | undefined =>
  schemeNamed(scheme).secretProblem(kept);

/** The half of a key pair that may be shown to anyone; undefined where the secret is shared. */
export const publicPartOf = (scheme: SignatureScheme, secret: string): string | undefined =>
  schemeNamed(scheme).publicPart?.(secret);

/** The scheme that a secret can only be meant for, or undefined for one that several schemes take. */
export const schemeOfSecret = (secret: string): SignatureScheme | undefined =>
  SIGNATURE_SCHEMES.find((name) => schemeNamed(name).isOwnSecret(secret));

/** The signatures of a request, and the ids of the keys that made them, in the same order. */
export interface Signatures {
  readonly scheme: SignatureScheme;
  readonly signatures: readonly string[];
  readonly keys: readonly string[];
}

/** @param secrets newest first, at least one. A scheme whose header has no room for all leaves out the oldest */
export function signWith(scheme: SignatureScheme, secrets: readonly string[], message: Signable): Signatures {
  const { maxSignatures, sign } = schemeNamed(scheme);
  const signing = secrets.slice(0, maxSignatures);
  return {
    scheme,
    signatures: signing.map((secret) => sign(secret, message)),
    keys: signing.map((secret) => keyIdOf(scheme, secret)),
  };
}

/** The headers of a signed request, from its signatures: made again from them, they are the same. */
export const signatureHeaders = (
  scheme: SignatureScheme,
  signatures: readonly string[],
  { id, timestamp }: Pick<Signable, 'id' | 'timestamp'>,
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  ...schemeNamed(scheme).headers(signatures),
});

/** Hexadecimal digits: enough to tell the few keys of a target apart, and too few to find a key by. */
const KEY_ID_DIGITS = 8;
/** Deriving a public key takes longer than the hash, and targets sign again and again. */
const keyIds = new LRUCache<string, string>({ max: 1000 });

/**
 * Names a key without revealing it: the beginning of the SHA-256 of what its endpoint has, the text of the shared secret or
 * of the public key. So an endpoint's owner can compute the same of the key that the endpoint uses.
 */
export function keyIdOf(scheme: SignatureScheme, secret: string): string {
  const name = `${scheme} ${secret}`;
  const known = keyIds.get(name);
  if (known) return known;
  const id = keyIdOfText(publicPartOf(scheme, secret) ?? secret);
  keyIds.set(name, id);
  return id;
}

/** @param text what an endpoint has: a shared secret as it is shown, or a public key */
export const keyIdOfText = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, KEY_ID_DIGITS);

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
