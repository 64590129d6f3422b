/**
 * Checks signatures of version 4, as AWS does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from 'node:crypto';
import type { ServiceCall } from '../services/call.ts';

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** What has to be signed beside these may be. */
const MUST: readonly string[] = ['host', 'x-amz-date', 'x-amz-security-token'];

/** What is wrong with a request's signature. */
export function signatureFault(
  { method, path, headers, body }: ServiceCall,
  secret: string,
  now: number,
): string | undefined {
  const [, , day, region, service, names = '', signature] = FORM.exec(headers.authorization ?? '') ?? [];
  if (!day || !region || !service) return 'IncompleteSignature';
  const signed = names.split(';');
  const time = headers['x-amz-date'] ?? '';
  const at = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now - at) <= 5 * 60_000)) return 'RequestTimeTooSkewed';
  const lacking = [
    ...MUST,
    ...Object.keys(headers).filter((name) => name.startsWith('x-amz-') || name === 'content-type'),
  ].find((name) => !signed.includes(name));
  if (lacking) return 'IncompleteSignature';
  const isS3 = service === 's3';
  const digest = sha256(body);
  if (isS3 && headers['x-amz-content-sha256'] !== digest) return 'XAmzContentSHA256Mismatch';
  const [rawPath = '/', query = ''] = path.split('?', 2);
  const canonical = [
    method,
    isS3 ? rawPath.split('/').map(rencoded).join('/') : rawPath.split('/').map(encoded).join('/'),
    query,
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names,
    digest,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${secret}`,
  );
  const expected = createHmac('sha256', key).update(text).digest('hex');
  return expected === signature ? undefined : 'SignatureDoesNotMatch';
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** All but what RFC 3986 calls unreserved. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const rencoded = (text: string): string => encoded(decodeURIComponent(text));
