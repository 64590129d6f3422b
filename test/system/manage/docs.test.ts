import { get as httpGet, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ASSETS } from '../../../lambdas/api/page-list.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { type Document, operationsOf } from '../../helpers/fuzz/openapi.ts';

const cloud = await sharedCloud();

/** A request without a key. */
const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${cloud.apiUrl}${path}`, init);

const directives = (response: Response): Map<string, string> =>
  new Map(
    (response.headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );

describe('the OpenAPI document (C7)', () => {
  it('needs no key, and describes every route at the address of the request', async () => {
    const response = await get('/v1/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json');
    const document = (await response.json()) as Document;
    expect(document.servers).toEqual([{ url: cloud.apiUrl }]);
    expect(
      operationsOf(document)
        .map(({ operationId }) => operationId)
        .sort(),
    ).toEqual(Object.keys(ROUTES).sort());
  });
});

describe.each(['/docs', '/catalogue'])('the page %s (C7, D15)', (path) => {
  it('has nothing from another site, and nothing inline', async () => {
    const response = await get(path);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    const linked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    expect(linked.length).toBeGreaterThan(2);
    for (const url of linked) {
      expect(url).toMatch(/^(docs|v1)\/[a-z0-9.-]+$/);
      expect((await get(`/${url}`)).status, url).toBe(200);
    }
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son[a-z]+=/);
  });

  it('may not be framed, nor load or send anything elsewhere', async () => {
    const response = await get(path);
    const policy = directives(response);
    expect(policy.get('default-src')).toBe("'self'");
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(policy.get('style-src')).toBe(path === '/docs' ? "'self' 'unsafe-inline'" : "'self'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('the files of the pages', () => {
  it.each(Object.entries(ASSETS))(
    '%s has its content type, and may be cached for a while',
    async (name, { type }) => {
      const response = await get(`/docs/${name}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
    },
  );

  it('are compressed for clients that accept it', async () => {
    const plain = Buffer.from(
      await (await get('/docs/swagger-ui.css', { headers: { 'accept-encoding': 'identity' } })).bytes(),
    );
    const { status, headers, body } = await raw('/docs/swagger-ui.css', 'gzip, br');
    expect([status, headers['content-encoding'], headers.vary]).toEqual([200, 'gzip', 'accept-encoding']);
    expect(body.length).toBeLessThan(plain.length / 4);
    expect(gunzipSync(body).equals(plain)).toBe(true);
  });

  it('show tenants’ texts in the catalogue as text only (D15)', async () => {
    const script = await (await get('/docs/catalogue.js')).text();
    expect(script).toContain('textContent');
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|srcdoc/);
  });

  it.each([
    'nothing.js',
    'index.mjs',
    'docs.html',
    '..%252Findex.mjs',
    '__proto__',
    'toString',
    '%00',
    '%2525',
  ])('hold no %s', async (name) => {
    const response = await get(`/docs/${name}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found', message: 'no such file' });
  });
});

describe('the root (D8)', () => {
  it('describes the API, and its links work', async () => {
    const response = await get('/');
    expect(response.status).toBe(200);
    const { name, links } = (await response.json()) as { name: string; links: Record<string, string> };
    expect(name).toBe('Posthorn');
    for (const path of Object.values(links)) expect((await get(path)).status, path).toBe(200);
  });
});

describe('what is no route (D8)', () => {
  it.each([
    ['GET', '/v2/events', '; did you mean GET /v1/events?'],
    ['POST', '/v1/event', '; did you mean POST /v1/events?'],
    ['GET', '/events', '; did you mean GET /v1/events?'],
    ['PURGE', '/nothing', ';'],
    ['GET', '/%00/%ff', ';'],
    ['GET', '/docs/..%2Findex.mjs', ';'],
    ['GET', '/v1/targets/%2F', '; did you mean GET /v1/targets?'],
  ])('%s %s is a 404 that suggests a route', async (method, path, suggestion) => {
    const response = await get(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: 'not_found',
      message: `no such route${suggestion} GET /docs shows all routes`,
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it.each([
    ['GET', '/v1/events/?limit=5&type=a.%2A', '/v1/events?limit=5&type=a.%2A'],
    ['GET', '//v1/events', '/v1/events'],
    ['DELETE', '/v1//targets/t%20%C3%BC/', '/v1/targets/t%20%C3%BC'],
    ['GET', '/health/', '/health'],
  ])('%s %s has slashes too many, and redirects to %s', async (method, path, location) => {
    const response = await get(path, { method, redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, location]);
  });

  it('with a slash too many is still served: key and body follow the redirect', async () => {
    const publish = (headers: Record<string, string>) =>
      get('/v1/events/', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ type: 'slash.tried', data: { n: 1 } }),
      });
    expect((await publish({ authorization: `Bearer ${cloud.key}` })).status).toBe(202);
    expect((await publish({})).status).toBe(401);
    expect((await publish({ authorization: 'Bearer wrong' })).status).toBe(403);
  });

  it.each([
    ['PUT', '/v1/events', 'GET, POST'],
    ['POST', '/health', 'GET'],
    ['POST', '/v1/openapi.json', 'GET'],
    ['PURGE', '/docs/docs.js', 'GET'],
  ])('%s %s is a 405 that names the methods', async (method, path, allow) => {
    const response = await get(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ error: 'method_not_allowed' });
  });

  it('HEAD gets the same 405', async () => {
    const response = await get('/v1/events', { method: 'HEAD' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});

/** The body as sent: `fetch` decompresses. */
async function raw(path: string, encoding: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  httpGet(`${cloud.apiUrl}${path}`, { headers: { 'accept-encoding': encoding } }, resolve).on(
    'error',
    reject,
  );
  const response = await promise;
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
}
