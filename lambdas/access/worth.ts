import { isOver, verifyKeyHash } from './api-key.ts';
import type { ApiKey } from './api-key-entity.ts';
import { isGrantValid, type PortalGrant } from './portal-grant.ts';
import type { Scope } from './scopes.ts';
import { ACTING_SCOPES, type Behind, type StandsFor } from './session.ts';
import { isUser } from './user.ts';

/** What a stored credential is worth now. Tokens and sessions say where it is stored, and nothing else. */
export interface Worth {
  readonly credentialName?: string | undefined;
  readonly scopes: readonly Scope[];
  /** As `Caller` has them. */
  readonly portalScopes?: readonly Scope[] | undefined;
  readonly targets?: readonly string[] | undefined;
  /** When the credential ends, if it does. RFC 3339. */
  readonly expiresAt?: string | undefined;
}

export interface WorthDeps {
  getKey(tenant: string, id: string): Promise<ApiKey | undefined>;
  getGrant(tenant: string, id: string): Promise<PortalGrant | undefined>;
  /** Whether this is the hash of the key made at deployment, as it is now. */
  isFirstKey(hash: string): Promise<boolean>;
}

/** What a portal token is worth; undefined for nothing. Only the key that it was made with takes a read more. */
export async function worthOfGrant(
  deps: Pick<WorthDeps, 'getKey' | 'getGrant'>,
  tenant: string,
  id: string,
  now: number,
): Promise<Worth | undefined> {
  const grant = await deps.getGrant(tenant, id);
  if (!grant || !isGrantValid(grant, now) || !(await isMakerValid(deps, tenant, grant, now)))
    return undefined;
  const { name, scopes, targets, expiresAt } = grant;
  return {
    ...(name !== undefined && { credentialName: name }),
    scopes: [],
    portalScopes: scopes,
    ...(targets && { targets }),
    expiresAt,
  };
}

/**
 * A token ends with the key that it was made with. The key made at deployment can be replaced, but never ends; of a user
 * who has signed in nothing is stored, and a token lives no longer than a day.
 */
async function isMakerValid(
  { getKey }: Pick<WorthDeps, 'getKey'>,
  tenant: string,
  { madeBy, makersTenant }: PortalGrant,
  now: number,
): Promise<boolean> {
  if (madeBy === 'first' || isUser(madeBy)) return true;
  const key = await getKey(makersTenant ?? tenant, madeBy);
  return key !== undefined && !isOver(key.expiresAt, now);
}

/** What a session is worth: what its credential is worth, or, where an administrator acts for a tenant, what that may do. */
export async function worthOfSession(
  deps: WorthDeps,
  tenant: string,
  session: StandsFor,
  now: number,
): Promise<Worth | undefined> {
  const { home } = session;
  const worth = await worthBehind(deps, home ?? tenant, session, now);
  if (!worth || home === undefined) return worth;
  return worth.scopes.includes('admin') ? { ...worth, scopes: ACTING_SCOPES } : undefined;
}

async function worthBehind(
  deps: WorthDeps,
  tenant: string,
  { credential, keyHash, name, scopes }: Behind,
  now: number,
): Promise<Worth | undefined> {
  if (credential.startsWith('ptk_')) return worthOfGrant(deps, tenant, credential, now);
  if (isUser(credential)) return scopes && { credentialName: name, scopes };
  if (keyHash === undefined) return undefined;
  if (credential === 'first') return (await deps.isFirstKey(keyHash)) ? { scopes: ['admin'] } : undefined;
  const key = await deps.getKey(tenant, credential);
  if (!key || !verifyKeyHash(key, keyHash, now)) return undefined;
  return { credentialName: key.name, scopes: key.scopes, expiresAt: key.expiresAt };
}
