/** The forms in which Standard Webhooks writes keys: a prefix, and the key's bytes in base64. */
export const SECRET_PREFIX = 'whsec_';
export const PRIVATE_PREFIX = 'whsk_';
export const PUBLIC_PREFIX = 'whpk_';

export const secretText = (prefix: string, bytes: Uint8Array): string =>
  `${prefix}${Buffer.from(bytes).toString('base64')}`;

/** A secret of Standard Webhooks from its bytes. */
export const secretFrom = (random: Uint8Array): string => secretText(SECRET_PREFIX, random);

export const bytesBehind = (prefix: string, text: string): Buffer =>
  Buffer.from(text.slice(prefix.length), 'base64');

/** The bytes, unless the text has another prefix or is not exactly their base64. */
export function canonicalBytesBehind(prefix: string, text: string): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const bytes = bytesBehind(prefix, text);
  return secretText(prefix, bytes) === text ? bytes : undefined;
}
