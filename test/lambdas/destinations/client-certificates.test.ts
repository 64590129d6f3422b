import { createSecureContext, type SecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createClientCertificates } from '../../../lambdas/destinations/client-certificates.ts';
import { contextOf } from '../../../lambdas/http-client/client-certificate.ts';
import type { Identity } from '../../../lambdas/http-client/connections.ts';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { printedBy } from '../../helpers/printed.ts';
import { certificateSecret, startMutualTls, tlsFixture } from '../../helpers/servers/mutual-tls.ts';

const REF = { tenant: 't', target: 'tgt_1' };
const post = createPoster({ privateAddresses: true, ports: ANY_PORT }, Date.now);
const server = await startMutualTls();

const postTo = (url: string, identity?: Identity) =>
  post({
    url,
    headers: {},
    body: Buffer.of(),
    at: Date.now(),
    timeoutMs: 5000,
    ...(identity && { identity }),
  });

/** Certificates by a clock that stands still. */
function certificates(secrets: Record<string, string | Error>) {
  const clock = { now: 1_000_000 };
  const read: string[] = [];
  const { identityFor } = createClientCertificates({
    now: () => clock.now,
    readSecret: async (name) => {
      read.push(name);
      const secret = secrets[name];
      if (secret instanceof Error) throw secret;
      return secret;
    },
  });
  return { clock, read, secrets, identityFor };
}

describe('client certificates (A25)', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('prove to an endpoint who connects, by %s', async (maxVersion) => {
    const { url, clients } = await startMutualTls({ maxVersion });
    const { identityFor } = certificates({ 't/acme': certificateSecret('client') });
    expect(await postTo(url, await identityFor(REF, 'acme', 1000))).toMatchObject({
      status: 200,
      answer: 'ok',
    });
    expect(clients).toMatchObject([{ name: 'client' }]);
    const none = { name: 'none', context: createSecureContext({ ca: tlsFixture('ca') }) };
    expect(await postTo(url, none)).toMatchObject({ error: 'tls' });
  });

  it('are used over connections of one target alone, and kept open like any', async () => {
    const { identityFor } = certificates({
      't/acme': certificateSecret('client'),
      'u/acme': certificateSecret('other-client'),
    });
    server.clients.length = 0;
    for (const ref of [REF, REF, { ...REF, target: 'tgt_2' }, { ...REF, tenant: 'u' }]) {
      await postTo(server.url, await identityFor(ref, 'acme', 1000));
    }
    expect(server.clients.map(({ name }) => name)).toEqual(['client', 'client', 'client', 'other-client']);
    const ports = server.clients.map(({ port }) => port);
    expect(ports[1]).toBe(ports[0]);
    expect(new Set(ports).size).toBe(3);
    expect(await postTo(server.url)).toMatchObject({ error: 'tls' });
  });

  it('trust their own authority alone, where they name one', async () => {
    const { identityFor } = certificates({
      't/acme': certificateSecret('client', { ca: tlsFixture('stranger') }),
    });
    expect(await postTo(server.url, await identityFor(REF, 'acme', 1000))).toMatchObject({ error: 'tls' });
  });

  it('are read once in five minutes, by many at once, and replaced ones are used then', async () => {
    const { identityFor, read, secrets, clock } = certificates({ 't/acme': certificateSecret('client') });
    const many = await Promise.all(Array.from({ length: 20 }, () => identityFor(REF, 'acme', 1000)));
    expect(new Set(many.map(({ name }) => name)).size).toBe(1);
    secrets['t/acme'] = certificateSecret('other-client');
    clock.now += 5 * 60_000 - 1;
    expect(await identityFor(REF, 'acme', 1000)).toEqual(many[0]);
    expect(read).toEqual(['t/acme']);
    clock.now += 1;
    server.clients.length = 0;
    await postTo(server.url, await identityFor(REF, 'acme', 1000));
    expect(server.clients).toMatchObject([{ name: 'other-client' }]);
  });

  it.each<[string, string | undefined, string]>([
    ['no secret', undefined, 'there is no secret of that name'],
    [
      'no JSON',
      tlsFixture('client'),
      'its secret is wrong: expected JSON with certificate and privateKey in PEM',
    ],
    [
      'no key',
      JSON.stringify({ certificate: tlsFixture('client') }),
      'its secret is wrong: expected JSON with',
    ],
    [
      'no certificate',
      certificateSecret('client', { certificate: 'x' }),
      'its secret is wrong: expected a certificate in PEM',
    ],
    [
      'no authority',
      certificateSecret('client', { ca: 'x' }),
      'its secret is wrong: expected a certificate in PEM as ca',
    ],
    [
      'the key of another',
      certificateSecret('client', { privateKey: tlsFixture('stranger-key') }),
      'its secret is wrong: expected the private key of the certificate, got another',
    ],
    [
      'a locked key',
      certificateSecret('client', { privateKey: tlsFixture('client-key-encrypted'), passphrase: 'x' }),
      'its secret is wrong: expected a private key in PEM, and the passphrase if it has one',
    ],
  ])('with %s are a problem, for ten seconds', async (_, secret, message) => {
    const { identityFor, secrets, clock } = certificates(secret === undefined ? {} : { 't/acme': secret });
    const problem = await identityFor(REF, 'acme', 1000).catch((error: unknown) => error);
    expect(problem).toMatchObject({
      why: 'credentials',
      message: expect.stringContaining(`client certificate acme: ${message}`),
    });
    expect((problem as Error).message).not.toMatch(/BEGIN|MII/);
    secrets['t/acme'] = certificateSecret('client');
    clock.now += 9999;
    await expect(identityFor(REF, 'acme', 1000)).rejects.toThrow();
    clock.now += 1;
    expect(await identityFor(REF, 'acme', 1000)).toBeDefined();
  });

  it('may have a key with a passphrase', () => {
    const encrypted = { privateKey: tlsFixture('client-key-encrypted'), passphrase: 'open-sesame' };
    expect(contextOf(certificateSecret('client', encrypted))).toEqual(expect.any(Object) as SecureContext);
  });

  it('stay in use while Secrets Manager is down', async () => {
    const { identityFor, secrets, clock } = certificates({ 't/acme': certificateSecret('client') });
    const before = await identityFor(REF, 'acme', 1000);
    secrets['t/acme'] = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    clock.now += 5 * 60_000;
    const { result, warnings } = await printedBy(() => identityFor(REF, 'acme', 1000));
    expect(result).toEqual(before);
    expect(warnings).toMatchObject([
      { message: 'client certificate not read', tenant: 't', target: 'tgt_1' },
    ]);
    const cold = certificates({ 't/acme': secrets['t/acme'] });
    const { result: problem } = await printedBy(() =>
      cold.identityFor(REF, 'acme', 1000).catch((error: Error) => error.message),
    );
    expect(problem).toBe('client certificate acme: its secret could not be read (ThrottlingException)');
  });

  it('are waited for no longer than a request may take', async () => {
    const { identityFor } = createClientCertificates({
      now: () => 0,
      readSecret: () => new Promise(() => {}),
    });
    await expect(identityFor(REF, 'acme', 5)).rejects.toMatchObject({
      message: 'client certificate acme: its secret could not be read within 5 ms',
    });
  });

  // Node.js ends the connection without a word; what ends it with a TLS alert is `tls`, as above.
  it('of a stranger are refused', async () => {
    const { identityFor } = certificates({ 't/acme': certificateSecret('stranger') });
    const { error } = await postTo(server.url, await identityFor(REF, 'acme', 1000));
    expect(error).toBe('reset');
  });
});
