import { signedRequest } from '../../targets/request-headers.ts';
import { type Kind, type KindRequest, type Making, OPTIONS } from '../kind.ts';
import {
  AUTH_SECRETS,
  type Auth,
  type AuthHeader,
  authProblem,
  basicHeader,
  bearerHeader,
  ownHeader,
} from './auth.ts';

export interface HttpSettings {
  /** POST when left out. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | undefined;
  readonly auth?: Auth | undefined;
}

/** The API of a service: requests of webhooks, by another method or with a credential. */
export const http: Kind<HttpSettings> = {
  takes: new Set(OPTIONS),
  secrets: AUTH_SECRETS,
  sendsSecretsTo: ({ auth }) => (auth?.type === 'oauth2' ? [auth.tokenUrl] : []),
  problem: ({ auth }, allowed, { headers = {} }) => auth && authProblem(auth, headers, allowed),
  async request(making) {
    const { target, url, described, body, at, settings } = making;
    const { method } = settings;
    const auth = settings.auth && (await authOf(making, settings.auth));
    const headers = { ...target.headers, ...(auth && { [auth.header.name]: auth.header.value }) };
    const { sent, ...request } = signedRequest({ ...target, headers }, url, described, body, at);
    return {
      ...request,
      body,
      ...(method && method !== 'POST' && { method }),
      sent: { ...sent, ...(method && method !== 'POST' && { method }) },
      ...(auth && { credentials: auth.header.credentials }),
      ...(auth?.note && { note: auth.note }),
    };
  },
};

interface Authenticated {
  readonly header: AuthHeader;
  readonly note?: KindRequest['note'];
}

/** @throws RequestProblem when there is no token; Error for what a newer release knows */
async function authOf(making: Making<HttpSettings>, auth: Auth): Promise<Authenticated> {
  switch (auth.type) {
    case 'basic':
      return { header: basicHeader(auth) };
    case 'bearer':
      return { header: bearerHeader(auth.token) };
    case 'header':
      return { header: ownHeader(auth) };
    case 'oauth2':
      return withToken(making, auth);
    default:
      throw new Error(`expected a known type of authentication, got ${(auth as { type: string }).type}`);
  }
}

async function withToken(
  { deps: { tokens }, tenant, target, timeoutMs }: Making<HttpSettings>,
  client: Extract<Auth, { type: 'oauth2' }>,
): Promise<Authenticated> {
  const of = { ref: { tenant, target: target.id }, client };
  const token = await tokens.tokenFor({ ...of, askMs: target.timeoutMs, waitMs: timeoutMs });
  return {
    header: bearerHeader(token.value),
    note: ({ status }) => {
      if (status !== 401) return undefined;
      tokens.forget(of, token);
      // It may have been taken back before its end. A new one that is refused says more than that.
      return token.isNew ? undefined : 'anew';
    },
  };
}
