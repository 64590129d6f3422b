/** What a credential may be used for. `admin` holds all the others, `manage` holds `read`. */
export const SCOPES = ['admin', 'manage', 'publish', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether these scopes include the needed one. */
export const mayUse = (scopes: readonly Scope[], needed: Scope): boolean =>
  scopes.includes(needed) || scopes.includes('admin') || (needed === 'read' && scopes.includes('manage'));
