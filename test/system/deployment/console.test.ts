import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const at = (path: string, init: RequestInit = {}): Promise<Response> => fetch(cloud.consoleUrl + path, init);
const bearer = { authorization: `Bearer ${cloud.key}` };

describe('the console’s address', () => {
  it('has the same page at every path, and hashed files that are kept', async () => {
    const index = await at('/');
    const page = await index.text();
    expect([index.status, index.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(index.headers.get('cache-control')).toBe('no-cache');
    for (const path of ['/events', '/event-types/payment.failed', '/portal/endpoints/x?status=dead']) {
      expect(await (await at(path)).text()).toBe(page);
    }
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)![1]!;
    const asset = await at(script, { headers: { 'accept-encoding': 'gzip, br' } });
    expect([asset.status, asset.headers.get('content-type')]).toEqual([200, 'text/javascript']);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('br');
    const icon = await at('/favicon.svg');
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect((await at('/assets/gone-0a1b.js')).status).toBe(404);
  });

  it('runs no inline script, is framed by none but the portal’s embedders, and says nothing of the bucket', async () => {
    const framedBy = new Map([
      ['/', "'none'"],
      ['/events', "'none'"],
      ['/assets/gone.js', "'none'"],
      ['/portalx', "'none'"],
      ['/portal.x/settings', "'none'"],
      ['/portal', 'http://localhost:* http://127.0.0.1:*'],
      ['/portal/', 'http://localhost:* http://127.0.0.1:*'],
      ['/portal/endpoints/x', 'http://localhost:* http://127.0.0.1:*'],
    ]);
    for (const [path, origins] of framedBy) {
      const { headers } = await at(path);
      const policy = headers.get('content-security-policy')!;
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
      expect([path, policy.split('frame-ancestors ')[1]]).toEqual([path, origins]);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-amz-server-side-encryption')).toBeNull();
    }
    expect(await (await at('/')).text()).not.toMatch(/<script(?![^>]* src=)|<style|style="|\son\w+=/);
  });

  it('serves what the build made, and nothing else', async () => {
    const bucket = cloud.resource('Files').physicalId;
    const { Contents = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const keys = Contents.map(({ Key }) => Key!);
    expect(keys).toContain('index.html');
    expect(keys.filter((key) => /\.(tsx?|map)$|node_modules/.test(key))).toEqual([]);
    for (const Key of keys) {
      const { CacheControl } = await cloud.s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      expect([Key, CacheControl]).toEqual([
        Key,
        Key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ]);
    }
  });
});

describe('the API at the console’s address', () => {
  it('answers as at its own', async () => {
    const own = await fetch(`${cloud.apiUrl}/v1/targets`, { headers: bearer });
    const other = await at('/v1/targets', { headers: bearer });
    expect([other.status, await other.text()]).toEqual([own.status, await own.text()]);
    expect(other.headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    );
    expect((await at('/health')).status).toBe(200);
    expect((await at('/stats', { headers: bearer })).status).toBe(200);
  });

  it('takes a payload byte for byte, also the largest', async () => {
    const endpoint = await startEndpoint(() => ({ status: 200 }));
    await cloud.api.subscribe({ url: endpoint.url, events: ['console.bytes'] });
    for (const [index, size] of [300, 4_500_000].entries()) {
      const payload = randomBytes(size);
      const answer = await at('/v1/events', {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/octet-stream', 'ce-type': 'console.bytes' },
        body: payload,
      });
      expect(answer.status).toBe(202);
      const arrival = await eventually(
        () => endpoint.arrivals[index] ?? Promise.reject(new Error('nothing yet')),
      );
      expect(arrival.body.equals(payload)).toBe(true);
    }
  });

  it('keeps its documentation’s pages and their policies, and names this address in them', async () => {
    for (const path of ['/docs', '/catalogue']) {
      const { status, headers } = await at(path);
      expect(status).toBe(200);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'self'; script-src 'self'/);
    }
    const document = (await (await at('/v1/openapi.json')).json()) as { servers: { url: string }[] };
    expect(document.servers.map(({ url }) => url)).toEqual([cloud.consoleUrl]);
  });
});

/** As a browser sends it: `fetch` of Node.js would refuse some of these headers. */
function browser(path: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = httpRequest(cloud.consoleUrl + path, { headers, agent: false }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode!));
  });
  sent.on('error', reject).end();
  return promise;
}

describe('a session’s cookie', () => {
  // 401: the API saw no credential. 403: it saw one, and did not know it.
  it.each([
    ['counts for nothing by itself', { cookie: 'posthorn=phs_unknown' }, 401],
    [
      'counts for nothing by another header',
      { cookie: 'posthorn=phs_unknown', 'x-requested-with': 'XMLHttpRequest' },
      401,
    ],
    [
      'is a credential beside the header',
      { cookie: 'posthorn=phs_unknown', 'posthorn-console': 'console' },
      403,
    ],
    [
      'of the portal is not the console’s',
      { cookie: 'posthorn-portal=phs_unknown', 'posthorn-console': 'console' },
      401,
    ],
  ])('%s', async (_, headers, status) => expect(await browser('/v1/targets', headers)).toBe(status));

  it('is not looked at beside a key', async () => {
    const headers = { ...bearer, cookie: 'posthorn=phs_unknown', 'posthorn-console': 'console' };
    expect(await browser('/v1/targets', headers)).toBe(200);
  });

  it('cannot be sent with that header by another origin’s page', async () => {
    const preflight = await at('/v1/targets', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'posthorn-console',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')?.split(',')).not.toContain(
      'posthorn-console',
    );
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('the live channel at the console’s address', () => {
  const open = (path: string): Promise<{ status: number } | WebSocket> => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number } | WebSocket>();
    const socket = new WebSocket(cloud.consoleUrl.replace('http', 'ws') + path);
    socket.on('open', () => resolve(socket)).on('error', reject);
    socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve({ status: statusCode }));
    return promise;
  };

  it('opens with a ticket, once, and answers', async () => {
    const { ticket } = await cloud.api.call<{ ticket: string }>('POST', '/v1/live/tickets', {});
    const socket = (await open(`/live?ticket=${ticket}`)) as WebSocket;
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'ping' }));
    const [data] = (await answer) as [Buffer];
    expect(JSON.parse(String(data))).toEqual({ type: 'pong' });
    const closed = once(socket, 'close');
    socket.close();
    await closed;
    const { status } = (await open(`/live?ticket=${ticket}`)) as { status: number };
    expect([401, 403]).toContain(status);
  });
});
