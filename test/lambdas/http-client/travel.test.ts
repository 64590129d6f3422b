import { readFileSync } from 'node:fs';
import { createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Travel } from '../../../lambdas/http-client/attempt-record.ts';
import { ConnectionTrace, travelOf, type Use } from '../../../lambdas/http-client/connection-trace.ts';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { type Behaviour, type RawServer, serveRaw } from '../../helpers/servers/odd-server.ts';

const pem = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/self-signed-${name}.pem`, import.meta.url));
const known = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...known, pem('cert')]));
afterAll(() => setDefaultCACertificates(known));

const servers: RawServer[] = [];
afterEach(() => {
  for (const { close } of servers.splice(0)) close();
});

async function serve(behaviour: Behaviour, server?: Server): Promise<RawServer> {
  const made = await serveRaw(behaviour, server);
  servers.push(made);
  return made;
}

const ok = (socket: Socket): unknown => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
const tlsServer = (): Server => createTlsServer({ cert: pem('cert'), key: pem('key') }, () => {});

/** Milliseconds that names take to resolve, so that the time of it can't be taken for another. */
const DNS_MS = 40;

/** A timer of Node.js may be early by as much as its loop is late. */
function inAtLeast(delayMs: number, then: () => void): void {
  const until = performance.now() + delayMs;
  const look = (): void => {
    if (performance.now() >= until) then();
    else setTimeout(look, 5);
  };
  look();
}

/** Finds these addresses for each name; none is a name that takes too long. */
const resolvesTo =
  (...addresses: string[]): LookupFunction =>
  (_, options, callback) => {
    if (addresses.length === 0) return;
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    inAtLeast(DNS_MS, () => {
      if (options.all) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    });
  };

const posterTo = (resolve: LookupFunction) =>
  createPoster({ privateAddresses: true, ports: ANY_PORT }, Date.now, resolve);

interface Sending {
  readonly resolve?: LookupFunction;
  readonly timeoutMs?: number;
  readonly post?: ReturnType<typeof posterTo>;
}

async function travels(url: string, { resolve, timeoutMs = 5000, post }: Sending = {}) {
  const send = post ?? posterTo(resolve ?? resolvesTo('127.0.0.1'));
  return send({ at: Date.now(), url, headers: {}, body: Buffer.from('x'), timeoutMs });
}

const ms = expect.any(Number);

describe('what is known of how a request travelled (A9)', () => {
  it('over http to a name', async () => {
    const { port } = await serve((socket) => inAtLeast(60, () => ok(socket)));
    const { travel, ms: took } = await travels(`http://a.example:${port}/`);
    expect(travel).toEqual({ address: '127.0.0.1', dns: ms, connect: ms, firstByte: ms });
    expect(travel!.dns).toBeGreaterThanOrEqual(DNS_MS / 2);
    expect(travel!.firstByte).toBeGreaterThanOrEqual(58);
    for (const time of [travel!.dns!, travel!.connect!, travel!.firstByte!])
      expect(Number.isInteger(time)).toBe(true);
    expect(travel!.dns! + travel!.connect! + travel!.firstByte!).toBeLessThanOrEqual(took + 5);
  });

  it('over http to an address: there is no name to resolve', async () => {
    const { port } = await serve(ok);
    expect((await travels(`http://127.0.0.1:${port}/`)).travel).toEqual({
      address: '127.0.0.1',
      connect: ms,
      firstByte: ms,
    });
  });

  it('over https', async () => {
    const { port } = await serve(ok, tlsServer());
    expect((await travels(`https://localhost:${port}/`)).travel).toEqual({
      address: '127.0.0.1',
      tlsVersion: '1.3',
      dns: ms,
      connect: ms,
      tls: ms,
      firstByte: ms,
    });
  });

  it('by an older TLS', async () => {
    const server = createTlsServer({ cert: pem('cert'), key: pem('key'), maxVersion: 'TLSv1.2' }, () => {});
    const { port } = await serve(ok, server);
    expect((await travels(`https://localhost:${port}/`)).travel).toMatchObject({ tlsVersion: '1.2' });
  });

  it.each(['http', 'https'])('over a connection of %s that was used before', async (scheme) => {
    const server = await serve(ok, scheme === 'https' ? tlsServer() : undefined);
    const sending = { post: posterTo(resolvesTo('127.0.0.1')) };
    const url = `${scheme}://localhost:${server.port}/`;
    await travels(url, sending);
    // It is put back a moment after its answer was read.
    await sleep(20);
    expect((await travels(url, sending)).travel).toEqual({
      address: '127.0.0.1',
      ...(scheme === 'https' && { tlsVersion: '1.3' }),
      reused: true,
      firstByte: ms,
    });
    expect(server.connections()).toBe(1);
  });

  it('over a new connection, after one that was used before turned out to be closed', async () => {
    const server = await serve((socket, count) => (count === 1 ? ok(socket) : socket.resetAndDestroy()));
    const sending = { post: posterTo(resolvesTo('127.0.0.1')) };
    const url = `http://a.example:${server.port}/`;
    await travels(url, sending);
    await sleep(20);
    expect(await travels(url, sending)).toMatchObject({ status: 200, reconnected: true });
    const { travel } = await (async () => {
      await sleep(20);
      return travels(url, sending);
    })();
    expect(travel).toEqual({ address: '127.0.0.1', dns: ms, connect: ms, firstByte: ms });
  });

  it('after a wait for one of the connections that a host gets', async () => {
    const { port } = await serve((socket) => inAtLeast(50, () => ok(socket)));
    const sending = { post: posterTo(resolvesTo('127.0.0.1')) };
    const all = await Promise.all(
      Array.from({ length: 60 }, () => travels(`http://127.0.0.1:${port}/`, sending)),
    );
    const waited = all.filter(({ travel }) => travel!.wait !== undefined);
    expect(waited).toHaveLength(10);
    for (const { travel } of waited) expect(travel).toMatchObject({ reused: true, wait: ms, firstByte: ms });
    for (const { travel } of waited) expect(travel!.wait).toBeGreaterThanOrEqual(25);
  });

  it('to the last address of a name that was tried', async () => {
    const { port } = await serve(ok);
    const { travel } = await travels(`http://a.example:${port}/`, {
      resolve: resolvesTo('127.0.0.9', '127.0.0.1'),
    });
    expect(travel).toMatchObject({ address: '127.0.0.1', dns: ms, connect: ms });
  });
});

