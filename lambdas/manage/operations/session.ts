import type { Session, StandsFor } from '../../access/session.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Caller } from '../../http/caller.ts';
import { ApiError, insufficient, invalid } from '../../http/errors.ts';
import type { ManageDeps } from '../deps.ts';
import type { Call, Operation } from '../operation.ts';
import { cookieFor, credentialBehind, enter, type SignInDeps, viewOf } from '../sign-in.ts';

type Routes = typeof ROUTES;
type SignInCall = Pick<Call, 'caller' | 'tenant' | 'request' | 'make'>;

export const getSession: Operation<Routes['getSession']> = async (deps, { caller }) => ({
  status: 200,
  body: await viewOf(deps, caller),
});

export const createSession: Operation<Routes['createSession']> = async (deps, call) => {
  const { tenantId = call.tenant } = call.body;
  const { body, cookies } =
    tenantId === call.tenant ? await signIn(deps, call) : await actFor(deps, call, tenantId);
  return { status: 201, body, cookies };
};

function signIn(deps: SignInDeps, call: SignInCall) {
  const { caller, tenant } = call;
  if (caller.session !== undefined) {
    throw insufficient('expected an API key or a portal token: a session makes no other session');
  }
  if (caller.credential === 'portal') {
    throw insufficient('expected a portal token that can be revoked: this one is of an earlier release');
  }
  return entered(deps, call, tenant, credentialBehind(call));
}

/** The new session takes the place of the caller's, if it has one: a browser keeps one cookie. */
async function actFor(deps: SignInDeps, call: SignInCall, of: string) {
  const { caller, tenant } = call;
  if (!caller.scopes.includes('admin')) {
    throw insufficient('expected the scope admin to act for another tenant');
  }
  if (!(await deps.tenants.tenantInUse(of))) throw invalid('no such tenant', 'tenantId');
  if (caller.session === undefined) {
    return entered(deps, call, of, { ...credentialBehind(call), home: tenant });
  }
  const own = await ownSession(deps, caller);
  const acting = await entered(deps, call, of, { ...own, home: tenant }, own);
  await deps.sessions.endSession(tenant, own.id);
  return acting;
}

/** @param before the session whose place the new one takes, and when which it ends @throws ApiError */
async function entered(
  deps: SignInDeps,
  call: SignInCall,
  tenant: string,
  of: StandsFor,
  before?: Pick<Session, 'expiresAt'>,
) {
  const made = await enter(deps, call, tenant, of, before && Date.parse(before.expiresAt));
  if (!made) throw justEnded('the credential');
  return made;
}

const justEnded = (what: string): ApiError =>
  new ApiError(409, 'conflict', `${what} has just ended; sign in again`);

/** The stored session of the caller. @throws ApiError when it has just ended */
async function ownSession(
  { sessions }: Pick<ManageDeps, 'sessions'>,
  { tenant, session }: Caller,
): Promise<Session> {
  const found = session === undefined ? undefined : await sessions.getSession(tenant, session);
  if (!found) throw justEnded('this session');
  return found;
}

/** The credential behind is the same, and so is the end: acting for a tenant prolongs nothing. */
export const leaveTenant: Operation<Routes['leaveTenant']> = async (deps, call) => {
  const { caller, tenant } = call;
  const { home } = caller;
  if (home === undefined) {
    throw new ApiError(409, 'conflict', 'expected a session in which an administrator acts for a tenant');
  }
  const acting = await ownSession(deps, caller);
  // It ends first, so that the entry of the audit trail is its tenant's.
  await deps.sessions.endSession(tenant, acting.id);
  const { body, cookies } = await entered(deps, call, home, { ...acting, home: undefined }, acting);
  return { status: 200, body, cookies };
};

export const deleteSession: Operation<Routes['deleteSession']> = async (deps, call) => {
  const { caller, tenant, request } = call;
  if (caller.session === undefined) {
    throw new ApiError(409, 'conflict', 'expected a session: a key or a portal token is revoked instead');
  }
  await deps.sessions.endSession(tenant, caller.session);
  return { status: 204, cookies: [cookieFor(deps, caller, request, '', 0)] };
};
