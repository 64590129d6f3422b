import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A small OpenID provider on a socket: discovery, keys, and a token endpoint that checks what it has to. */
export interface TestIssuer {
  readonly url: string;
  readonly clientId: string;
  /** What it was asked, as paths. */
  readonly asked: string[];
  /** Signs a user in, as its own page would: the code that it sends the browser back with. */
  code(request: Authorized): string;
  /** Signs a token with its present key. */
  sign(claims: Readonly<Record<string, unknown>>, kid?: string): Promise<string>;
  /** Replaces its keys, as issuers do from time to time. */
  rotate(): Promise<void>;
  /** Answers a path in another way; undefined as before. */
  answer(path: string, how: ((response: ServerResponse) => void) | undefined): void;
  /** The claims of each token, unless a code has its own. */
  readonly claims: Record<string, unknown>;
  close(): Promise<void>;
}

interface Authorized {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** RFC 7636, 4.2. */
export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

export async function startIssuer(clientId = 'posthorn'): Promise<TestIssuer> {
  const codes = new Map<string, Authorized>();
  const others = new Map<string, (response: ServerResponse) => void>();
  const asked: string[] = [];
  const claims: Record<string, unknown> = { sub: 'jane', email: 'jane@example.com', groups: ['operators'] };
  let key = await newKey();

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const other = others.get(path);
    if (other) return other(response);
    if (path === '/.well-known/openid-configuration') {
      return send(response, 200, {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
      });
    }
    if (path === '/keys') return send(response, 200, { keys: [key.jwk] });
    if (path !== '/token' || request.method !== 'POST') return send(response, 404, {});
    const form = new URLSearchParams(await textOf(request));
    const given = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const isRight =
      given &&
      form.get('grant_type') === 'authorization_code' &&
      form.get('client_id') === clientId &&
      form.get('redirect_uri') === given.redirectUri &&
      challengeOf(form.get('code_verifier') ?? '') === given.challenge;
    if (!isRight) return send(response, 400, { error: 'invalid_grant', error_description: '<b>no</b>' });
    const id_token = await sign({ nonce: given.nonce, ...claims, ...given.claims });
    return send(response, 200, { token_type: 'Bearer', access_token: 'opaque', id_token });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function sign(more: Readonly<Record<string, unknown>>, kid = key.kid): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: url, aud: clientId, iat: now, exp: now + 300, ...more })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(key.privateKey);
  }

  return {
    url,
    clientId,
    asked,
    claims,
    sign,
    code(request) {
      const code = randomBytes(16).toString('hex');
      codes.set(code, request);
      return code;
    },
    async rotate() {
      key = await newKey();
    },
    answer(path, how) {
      if (how) others.set(path, how);
      else others.delete(path);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = randomBytes(4).toString('hex');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' };
  return { privateKey, kid, jwk };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
