import { createHash } from 'node:crypto';
import { isUlid, type Prefix, ulidOf, withPrefix } from '../values/ids.ts';

/** Where what a text stands for is stored, as the text itself says. */
export interface BearerAddress {
  readonly id: string;
  readonly tenant: string;
}

/** A kind of text that opens something. */
export interface BearerText {
  /** Where it is stored, read from a text; undefined when the text has not this form. */
  parse(text: string): BearerAddress | undefined;
  /** @param random its secret: 32 bytes, as many as the hash has, so that neither is the weaker */
  write(address: BearerAddress, random: Uint8Array): string;
}

/**
 * Texts of the form `<beginning>_<ulid>_<tenant ulid>_<43 characters>`. The last part is the secret. The other two say where
 * it is stored, so that reading it is one GetItem and needs no index. One that has leaked into a log or a repository is
 * recognised, and found, by its beginning.
 * @param prefix of the ids under which they are stored
 */
export function bearerText(beginning: string, prefix: Prefix): BearerText {
  const form = new RegExp(`^${beginning}_([0-9A-Z]{26})_([0-9A-Z]{26})_[A-Za-z0-9_-]{43}$`);
  return {
    parse(text) {
      const [, own = '', tenant = ''] = form.exec(text) ?? [];
      if (!isUlid(own) || !isUlid(tenant)) return undefined;
      return { id: withPrefix(prefix, own), tenant: withPrefix('ten', tenant) };
    },
    write: ({ id, tenant }, random) =>
      [beginning, ulidOf(prefix, id), ulidOf('ten', tenant), Buffer.from(random).toString('base64url')].join(
        '_',
      ),
  };
}

/** What is stored of such a text: SHA-256 in hex. 256 random bits need no slow hash. */
export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The hash of no text: what is compared where nothing is stored, so that the time does not tell. */
export const NO_HASH = '0'.repeat(64);
