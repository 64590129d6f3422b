import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type Behavior,
  createDistribution,
  type DistributionDefinition,
} from '../../../local/edge/distribution.ts';
import { compileEdgeFunction } from '../../../local/edge/edge-function.ts';
import { createFileAnswers, type StoredFile } from '../../../local/edge/file-origin.ts';
import { close, listen } from '../../../local/services/endpoint.ts';

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const file = (text: string, contentType = 'text/html'): StoredFile => ({
  body: Buffer.from(text),
  contentType,
  etag: `"${text.length}"`,
  cacheControl: 'no-cache',
  lastModified: new Date('2026-11-27T18:00:00Z'),
});

const FILES: Record<string, StoredFile> = {
  'index.html': file('<p>index</p>'),
  'assets/long.js': file('x'.repeat(5000), 'text/javascript'),
  'assets/long.woff2': file('x'.repeat(5000), 'font/woff2'),
  'assets/a b.js': file('blank', 'text/javascript'),
};

const files = (allowed = ['s3:GetObject', 's3:ListBucket'] as string[]): Behavior => ({
  pattern: '*',
  methods: ['GET', 'HEAD'],
  compress: true,
  onViewerRequest: undefined,
  headers: {
    set: [{ name: 'x-content-type-options', value: 'nosniff', override: true }],
    remove: ['x-amz-server-side-encryption'],
  },
  origin: {
    kind: 'files',
    answer: createFileAnswers({ allows: (action) => allowed.includes(action), read: (key) => FILES[key] }),
  },
});

/** A distribution whose `/v1/*` goes to this server. */
async function start(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end(),
  behavior: Partial<Behavior> = {},
  more: Partial<DistributionDefinition> = {},
) {
  const api = createServer(answer);
  const url = await listen(api);
  const lines: string[] = [];
  const { server, endConnections } = createDistribution(
    {
      id: 'E1',
      domain: 'd1.cloudfront.net',
      rootObject: 'index.html',
      byDefault: files(),
      behaviors: [
        {
          pattern: '/v1/*',
          methods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          compress: false,
          onViewerRequest: undefined,
          headers: undefined,
          origin: { kind: 'api', api: { host: 'abc.execute-api.us-east-1.amazonaws.com', url } },
          ...behavior,
        },
      ],
      ...more,
    },
    ({ text }) => lines.push(text),
  );
  ending.push(
    () => close(api),
    () => close(server),
    endConnections,
  );
  return { url: await listen(server), api, lines };
}

/** As sent, since `fetch` sets and hides headers. */
function raw(url: string, path: string, headers: Record<string, string> = {}, method = 'GET', body?: Buffer) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: Record<string, unknown>;
    body: Buffer;
  }>();
  const { hostname, port } = new URL(url);
  const sent = httpRequest({ hostname, port, path, method, headers, agent: false }, async (response) => {
    const chunks: Buffer[] = await response.toArray();
    resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) });
  });
  sent.on('error', reject).end(body);
  return promise;
}

