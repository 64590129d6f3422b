import { Agent as HttpAgent, request as overHttp, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';

/** A signed request to an AWS service. Names of headers are in lower case. */
export interface AwsRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * Carries a request.
 * @throws when the connection fails, or the signal's reason
 */
export type Transport = (request: AwsRequest) => Promise<AwsAnswer>;

/** A host of functions that has a shorter way to the services puts its own transport here, as the local cloud does. */
const HOSTS_OWN = Symbol.for('posthorn.transport');

/** As many as the SDK's. */
const AGENT = { keepAlive: true, maxSockets: 50 };
const agents = { http: new HttpAgent(AGENT), https: new HttpsAgent(AGENT) };

export const transport: Transport = (request) => {
  const own = (globalThis as { [HOSTS_OWN]?: Transport })[HOSTS_OWN];
  return own ? own(request) : overNetwork(request);
};

/** Over a connection of its own, as on AWS. */
export function overNetwork({ method, url, headers, body, signal }: AwsRequest): Promise<AwsAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<AwsAnswer>();
  const isTls = url.startsWith('https:');
  const options: RequestOptions = {
    method,
    headers,
    agent: isTls ? agents.https : agents.http,
    ...(signal && { signal }),
  };
  const fail = (error: unknown): void => reject(signal?.aborted ? signal.reason : error);
  const request = (isTls ? overHttps : overHttp)(url, options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () =>
      resolve({
        status: response.statusCode!,
        headers: response.headers as AwsAnswer['headers'],
        body: Buffer.concat(chunks).toString('utf8'),
      }),
    );
  });
  request.on('error', fail);
  request.end(body);
  return promise;
}
