/**
 * What a role's trust policy has to ask for. A consumer can't choose it, so nobody else can make Posthorn use the role; tenants'
 * ids are made by Posthorn and never used again. It is no secret.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const externalIdOf = (environment: string, tenant: string): string =>
  `posthorn-${environment}/${tenant}`;
