import { createHash } from 'node:crypto';
import { isUlid, ulidOf, withPrefix } from '../values/ids.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import type { ApiKey } from './api-key-entity.ts';
import { mayUse, type Scope } from './scopes.ts';

/**
 * The text of a key: `phk_<key ulid>_<tenant ulid>_<43 characters>`. The last part is the secret. The other two say where
 * the key is stored, so that reading it is one GetItem and needs no index. A key that has leaked into a log or a
 * repository is recognised, and found, by its beginning.
 */
const TEXT = /^phk_([0-9A-Z]{26})_([0-9A-Z]{26})_[A-Za-z0-9_-]{43}$/;

/** A replaced secret works for at most a week more: longer is not a rotation but a second key. */
export const OVERLAP_HOURS = { default: 24, max: 168 } as const;

/** Where a key is stored, as its own text says. */
export interface KeyAddress {
  readonly id: string;
  readonly tenant: string;
}

/** Where a key is stored, read from its text; undefined when the text has not the form of a key. */
export function parseKey(text: string): KeyAddress | undefined {
  const [, key = '', tenant = ''] = TEXT.exec(text) ?? [];
  if (!isUlid(key) || !isUlid(tenant)) return undefined;
  return { id: withPrefix('key', key), tenant: withPrefix('ten', tenant) };
}

/** The part of a key that may be shown: enough to recognise it, nothing to use it with. */
export const keyPrefix = (id: string): string => `phk_${ulidOf('key', id)}`;

/** What is stored of a key's text: SHA-256 in hex. 256 random bits need no slow hash. */
export const hashOfKey = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The text of a key. @param random its secret: 32 bytes, as many as the hash has, so that neither is the weaker */
export const keyText = ({ id, tenant }: KeyAddress, random: Uint8Array): string =>
  `phk_${ulidOf('key', id)}_${ulidOf('ten', tenant)}_${Buffer.from(random).toString('base64url')}`;

/**
 * Whether a text is the stored key and the key is valid now. All secrets are compared in constant time, so that the time
 * tells neither how much of a guess was right nor how many secrets there are.
 * @param now milliseconds since the epoch
 */
export function verifyKey(key: Pick<ApiKey, 'secrets' | 'expiresAt'>, text: string, now: number): boolean {
  const given = hashOfKey(text);
  const matching = key.secrets.filter(({ hash }) => isSameText(hash, given));
  return !isOver(key.expiresAt, now) && matching.some(({ expiresAt }) => !isOver(expiresAt, now));
}

/** A time that can't be read counts as over: a damaged key must not work for ever. */
export const isOver = (expiresAt: string | undefined, now: number): boolean =>
  expiresAt !== undefined && !(Date.parse(expiresAt) > now);

/**
 * The secrets of a key after a rotation. The previous secret works until the overlap is over, older ones stop. The same
 * rotation again changes nothing.
 */
export function rotatedSecrets(
  secrets: ApiKey['secrets'],
  text: string,
  now: number,
  overlapHours: number,
): ApiKey['secrets'] {
  const made = { hash: hashOfKey(text), createdAt: new Date(now).toISOString() };
  const [current] = secrets;
  if (current?.hash === made.hash) return secrets;
  if (!current || overlapHours === 0) return [made];
  return [made, { ...current, expiresAt: new Date(now + overlapHours * 3_600_000).toISOString() }];
}

/** Whether a key can be granted these scopes: a credential can grant only the scopes that it has. */
export const mayGrant = (own: readonly Scope[], granted: readonly Scope[]): boolean =>
  granted.every((scope) => mayUse(own, scope));
