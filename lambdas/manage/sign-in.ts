import { hashOfText } from '../access/bearer-text.ts';
import { type Behind, endOfSession, SESSION_TEXT, type Session, type StandsFor } from '../access/session.ts';
import { isUser } from '../access/user.ts';
import { worthOfSession } from '../access/worth.ts';
import type { CredentialKind, SessionView } from '../api/session.ts';
import { frameOf, type Maker } from '../config/maker.ts';
import { admitted, bearerOf, type Caller, hasKey, toCaller } from '../http/caller.ts';
import { PAGES_HEADER, pagesFor, sessionCookie } from '../http/session-cookie.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import type { ManageDeps } from './deps.ts';
import type { Call } from './operation.ts';
import type { ManageRequest } from './request.ts';

/** What all ways to sign in have in common. */

export type SignInDeps = Pick<ManageDeps, 'environment' | 'tenants' | 'sessions' | 'keys' | 'portalTokens'>;

export interface SignedIn {
  readonly caller: Caller;
  readonly body: SessionView;
  readonly cookies: readonly string[];
}

/**
 * Makes a session. Its text is in the cookie alone.
 * @param tenant the one that the session is good for
 * @param end milliseconds since the epoch; as late as may be when left out
 * @returns undefined where it would be worth nothing
 */
export async function enter(
  deps: SignInDeps,
  { request, make }: Pick<Call, 'request' | 'make'>,
  tenant: string,
  of: StandsFor,
  end?: number,
): Promise<SignedIn | undefined> {
  const known = await callerWith(deps, tenant, of, make.now);
  if (!known) return undefined;
  const { session, text } = sessionOf(make, tenant, of, end ?? endOfSession(make.now, known.expiresAt));
  await deps.sessions.addSession(tenant, session);
  const caller = { ...known, session: session.id, sessionExpiresAt: session.expiresAt };
  const seconds = (Date.parse(session.expiresAt) - make.now) / 1000;
  return {
    caller,
    body: await viewOf(deps, caller),
    cookies: [cookieFor(deps, caller, request, text, seconds)],
  };
}

function sessionOf(
  make: Maker,
  tenant: string,
  { credential, keyHash, name, scopes, home }: StandsFor,
  end: number,
): { session: Session; text: string } {
  const id = make.id('ses');
  const text = SESSION_TEXT.write({ id, tenant }, make.secret());
  const session: Session = {
    id,
    hash: hashOfText(text),
    credential,
    keyHash,
    name,
    scopes,
    home,
    expiresAt: rfc3339(end),
    ttl: Math.ceil(end / 1000),
    ...frameOf(make, undefined),
  };
  return { session, text };
}

/** Who has a session for this; undefined where it is worth nothing. */
async function callerWith(
  { keys, portalTokens, tenants }: Pick<SignInDeps, 'keys' | 'portalTokens' | 'tenants'>,
  tenant: string,
  of: StandsFor,
  now: number,
): Promise<Caller | undefined> {
  const stored = {
    getKey: keys.find,
    getGrant: portalTokens.find,
    // This function may not read the key made at deployment. The authorizer may, and asks with each request.
    isFirstKey: async () => true,
  };
  const [worth, inUse] = await Promise.all([
    worthOfSession(stored, tenant, of, now),
    tenants.tenantInUse(tenant),
  ]);
  if (!worth || !inUse) return undefined;
  const { credential, home } = of;
  const caller = admitted(toCaller({ ...worth, credential, tenant: inUse }));
  return { ...caller, ...(home !== undefined && { home }) };
}

/** What a session of this caller stands for. The request still has the key, whose text nothing keeps. */
export function credentialBehind({ caller, request }: Pick<Call, 'caller' | 'request'>): Behind {
  const { credential } = caller;
  const text = hasKey(caller) ? bearerOf(request.headers.authorization) : undefined;
  return { credential, ...(text !== undefined && { keyHash: hashOfText(text) }) };
}

export const cookieFor = (
  { environment }: Pick<ManageDeps, 'environment'>,
  caller: Caller,
  { headers }: Pick<ManageRequest, 'headers'>,
  text: string,
  seconds: number,
): string =>
  sessionCookie(pagesFor(!hasKey(caller), headers[PAGES_HEADER]), text, seconds, environment.isPlainHttp);

function kindOf({ credential }: Caller): CredentialKind {
  if (credential === 'first') return 'firstKey';
  if (isUser(credential)) return 'user';
  return hasKey({ credential }) ? 'key' : 'portalToken';
}

/** What a caller is told of itself. Consumers don't see what a tenant is called in the operator's books. */
export async function viewOf(
  { environment, tenants }: Pick<ManageDeps, 'environment' | 'tenants'>,
  caller: Caller,
): Promise<SessionView> {
  const { tenant, credential, credentialName, targets, home } = caller;
  const tenantName = hasKey(caller) ? (await tenants.tenantInUse(tenant))?.name : undefined;
  const expiresAt = caller.sessionExpiresAt ?? caller.expiresAt;
  return {
    tenantId: tenant,
    ...(tenantName !== undefined && { tenantName }),
    environment: environment.name,
    credential: {
      kind: kindOf(caller),
      id: credential,
      ...(credentialName !== undefined && { name: credentialName }),
    },
    scopes: [...caller.scopes],
    ...(targets && { targetIds: [...targets] }),
    ...(expiresAt !== undefined && { expiresAt }),
    isSession: caller.session !== undefined,
    ...(home !== undefined && {
      actingFor: {
        tenantId: tenant,
        ...(tenantName !== undefined && { name: tenantName }),
        ownTenantId: home,
      },
    }),
    logRetentionHours: (caller.keepSeconds ?? environment.logRetentionSeconds) / 3600,
    schemaCheck: caller.schemaCheck,
    payloadBytes: caller.maxPayloadBytes,
  };
}
