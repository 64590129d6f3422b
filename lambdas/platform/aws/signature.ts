import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { optionalEnv, requireEnv } from '../env.ts';
import type { Service } from './endpoint.ts';

/** What the requests of a client have in common. Each is a POST of JSON to its service's host. */
export interface Signing extends Scope {
  /** As it is named in a signature. */
  readonly service: Service;
  readonly contentType: string;
  /** Whether operations are paths; else all go to the root, and a header names the operation. */
  readonly isRest?: boolean;
}

/** What a signature is good for. */
export interface Scope {
  /** As it is named in a signature. */
  readonly service: string;
  readonly region: string;
  readonly host: string;
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

export function signer({ contentType, isRest = false, ...scope }: Signing): Sign {
  const sign = requestSigner(scope);
  return (operation, body, at) => ({
    ...sign(
      {
        method: 'POST',
        path: isRest ? operation : '/',
        headers: { 'content-type': contentType, ...(!isRest && { 'x-amz-target': operation }) },
        body,
      },
      at,
    ),
    'content-length': String(Buffer.byteLength(body)),
    ...trace(),
  });
}

/** A request to be signed, without a query. */
interface Unsigned {
  readonly method: string;
  /** Escaped as it is sent. */
  readonly path: string;
  /** Names in lower case, values without blanks at their ends and without two in a row. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The headers of a request, with host, time and signature among them. */
export type SignRequest = (request: Unsigned, at?: Date) => Record<string, string>;

/**
 * Signs requests (Signature Version 4). The key holds for a day: making it takes longer than all else of a signature.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function requestSigner({ service, region, host, credentials }: Scope): SignRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  let day: SigningDay | undefined;

  return ({ method, path, headers, body }, at = new Date()) => {
    const time = at.toISOString().replace(/[:-]|\.\d{3}/g, '');
    const today = time.slice(0, 8);
    if (day?.name !== today) day = signingDay(today, region, service, secretAccessKey);
    const digest = hash('sha256', body);
    const covered: Record<string, string> = {
      ...headers,
      host,
      'x-amz-date': time,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
      // S3 alone wants it, and takes a path as it is: the other services escape one once more.
      ...(service === 's3' && { 'x-amz-content-sha256': digest }),
    };
    const names = Object.keys(covered).sort();
    const lines = names.map((name) => `${name}:${covered[name]}\n`).join('');
    const signedNames = names.join(';');
    const signedPath = service === 's3' ? path : path.replaceAll('%', '%25');
    const request = hash('sha256', `${method}\n${signedPath}\n\n${lines}\n${signedNames}\n${digest}`);
    const signature = createHmac('sha256', day.key)
      .update(`${ALGORITHM}\n${time}\n${day.scope}\n${request}`)
      .digest('hex');
    covered.authorization = `${ALGORITHM} Credential=${accessKeyId}/${day.scope}, SignedHeaders=${signedNames}, Signature=${signature}`;
    return covered;
  };
}

/** What a day's signatures have in common. */
interface SigningDay {
  readonly name: string;
  readonly scope: string;
  readonly key: KeyObject;
}

function signingDay(name: string, region: string, service: string, secret: string): SigningDay {
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
