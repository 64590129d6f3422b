import type { Key } from '../values/item-key.ts';

/**
 * Keys of the config table. All of a tenant's configuration has one partition key, which comes from the caller's credential:
 * no id in a request can reach another tenant's items.
 */
const partition = (tenant: string): string => `tenant#${tenant}`;

/** Kinds of items that a tenant has; the first part of their sort keys. */
export type Kind =
  | 'target'
  | 'filter'
  | 'subscription'
  | 'type'
  | 'key'
  | 'idempotency'
  | 'portal-token'
  | 'session'
  | 'sign-in-link'
  | 'branding'
  | 'alert-rule';

export const configKey = (tenant: string, kind: Kind, id: string): Key => ({
  pk: partition(tenant),
  sk: `${kind}#${id}`,
});

/** The id of a sort key of `configKey`. */
export const idOfKey = (sk: string): string => sk.slice(sk.indexOf('#') + 1);

/** A sort key behind all of a kind, whatever their ids: `$` is the character after `#`. */
export const beyond = (kind: Kind): string => `${kind}$`;

/** The tenant's version. Writes raise it, so that warm functions learn that their copy is old. */
export const versionKey = (tenant: string): Key => ({ pk: partition(tenant), sk: 'meta' });

/** Tenants have a partition of their own, so that they can be listed. */
export const tenantKey = (tenant: string): Key => ({ pk: 'tenants', sk: tenant });

/** Leads from a subscription to its tenant, for requests that are signed with the subscription's secret. */
export const addressKey = (subscription: string): Key => ({ pk: `address#${subscription}`, sk: 'tenant' });

/** The tenant of a partition key of this table. */
export const tenantOfPartition = (pk: string): string => pk.slice(partition('').length);
