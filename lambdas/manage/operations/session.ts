import { hashOfText } from '../../access/bearer-text.ts';
import { type Behind, endOfSession, SESSION_TEXT, type Session } from '../../access/session.ts';
import { isUser, worthOfSession } from '../../access/worth.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { CredentialKind, SessionView } from '../../api/session.ts';
import { frameOf, type Maker } from '../../config/maker.ts';
import { bearerOf, type Caller, hasKey, toCaller } from '../../http/caller.ts';
import { ApiError, insufficient, invalid } from '../../http/errors.ts';
import { PAGES_HEADER, pagesFor, sessionCookie } from '../../http/session-cookie.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { ManageDeps } from '../deps.ts';
import type { Call, Operation } from '../operation.ts';
import type { ManageRequest } from '../request.ts';

type Routes = typeof ROUTES;
type Deps = Pick<ManageDeps, 'environment' | 'tenants'>;
type SessionDeps = Deps & Pick<ManageDeps, 'sessions' | 'keys' | 'portalTokens'>;

/** A session that was just made, with its text, which only the cookie holds. */
interface Made {
  readonly session: Session;
  readonly text: string;
}

/** @param tenant the one that the session is good for @param end milliseconds since the epoch */
async function begin(
  { sessions }: Pick<ManageDeps, 'sessions'>,
  make: Maker,
  tenant: string,
  of: Behind & Pick<Session, 'home'>,
  end: number,
): Promise<Made> {
  const id = make.id('ses');
  const text = SESSION_TEXT.write({ id, tenant }, make.secret());
  const { credential, keyHash, name, scopes, home } = of;
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
  await sessions.addSession(tenant, session);
  return { session, text };
}

const cookieFor = (
  { environment }: Pick<ManageDeps, 'environment'>,
  caller: Caller,
  { headers }: Pick<ManageRequest, 'headers'>,
  text: string,
  seconds: number,
): string =>
  sessionCookie(pagesFor(!hasKey(caller), headers[PAGES_HEADER]), text, seconds, environment.isPlainHttp);

/** The caller of a new session, its view, and the cookie. */
async function signedIn(
  deps: Deps,
  caller: Caller,
  call: Pick<Call, 'request' | 'make'>,
  { session, text }: Made,
) {
  const seconds = (Date.parse(session.expiresAt) - call.make.now) / 1000;
  const own = { ...caller, session: session.id, sessionExpiresAt: session.expiresAt };
  return {
    body: await viewOf(deps, own),
    cookies: [cookieFor(deps, caller, call.request, text, seconds)],
  };
}

function kindOf({ credential }: Caller): CredentialKind {
  if (credential === 'first') return 'firstKey';
  if (isUser(credential)) return 'user';
  return hasKey({ credential }) ? 'key' : 'portalToken';
}

