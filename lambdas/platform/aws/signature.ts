import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { optionalEnv, requireEnv } from '../env.ts';
import type { Service } from './endpoint.ts';

/**
 * The headers of a request to a service's root, signed for the function's role (Signature Version 4). Lambda sets the role's
 * credentials when an environment starts, and ends the environment before they do.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param service as it is named in a signature
 * @param headers by names in lower case, with `host`. Values without blanks at their ends or next to each other, which a
 *   signature would not cover
 */
export function signed(
  service: Service,
  region: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  at = new Date(),
): Record<string, string> {
  const sessionToken = optionalEnv('AWS_SESSION_TOKEN');
  const time = at.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const covered: Record<string, string> = {
    ...headers,
    'x-amz-date': time,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const names = Object.keys(covered).sort();
  const lines = names.map((name) => `${name}:${covered[name]}\n`);
  const request = `POST\n/\n\n${lines.join('')}\n${names.join(';')}\n${hash('sha256', body)}`;
  const text = `${ALGORITHM}\n${time}\n${scope}\n${hash('sha256', request)}`;
  const signature = createHmac('sha256', keyFor(requireEnv('AWS_SECRET_ACCESS_KEY'), scope)).update(text);
  const credential = `${requireEnv('AWS_ACCESS_KEY_ID')}/${scope}`;
  return {
    ...covered,
    ...trace(),
    'content-length': String(Buffer.byteLength(body)),
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature.digest('hex')}`,
  };
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** One for each day, region and service. Making one takes several times as long as all else of a signature. */
const keys = new LRUCache<string, KeyObject>({ max: 50 });

function keyFor(secret: string, scope: string): KeyObject {
  const name = `${secret} ${scope}`;
  const known = keys.get(name);
  if (known) return known;
  const bytes = scope
    .split('/')
    .reduce<string | Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), `AWS4${secret}`);
  const key = createSecretKey(bytes as Buffer);
  keys.set(name, key);
  return key;
}

/**
 * Lambda's loop detection follows a chain of invocations by this header, so each request bears that of its invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
function trace(): Record<string, string> {
  const header = optionalEnv('_X_AMZN_TRACE_ID');
  return header === undefined ? {} : { 'x-amzn-trace-id': header };
}
