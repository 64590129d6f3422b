/** What a credential may be used for. `admin` holds all the others, `manage` holds `read` and `consume`. */
export const SCOPES = ['admin', 'manage', 'publish', 'read', 'consume'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether these scopes include the needed one. */
export const mayUse = (scopes: readonly Scope[], needed: Scope): boolean =>
  scopes.includes(needed) || scopes.includes('admin') || (MANAGED.has(needed) && scopes.includes('manage'));

const MANAGED: ReadonlySet<Scope> = new Set(['read', 'consume'] as const);
