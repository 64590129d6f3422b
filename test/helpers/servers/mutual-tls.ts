import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { onFileEnd } from '../file-end.ts';

/** Of `test/fixtures/tls`: an authority, what it has signed, and a stranger. Each is valid for a hundred years. */
export const tlsFixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

/** A secret with a client certificate, as an operator writes it. */
export const certificateSecret = (name: string, more: object = {}): string =>
  JSON.stringify({
    certificate: tlsFixture(name),
    privateKey: tlsFixture(`${name}-key`),
    ca: tlsFixture('ca'),
    ...more,
  });

/** A server that asks for certificates of its authority, and refuses others. It lasts as long as the test file. */
export async function startMutualTls(options: { maxVersion?: 'TLSv1.2' | 'TLSv1.3' } = {}) {
  /** Names in the certificates of requests, and the ports that they came from. */
  const clients: { readonly name: string; readonly port: number | undefined }[] = [];
  const server = createServer(
    {
      cert: tlsFixture('server'),
      key: tlsFixture('server-key'),
      ca: tlsFixture('ca'),
      requestCert: true,
      rejectUnauthorized: true,
      ...options,
    },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      clients.push({ name: String(socket.getPeerCertificate().subject.CN), port: socket.remotePort });
      request.resume().on('end', () => response.end('ok'));
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onFileEnd(() => void server.close().closeAllConnections());
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, clients };
}
