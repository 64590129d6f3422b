import { createHmac, createPublicKey, createSecretKey, type KeyObject, verify } from 'node:crypto';
import { keptSecret, keyIdOfText, publicPartOf, secretProblem } from '../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import {
  bytesBehind,
  canonicalBytesBehind,
  PRIVATE_PREFIX,
  PUBLIC_PREFIX,
  SECRET_PREFIX,
} from '../../lambdas/targets/signature-schemes/secret-text.ts';

/** A secret as somebody gave it, or as the API has it. */
export interface Given {
  readonly text: string;
  /** Where it is from, in words: `--secret`, a file's name, `tgt_…`. */
  readonly from: string;
  /** Milliseconds since the epoch: it is replaced, and signs until then. */
  readonly expiresAt?: number;
}

/** A secret, read as a scheme does. It names itself by its id and never by its text. */
export interface Key {
  readonly scheme: SignatureScheme;
  readonly id: string;
  readonly given: Given;
}

/** Whether a secret can only be half of a key pair. */
const isOfKeyPair = ({ text }: Given): boolean =>
  text.startsWith(PUBLIC_PREFIX) || text.startsWith(PRIVATE_PREFIX);

/** The key that a scheme makes of a secret, or what is wrong with it. Never quotes the secret. */
export function keyOf(scheme: SignatureScheme, given: Given): Key | { readonly problem: string } {
  const { text } = given;
  if (scheme === 'ed25519') {
    if (text.startsWith(PUBLIC_PREFIX))
      return canonicalBytesBehind(PUBLIC_PREFIX, text)?.length === 32
        ? { scheme, id: keyIdOfText(text), given }
        : { problem: `expected ${PUBLIC_PREFIX} and 32 bytes in base64` };
    if (!text.startsWith(PRIVATE_PREFIX)) return { problem: `expected a public key, ${PUBLIC_PREFIX}…` };
    const problem = secretProblem(scheme, text);
    if (problem !== undefined) return { problem };
    return { scheme, id: keyIdOfText(publicPartOf(scheme, text)!), given };
  }
  if (isOfKeyPair(given))
    return { problem: `expected a shared secret, ${SECRET_PREFIX}…, and this is of a key pair` };
  const kept = keptSecret(scheme, text);
  const problem = secretProblem(scheme, kept);
  return problem === undefined ? { scheme, id: keyIdOfText(kept), given } : { problem };
}

/** What a signature covers: the id and the time are texts of headers. */
export interface Parts {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
}

/** A signature in the request, by its header. */
export interface Signature {
  readonly header: string;
  readonly scheme: SignatureScheme;
  /** As it stands: `v1,…`, `v1a,…`, `sha256=…`. */
  readonly text: string;
}

/** Finds the signature of a request that a key has made. */
export interface Lock {
  readonly key: Key;
  /** What trying costs, in bytes that are hashed. */
  readonly cost: (bytes: number) => number;
  readonly fits: (parts: Parts) => Signature | undefined;
}

/** Starting an HMAC takes as long as hashing so many bytes. */
const HMAC_COST = 3000;
/** Checking a signature of Ed25519 does. */
const ED25519_COST = 100_000;

function lockOf(key: Key, signatures: readonly Signature[]): Lock | undefined {
  const own = signatures.filter(({ scheme }) => scheme === key.scheme);
  if (own.length === 0) return undefined;
  return key.scheme === 'ed25519' ? pairLock(key, own) : sharedLock(key, own);
}

function sharedLock(key: Key, own: readonly Signature[]): Lock {
  const isStandard = key.scheme === 'standard';
  const kept = keptSecret(key.scheme, key.given.text);
  const secret = createSecretKey(isStandard ? bytesBehind(SECRET_PREFIX, kept) : Buffer.from(kept));
  const textOf = ({ id, timestamp, body }: Parts): string =>
    isStandard
      ? `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
      : `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return {
    key,
    cost: (bytes) => bytes + HMAC_COST,
    fits(parts) {
      const text = textOf(parts);
      return own.find((signature) => signature.text === text);
    },
  };
}

function pairLock(key: Key, own: readonly Signature[]): Lock {
  const publicText = key.given.text.startsWith(PUBLIC_PREFIX)
    ? key.given.text
    : publicPartOf('ed25519', key.given.text)!;
  const publicKey = keyFromPublic(publicText);
  return {
    key,
    cost: (bytes) => own.length * (bytes + ED25519_COST),
    fits({ id, timestamp, body }) {
      const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
      return own.find(({ text }) =>
        verify(null, signed, publicKey, Buffer.from(text.slice('v1a,'.length), 'base64')),
      );
    },
  };
}

/** What stands before a public key in SPKI (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const keyFromPublic = (text: string): KeyObject =>
  createPublicKey({
    key: Buffer.concat([SPKI_HEAD, bytesBehind(PUBLIC_PREFIX, text)]),
    format: 'der',
    type: 'spki',
  });

export interface Keys {
  readonly keys: readonly Key[];
  /** Secrets that can be none of the schemes. */
  readonly faults: readonly { readonly given: Given; readonly problem: string }[];
}

/** The keys that secrets are, by the schemes of a request. */
export function keysOf(secrets: readonly Given[], schemes: readonly SignatureScheme[]): Keys {
  const made = secrets.flatMap((given) => schemes.map((scheme) => ({ given, key: keyOf(scheme, given) })));
  const keys = made.flatMap(({ key }) => ('problem' in key ? [] : [key]));
  const faults = made.flatMap(({ given, key }) =>
    'problem' in key && !keys.some((one) => one.given === given) ? [{ given, problem: key.problem }] : [],
  );
  return { keys, faults };
}

/** A lock for each secret and each scheme of the signatures that it can be of. */
export function locksOf(secrets: readonly Given[], signatures: readonly Signature[]): Lock[] {
  const schemes = [...new Set(signatures.map(({ scheme }) => scheme))];
  return keysOf(secrets, schemes).keys.flatMap((key) => lockOf(key, signatures) ?? []);
}