/** What a caller is told of itself. Consumers don't see what a tenant is called in the operator's books. */
async function viewOf({ environment, tenants }: Deps, caller: Caller): Promise<SessionView> {
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

export const getSession: Operation<Routes['getSession']> = async (deps, { caller }) => ({
  status: 200,
  body: await viewOf(deps, caller),
});

export const createSession: Operation<Routes['createSession']> = (deps, call) =>
  call.body.tenantId === undefined || call.body.tenantId === call.tenant
    ? signIn(deps, call)
    : actFor(deps, call, call.body.tenantId);

type NewSessionCall = Pick<Call, 'caller' | 'tenant' | 'request' | 'make'>;

async function signIn(deps: SessionDeps, call: NewSessionCall) {
  const { caller, tenant, make } = call;
  if (caller.session !== undefined) {
    throw insufficient('expected an API key or a portal token: a session makes no other session');
  }
  if (caller.credential === 'portal') {
    throw insufficient('expected a portal token that can be revoked: this one is of an earlier release');
  }
  const end = endOfSession(make.now, caller.expiresAt);
  const made = await begin(deps, make, tenant, behind(call), end);
  return { status: 201, ...(await signedIn(deps, caller, call, made)) } as const;
}

/** What a session of this caller stands for. The request still has the key, whose text nothing keeps. */
function behind({ caller, request }: Pick<Call, 'caller' | 'request'>): Behind {
  const { credential } = caller;
  const text = hasKey(caller) ? bearerOf(request.headers.authorization) : undefined;
  return { credential, ...(text !== undefined && { keyHash: hashOfText(text) }) };
}

/** The new session takes the place of the caller's, if it has one: a browser keeps one cookie. */
async function actFor(deps: SessionDeps, call: NewSessionCall, of: string) {
  const { caller, tenant, make } = call;
  if (!caller.scopes.includes('admin')) {
    throw insufficient('expected the scope admin to act for another tenant');
  }
  if (!(await deps.tenants.tenantInUse(of))) throw invalid('no such tenant', 'tenantId');
  const own = caller.session === undefined ? undefined : await ownSession(deps, caller);
  const end = own ? Date.parse(own.expiresAt) : endOfSession(make.now, caller.expiresAt);
  const made = await begin(deps, make, of, { ...(own ?? behind(call)), home: tenant }, end);
  if (own) await deps.sessions.endSession(tenant, own.id);
  return { status: 201, ...(await elsewhere(deps, call, of, made)) } as const;
}

/** The stored session of the caller. @throws ApiError when it has just ended */
async function ownSession(
  { sessions }: Pick<ManageDeps, 'sessions'>,
  { tenant, session }: Caller,
): Promise<Session> {
  const found = session === undefined ? undefined : await sessions.getSession(tenant, session);
  if (!found) throw new ApiError(409, 'conflict', 'this session has just ended; sign in again');
  return found;
}

/** A new session of another tenant than the caller's, as the authorizer will see it. */
async function elsewhere(deps: SessionDeps, call: NewSessionCall, tenant: string, made: Made) {
  const caller = await callerOf(deps, tenant, made.session, call.make.now);
  if (!caller) throw new ApiError(409, 'conflict', 'the credential has just ended; sign in again');
  return signedIn(deps, caller, call, made);
}

/** Who has a session; undefined where it is worth nothing. */
async function callerOf(
  { keys, portalTokens, tenants }: SessionDeps,
  tenant: string,
  session: Session,
  now: number,
): Promise<Caller | undefined> {
  const stored = {
    getKey: keys.find,
    getGrant: portalTokens.find,
    // This function may not read the key made at deployment. The authorizer may, and asks with each request.
    isFirstKey: async () => true,
  };
  const [worth, inUse] = await Promise.all([
    worthOfSession(stored, tenant, session, now),
    tenants.tenantInUse(tenant),
  ]);
  return worth && inUse && toCaller({ ...worth, credential: session.credential, session, tenant: inUse });
}

/** The credential behind is the same, and so is the end: acting for a tenant prolongs nothing. */
export const leaveTenant: Operation<Routes['leaveTenant']> = async (deps, call) => {
  const { caller, tenant, make } = call;
  const { home } = caller;
  if (home === undefined) {
    throw new ApiError(409, 'conflict', 'expected a session in which an administrator acts for a tenant');
  }
  const acting = await ownSession(deps, caller);
  // It ends first, so that the entry of the audit trail is its tenant's.
  await deps.sessions.endSession(tenant, acting.id);
  const made = await begin(deps, make, home, { ...acting, home: undefined }, Date.parse(acting.expiresAt));
  return { status: 200, ...(await elsewhere(deps, call, home, made)) };
};

export const deleteSession: Operation<Routes['deleteSession']> = async (deps, call) => {
  const { caller, tenant, request } = call;
  if (caller.session === undefined) {
    throw new ApiError(409, 'conflict', 'expected a session: a key or a portal token is revoked instead');
  }
  await deps.sessions.endSession(tenant, caller.session);
  return { status: 204, cookies: [cookieFor(deps, caller, request, '', 0)] };
};
