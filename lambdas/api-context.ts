/** What the authorizer knows of a caller, and passes on with the request. */
export interface Caller {
  readonly tenant: string;
}

/** The request's context as API Gateway adds it; the key is fixed by the authorizer's payload format 2.0. */
export interface AuthorizedRequest {
  readonly requestContext: { readonly authorizer: { readonly lambda: Caller } };
}

export const tenantOf = (event: AuthorizedRequest): string => event.requestContext.authorizer.lambda.tenant;
