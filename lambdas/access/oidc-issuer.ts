import type { JSONWebKeySet } from 'jose';
import * as z from 'zod/mini';
import type { JsonAnswer, JsonClient } from '../http-client/json-client.ts';
import { remembered } from '../platform/remembered.ts';
import type { Checked, Expected } from './id-token.ts';
import type { OidcSettings } from './oidc-settings.ts';
import type { Claims } from './oidc-user.ts';

/** What a browser brings back from the issuer. */
interface Returned {
  readonly code: string;
  /** Of PKCE (RFC 7636): only the page that began can end. */
  readonly verifier: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

type Exchanged =
  | { readonly kind: 'claims'; readonly claims: Claims }
  /** The issuer does not answer as it should: that may pass. */
  | { readonly kind: 'unavailable'; readonly problem: string }
  /** The issuer, or its token, is not good for signing in. */
  | { readonly kind: 'refused'; readonly problem: string };

export interface Issuer {
  /** Where a page sends the browser to. @throws IssuerError */
  authorizationEndpoint(): Promise<string>;
  /** Exchanges a code, and checks the token that comes for it. */
  exchange(returned: Returned): Promise<Exchanged>;
}

export interface IssuerDeps {
  readonly client: JsonClient;
  /** Milliseconds since the epoch. */
  now(): number;
  checkIdToken(token: string, keys: JSONWebKeySet, expected: Expected): Promise<Checked>;
}

/** The issuer does not say what it should. */
class IssuerError extends Error {
  override readonly name = 'IssuerError';
}

/** OpenID Connect Discovery 1.0, 3. */
const DISCOVERY = z.object({
  issuer: z.string(),
  // A page goes there, so no other scheme.
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
});

/** RFC 7517, 5. What is in a key is checked by the library. */
const KEYS = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const TOKENS = z.object({ id_token: z.string().check(z.maxLength(32 * 1024)) });

/** An issuer changes its endpoints hardly ever, and its keys within days, with notice. */
const FRESH_MS = 3_600_000;
/** A token of an unknown key asks for the keys once more. Tokens of made-up keys do so no more often than this. */
const KEYS_AGAIN_MS = 30_000;
/** A route that anyone may call must not make a request each time while the issuer is down. */
const FAILED_MS = 10_000;

export function createIssuer(
  { issuer, clientId }: Pick<OidcSettings, 'issuer' | 'clientId'>,
  { client, now, checkIdToken }: IssuerDeps,
): Issuer {
  const discover = pausingAfterFailure(
    remembered(() => readDiscovery(client, issuer), FRESH_MS, now),
    now,
  );
  const newKeys = () => remembered(async () => readKeys(client, (await discover()).jwks_uri), FRESH_MS, now);
  let keys = newKeys();
  let keysRenewedAt = Number.NEGATIVE_INFINITY;

  async function check(token: string, nonce: string): Promise<Checked> {
    const expected = { issuer, clientId, nonce, now: now() };
    const checked = await checkIdToken(token, await keys(), expected);
    if (checked.kind === 'valid' || !checked.isKeyUnknown) return checked;
    if (now() - keysRenewedAt < KEYS_AGAIN_MS) return checked;
    keysRenewedAt = now();
    keys = newKeys();
    return checkIdToken(token, await keys(), expected);
  }

  async function exchange({ code, verifier, redirectUri, nonce }: Returned): Promise<Exchanged> {
    const { token_endpoint } = await discover();
    // A public client: PKCE stands in for a secret (RFC 9700, 2.1.1).
    const answer = await client.postForm(token_endpoint, {
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
    });
    if (answer.kind === 'failed') throw new IssuerError(answer.problem);
    if (answer.status >= 500 || answer.status === 429) throw new IssuerError(`status ${answer.status}`);
    if (answer.status !== 200) return { kind: 'refused', problem: `the issuer answered ${errorIn(answer)}` };
    const tokens = z.safeParse(TOKENS, answer.body);
    if (!tokens.success) throw new IssuerError('no id_token');
    const checked = await check(tokens.data.id_token, nonce);
    if (checked.kind === 'valid') return { kind: 'claims', claims: checked.claims };
    return { kind: 'refused', problem: `the issuer’s token is not valid: ${checked.problem}` };
  }

  return {
    authorizationEndpoint: async () => (await discover()).authorization_endpoint,
    async exchange(returned) {
      try {
        return await exchange(returned);
      } catch (error) {
        if (error instanceof IssuerError) return { kind: 'unavailable', problem: error.message };
        throw error;
      }
    },
  };
}

/** Of an error answer (RFC 6749, 5.2), which has a code of a few words. Anything else is not passed on. */
function errorIn({ status, body }: Extract<JsonAnswer, { kind: 'answered' }>): string {
  const { error } = (body ?? {}) as { error?: unknown };
  return typeof error === 'string' && /^[\w-]{1,60}$/.test(error) ? error : `status ${status}`;
}

async function readDiscovery(client: JsonClient, issuer: string): Promise<z.infer<typeof DISCOVERY>> {
  // OpenID Connect Discovery 1.0, 4.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = z.safeParse(DISCOVERY, bodyOf(await client.get(url)));
  if (!found.success) throw new IssuerError('its configuration lacks something');
  // 4.3: else one issuer could speak for another.
  if (found.data.issuer !== issuer) throw new IssuerError('its configuration is another issuer’s');
  return found.data;
}

async function readKeys(client: JsonClient, url: string): Promise<JSONWebKeySet> {
  const found = z.safeParse(KEYS, bodyOf(await client.get(url)));
  if (!found.success) throw new IssuerError('its keys can’t be read');
  return found.data as JSONWebKeySet;
}

function bodyOf(answer: JsonAnswer): unknown {
  if (answer.kind === 'failed') throw new IssuerError(answer.problem);
  if (answer.status !== 200) throw new IssuerError(`status ${answer.status}`);
  return answer.body;
}

function pausingAfterFailure<T>(read: () => Promise<T>, now: () => number): () => Promise<T> {
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  return async () => {
    if (failed && now() - failed.at < FAILED_MS) throw failed.error;
    try {
      const value = await read();
      failed = undefined;
      return value;
    } catch (error) {
      failed = { at: now(), error };
      throw error;
    }
  };
}
