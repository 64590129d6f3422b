import { isOver } from '../access/api-key.ts';
import { mayUse, type Scope } from '../access/scopes.ts';
import type { Session } from '../access/session.ts';
import { isUser } from '../access/user.ts';
import { type Worth, type WorthDeps, worthOfGrant, worthOfSession } from '../access/worth.ts';
import type { TenantInUse } from '../tenants/tenant-defaults.ts';
import type { Watcher } from './ticket-store.ts';

export interface CredentialDeps extends Omit<WorthDeps, 'isFirstKey'> {
  getSession(tenant: string, id: string): Promise<Session | undefined>;
  /** Undefined for a tenant that is gone, or is being erased. */
  tenantInUse(id: string): Promise<TenantInUse | undefined>;
}

/**
 * Until when a credential is good for its connection, in milliseconds since the epoch; undefined when it is not. Infinity where it
 * does not end.
 */
export async function credentialEnd(
  deps: CredentialDeps,
  watcher: Watcher,
  now: number,
): Promise<number | undefined> {
  if (isOver(watcher.endsAt, now)) return undefined;
  const [inUse, worth] = await Promise.all([
    deps.tenantInUse(watcher.tenant),
    watcher.session === undefined ? worthOfItself(deps, watcher, now) : worthOfItsSession(deps, watcher, now),
  ]);
  if (!inUse || !worth || !mayUse(worth.portalScopes ?? worth.scopes, scopeFor(watcher))) return undefined;
  return Math.min(timeOf(watcher.endsAt), timeOf(worth.expiresAt));
}

/** What a connection takes. Who listens gets deliveries, as the owner of a target does. */
const scopeFor = ({ listener }: Pick<Watcher, 'listener'>): Scope =>
  listener === undefined ? 'read' : 'manage';

async function worthOfItself(
  deps: CredentialDeps,
  { tenant, credential }: Watcher,
  now: number,
): Promise<Worth | undefined> {
  // The key made at deployment can be replaced, but never ends.
  if (credential === 'first') return { scopes: ['admin'] };
  if (credential.startsWith('ptk_')) return worthOfGrant(deps, tenant, credential, now);
  // A user has a session. Of a portal token of a release that stored none, nobody can tell what has become.
  if (isUser(credential) || !credential.startsWith('key_')) return undefined;
  const key = await deps.getKey(tenant, credential);
  return key && !isOver(key.expiresAt, now) ? key : undefined;
}

/** Of the session that stands for the credential. The key made at deployment is not read for this: the session ends. */
async function worthOfItsSession(
  deps: CredentialDeps,
  { tenant, session: id }: Watcher,
  now: number,
): Promise<Worth | undefined> {
  const session = await deps.getSession(tenant, id!);
  if (!session || isOver(session.expiresAt, now)) return undefined;
  return worthOfSession({ ...deps, isFirstKey: async () => true }, tenant, session, now);
}

const timeOf = (at: string | undefined): number =>
  at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
