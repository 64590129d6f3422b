import type { Scope } from './scopes.ts';

/** How users of an OpenID provider sign in: a setting of the environment. */
export interface OidcSettings {
  /** Its identifier, as its tokens have it. */
  readonly issuer: string;
  readonly clientId: string;
  /** The claim of its tokens that says what a user may do: a text, or a list of texts. */
  readonly claim: string;
  /** By value of the claim. */
  readonly roles: Readonly<Record<string, OidcRole>>;
  /** What is asked of the issuer; `openid email profile` when left out. */
  readonly scope?: string | undefined;
}

interface OidcRole {
  readonly scopes: readonly Scope[];
  /** The first tenant when left out. */
  readonly tenantId?: string | undefined;
}

/** What a console's page is told of signing in. */
export const OIDC_SCOPE = 'openid email profile';
/** Where the issuer sends the browser back to, at the console's address. */
export const OIDC_CALLBACK = '/signin/callback';
