import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPoster, type Post } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { type Behaviour, type RawServer, serveRaw } from '../../helpers/servers/odd-server.ts';

const post = createPoster({ privateAddresses: true, ports: ANY_PORT }, Date.now);

const running: RawServer[] = [];

afterEach(() => {
  for (const { close } of running.splice(0)) close();
});

async function serve(behaviour: Behaviour, server?: Server): Promise<RawServer> {
  const listening = await serveRaw(behaviour, server);
  running.push(listening);
  return listening;
}

const send = (port: number, options: Partial<Post> = {}) =>
  post({
    at: Date.now(),
    url: `http://127.0.0.1:${port}/hook`,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from('hello'),
    timeoutMs: 5000,
    ...options,
  });

const answer =
  (head: string, body = ''): ((socket: Socket) => void) =>
  (socket) =>
    socket.write(`HTTP/1.1 ${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/** Goes on writing as fast as the other side reads, until that has had enough. */
const endless =
  (beginning: string, part: string): Behaviour =>
  (socket) => {
    socket.write(beginning);
    const more = (): void => {
      while (!socket.destroyed && socket.write(part));
    };
    socket.on('drain', more);
    more();
  };

const pem = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/self-signed-${name}.pem`, import.meta.url));

/** Every name leads here, and the certificate of `localhost` is trusted. */
const postTls = createPoster(
  { privateAddresses: true, ports: ANY_PORT },
  Date.now,
  (_, options, callback) => {
    if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  },
);
const known = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...known, pem('cert')]));
afterAll(() => setDefaultCACertificates(known));

const serveTls = (behaviour: Behaviour, nameOf: (name: string) => void = () => {}) =>
  serve(
    behaviour,
    createTlsServer(
      {
        cert: pem('cert'),
        key: pem('key'),
        SNICallback: (name, callback) => {
          nameOf(name);
          callback(null, undefined);
        },
      },
      () => {},
    ),
  );

const sendTls = (port: number, host = 'localhost') =>
  postTls({
    at: Date.now(),
    url: `https://${host}:${port}/hook`,
    headers: {},
    body: Buffer.from('hello'),
    timeoutMs: 5000,
  });

it('posts the body as it is, with the headers given', async () => {
  const { port, requests } = await serve(answer('200 OK'));
  await send(port, { headers: { 'content-type': 'a/b', 'webhook-id': 'evt_1' }, body: Buffer.from('{ }') });
  expect(requests.join('')).toMatch(/^POST \/hook HTTP\/1\.1\r\n/);
  expect(requests.join('')).toMatch(/\r\nwebhook-id: evt_1\r\n/i);
  expect(requests.join('')).toMatch(/\r\ncontent-type: a\/b\r\n/i);
  expect(requests.join('')).toMatch(/\r\ncontent-length: 3\r\n[\s\S]*\{ \}$/i);
});

describe('an answer is a status and the beginning of its body (E8)', () => {
  it.each<[number, string]>([
    [200, 'ok'],
    [204, ''],
    [299, ''],
    [301, ''],
    [302, 'elsewhere'],
    [400, 'no'],
    [404, ''],
    [410, ''],
    [429, 'slower'],
    [500, 'oops'],
    [503, ''],
  ])('%i', async (status, body) => {
    const elsewhere = await serve(answer('200 OK'));
    const head = `${status} Something\r\nlocation: http://127.0.0.1:${elsewhere.port}/`;
    const { port } = await serve(
      status === 204 ? (socket) => socket.write(`HTTP/1.1 ${head}\r\n\r\n`) : answer(head, body),
    );
    const attempt = await send(port);
    expect(attempt).toEqual({
      at: expect.any(Number),
      ms: expect.any(Number),
      status,
      ...(body && { answer: body }),
      travel: expect.any(Object),
    });
    expect(elsewhere.requests).toEqual([]);
  });

  it('keeps how long it asks to wait', async () => {
    const { port } = await serve(answer('503 Busy\r\nretry-after: 120\r\nretry-after: 9'));
    expect(await send(port)).toMatchObject({ status: 503, retryAfterMs: 120_000 });
  });

  it.each([0, 100, 30_000])(
    'keeps 2 KiB of a body of %i bytes, and uses the connection again',
    async (bytes) => {
      const { port, connections } = await serve(answer('200 OK', 'x'.repeat(bytes)));
      for (let i = 0; i < 10; i++) {
        const { status, answer: kept = '' } = await send(port);
        expect({ status, kept }).toEqual({ status: 200, kept: 'x'.repeat(Math.min(bytes, 2048)) });
      }
      // The first is put back a moment after its answer was read.
      expect(connections()).toBeLessThanOrEqual(2);
    },
  );

  it('cuts an endless body off, and takes its status', async () => {
    const { port } = await serve(
      endless('HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n', 'y'.repeat(65_536)),
    );
    const attempt = await send(port);
    expect(attempt).toMatchObject({ status: 200, answer: 'y'.repeat(2048) });
    expect(attempt.error).toBeUndefined();
  });

  it.each<[string, Behaviour]>([
    ['breaks off', (socket) => socket.end('HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nhalf')],
    ['never ends', (socket) => socket.write('HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nhalf')],
  ])('takes the status of a body that %s', async (_, behaviour) => {
    const { port } = await serve(behaviour);
    expect(await send(port, { timeoutMs: 500 })).toMatchObject({ status: 500, answer: 'half' });
  });
});

