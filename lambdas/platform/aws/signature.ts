import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { optionalEnv, requireEnv } from '../env.ts';
import type { Service } from './endpoint.ts';

/** What the requests of a client have in common. Each is a POST of JSON to its service's host. */
export interface Signing {
  /** As it is named in a signature. */
  readonly service: Service;
  readonly region: string;
  readonly host: string;
  readonly contentType: string;
  /** Whether operations are paths; else all go to the root, and a header names the operation. */
  readonly isRest?: boolean;
  readonly credentials: Credentials;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Those of the function's role. Lambda sets them when an environment starts, and ends the environment before they do. */
export const credentialsOfRole = (): Credentials => ({
  accessKeyId: requireEnv('AWS_ACCESS_KEY_ID'),
  secretAccessKey: requireEnv('AWS_SECRET_ACCESS_KEY'),
  sessionToken: optionalEnv('AWS_SESSION_TOKEN'),
});

/**
 * The headers of a request, its signature among them.
 * @param operation as the header `x-amz-target` has it; of a REST service a path of plain characters
 */
export type Sign = (operation: string, body: string, at?: Date) => Record<string, string>;

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs requests (Signature Version 4). The key holds for a day: making it takes longer than all else of a signature.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signer({ service, region, host, contentType, isRest = false, credentials }: Signing): Sign {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const token = sessionToken ? { 'x-amz-security-token': sessionToken } : {};
  const tokenLine = sessionToken ? `x-amz-security-token:${sessionToken}\n` : '';
  /** In the order in which they are signed, which is that of the alphabet. */
  const names = [
    'content-type',
    'host',
    'x-amz-date',
    ...Object.keys(token),
    ...(isRest ? [] : ['x-amz-target']),
  ].join(';');
  let day: SigningDay | undefined;

  return (operation, body, at = new Date()) => {
    const time = at.toISOString().replace(/[:-]|\.\d{3}/g, '');
    const today = time.slice(0, 8);
    if (day?.name !== today) day = signingDay(today, region, service, secretAccessKey);
    const path = isRest ? operation : '/';
    const target = isRest ? {} : { 'x-amz-target': operation };
    const targetLine = isRest ? '' : `x-amz-target:${operation}\n`;
    const covered = `content-type:${contentType}\nhost:${host}\nx-amz-date:${time}\n${tokenLine}${targetLine}`;
    const request = hash('sha256', `POST\n${path}\n\n${covered}\n${names}\n${hash('sha256', body)}`);
    const signature = createHmac('sha256', day.key)
      .update(`${ALGORITHM}\n${time}\n${day.scope}\n${request}`)
      .digest('hex');
    return {
      host,
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-date': time,
      ...target,
      ...token,
      ...trace(),
      authorization: `${ALGORITHM} Credential=${accessKeyId}/${day.scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
}

/** What a day's signatures have in common. */
interface SigningDay {
  readonly name: string;
  readonly scope: string;
  readonly key: KeyObject;
}

function signingDay(name: string, region: string, service: Service, secret: string): SigningDay {
  const parts = [name, region, service, 'aws4_request'];
  const key = parts.reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${secret}`,
  );
  return { name, scope: parts.join('/'), key: createSecretKey(key as Buffer) };
}

/**
 * Lambda's loop detection follows a chain of invocations by this header, so each request bears that of its invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
function trace(): Record<string, string> {
  const header = optionalEnv('_X_AMZN_TRACE_ID');
  return header === undefined ? {} : { 'x-amzn-trace-id': header };
}
