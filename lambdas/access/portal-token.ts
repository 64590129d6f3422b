import type { Scope } from './scopes.ts';

/**
 * Portal tokens: JSON Web Tokens (RFC 7519) for a consumer's browser, where a key must not be. They are short-lived,
 * since a single token can't be revoked.
 */

/** The scopes that a portal can have. It never publishes or administers. */
export const PORTAL_SCOPES = ['manage', 'read'] as const satisfies Scope[];
type PortalScope = (typeof PORTAL_SCOPES)[number];

/** How long a token can live: a minute to a day, an hour where nothing is said. */
export const PORTAL_SECONDS = { min: 60, max: 24 * 3600, default: 3600 } as const;

/** What a token is good for. */
export interface PortalGrant {
  readonly tenant: string;
  readonly scopes: readonly PortalScope[];
}

/** Whether a text has the form of a JWT, so that checking it is worth loading a library. */
export const looksLikeJwt = (text: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text);
