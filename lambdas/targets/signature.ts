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

/**
 * The headers of a signed request.
 * @param secrets newest first, at least one
 */
export const signatureHeaders = (
  scheme: SignatureScheme,
  secrets: readonly string[],
  message: Signable,
): Record<string, string> => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(message.timestamp),
  ...schemeNamed(scheme).headers(secrets, message),
});

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
