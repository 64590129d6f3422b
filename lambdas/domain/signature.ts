import { createHmac } from 'node:crypto';

/**
 * How a delivery is signed. `standard` is Standard Webhooks (github.com/standard-webhooks/standard-webhooks):
 * the id, the time and the body are all covered, so a captured request can't be replayed later. `sha256` is
 * GitHub's older style, which covers the body alone; it is there for receivers that know only that.
 */
export const SIGNATURE_SCHEMES = ['standard', 'sha256', 'ed25519'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

const SECRET_PREFIX = 'whsec_';
/** Bounds of the Standard Webhooks specification for the bytes behind `whsec_`. */
const SECRET_BYTES = { min: 24, max: 64 } as const;
/** Bytes in a secret that we make: as many as the hash gives, so that neither is the weaker part. */
export const NEW_SECRET_BYTES = 32;

export interface Signable {
  /** Stays the same on every attempt, so that a receiver can recognise a repetition. */
  readonly id: string;
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/**
 * The headers that prove a request's origin. While a secret is being replaced, all given secrets sign.
 * @param secrets newest first
 */
export function signatureHeaders(
  scheme: SignatureScheme,
  secrets: readonly string[],
  message: Signable,
): Record<string, string> {
  const headers: Record<string, string> = {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
  };
  if (scheme === 'standard') {
    headers['webhook-signature'] = secrets.map((secret) => standardSignature(secret, message)).join(' ');
  } else {
    // GitHub's header has room for one signature: the newest secret's.
    headers['x-hub-signature-256'] = sha256Signature(secrets[0] ?? '', message.body);
  }
  return headers;
}

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. */
export function standardSignature(secret: string, { id, timestamp, body }: Signable): string {
  const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

/** `sha256=` and the hexadecimal HMAC-SHA256 of the body, keyed with the secret's text as GitHub does. */
export const sha256Signature = (secret: string, body: Uint8Array): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** A new secret from random bytes, in the form that the scheme's receivers expect. */
export const secretFrom = (random: Uint8Array): string =>
  `${SECRET_PREFIX}${Buffer.from(random).toString('base64')}`;

/** What is wrong with a secret for a scheme, or undefined when it can sign. */
export function secretProblem(scheme: SignatureScheme, secret: string): string | undefined {
  if (scheme === 'sha256') {
    return secret.length >= 16 && secret.length <= 256 ? undefined : 'expected 16 to 256 characters';
  }
  const key = secret.startsWith(SECRET_PREFIX) ? keyOf(secret) : undefined;
  const wellFormed = key !== undefined && secretFrom(key) === secret;
  return wellFormed && key.length >= SECRET_BYTES.min && key.length <= SECRET_BYTES.max
    ? undefined
    : `expected ${SECRET_PREFIX} followed by ${SECRET_BYTES.min} to ${SECRET_BYTES.max} bytes in base64`;
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