describe('a bucket behind a distribution', () => {
  it('answers with its files, the root’s for the root, and the policy’s headers', async () => {
    const { url } = await start();
    const { status, headers, body } = await raw(url, '/');
    expect([status, String(body)]).toEqual([200, '<p>index</p>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      etag: '"12"',
    });
    expect(headers).not.toHaveProperty('x-amz-server-side-encryption');
    expect(String((await raw(url, '/assets/a%20b.js?v=1')).body)).toBe('blank');
    expect(await raw(url, '/', {}, 'HEAD')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('compresses what is worth it, for whom takes it', async () => {
    const { url } = await start();
    const accept = { 'accept-encoding': 'gzip, br' };
    const { headers, body } = await raw(url, '/assets/long.js', accept);
    expect(headers).toMatchObject({ 'content-encoding': 'br', etag: 'W/"5000"', vary: 'Accept-Encoding' });
    expect(String(brotliDecompressSync(body))).toBe('x'.repeat(5000));
    for (const [path, each] of [
      ['/assets/long.js', {}],
      ['/assets/long.woff2', accept],
      ['/index.html', accept],
    ] as const) {
      expect((await raw(url, path, each)).headers).not.toHaveProperty('content-encoding');
    }
  });

  it('sends nothing that the viewer has', async () => {
    const { url } = await start();
    for (const tag of ['"12"', 'W/"12"', '"other", "12"']) {
      const { status, body } = await raw(url, '/index.html', { 'if-none-match': tag });
      expect([status, body.length]).toEqual([304, 0]);
    }
    expect((await raw(url, '/index.html', { 'if-none-match': '"13"' })).status).toBe(200);
  });

  it.each([
    [['s3:GetObject', 's3:ListBucket'], '/index.html', 200],
    [['s3:GetObject', 's3:ListBucket'], '/nothing', 404],
    [['s3:GetObject'], '/nothing', 403],
    [[], '/index.html', 403],
  ])('where its policy allows %j, answers %s with %i', async (allowed, path, status) => {
    const { url } = await start(undefined, {}, { byDefault: files(allowed) });
    expect((await raw(url, path)).status).toBe(status);
  });

  it('takes no other methods', async () => {
    const { url } = await start();
    expect((await raw(url, '/', {}, 'POST', Buffer.from('x'))).status).toBe(403);
  });
});

describe('an API behind a distribution', () => {
  it('gets the request as it was, but for what is between viewer and CloudFront', async () => {
    let seen: IncomingMessage | undefined;
    let got = Buffer.alloc(0);
    const { url } = await start(async (request, response) => {
      seen = request;
      got = Buffer.concat(await request.toArray());
      response.writeHead(202, { 'set-cookie': ['a=1', 'b=2'], 'x-answer': 'yes' }).end('done');
    });
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const headers = {
      host: 'hooks.example.com',
      authorization: 'Bearer key',
      cookie: 'a=b',
      te: 'trailers',
      'x-forwarded-for': '203.0.113.7',
      'content-type': 'application/octet-stream',
      'content-length': String(sent.length),
    };
    const answer = await raw(url, '/v1/a%2Fb?q=%7B&q=1', headers, 'POST', sent);
    expect(answer).toMatchObject({
      status: 202,
      body: Buffer.from('done'),
      headers: { 'set-cookie': ['a=1', 'b=2'], 'x-answer': 'yes' },
    });
    expect(got.equals(sent)).toBe(true);
    expect([seen!.method, seen!.url]).toEqual(['POST', '/v1/a%2Fb?q=%7B&q=1']);
    expect(seen!.headers).toMatchObject({
      host: 'abc.execute-api.us-east-1.amazonaws.com',
      authorization: 'Bearer key',
      cookie: 'a=b',
      'content-length': String(sent.length),
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
    });
    expect(seen!.headers).not.toHaveProperty('te');
  });

  it('is not asked what CloudFront refuses', async () => {
    let asked = 0;
    const { url } = await start((_, response) => {
      asked += 1;
      response.end();
    });
    expect((await raw(url, '/v1/x', { 'content-length': '1' }, 'GET', Buffer.from('x'))).status).toBe(403);
    expect((await raw(url, '/v1/x', {}, 'TRACE')).status).toBe(403);
    expect((await raw(url, `/v1/${'x'.repeat(8190)}`)).status).toBe(413);
    expect((await raw(url, '/v1/x', { 'x-long': 'x'.repeat(20_480) })).status).toBe(413);
    expect(asked).toBe(0);
    expect((await raw(url, '/v1/x', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
  });

  it('that is gone is a 502', async () => {
    const { url, api, lines } = await start();
    await close(api);
    expect((await raw(url, '/v1/x')).status).toBe(502);
    expect(lines).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it('keeps its own header where the policy does not override', async () => {
    const set = [
      { name: 'content-security-policy', value: 'weak', override: false },
      { name: 'referrer-policy', value: 'no-referrer', override: true },
    ];
    const own = { 'content-security-policy': 'own', 'referrer-policy': 'origin' };
    const { url } = await start((_, response) => response.writeHead(200, own).end(), {
      headers: { set, remove: [] },
    });
    expect((await raw(url, '/v1/x')).headers).toMatchObject({ ...own, 'referrer-policy': 'no-referrer' });
  });

  it('talks to WebSockets, whose connections end with the distribution', async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const { url, api } = await start(undefined, { pattern: '/live' });
    let host: string | undefined;
    api.on('upgrade', (request, socket, head) => {
      host = request.headers.host;
      sockets.handleUpgrade(request, socket, head, (each) => {
        each.on('message', (data) => each.send(`${request.url} ${String(data)}`));
      });
    });
    const client = new WebSocket(`${url.replace('http', 'ws')}/live?ticket=1`);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    client
      .on('open', () => client.send('hello'))
      .on('message', (data) => resolve(String(data)))
      .on('error', reject);
    expect(await promise).toBe('/live?ticket=1 hello');
    expect(host).toBe('abc.execute-api.us-east-1.amazonaws.com');
    const gone = new Promise((done) => client.once('close', done));
    for (const end of ending.splice(0).reverse()) await end();
    await gone;
  });

  it('gives no WebSocket to a bucket', async () => {
    const { url } = await start();
    const client = new WebSocket(`${url.replace('http', 'ws')}/elsewhere`);
    const status = await new Promise((resolve) =>
      client.on('unexpected-response', (_, response) => resolve(response.statusCode)),
    );
    expect(status).toBe(403);
  });
});

describe('a function at the edge', () => {
  const at = (code: string) => ({ onViewerRequest: compileEdgeFunction(code) });

  it('changes what the origin gets', async () => {
    const code = `function handler(event) {
      event.request.headers.authorization = { value: 'Bearer ' + event.request.cookies.session.value };
      event.request.cookies = {};
      event.request.uri = '/v1/changed';
      return event.request;
    }`;
    let seen: IncomingMessage | undefined;
    const { url } = await start((request, response) => {
      seen = request;
      response.end();
    }, at(code));
    await raw(url, '/v1/x?y=1', { cookie: 'session=s; other=o' });
    expect(seen!.url).toBe('/v1/changed?y=1');
    expect(seen!.headers.authorization).toBe('Bearer s');
    expect(seen!.headers).not.toHaveProperty('cookie');
  });

  it.each([
    ['throws', 'function handler() { throw new Error("no"); }'],
    ['returns nothing', 'function handler() {}'],
    [
      'adds Connection',
      "function handler(e) { e.request.headers.connection = { value: 'close' }; return e.request; }",
    ],
    ['changes Host', "function handler(e) { e.request.headers.host = { value: 'a' }; return e.request; }"],
    [
      'writes a name in capitals',
      "function handler(e) { e.request.headers.Via2 = { value: 'a' }; return e.request; }",
    ],
    ['waits for a timer', 'function handler(e) { setTimeout(function () {}, 1); return e.request; }'],
    ['evaluates text', "function handler(e) { eval('1'); return e.request; }"],
    ['reads the environment', 'function handler(e) { e.request.uri = process.env.HOME; return e.request; }'],
  ])('that %s is a 502', async (_, code) => {
    const { url, lines } = await start(undefined, at(code));
    expect((await raw(url, '/v1/x')).status).toBe(502);
    expect(lines).toEqual([expect.stringMatching(/^EdgeFunction/)]);
  });

  it.each([
    [
      'has more than 10 KB',
      `function handler(e) { return e.request; }${' '.repeat(10_240)}`,
      /at most 10240/,
    ],
    ['has no handler', 'const x = 1;', /named handler/],
    ['destructures', 'function handler({ request }) { return request; }', /runtime/],
    ['chains optionally', 'function handler(e) { return e?.request; }', /runtime/],
    ['spreads', 'function handler(e) { return { ...e.request }; }', /runtime/],
    ['loops with of', 'function handler(e) { for (const x of []) {} return e.request; }', /runtime/],
    ['exports', 'export function handler(e) { return e.request; }', /export/],
  ])('is not taken if it %s', (_, code, message) => {
    expect(() => compileEdgeFunction(code)).toThrow(message);
  });
});
