import { ulidOf } from '../values/ids.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import type { ApiKey } from './api-key-entity.ts';
import { bearerText, hashOfText } from './bearer-text.ts';
import { mayUse, type Scope } from './scopes.ts';

/** The text of a key: `phk_<key ulid>_<tenant ulid>_<43 characters>`. */
export const KEY_TEXT = bearerText('phk', 'key');

/** A replaced secret works for at most a week more: longer is not a rotation but a second key. */
export const OVERLAP_HOURS = { default: 24, max: 168 } as const;

/** The part of a key that may be shown: enough to recognise it, nothing to use it with. */
export const keyPrefix = (id: string): string => `phk_${ulidOf('key', id)}`;

/**
 * Whether a text is the stored key and the key is valid now. All secrets are compared in constant time, so that the time
 * tells neither how much of a guess was right nor how many secrets there are.
 * @param now milliseconds since the epoch
 */
export const verifyKey = (key: Pick<ApiKey, 'secrets' | 'expiresAt'>, text: string, now: number): boolean =>
  verifyKeyHash(key, hashOfText(text), now);

/** The same of a text of which the hash is known. */
export function verifyKeyHash(
  key: Pick<ApiKey, 'secrets' | 'expiresAt'>,
  given: string,
  now: number,
): boolean {
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
  const made = { hash: hashOfText(text), createdAt: new Date(now).toISOString() };
  const [current] = secrets;
  if (current?.hash === made.hash) return secrets;
  if (!current || overlapHours === 0) return [made];
  return [made, { ...current, expiresAt: new Date(now + overlapHours * 3_600_000).toISOString() }];
}

/** Whether a key can be granted these scopes: a credential can grant only the scopes that it has. */
export const mayGrant = (own: readonly Scope[], granted: readonly Scope[]): boolean =>
  granted.every((scope) => mayUse(own, scope));
