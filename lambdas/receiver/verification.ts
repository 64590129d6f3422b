import { createPublicKey, verify as isSignedBy, type KeyObject } from 'node:crypto';
import { keptKeys } from '../targets/signature-schemes/kept-keys.ts';
import type { Signable } from '../targets/signature-schemes/scheme.ts';
import {
  bytesBehind,
  canonicalBytesBehind,
  PUBLIC_PREFIX,
} from '../targets/signature-schemes/secret-text.ts';
import { standard, standardSignature } from '../targets/signature-schemes/standard.ts';
import { isSameText } from '../values/timing-safe-equal.ts';

/** How far a request's time may be off, in seconds: what the libraries of Standard Webhooks allow. */
const TOLERANCE_SECONDS = 300;

/** DynamoDB takes keys of up to 2,048 bytes. Ids are far shorter. */
const MAX_ID_BYTES = 1024;

export type Verdict =
  | { readonly kind: 'verified'; readonly id: string; readonly secret: string }
  | { readonly kind: 'refused'; readonly problem: string };

/** A request's headers by names in lower case, and the bytes of its body. */
export interface Signed {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/**
 * The secrets in a text: one, or several separated by white space, as while one is replaced.
 * @returns each as `whsec_…` or `whpk_…`. A secret that is any other text stands for its bytes
 * @throws Error when there is none, or one that can verify nothing: that is no request's fault
 */
export function secretsIn(text: string): string[] {
  const secrets = text.split(/\s+/).filter(Boolean).map(standard.keptSecret);
  if (secrets.length === 0) throw new Error('expected a secret, got an empty text');
  for (const secret of secrets) {
    const problem = secret.startsWith(PUBLIC_PREFIX)
      ? publicKeyProblem(secret)
      : standard.secretProblem(secret);
    if (problem !== undefined) throw new Error(`the secret: ${problem}`);
  }
  return secrets;
}

const PUBLIC_KEY_BYTES = 32;

const publicKeyProblem = (text: string): string | undefined =>
  canonicalBytesBehind(PUBLIC_PREFIX, text)?.length === PUBLIC_KEY_BYTES
    ? undefined
    : `expected ${PUBLIC_PREFIX} and ${PUBLIC_KEY_BYTES} bytes in base64`;

/**
 * Checks a request by the rules of Standard Webhooks.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param secrets `whsec_…` or `whpk_…`; any of them may have signed
 * @param now milliseconds since the epoch
 */
export function verify({ headers, body }: Signed, secrets: readonly string[], now: number): Verdict {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
  if (!id || !time || !signatures)
    return refused('expected the headers webhook-id, webhook-timestamp and webhook-signature');
  if (Buffer.byteLength(id) > MAX_ID_BYTES)
    return refused(`expected a webhook-id of at most ${MAX_ID_BYTES} bytes`);
  if (!/^\d{1,12}$/.test(time)) return refused('expected webhook-timestamp to be seconds since 1970');
  if (Math.abs(now / 1000 - Number(time)) > TOLERANCE_SECONDS)
    return refused(`expected webhook-timestamp to be within ${TOLERANCE_SECONDS} seconds of now`);
  const message = { id, timestamp: Number(time), body };
  // The text is signed, and `007` is the same number as `7`.
  if (String(message.timestamp) !== time) return refused('expected webhook-timestamp without leading zeros');
  const given = signatures.split(' ');
  const secret = secrets.find((each) => given.some((signature) => isBy(each, message, signature)));
  return secret === undefined
    ? refused('no signature in webhook-signature is right')
    : { kind: 'verified', id, secret };
}

const refused = (problem: string): Verdict => ({ kind: 'refused', problem });

const isBy = (secret: string, message: Signable, signature: string): boolean =>
  secret.startsWith(PUBLIC_PREFIX)
    ? signature.startsWith('v1a,') && isByKeyPair(secret, message, signature)
    : isSameText(standardSignature(secret, message), signature);

function isByKeyPair(publicKey: string, { id, timestamp, body }: Signable, signature: string): boolean {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return isSignedBy(null, signed, publicKeyOf(publicKey), Buffer.from(signature.slice(4), 'base64'));
}

/** What stands before a public key's 32 bytes in SPKI (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const publicKeyOf = keptKeys(
  (text): KeyObject =>
    createPublicKey({
      key: Buffer.concat([SPKI_HEAD, bytesBehind(PUBLIC_PREFIX, text)]),
      format: 'der',
      type: 'spki',
    }),
);
