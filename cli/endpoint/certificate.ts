import { isIP } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { whereOf } from '../../lambdas/http-client/where.ts';

/** What a handshake shows. */
export interface Certificate {
  /** Why Posthorn would not send over this connection. */
  readonly problem?: string;
  /** TLS's version, `1.3`. */
  readonly version?: string;
  readonly issuer?: string;
  /** Milliseconds since the epoch. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

/** Connects, looks at the certificate, and sends nothing. Authorities are those that Node.js trusts, as with deliveries. */
export function certificateOf(url: string, timeoutMs: number, signal: AbortSignal): Promise<Certificate> {
  const { hostname, port, servername = hostname } = whereOf(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      // No name for an address (RFC 6066, 3).
      ...(isIP(hostname) === 0 && { servername }),
      rejectUnauthorized: false,
    });
    const end = (found: Certificate): void => {
      socket.destroy();
      signal.removeEventListener('abort', interrupted);
      resolve(found);
    };
    const interrupted = (): void => end({ problem: 'interrupted' });
    signal.addEventListener('abort', interrupted);
    socket.setTimeout(timeoutMs, () => end({ problem: 'no handshake in time' }));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end({ problem: error.message || String(error.code) }),
    );
    socket.on('secureConnect', () => end(shownBy(socket)));
  });
}

/** Why OpenSSL or Node.js does not take a certificate, in words. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate’s authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate’s authority is not known, or its chain has a gap',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate’s authority is not known, or its chain has a gap',
};

function shownBy(socket: TLSSocket): Certificate {
  const error: unknown = socket.authorizationError;
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? error);
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  const issuer = [certificate.issuer?.O ?? certificate.issuer?.CN ?? []].flat()[0];
  return {
    ...(!socket.authorized && { problem: REASONS[code] ?? `the certificate is not trusted: ${code}` }),
    version: (socket.getProtocol() ?? '').replace('TLSv', ''),
    ...(issuer !== undefined && { issuer }),
    ...(certificate.valid_from !== undefined && { validFrom: Date.parse(certificate.valid_from) }),
    ...(certificate.valid_to !== undefined && { validTo: Date.parse(certificate.valid_to) }),
  };
}
