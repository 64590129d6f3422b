import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForbiddenAddressError, guardedLookup } from '../../../lambdas/http-client/address-guard.ts';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT, portRangesOf } from '../../../lambdas/http-client/ports.ts';

const server = createServer((_, response) => void response.end());
let requests = 0;
server.on('connection', () => requests++);
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

const post = createPoster({ privateAddresses: false, ports: ANY_PORT }, Date.now);

describe('what is connected to is of the public internet (E8)', () => {
  // `localhost` is what a name of a stranger's looks like that leads to this machine.
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    '0.0.0.0',
  ])('http://%s is refused before anything is sent', async (host) => {
    const url = `http://${host}:${(server.address() as AddressInfo).port}/`;
    const attempt = await post({ at: Date.now(), url, headers: {}, body: Buffer.from('x'), timeoutMs: 5000 });
    expect(attempt).toMatchObject({
      error: 'forbidden_address',
      detail: expect.stringContaining('expected a public address'),
    });
    expect(requests).toBe(0);
  });
});

describe('what is connected to is a port that is allowed (E8)', () => {
  it.each<[string, string]>([
    ['25', 'expected port 25, got '],
    ['1-1023', 'expected port 1 to 1023, got '],
  ])('%s', async (ports, expected) => {
    const { port } = server.address() as AddressInfo;
    const strict = createPoster({ privateAddresses: true, ports: portRangesOf(ports)! }, Date.now);
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const url = `http://${host}:${port}/`;
      const attempt = await strict({
        at: Date.now(),
        url,
        headers: {},
        body: Buffer.from('x'),
        timeoutMs: 5000,
      });
      expect(attempt).toMatchObject({ error: 'forbidden_address', detail: `${expected}${port}` });
    }
    expect(requests).toBe(0);
  });

  it('also where the URL names none', async () => {
    const strict = createPoster({ privateAddresses: true, ports: portRangesOf('8443')! }, Date.now);
    for (const [url, port] of [
      ['http://127.0.0.1/', 80],
      ['https://127.0.0.1/', 443],
    ]) {
      const attempt = await strict({
        at: Date.now(),
        url: String(url),
        headers: {},
        body: Buffer.from('x'),
        timeoutMs: 5000,
      });
      expect(attempt).toMatchObject({
        error: 'forbidden_address',
        detail: `expected port 8443, got ${port}`,
      });
    }
  });
});

/** A resolver that gives one answer after another. */
function resolver(...answers: string[][]): LookupFunction & { asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_, options, callback) => {
    const addresses: LookupAddress[] = answers[asked++ % answers.length]!.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
  return Object.assign(lookup, { asked: () => asked });
}

const lookUp = (lookup: LookupFunction, all: boolean) =>
  new Promise<unknown>((resolve, reject) =>
    guardedLookup(lookup)('a.example', { all }, (error, found) => (error ? reject(error) : resolve(found))),
  );

describe('a name (E8)', () => {
  it.each([true, false])('is refused when any of its addresses is forbidden (all: %s)', async (all) => {
    await expect(lookUp(resolver(['8.8.8.8', '10.0.0.1']), all)).rejects.toThrow(ForbiddenAddressError);
    await expect(lookUp(resolver(['2600::1', '::1']), all)).rejects.toThrow('a.example is ::1');
  });

  it('is resolved once, and what was checked is what is connected to', async () => {
    const rebinding = resolver(['8.8.8.8'], ['127.0.0.1']);
    expect(await lookUp(rebinding, true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(rebinding.asked()).toBe(1);
    await expect(lookUp(rebinding, true)).rejects.toThrow(ForbiddenAddressError);
  });

  it('that is not known is not forbidden', async () => {
    const unknown: LookupFunction = (_, __, callback) =>
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    await expect(lookUp(unknown, true)).rejects.toThrow('ENOTFOUND');
  });
});
