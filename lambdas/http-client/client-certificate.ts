import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { isObject, parse } from '../values/json.ts';

const EXPECTED =
  'expected JSON with certificate and privateKey in PEM, and passphrase and ca where they are needed';

/**
 * Reads a client certificate from the text of a secret.
 * @returns what is wrong with it otherwise, without anything of it
 */
export function contextOf(secret: string): SecureContext | string {
  const parsed = parse(secret);
  if (!parsed.ok || !isObject(parsed.value)) return EXPECTED;
  const { certificate, privateKey, passphrase, ca } = parsed.value;
  if (!isText(certificate) || !isText(privateKey)) return EXPECTED;
  if (!isOptionalText(passphrase) || !isOptionalText(ca)) return EXPECTED;
  const [own, authority] = [certificateIn(certificate), ca === undefined ? undefined : certificateIn(ca)];
  if (!own) return 'expected a certificate in PEM';
  if (ca !== undefined && !authority) return 'expected a certificate in PEM as ca';
  const key = keyIn(privateKey, passphrase);
  if (!key) return 'expected a private key in PEM, and the passphrase if it has one';
  if (!own.checkPrivateKey(key)) return 'expected the private key of the certificate, got another';
  try {
    return createSecureContext({
      cert: certificate,
      key: privateKey,
      ...(passphrase !== undefined && { passphrase }),
      // The endpoint of a private authority: no other is trusted over these connections.
      ...(ca !== undefined && { ca }),
    });
  } catch {
    return 'expected a certificate and a key that TLS takes';
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isOptionalText = (value: unknown): value is string | undefined => value === undefined || isText(value);

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function keyIn(pem: string, passphrase: string | undefined) {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    return undefined;
  }
}
