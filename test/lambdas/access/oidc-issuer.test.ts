import type { ServerResponse } from 'node:http';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkIdToken } from '../../../lambdas/access/id-token.ts';
import { createIssuer } from '../../../lambdas/access/oidc-issuer.ts';
import { createJsonClient } from '../../../lambdas/http-client/json-client.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { challengeOf, startIssuer } from '../../helpers/servers/issuer.ts';

/** The client of OpenID Connect with its real code, against an issuer on a socket. */
const server = await startIssuer();
afterAll(server.close);

const ALLOWED = { http: true, privateAddresses: true, ports: ANY_PORT };
const VERIFIER = 'v'.repeat(43);
const REDIRECT = 'https://hooks.example.com/signin/callback';
const NONCE = 'n'.repeat(22);

let skipped = 0;
function client(allowed = ALLOWED) {
  const now = () => Date.now() + skipped;
  return createIssuer(
    { issuer: server.url, clientId: server.clientId },
    { client: createJsonClient(allowed, now, 300), now, checkIdToken },
  );
}

const PATHS = ['/.well-known/openid-configuration', '/keys', '/token'] as const;
beforeEach(() => {
  skipped = 0;
  server.asked.length = 0;
  for (const path of PATHS) server.answer(path, undefined);
});

const codeFor = (claims: object = {}) =>
  server.code({
    challenge: challengeOf(VERIFIER),
    redirectUri: REDIRECT,
    nonce: NONCE,
    claims: { ...claims },
  });
const returned = (more: object = {}) => ({
  code: codeFor(),
  verifier: VERIFIER,
  redirectUri: REDIRECT,
  nonce: NONCE,
  ...more,
});

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('the issuer', () => {
  it('gives the claims of a user for a code, once', async () => {
    const issuer = client();
    expect(await issuer.authorizationEndpoint()).toBe(`${server.url}/authorize`);
    const code = codeFor();
    expect(await issuer.exchange(returned({ code }))).toMatchObject({
      kind: 'claims',
      claims: { sub: 'jane' },
    });
    expect(await issuer.exchange(returned({ code }))).toEqual({
      kind: 'refused',
      problem: 'the issuer answered invalid_grant',
    });
    expect(server.asked).toEqual([PATHS[0], '/token', '/keys', '/token']);
  });

  it.each<[string, object]>([
    ['another verifier', { verifier: 'w'.repeat(43) }],
    ['another page', { redirectUri: 'https://evil.example/signin/callback' }],
    ['a made-up code', { code: 'x' }],
  ])('refuses %s', async (_, more) => {
    expect(await client().exchange(returned(more))).toMatchObject({ kind: 'refused' });
  });

  it('is not believed with a token of another sign-in', async () => {
    expect(await client().exchange(returned({ nonce: 'm'.repeat(22) }))).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('nonce'),
    });
  });

  it('may replace its keys, which are read again, but not for each made-up one', async () => {
    const issuer = client();
    await issuer.exchange(returned());
    await server.rotate();
    expect(await issuer.exchange(returned())).toMatchObject({ kind: 'claims' });
    const read = () => server.asked.filter((path) => path === '/keys').length;
    expect(read()).toBe(2);
    server.answer('/token', json({ id_token: await server.sign({ sub: 'x', nonce: NONCE }, 'made-up') }));
    expect(await issuer.exchange(returned())).toMatchObject({ kind: 'refused' });
    expect(read()).toBe(2);
    skipped = 31_000;
    await issuer.exchange(returned());
    expect(read()).toBe(3);
  });

  it.each<[string, (typeof PATHS)[number], (response: ServerResponse) => void]>([
    ['hangs', PATHS[0], () => {}],
    ['hangs with the keys', '/keys', () => {}],
    ['hangs with the token', '/token', () => {}],
    ['answers without end', '/token', (response) => void response.writeHead(200).write('{'.padEnd(70_000))],
    [
      'answers 10 MB',
      '/keys',
      (response) => void response.end(JSON.stringify({ keys: 'x'.repeat(10_000_000) })),
    ],
    ['is no JSON', PATHS[0], (response) => void response.end('<html>')],
    ['is down', PATHS[0], json({}, 503)],
    ['is busy', '/token', json({ error: 'slow_down' }, 429)],
    ['leads elsewhere', PATHS[0], (response) => void response.writeHead(302, { location: '/else' }).end()],
    ['speaks for another one', PATHS[0], json({ ...configuration(), issuer: 'https://other.example' })],
    [
      'names a script as its page',
      PATHS[0],
      json({ ...configuration(), authorization_endpoint: 'javascript:alert(1)' }),
    ],
    ['lacks endpoints', PATHS[0], json({ issuer: server.url })],
    ['has no keys', '/keys', json({ keys: 7 })],
    ['gives no token', '/token', json({ access_token: 'x' })],
    ['gives null', '/token', json(null)],
  ])('that %s is told to be unavailable, in time', async (_, path, how) => {
    const issuer = client();
    server.answer(path, how);
    const began = performance.now();
    expect(await issuer.exchange(returned())).toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('that is down is asked again after a while, not with each request', async () => {
    const issuer = client();
    server.answer(PATHS[0], json({}, 500));
    for (let i = 0; i < 3; i++) await expect(issuer.authorizationEndpoint()).rejects.toThrow('status 500');
    expect(server.asked).toHaveLength(1);
    server.answer(PATHS[0], undefined);
    skipped = 11_000;
    expect(await issuer.authorizationEndpoint()).toBe(`${server.url}/authorize`);
  });

  it('that answers an error in HTML is not quoted', async () => {
    server.answer('/token', json({ error: '<script>alert(1)</script>' }, 400));
    expect(await client().exchange(returned())).toEqual({
      kind: 'refused',
      problem: 'the issuer answered status 400',
    });
  });

  it.each<[string, object]>([
    ['plain http', { http: false }],
    ['an address that is not public', { privateAddresses: false }],
  ])('is not asked over %s, outside the laptop', async (_, more) => {
    expect(await client({ ...ALLOWED, ...more }).exchange(returned())).toMatchObject({ kind: 'unavailable' });
    expect(server.asked).toEqual([]);
  });
});

function configuration() {
  return {
    issuer: server.url,
    authorization_endpoint: `${server.url}/authorize`,
    token_endpoint: `${server.url}/token`,
    jwks_uri: `${server.url}/keys`,
  };
}
