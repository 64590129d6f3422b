import type { Scope } from '../access/scopes.ts';
import type { SchemaCheck } from '../tenants/tenant.ts';

/** What the authorizer knows of a caller, and passes on with the request. */
export interface Caller {
  readonly tenant: string;
  /** `key_…`, `first` for the key made at deployment, or `portal` for a token of a consumer's browser. */
  readonly credential: string;
  /** What its key is called. */
  readonly credentialName?: string | undefined;
  /** As granted; see `mayUse` for what follows from them. */
  readonly scopes: readonly Scope[];
  /** When the credential ends, if it does. RFC 3339. */
  readonly expiresAt?: string | undefined;
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
