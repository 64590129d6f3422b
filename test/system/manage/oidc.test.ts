import { describe, expect, it } from 'vitest';
import type { OidcSettings } from '../../../lambdas/access/oidc-settings.ts';
import { edits, withoutWindows, withVariable } from '../../helpers/arbitrary/edits.ts';
import { type List, startCloud } from '../../helpers/cloud.ts';
import { onFileEnd } from '../../helpers/file-end.ts';
import { challengeOf, startIssuer } from '../../helpers/servers/issuer.ts';

/** Signing in at an OpenID provider, through the real functions. */
const issuer = await startIssuer();
onFileEnd(issuer.close);
const ACME = 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const settings: OidcSettings = {
  issuer: issuer.url,
  clientId: issuer.clientId,
  claim: 'groups',
  roles: {
    operators: { scopes: ['admin'] },
    editors: { scopes: ['manage'] },
    lost: { scopes: ['read'], tenantId: ACME },
  },
};
const cloud = await startCloud({
  edit: edits(withoutWindows, withVariable('OIDC', JSON.stringify(settings))),
});

const ORIGIN = 'https://hooks.example.com';
const redirectUri = `${ORIGIN}/signin/callback`;
const verifier = 'v'.repeat(43);
const nonce = 'n'.repeat(22);

const codeFor = (claims: object): string =>
  issuer.code({ challenge: challengeOf(verifier), redirectUri, nonce, claims: { ...claims } });

async function signIn(
  claims: object,
  more: object = {},
  headers: Record<string, string> = { origin: ORIGIN },
) {
  const response = await fetch(`${cloud.apiUrl}/v1/session/oidc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ code: codeFor(claims), verifier, redirectUri, nonce, ...more }),
  });
  const [cookie] = response.headers.getSetCookie();
  return {
    status: response.status,
    body: (await response.json()) as { message?: string; error?: string },
    cookie,
    text: /=(phs_[^;]*)/.exec(cookie ?? '')?.[1] ?? '',
  };
}

const as = (credential: string, method: string, path: string, body?: object) =>
  cloud.request(method, path, body, { authorization: `Bearer ${credential}` });

describe('a user of an OpenID provider (B11)', () => {
  it('finds it by what the page is told', async () => {
    const answer = await cloud.request('GET', '/v1/console', undefined, { authorization: undefined });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        environment: 'local',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        oidc: {
          issuer: issuer.url,
          clientId: 'posthorn',
          authorizationEndpoint: `${issuer.url}/authorize`,
          scope: 'openid email profile',
        },
      },
    });
  });

  it('signs in with the role of its group, and works under its name', async () => {
    const { status, body, cookie, text } = await signIn({ groups: ['staff', 'editors'] });
    expect([status, body.message]).toEqual([201, undefined]);
    expect(cookie).toMatch(/^posthorn=phs_.*; HttpOnly; SameSite=Strict; Path=\/; Max-Age=28800$/);
    expect(body).toMatchObject({
      credential: { kind: 'user', id: expect.stringMatching(/^usr_/), name: 'jane@example.com' },
      scopes: ['manage'],
      isSession: true,
    });
    expect((await as(text, 'GET', '/v1/tenants')).status).toBe(403);
    const made = await as(text, 'POST', '/v1/portal-tokens', {});
    expect(made.status).toBe(201);
    const { token } = made.body as { token: string };
    expect((await as(token, 'GET', '/v1/tenant')).status).toBe(200);
    expect((await as(text, 'POST', '/v1/keys', { name: 'by a user', scopes: ['read'] })).status).toBe(201);
    expect((await as(text, 'POST', '/v1/sign-in-links')).status).toBe(403);
    const { items } = await cloud.api.call<List<object>>('GET', '/v1/audit?limit=3');
    expect(items).toMatchObject(
      ['createKey', 'createPortalToken', 'signInWithOidc'].map((operation) => ({
        operation,
        credential: expect.stringMatching(/^usr_/),
        credentialName: 'jane@example.com',
        sessionId: expect.stringMatching(/^ses_/),
      })),
    );
  });

  it('who is an administrator acts for a tenant, and comes back', async () => {
    const { id } = await cloud.api.call<{ id: string }>('POST', '/v1/tenants', { name: 'Acme' });
    const { text } = await signIn({ groups: 'operators' });
    const post = (path: string, credential: string, body?: object) =>
      fetch(`${cloud.apiUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    const acting = await post('/v1/session', text, { tenantId: id });
    expect(acting.status).toBe(201);
    expect(await acting.json()).toMatchObject({ tenantId: id, scopes: ['manage', 'publish', 'read'] });
    const [, own = ''] = /=(phs_[^;]*)/.exec(acting.headers.getSetCookie()[0]!)!;
    expect((await as(own, 'GET', '/v1/tenants')).status).toBe(403);
    const back = await post('/v1/session/return', own);
    expect(await back.json()).toMatchObject({ scopes: ['admin'], credential: { kind: 'user' } });
  });

  it.each<[string, object, number, RegExp]>([
    ['in no mapped group', { groups: ['staff'] }, 403, /claim groups/],
    ['without groups', { groups: undefined }, 403, /claim groups/],
    ['of a tenant that does not exist', { groups: ['lost'] }, 403, /tenant that exists/],
    ['with a token for another client', { groups: ['operators'], aud: 'other' }, 401, /not valid/],
    [
      'with a token of another issuer',
      { groups: ['operators'], iss: 'https://evil.example' },
      401,
      /not valid/,
    ],
  ])('does not get in %s', async (_, claims, status, message) => {
    const answer = await signIn(claims);
    expect(answer).toMatchObject({
      status,
      body: { message: expect.stringMatching(message) },
      cookie: undefined,
    });
  });

  it.each<[string, object, Record<string, string>?]>([
    ['another path', { redirectUri: `${ORIGIN}/else` }],
    ['a query', { redirectUri: `${redirectUri}?x=1` }],
    ['no address', { redirectUri: 'javascript:alert(1)' }],
    ['another page than the one that asks', {}, { origin: 'https://evil.example' }],
  ])('is sent back to %s: refused', async (_, more, headers) => {
    const answer = await signIn({ groups: ['operators'] }, more, headers);
    expect(answer).toMatchObject({ status: 422, body: { field: 'redirectUri' }, cookie: undefined });
  });

  it('is refused with a code that was used, or is another’s', async () => {
    const code = codeFor({ groups: ['editors'] });
    expect(await signIn({}, { code })).toMatchObject({ status: 201 });
    for (const more of [
      { code },
      { code: 'made-up' },
      { verifier: 'w'.repeat(43) },
      { nonce: 'm'.repeat(22) },
    ]) {
      const answer = await signIn({ groups: ['editors'] }, more);
      expect(answer).toMatchObject({ status: 401, body: { error: 'sign_in_refused' }, cookie: undefined });
    }
  });

  it('is told that the provider is down', async () => {
    issuer.answer('/token', (response) => void response.writeHead(503).end('{}'));
    expect(await signIn({ groups: ['editors'] })).toMatchObject({ status: 503, cookie: undefined });
    issuer.answer('/token', undefined);
    expect(cloud.warnings('OpenID provider not reached')).toMatchObject([{ detail: 'status 503' }]);
  });

  it('leaves none of its tokens in a log', () => {
    const printed = cloud.lines.map(({ text }) => text).join('\n');
    expect(printed).not.toMatch(/phs_|eyJ/);
  });
});

it('needs no permission that it lacks', () => expect(cloud.denials).toEqual([]));
