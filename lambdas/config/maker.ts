import { createHmac } from 'node:crypto';
import { encodeTime } from 'ulid';
import { type Prefix, withPrefix } from '../values/ids.ts';
import type { Entity } from './entity.ts';

/**
 * Makes what a creation needs: ids, secrets, times. All of it follows from a seed, so a creation that broke off can be
 * repeated and makes the same things, not others beside them.
 */
export interface Maker {
  /** RFC 3339. */
  readonly at: string;
  readonly now: number;
  id(prefix: Prefix): string;
  /** @param at milliseconds since the epoch, now when left out */
  ulid(at?: number): string;
  /** 32 bytes that can't be guessed without the seed. */
  secret(): Buffer;
}

/** The times and revision of an entity that is written now. @param previous what it was before; undefined for a new one */
export const frameOf = (
  { at }: Maker,
  previous: Pick<Entity, 'createdAt' | 'revision'> | undefined,
): Pick<Entity, 'createdAt' | 'updatedAt' | 'revision'> => ({
  createdAt: previous?.createdAt ?? at,
  updatedAt: at,
  revision: previous?.revision ?? 1,
});

/** The length of the hash that everything is made with. */
export const SEED_BYTES = 32;

/** @param seed random bytes, kept secret. @param now milliseconds since the epoch */
export function makerOf(seed: Uint8Array, now: number): Maker {
  let count = 0;
  const next = (use: string): Buffer => createHmac('sha256', seed).update(`${use} ${count++}`).digest();
  const ulid = (at = now): string =>
    encodeTime(at, TIME_CHARACTERS) + base32(next('ulid').subarray(0, RANDOM_BYTES));
  return {
    at: new Date(now).toISOString(),
    now,
    id: (prefix) => withPrefix(prefix, ulid()),
    ulid,
    secret: () => next('secret'),
  };
}

/** A ULID is 48 bits of time and 80 at random (github.com/ulid/spec). */
const TIME_CHARACTERS = 10;
const RANDOM_BYTES = 10;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Five bits to a character; ten bytes are sixteen of them. */
function base32(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let i = 0; i < (bytes.length * 8) / 5; i++) {
    text = CROCKFORD[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}
