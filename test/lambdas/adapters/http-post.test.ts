import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createPoster, type Post } from '../../../lambdas/adapters/http-post.ts';

const post = createPoster(true);

/** What an endpoint does with a request whose head and body have come. */
type Behaviour = (socket: Socket) => void;

function isComplete(request: string): boolean {
  const [head, body] = request.split('\r\n\r\n');
  return body !== undefined && body.length === Number(/content-length: (\d+)/i.exec(head!)?.[1] ?? 0);
}

interface Listening {
  readonly port: number;
  readonly requests: string[];
  readonly sockets: () => number;
}

const running: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of running.splice(0)) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

async function serve(behaviour: Behaviour, server = createServer()): Promise<Listening> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  server.on(
    server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection',
    (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        received += chunk;
        if (!isComplete(received)) return;
        requests.push(received);
        received = '';
        behaviour(socket);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({ server, sockets });
  return { port: (server.address() as AddressInfo).port, requests, sockets: () => sockets.size };
}

const send = (port: number, options: Partial<Post> = {}) =>
  post({
    url: `http://127.0.0.1:${port}/hook`,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from('hello'),
    timeoutMs: 5000,
    ...options,
  });

const answer =
  (head: string, body = ''): Behaviour =>
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

it('posts the body as it is, with the headers given', async () => {
  const { port, requests } = await serve(answer('200 OK'));
  await send(port, { headers: { 'content-type': 'a/b', 'webhook-id': 'evt_1' }, body: Buffer.from('{ }') });
  expect(requests.join('')).toMatch(/^POST \/hook HTTP\/1\.1\r\n/);
  expect(requests.join('')).toMatch(/\r\nwebhook-id: evt_1\r\n/i);
  expect(requests.join('')).toMatch(/\r\ncontent-type: a\/b\r\n/i);
  expect(requests.join('')).toMatch(/\r\ncontent-length: 3\r\n[\s\S]*\{ \}$/i);
});

describe('an answer is a status and the beginning of its body', () => {
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
      const { port, sockets } = await serve(answer('200 OK', 'x'.repeat(bytes)));
      for (let i = 0; i < 10; i++) {
        const { status, answer: kept = '' } = await send(port);
        expect({ status, kept }).toEqual({ status: 200, kept: 'x'.repeat(Math.min(bytes, 2048)) });
      }
      // The first is put back a moment after its answer was read.
      expect(sockets()).toBeLessThanOrEqual(2);
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

describe('no answer is an error with its class (A9)', () => {
  it.each<[string, string, Behaviour]>([
    ['reset', 'the connection is reset', (socket) => socket.resetAndDestroy()],
    [
      'reset',
      'it is reset in the middle of the headers',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nx-half: ', () => socket.resetAndDestroy()),
    ],
    ['reset', 'the connection is closed without an answer', (socket) => socket.end()],
    ['timeout', 'nothing comes', () => {}],
    ['timeout', 'the headers do not end', (socket) => socket.write('HTTP/1.1 200 OK\r\nx-half: ')],
    ['protocol', 'the answer is of another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['protocol', 'it says 100 Continue unasked', (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n')],
    ['protocol', 'the status is no number', (socket) => socket.end('HTTP/1.1 two hundred\r\n\r\n')],
    [
      'protocol',
      'the length is no number',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: a\r\n\r\n'),
    ],
    [
      'protocol',
      'the headers are endless',
      endless('HTTP/1.1 200 OK\r\n', `x-more: ${'z'.repeat(1000)}\r\n`),
    ],
    ['protocol', 'a header is endless', endless('HTTP/1.1 200 OK\r\nx-long: ', 'z'.repeat(1000))],
  ])('%s: %s', async (error, _, behaviour) => {
    const { port } = await serve(behaviour);
    const attempt = await send(port, { timeoutMs: error === 'timeout' ? 300 : 5000 });
    expect(attempt).toEqual({
      at: expect.any(Number),
      ms: expect.any(Number),
      error,
      detail: expect.stringMatching(/\w/),
    });
  });

  it('refused: nobody listens', async () => {
    const { port } = await serve(() => {});
    await new Promise((resolve) => running.splice(0)[0]!.server.close(resolve));
    expect(await send(port)).toMatchObject({
      error: 'refused',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('dns: nobody has the name', async () => {
    expect(await send(1, { url: 'http://nobody.invalid/' })).toMatchObject({ error: 'dns' });
  });

  it('tls: the certificate is nobody’s but its own', async () => {
    const pem = (name: string): Buffer =>
      readFileSync(new URL(`../../fixtures/self-signed-${name}.pem`, import.meta.url));
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
  const attempt = await post(
    { url: `http://127.0.0.1:${port}/`, headers: {}, body: Buffer.from(''), timeoutMs: 5000 },
    () => (now += 7),
  );
  expect(attempt).toMatchObject({ at: 1007, ms: 7 });
});