describe('a status counts, whatever follows', () => {
  it.each<[string, Behaviour]>([
    ['endless headers', endless('HTTP/1.1 202 Yes\r\n', `x-more: ${'z'.repeat(1000)}\r\n`)],
    ['an endless header', endless('HTTP/1.1 202 Yes\r\nx-long: ', 'z'.repeat(1000))],
    [
      'endless chunks',
      endless('HTTP/1.1 202 Yes\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nz\r\n'.repeat(500)),
    ],
    ['an endless body', endless('HTTP/1.1 202 Yes\r\n\r\n', 'z'.repeat(1000))],
    [
      'an endless chunk extension',
      endless('HTTP/1.1 202 Yes\r\ntransfer-encoding: chunked\r\n\r\n1;', 'z'.repeat(1000)),
    ],
    [
      'endless trailers',
      endless(
        'HTTP/1.1 202 Yes\r\ntransfer-encoding: chunked\r\n\r\n0\r\n',
        `x-more: ${'z'.repeat(1000)}\r\n`,
      ),
    ],
  ])('%s', async (_, behaviour) => {
    const { port } = await serve(behaviour);
    const attempt = await send(port);
    expect(attempt).toMatchObject({ status: 202 });
    expect(attempt.ms).toBeLessThan(2000);
    await vi.waitFor(() => expect(running.at(-1)!.sockets.values().next().value!.destroyed).toBe(true));
  });

  it('a body that drips', async () => {
    const { port } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const dripping = setInterval(() => socket.write('z'), 10);
      socket.on('close', () => clearInterval(dripping));
    });
    const began = Date.now();
    const attempt = await send(port, { timeoutMs: 300 });
    expect(attempt).toMatchObject({ status: 200, answer: expect.stringMatching(/^z+$/) });
    const took = Date.now() - began;
    expect(took - attempt.ms).toBeGreaterThan(200);
    expect(took).toBeLessThan(3000);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['stays', () => {}],
    ['closes', (socket) => socket.end()],
    ['resets the connection', (socket) => setTimeout(() => socket.resetAndDestroy(), 20)],
  ])('an answer that comes before the body was sent, from a server that %s', async (_, then) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno');
        then(socket);
      });
    });
    const { port } = await serve(() => {}, server);
    // More than the buffers of both sides hold.
    const attempt = await send(port, { body: Buffer.alloc(16 * 1024 * 1024) });
    expect(attempt).toMatchObject({ status: 413 });
    expect(attempt.ms).toBeLessThan(2000);
  });

  it('TLS that ends without a close', async () => {
    const { port } = await serveTls((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nok', () => setTimeout(() => socket.destroy(), 20));
    });
    expect(await sendTls(port)).toMatchObject({ status: 200, answer: 'ok' });
  });
});

describe('over TLS', () => {
  it('uses a connection again, and its session for the next', async () => {
    const sessions: boolean[] = [];
    const { port, connections } = await serveTls((socket) => {
      sessions.push((socket as TLSSocket).isSessionReused());
      answer('200 OK', 'ok')(socket);
    });
    for (let i = 0; i < 5; i++) expect(await sendTls(port)).toMatchObject({ status: 200, answer: 'ok' });
    expect(connections()).toBeLessThanOrEqual(2);
    for (const socket of running.at(-1)!.sockets) socket.destroy();
    await sleep(20);
    expect(await sendTls(port)).toMatchObject({ status: 200 });
    expect(sessions.at(-1)).toBe(true);
  });

  it('names the host without the dot that ends it to TLS, and with it in Host', async () => {
    const names: string[] = [];
    const { port, requests } = await serveTls(answer('200 OK'), (name) => names.push(name));
    expect(await sendTls(port, 'localhost')).toMatchObject({ status: 200 });
    expect(await sendTls(port, 'localhost.')).toMatchObject({ status: 200 });
    expect(names).toEqual(['localhost', 'localhost']);
    expect(requests.map((request) => /^host: (.*)$/im.exec(request)![1])).toEqual([
      `localhost:${port}`,
      `localhost.:${port}`,
    ]);
  });

  it('refuses a certificate for another name', async () => {
    const { port, requests } = await serveTls(answer('200 OK'));
    for (const name of ['other.example', 'localhost.example', '127.0.0.1']) {
      expect(await sendTls(port, name)).toMatchObject({ error: 'tls' });
    }
    expect(requests).toEqual([]);
  });
});

