import { OIDC_CALLBACK, OIDC_SCOPE } from '../../access/oidc-settings.ts';
import { userOf } from '../../access/oidc-user.ts';
import type { ROUTES } from '../../api/routes.ts';
import { ApiError, invalid, notFound } from '../../http/errors.ts';
import { errorFields, warn } from '../../platform/log.ts';
import type { ManageDeps } from '../deps.ts';
import type { Call, Operation } from '../operation.ts';
import { enter } from '../sign-in.ts';

type Routes = typeof ROUTES;

/** The page works without the issuer: keys sign in as well. */
export const getConsole: Operation<Routes['getConsole']> = async ({ environment, oidc }) => {
  const { name, version } = environment;
  const provider = await oidcView(oidc);
  return { status: 200, body: { environment: name, version, ...(provider && { oidc: provider }) } };
};

async function oidcView(oidc: ManageDeps['oidc']) {
  if (!oidc) return undefined;
  const { issuer, clientId, scope = OIDC_SCOPE } = oidc.settings;
  try {
    const authorizationEndpoint = await oidc.issuer.authorizationEndpoint();
    return { issuer, clientId, authorizationEndpoint, scope };
  } catch (error) {
    warn('OpenID provider not reached', errorFields(error));
    return undefined;
  }
}

export const signInWithOidc: Operation<Routes['signInWithOidc']> = async (deps, call) => {
  const { oidc } = deps;
  if (!oidc) throw notFound('OpenID provider in this environment');
  refuseElsewhere(call);
  const exchanged = await oidc.issuer.exchange(call.body);
  if (exchanged.kind === 'unavailable') {
    warn('OpenID provider not reached', { detail: exchanged.problem });
    throw new ApiError(503, 'unavailable', 'the OpenID provider does not answer; sign in again in a moment');
  }
  if (exchanged.kind === 'refused') throw new ApiError(401, 'sign_in_refused', exchanged.problem);
  const user = userOf(oidc.settings, exchanged.claims);
  if (user.kind === 'refused') throw new ApiError(403, 'no_role', user.problem);
  const { tenant, credential, name, scopes } = user;
  const made = await enter(deps, call, tenant, { credential, name, scopes: [...scopes] });
  if (!made) throw new ApiError(403, 'no_role', 'expected a role of a tenant that exists');
  return { status: 201, body: made.body, cookies: made.cookies, by: made.caller };
};

/**
 * The page has to be the console's own. The API does not know the console's address, but a browser says from which one a page
 * posts. The issuer compares it with what is registered, and with what the code was made for (RFC 6749, 4.1.3).
 * @throws ApiError
 */
function refuseElsewhere({ body, request }: Pick<Call<Routes['signInWithOidc']>, 'body' | 'request'>): void {
  const url = URL.parse(body.redirectUri);
  const { origin = url?.origin } = request.headers;
  if (url && url.origin === origin && body.redirectUri === `${url.origin}${OIDC_CALLBACK}`) return;
  throw invalid(`expected the console's own address with the path ${OIDC_CALLBACK}`, 'redirectUri');
}
