import type { Scope } from './scopes.ts';

/**
 * Portal tokens: JSON Web Tokens (RFC 7519) for a consumer's browser, where a key must not be. They are short-lived, and
 * name the item that says what they may do: see `PORTAL_GRANT`.
 */

/** The scopes that a portal can have. It never publishes or administers. */
export const PORTAL_SCOPES = ['manage', 'read', 'consume'] as const satisfies Scope[];
type PortalScope = (typeof PORTAL_SCOPES)[number];

/** How long a token can live: a minute to a day, an hour where nothing is said. */
export const PORTAL_SECONDS = { min: 60, max: 24 * 3600, default: 3600 } as const;

/** How many targets a token can be limited to. They are in each request's context. */
export const MAX_PORTAL_TARGETS = 100;

/** What a token says: where its grant is stored. */
export interface StoredPortalClaims {
  readonly tenant: string;
  /** The grant's id. */
  readonly id: string;
}

/** What a token of a release without grants says: it holds its scopes itself. The last of them ends a day after the update. */
interface PortalClaimsBefore {
  readonly tenant: string;
  readonly scopes: readonly PortalScope[];
}

/** What a token says once its signature and its time have been checked. */
export type PortalClaims = StoredPortalClaims | PortalClaimsBefore;

/** Whether a text has the form of a JWT, so that checking it is worth loading a library. */
export const looksLikeJwt = (text: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text);