it('keeps to 50 connections, and the others wait their turn (A14)', async () => {
  const { port, connections } = await serve((socket) => setTimeout(() => answer('200 OK')(socket), 20));
  const attempts = await Promise.all(Array.from({ length: 175 }, () => send(port)));
  expect(new Set(attempts.map(({ status }) => status))).toEqual(new Set([200]));
  expect(connections()).toBe(50);
});

it('ends in time also when it waits for its turn', async () => {
  const { port } = await serve(() => {});
  const began = Date.now();
  const attempts = await Promise.all(Array.from({ length: 60 }, () => send(port, { timeoutMs: 300 })));
  expect(new Set(attempts.map(({ error }) => error))).toEqual(new Set(['timeout']));
  expect(Date.now() - began).toBeLessThan(1500);
});

describe('no answer is an error with its class (A9)', () => {
  it.each<[string, string, Behaviour]>([
    ['reset', 'the connection is reset', (socket) => socket.resetAndDestroy()],
    [
      'reset',
      'it is reset in the middle of the status',
      (socket) => socket.write('HTTP/1.1 20', () => socket.resetAndDestroy()),
    ],
    ['reset', 'the connection is closed without an answer', (socket) => socket.end()],
    ['timeout', 'nothing comes', () => {}],
    ['timeout', 'the status does not end', (socket) => socket.write('HTTP/1.1 20')],
    [
      'timeout',
      'it says 100 Continue and no more',
      (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
    ],
    ['protocol', 'the answer is of another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['protocol', 'it says 102 without end', endless('', 'HTTP/1.1 102 Processing\r\n\r\n')],
    ['protocol', 'something else without end', endless('', 'z'.repeat(1000))],
    ['protocol', 'the status is no number', (socket) => socket.end('HTTP/1.1 two hundred\r\n\r\n')],
  ])('%s: %s', async (error, _, behaviour) => {
    const { port } = await serve(behaviour);
    const attempt = await send(port, { timeoutMs: error === 'timeout' ? 300 : 5000 });
    expect(attempt).toEqual({
      at: expect.any(Number),
      ms: expect.any(Number),
      error,
      detail: expect.stringMatching(/\w/),
      travel: expect.objectContaining({ stage: 'answer' }),
    });
  });

  it('refused: no server listens', async () => {
    const { port } = await serve(() => {});
    await new Promise((resolve) => running.splice(0)[0]!.server.close(resolve));
    expect(await send(port)).toMatchObject({
      error: 'refused',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('refused: no server listens at any of a name’s addresses', async () => {
    const { port } = await serve(() => {});
    await new Promise((resolve) => running.splice(0)[0]!.server.close(resolve));
    const postToBoth = createPoster(
      { privateAddresses: true, ports: ANY_PORT },
      Date.now,
      (_, __, callback) =>
        callback(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '::1', family: 6 },
        ]),
    );
    const url = `http://both.example:${port}/`;
    expect(
      await postToBoth({ at: Date.now(), url, headers: {}, body: Buffer.from(''), timeoutMs: 5000 }),
    ).toMatchObject({
      error: 'refused',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('dns: the name does not exist', async () => {
    expect(await send(1, { url: 'http://nobody.invalid/' })).toMatchObject({ error: 'dns' });
  });

  it('tls: the certificate is self-signed', async () => {
    setDefaultCACertificates(known);
    const { port, requests } = await serve(
      answer('200 OK'),
      createTlsServer({ cert: pem('cert'), key: pem('key') }, () => {}),
    );
    expect(await send(port, { url: `https://localhost:${port}/` })).toMatchObject({ error: 'tls' });
    expect(requests).toEqual([]);
  });

  it('timeout: the TLS handshake is never answered', async () => {
    const { port } = await serve(
      () => {},
      createServer(() => {}),
    );
    const attempt = await send(port, { url: `https://127.0.0.1:${port}/`, timeoutMs: 300 });
    expect(attempt).toMatchObject({ error: 'timeout' });
    expect(attempt.ms).toBeLessThan(3000);
  });

  it('tls: the endpoint speaks no TLS', async () => {
    const { port } = await serve(
      () => {},
      createServer((socket) => socket.end('220 mail.example.com ESMTP\r\n')),
    );
    expect(await send(port, { url: `https://127.0.0.1:${port}/` })).toMatchObject({ error: 'tls' });
  });
});

it('measures by the clock that it is given', async () => {
  const { port } = await serve(answer('200 OK'));
  let now = 1000;
  const postByClock = createPoster({ privateAddresses: true, ports: ANY_PORT }, () => (now += 7));
  const url = `http://127.0.0.1:${port}/`;
  const attempt = await postByClock({ at: 1000, url, headers: {}, body: Buffer.from(''), timeoutMs: 5000 });
  expect(attempt).toMatchObject({ at: 1000, ms: 7 });
});
