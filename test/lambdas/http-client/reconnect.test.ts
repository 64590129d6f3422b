import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { type Behaviour, type RawServer, serveRaw } from '../../helpers/servers/odd-server.ts';

const servers: RawServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(behaviour: Behaviour): Promise<RawServer> {
  const server = await serveRaw(behaviour);
  servers.push(server);
  return server;
}

const post = createPoster({ privateAddresses: true, ports: ANY_PORT }, Date.now);
const send = ({ port }: RawServer, timeoutMs = 5000) =>
  post({
    at: Date.now(),
    url: `http://127.0.0.1:${port}/hook`,
    headers: { 'webhook-id': 'evt_1' },
    body: Buffer.from('hello'),
    timeoutMs,
  });

/** Posts once, so that there is a connection to use again. */
async function warm(server: RawServer): Promise<void> {
  expect(await send(server)).toMatchObject({ status: 200 });
  await sleep(20);
}

const ok: Behaviour = (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');

/** The first request of each connection is answered, the second is not. */
const onReuse =
  (behaviour: Behaviour): Behaviour =>
  (socket, count) =>
    count === 1 ? ok(socket, count) : behaviour(socket, count);

const close: Behaviour = (socket) => socket.end();
const reset: Behaviour = (socket) => socket.resetAndDestroy();

describe('a connection that was kept, and is closed in the moment in which it is used again (A14)', () => {
  it.each([
    ['closed', close],
    ['reset', reset],
  ])('%s: the same request is made again over a new one', async (_, behaviour) => {
    const server = await serve(onReuse(behaviour));
    await warm(server);
    const attempt = await send(server);
    expect(attempt).toEqual({
      at: expect.any(Number),
      ms: expect.any(Number),
      status: 200,
      answer: 'ok',
      reconnected: true,
      travel: expect.any(Object),
    });
    expect(server.connections()).toBe(2);
    const [, first, second] = server.requests.map((request) => request.replace(/^connection: .*\r\n/im, ''));
    expect(server.requests).toHaveLength(3);
    expect(second).toBe(first);
  });

  it('takes the answer to the second for what it is', async () => {
    const server = await serve((socket, count) => {
      if (server.connections() === 1) onReuse(reset)(socket, count);
      else socket.write('HTTP/1.1 503 Busy\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n');
    });
    await warm(server);
    expect(await send(server)).toMatchObject({ status: 503, retryAfterMs: 5000, reconnected: true });
  });

  it('makes no third', async () => {
    const server = await serve((socket, count) => {
      if (server.connections() === 1) onReuse(reset)(socket, count);
      else reset(socket, count);
    });
    await warm(server);
    expect(await send(server)).toMatchObject({ error: 'reset', reconnected: true });
    expect(server.requests).toHaveLength(3);
  });

  it('stays within its time', async () => {
    const server = await serve((socket, count) => {
      if (server.connections() > 1) return;
      onReuse(() => setTimeout(() => socket.resetAndDestroy(), 500))(socket, count);
    });
    await warm(server);
    const began = Date.now();
    const attempt = await send(server, 1000);
    expect(attempt).toMatchObject({ error: 'timeout', reconnected: true });
    // Another second for the second connection would end at 1.5 s.
    expect(Date.now() - began).toBeLessThan(1450);
    expect(server.requests).toHaveLength(3);
  });

  it('is not made for a request that was worked on before the reset', async () => {
    const server = await serve((socket, count) => {
      onReuse(() => setTimeout(() => socket.resetAndDestroy(), 1200))(socket, count);
    });
    await warm(server);
    const attempt = await send(server, 5000);
    expect(attempt).toMatchObject({ error: 'reset' });
    expect(attempt).not.toHaveProperty('reconnected');
    expect(server.requests).toHaveLength(2);
  });

  it('is found of all that are posted at once', async () => {
    const server = await serve((socket, count) => setTimeout(() => onReuse(reset)(socket, count), 20));
    const many = (): Promise<unknown[]> => Promise.all(Array.from({ length: 20 }, () => send(server)));
    await many();
    await sleep(20);
    expect(await many()).toEqual(Array(20).fill(expect.objectContaining({ status: 200, reconnected: true })));
  });
});

describe('is not made again', () => {
  it.each([
    ['closed', close],
    ['reset', reset],
  ])('what went over a new connection that is %s', async (_, behaviour) => {
    const server = await serve(behaviour);
    const attempt = await send(server);
    expect(attempt).toMatchObject({ error: 'reset' });
    expect(attempt).not.toHaveProperty('reconnected');
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, string, Behaviour]>([
    ['a byte of the answer has come', 'reset', (socket) => socket.write('H', () => reset(socket, 2))],
    [
      'an answer of 1xx has come',
      'reset',
      (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n', () => setTimeout(() => socket.end(), 20)),
    ],
    ['nothing comes', 'timeout', () => {}],
    ['something else comes', 'protocol', (socket) => socket.end('hello?\r\n')],
  ])('%s', async (_, error, behaviour) => {
    const server = await serve(onReuse(behaviour));
    await warm(server);
    const attempt = await send(server, 300);
    expect(attempt).toMatchObject({ error });
    expect(attempt).not.toHaveProperty('reconnected');
    expect(server.requests).toHaveLength(2);
  });
});

it.each([
  ['closes', close],
  ['resets', reset],
])('nothing is lost with a server that %s connections whenever it likes', async (_, behaviour) => {
  let delay = 0;
  const server = await serve((socket, count) => {
    ok(socket, count);
    // A moment after the answer, which is when the next request comes.
    delay = (delay + 0.37) % 3;
    setTimeout(() => behaviour(socket, count), delay);
  });
  for (let i = 0; i < 150; i++) {
    expect(await send(server)).toMatchObject({ status: 200, answer: 'ok' });
    await sleep(i % 3);
  }
});

it('bytes over an idle connection end it, and are no answer', async () => {
  const { promise: isClosed, resolve } = Promise.withResolvers<void>();
  const server = await serve((socket, count) => {
    ok(socket, count);
    if (server.connections() > 1) return;
    socket.on('close', () => resolve());
    setTimeout(() => socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'), 20);
  });
  await warm(server);
  await isClosed;
  expect(await send(server)).toMatchObject({ status: 200 });
  expect(server.connections()).toBe(2);
});
