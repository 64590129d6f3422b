import aws4 from 'aws4';
import { optionalEnv, requireEnv } from '../env.ts';
import type { Service } from './endpoint.ts';

/**
 * The headers of a request, signed for the function's role (Signature Version 4). Lambda sets the role's credentials
 * when an environment starts, and ends the environment before they do.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 *
 * @param service as it is named in a signature
 * @param headers by names in lower case, with `host`
 */
export function signed(
  service: Service,
  region: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Record<string, string> {
  const sessionToken = optionalEnv('AWS_SESSION_TOKEN');
  const { headers: result } = aws4.sign(
    {
      service,
      region,
      method: 'POST',
      path: '/',
      host: headers.host!,
      body,
      headers: {
        ...headers,
        'content-length': String(Buffer.byteLength(body)),
        'x-amz-date': new Date().toISOString().replace(/[:-]|\.\d{3}/g, ''),
        ...(sessionToken && { 'x-amz-security-token': sessionToken }),
        ...trace(),
      },
    },
    {
      accessKeyId: requireEnv('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requireEnv('AWS_SECRET_ACCESS_KEY'),
    },
  );
  const { Authorization: authorization, ...others } = result as Record<string, string>;
  return { ...others, authorization: authorization! };
}

/**
 * Lambda's loop detection follows a chain of invocations by this header, so each request bears that of its invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
function trace(): Record<string, string> {
  const header = optionalEnv('_X_AMZN_TRACE_ID');
  return header === undefined ? {} : { 'x-amzn-trace-id': header };
}