describe('without an answer it shows how far the request came (A9)', () => {
  const never = (): void => {};

  it('dns: there is no such name', async () => {
    const nowhere: LookupFunction = (_, __, callback) =>
      setTimeout(() => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []), 5);
    const attempt = await travels('http://nobody.invalid/', { resolve: nowhere });
    expect(attempt).toMatchObject({ error: 'dns', travel: { stage: 'dns' } });
    expect(attempt.travel).toEqual({ stage: 'dns' });
  });

  it('dns: the name takes too long', async () => {
    const attempt = await travels('http://slow.invalid/', { resolve: resolvesTo(), timeoutMs: 100 });
    expect(attempt).toMatchObject({ error: 'timeout', travel: { stage: 'dns' } });
  });

  it('connect: refused', async () => {
    const server = await serve(never);
    await new Promise((resolve) => server.server.close(resolve));
    const attempt = await travels(`http://a.example:${server.port}/`);
    expect(attempt.error).toBe('refused');
    expect(attempt.travel).toEqual({ address: '127.0.0.1', dns: ms, stage: 'connect' });
  });

  it('connect: no answer in time', async () => {
    // A documentation address (RFC 5737): where packets to it are refused at once, there is no time to run out.
    const attempt = await travels('http://a.example:9/', {
      resolve: resolvesTo('192.0.2.1'),
      timeoutMs: 300,
    });
    expect(['timeout', 'unreachable', 'refused']).toContain(attempt.error);
    expect(attempt.travel).toEqual({ address: '192.0.2.1', dns: ms, stage: 'connect' });
  });

  it('tls: the certificate is for another name', async () => {
    const { port } = await serve(ok, tlsServer());
    const attempt = await travels(`https://other.example:${port}/`);
    expect(attempt.error).toBe('tls');
    expect(attempt.travel).toEqual({ address: '127.0.0.1', dns: ms, connect: ms, stage: 'tls' });
  });

  it('tls: the handshake is not answered in time', async () => {
    const { port } = await serve(never, createServer(never));
    const attempt = await travels(`https://localhost:${port}/`, { timeoutMs: 300 });
    expect(attempt.error).toBe('timeout');
    expect(attempt.travel).toEqual({ address: '127.0.0.1', dns: ms, connect: ms, stage: 'tls' });
  });

  // TLS takes long on a busy machine.
  it.each(['http', 'https'])('answer: none came in time over %s', async (scheme) => {
    const { port } = await serve(never, scheme === 'https' ? tlsServer() : undefined);
    const attempt = await travels(`${scheme}://localhost:${port}/`, { timeoutMs: 1000 });
    expect(attempt.error).toBe('timeout');
    expect(attempt.travel).toMatchObject({ address: '127.0.0.1', connect: ms, stage: 'answer' });
    expect(attempt.travel).not.toHaveProperty('firstByte');
  });

  it('answer: it began and was none', async () => {
    const { port } = await serve((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    const attempt = await travels(`http://127.0.0.1:${port}/`);
    expect(attempt).toMatchObject({ error: 'protocol', travel: { stage: 'answer', firstByte: ms } });
  });

  it('wait: no connection was free in time', async () => {
    const { port } = await serve(never);
    const sending = { post: posterTo(resolvesTo('127.0.0.1')), timeoutMs: 300 };
    const all = await Promise.all(
      Array.from({ length: 51 }, () => travels(`http://127.0.0.1:${port}/`, sending)),
    );
    const waited = all.filter(({ travel }) => travel!.stage === 'wait');
    expect(waited.map(({ error }) => error)).toEqual(['timeout']);
    expect(waited[0]!.travel!.wait).toBeGreaterThanOrEqual(200);
  });

  it('a forbidden port: nothing was begun', async () => {
    const post = createPoster({ privateAddresses: true, ports: [] }, Date.now);
    const attempt = await travels('http://127.0.0.1:9/', { post });
    expect(attempt).toMatchObject({ error: 'forbidden_address', travel: {} });
    expect(attempt.travel).toEqual({});
  });
});

describe('the times of a request', () => {
  const trace = (about: Partial<ConnectionTrace>): ConnectionTrace =>
    Object.assign(Object.create(ConnectionTrace.prototype), { beganAt: 100, isTls: false, ...about });
  const use = (about: Partial<Use> = {}): Use => ({ beganAt: 100, assignedAt: 100, endedAt: 900, ...about });

  it.each<[string, Partial<ConnectionTrace>, Partial<Use>, Travel]>([
    [
      'add up to the time that it took',
      { isTls: true, lookedUpAt: 110, connectedAt: 130, securedAt: 160, address: 'a', tlsVersion: '1.3' },
      { firstByteAt: 250 },
      { address: 'a', tlsVersion: '1.3', dns: 10, connect: 20, tls: 30, firstByte: 90 },
    ],
    ['are whole', { connectedAt: 100.4 }, { firstByteAt: 101.1 }, { connect: 0, firstByte: 1 }],
    [
      'count from when a used connection was taken, and leave out how it was opened',
      { beganAt: 1, lookedUpAt: 2, connectedAt: 3 },
      { isReused: true, assignedAt: 150, firstByteAt: 180 },
      { reused: true, wait: 50, firstByte: 30 },
    ],
    [
      'have no wait that is none',
      { beganAt: 109, connectedAt: 110 },
      { firstByteAt: 120 },
      { connect: 1, firstByte: 10 },
    ],
    [
      'have one for a new connection',
      { beganAt: 110, connectedAt: 111 },
      { firstByteAt: 120 },
      { wait: 10, connect: 1, firstByte: 9 },
    ],
  ])('%s', (_, opened, used, expected) => {
    expect(travelOf(trace(opened), use(used), false)).toEqual(expected);
  });
});
