import * as z from 'zod/mini';
import { entityKind } from '../config/entity.ts';
import type { ItemOf } from '../values/item.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import { isOver } from './api-key.ts';
import { bearerText, hashOfText, NO_HASH } from './bearer-text.ts';
import { SCOPES, type Scope } from './scopes.ts';

/** The text of a session: `phs_<session ulid>_<tenant ulid>_<43 characters>`. A browser keeps it in a cookie. */
export const SESSION_TEXT = bearerText('phs', 'ses');

/** The credential that a session or a sign-in link stands for. */
export const BEHIND = {
  /** As `Caller` has it. */
  credential: z.string(),
  /** Hash of the key's text: a secret that was replaced ends what was made with it. Portal tokens and users have none. */
  keyHash: z.optional(z.string()),
  /** Of a user who has signed in at an issuer: who it is. */
  name: z.optional(z.string()),
  /** Of such a user: what its role may do. */
  scopes: z.optional(z.array(z.enum(SCOPES))),
};

/**
 * Stands for the credential that it was made with, for a browser, which must not keep that credential. It is worth what
 * the credential is worth at the moment, and ends with it. Its text is stored as a hash.
 */
export const SESSION = entityKind('session', {
  ...BEHIND,
  hash: z.string(),
  /** Where an administrator acts for this tenant: the tenant of its credential. */
  home: z.optional(z.string()),
  /** RFC 3339. */
  expiresAt: z.string(),
  /** When the table may drop the item; in seconds. */
  ttl: z.number(),
});

export type Session = ItemOf<typeof SESSION>;
export type Behind = Pick<Session, keyof typeof BEHIND>;
/** What a session stands for: a credential, and where it acts for a tenant, the tenant of the credential. */
export type StandsFor = Behind & Pick<Session, 'home'>;

/** A working day: who signs in in the morning is not asked again before the evening. */
const SESSION_MS = 8 * 3_600_000;

/** When a session ends that is made now: no later than its credential. @returns milliseconds since the epoch */
export const endOfSession = (now: number, expiresAt: string | undefined): number =>
  Math.min(now + SESSION_MS, expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt));

/** What an administrator may do who acts for a tenant: what the tenant itself may. */
export const ACTING_SCOPES: readonly Scope[] = ['manage', 'publish', 'read'];

/** Whether a text is that of the session, which is not over. Without a session, the same work is done. */
export function isSessionText(
  session: Pick<Session, 'hash' | 'expiresAt'> | undefined,
  text: string,
  now: number,
): boolean {
  const isSame = isSameText(session?.hash ?? NO_HASH, hashOfText(text));
  return session !== undefined && isSame && !isOver(session.expiresAt, now);
}
