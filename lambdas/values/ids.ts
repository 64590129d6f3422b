import { decodeTime, encodeTime, monotonicFactory, TIME_LEN, TIME_MAX } from 'ulid';

/**
 * Ids are ULIDs with a prefix that says what they name: `evt_01K…`, `sub_01K…`. A ULID starts with its time in
 * milliseconds, so ids sort by time and table keys are computed from them instead of looked up in an index.
 */
export type Prefix =
  | 'evt'
  | 'sub'
  | 'tgt'
  | 'flt'
  | 'dlv'
  | 'ten'
  | 'key'
  | 'rpl'
  | 'ptk'
  | 'aud'
  | 'ses'
  | 'lnk'
  | 'alr'
  | 'lsn';

/** Makes ULIDs that rise even within one millisecond of one process. */
export type UlidSource = (timeMs: number) => string;

/** @param random returns a number in [0, 1); leave it out for the platform's cryptographic source. */
export function ulidSource(random = randomBytesInTurn()): UlidSource {
  const next = monotonicFactory(random);
  return (timeMs) => next(timeMs);
}

/** Of a ULID's random part each character takes one: enough for 32 of them. */
const BYTES_AT_ONCE = 512;

/** Cryptographic random bytes, as shares of 256. Asking the platform for one byte costs as much as asking for hundreds. */
function randomBytesInTurn(): () => number {
  const bytes = new Uint8Array(BYTES_AT_ONCE);
  let at = bytes.length;
  return () => {
    if (at === bytes.length) {
      crypto.getRandomValues(bytes);
      at = 0;
    }
    return bytes[at++]! / 256;
  };
}

export const withPrefix = (prefix: Prefix, ulid: string): string => `${prefix}_${ulid}`;

/** The ULID inside `<prefix>_<ulid>`, or undefined when the text is not an id of that kind. */
export function ulidOf(prefix: Prefix, id: string): string | undefined {
  if (!id.startsWith(`${prefix}_`)) return undefined;
  const ulid = id.slice(prefix.length + 1);
  return isUlid(ulid) ? ulid : undefined;
}

/** True for the 26 canonical (upper case) characters only: keys compare byte by byte. */
export const isUlid = (text: string): boolean => ULID.test(text);

/** Crockford's base 32, each digit at its value. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = new RegExp(`^[${DIGITS}]{26}$`);

/** Milliseconds since the epoch at which the ULID was made. @throws ULIDError when the text is none */
export function timeOfUlid(ulid: string): number {
  // Lower case is rare and mistakes are rarer: the library, which makes several lists of each time, reads those.
  if (!isUlid(ulid)) return decodeTime(ulid);
  let time = 0;
  for (let i = 0; i < TIME_LEN; i++) time = time * DIGITS.length + DIGITS.indexOf(ulid[i]!);
  return time <= TIME_MAX ? time : decodeTime(ulid);
}

/** Not above any ULID made at this time or later, and above all that were made before. @param timeMs since the epoch */
export const lowestUlidAt = (timeMs: number): string =>
  encodeTime(Math.min(Math.max(Math.ceil(timeMs), 0), TIME_MAX), TIME_LEN).padEnd(26, '0');

/** The ULIDs of a span of time: not below the lowest, and below the highest. Where an end is open, so is its bound. */
export const ulidBounds = ({ from, to }: { from?: number | undefined; to?: number | undefined }) => ({
  lowest: from === undefined ? undefined : lowestUlidAt(from),
  highest: to === undefined ? undefined : lowestUlidAt(to),
});

/** A delivery is one event on its way to one subscription, so its id is made of theirs and needs no storage. */
export const deliveryId = (eventUlid: string, subscriptionId: string): string =>
  withPrefix('dlv', `${eventUlid}${ulidOf('sub', subscriptionId)}`);

/** What a delivery's id is made of, or undefined when the text is not one. */
export function deliveryOfId(id: string): { ulid: string; subscription: string } | undefined {
  const [, ulid = '', of = ''] = /^dlv_(.{26})(.{26})$/.exec(id) ?? [];
  return isUlid(ulid) && isUlid(of) ? { ulid, subscription: withPrefix('sub', of) } : undefined;
}

/**
 * What the ids of a listener, and of all that is made with it, have behind their time, so that the id alone says that it does not
 * last. The characters are base 32 like any: of other ids one in 2^40 has them by chance.
 */
const EPHEMERAL = 'EPHEMERA';

/** A ULID of something that does not last. */
export const ephemeralUlid = (ulid: string): string =>
  ulid.slice(0, TIME_LEN) + EPHEMERAL + ulid.slice(TIME_LEN + EPHEMERAL.length);

/** Whether an id, `<prefix>_<ulid>`, is of a listener, or of the subscription, target or filter that it has. */
export function isEphemeral(id: string): boolean {
  const ulid = id.slice(id.indexOf('_') + 1);
  return ulid.startsWith(EPHEMERAL, TIME_LEN) && isUlid(ulid);
}
