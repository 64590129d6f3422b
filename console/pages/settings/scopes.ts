import type { Schemas } from '../../api/types.ts';

export type Scope = Schemas['Key']['scopes'][number];

/** What each scope allows, in the words of a form. */
export const SCOPES: Readonly<Record<Scope, string>> = {
  read: 'read: see everything of the tenant',
  publish: 'publish: send events',
  consume: 'consume: fetch and acknowledge messages of pull endpoints',
  manage: 'manage: change endpoints, subscriptions and keys; includes read and consume',
  admin: 'admin: administer all tenants; includes all others',
};

/** A credential grants only what it may do itself. */
export const grantable = (may: (scope: Scope) => boolean): Scope[] =>
  (Object.keys(SCOPES) as Scope[]).filter(may);
