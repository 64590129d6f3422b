import type { Identity } from '../access/identify.ts';
import type { Scope } from '../access/scopes.ts';
import { isUser } from '../access/user.ts';
import type { SchemaCheck } from '../tenants/tenant.ts';
import { requestSettings } from '../tenants/tenant-defaults.ts';

/** What the authorizer knows of a caller, and passes on with the request. */
export interface Caller {
  readonly tenant: string;
  /**
   * `key_…`; `first` for the key made at deployment; `ptk_…` for a token of a consumer's browser, or `portal` for one of a
   * release before, which has no id; `usr_…` for a user who has signed in at an issuer. Of a session: what it stands for.
   */
  readonly credential: string;
  /** What its key is called, or who the user is. */
  readonly credentialName?: string | undefined;
  /** As granted; see `mayUse` for what follows from them. */
  readonly scopes: readonly Scope[];
  /**
   * As granted to a portal token, whose `scopes` are empty: a function that does not know what portal tokens may not do sees
   * a caller that may do nothing.
   */
  readonly portalScopes?: readonly Scope[] | undefined;
  /** The targets that the credential is limited to, 1 to 100; all of the tenant's without it. */
  readonly targets?: readonly string[] | undefined;
  /** When the credential ends, if it does. RFC 3339. */
  readonly expiresAt?: string | undefined;
  /** The session that stands for the credential, if one does; and when it ends. */
  readonly session?: string | undefined;
  readonly sessionExpiresAt?: string | undefined;
  /** Where an administrator acts for the tenant: the administrator's own tenant, which has the credential. */
  readonly home?: string | undefined;
  /** The tenant's settings that each of its requests needs. */
  readonly schemaCheck: SchemaCheck;
  readonly maxPayloadBytes: number;
  /** Set where the tenant has a log retention of its own. */
  readonly keepSeconds?: number | undefined;
}

/** The request's context as API Gateway adds it; the key is fixed by the authorizer's payload format 2.0. */
export interface AuthorizedRequest {
  readonly requestContext: { readonly authorizer: { readonly lambda: Caller } };
}

export const callerOf = (event: AuthorizedRequest): Caller => event.requestContext.authorizer.lambda;

/** Whose request it is, for the log; undefined where the route needs no credential. */
export const tenantOf = ({ requestContext }: { readonly requestContext: object }): string | undefined =>
  (requestContext as Partial<AuthorizedRequest['requestContext']>).authorizer?.lambda?.tenant;

/** What the authorizer found out of a caller. */
export const toCaller = ({
  credential,
  credentialName,
  scopes,
  portalScopes,
  targets,
  expiresAt,
  session,
  tenant,
}: Identity): Caller => ({
  tenant: tenant.id,
  credential,
  ...(credentialName !== undefined && { credentialName }),
  scopes,
  ...(portalScopes && { portalScopes }),
  ...(targets && { targets }),
  ...(expiresAt && { expiresAt }),
  ...(session && { session: session.id, sessionExpiresAt: session.expiresAt }),
  ...(session?.home && { home: session.home }),
  ...requestSettings(tenant),
});

/** A caller with the scopes that it has, for code that knows what portal tokens may not do. */
export const admitted = ({ portalScopes, ...known }: Caller): Caller => ({
  ...known,
  scopes: portalScopes ?? known.scopes,
});

/** Whether the caller has a key, or signed in as one of the tenant's own; not one of the tokens that these make. */
export const hasKey = ({ credential }: Pick<Caller, 'credential'>): boolean =>
  credential === 'first' || credential.startsWith('key_') || isUser(credential);

/** The credential of an `Authorization` header (RFC 6750, 2.1). */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** Whether a caller may see what is of this target. What is of no known target is of none of the caller's. */
export const isWithin = ({ targets }: Pick<Caller, 'targets'>, target: string | undefined): boolean =>
  targets === undefined || (target !== undefined && targets.includes(target));
