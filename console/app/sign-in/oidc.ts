import { api } from '../../api/client.ts';
import type { Answer } from '../../api/types.ts';

export type Oidc = NonNullable<Answer<'/v1/console'>['oidc']>;

/** Where the issuer sends the browser back to. It is registered there. */
const CALLBACK = '/signin/callback';
/** What has to be remembered until it comes back: of this tab alone. */
const KEPT = 'posthorn-oidc';

interface Kept {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where the viewer wanted to go. */
  readonly goal: string;
}

/** 256 random bits, in characters that a URL takes. */
const random = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)));

/** Goes to the issuer: the authorization code flow with PKCE (RFC 7636). */
export async function signInWithOidc({ authorizationEndpoint, clientId, scope }: Oidc): Promise<void> {
  const kept: Kept = {
    state: random(),
    nonce: random(),
    verifier: random(),
    goal: location.pathname + location.search,
  };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  const url = new URL(authorizationEndpoint);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(kept.verifier));
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: location.origin + CALLBACK,
    scope,
    state: kept.state,
    nonce: kept.nonce,
    code_challenge: base64Url(new Uint8Array(hash)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Whether the issuer has sent the browser back. */
export const isBackFromIssuer = (): boolean => location.pathname === CALLBACK;

/**
 * Exchanges what the issuer sent for a session, and goes where the viewer wanted to go.
 * @throws Error in words for the viewer, PosthornError
 */
export async function finishOidc(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const kept = readKept();
  history.replaceState(null, '', kept?.goal ?? '/');
  // Before anything else is read: anybody can write an address that leads here, with words of their own.
  if (!kept || query.get('state') !== kept.state) {
    throw new Error('This sign-in was not begun in this tab. Sign in again.');
  }
  const [code, refusal] = [query.get('code'), query.get('error')];
  if (!code) {
    throw new Error(
      `The identity provider answered: ${query.get('error_description') ?? refusal ?? 'no code'}.`,
    );
  }
  const { verifier, nonce } = kept;
  await api.POST('/v1/session/oidc', {
    body: { code, verifier, nonce, redirectUri: location.origin + CALLBACK },
  });
}

function readKept(): Kept | undefined {
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return text === null ? undefined : (JSON.parse(text) as Kept);
}

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
