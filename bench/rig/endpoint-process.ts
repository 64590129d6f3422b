import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { childOptions, serveParent } from './child.ts';

/**
 * An endpoint process that behaves as the path says: `/status/404` answers 404, `/first/503` answers 503 to first
 * attempts and 200 to others, any other path 200. It notes every request.
 */
export type EndpointCalls = {
  url: { args: []; result: string };
  /** Since the last reset, oldest first. */
  requests: { args: []; result: EndpointRequest[] };
  /** How many different events were answered 200 since the last reset. */
  delivered: { args: []; result: number };
  /** Makes every path fail in this manner, or recover. */
  fail: { args: [how: Failure | undefined]; result: undefined };
  reset: { args: []; result: undefined };
};

/** `answers` 503, or `refuses` connections. */
export type Failure = 'answers' | 'refuses';

export interface EndpointRequest {
  /** When it had fully arrived. Milliseconds since the epoch. */
  readonly at: number;
  /** The numbers of its events: several in a batch request. */
  readonly numbers: readonly number[];
  readonly status: number;
}

childOptions();
let failure: Failure | undefined;
let requests: EndpointRequest[] = [];

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const status = failure ? 503 : statusOf(request.url ?? '', request.headers['posthorn-attempt'] === '1');
  requests.push({ at: Date.now(), numbers: numbersIn(JSON.parse(body)), status });
  response.writeHead(status, { 'content-type': 'text/plain' }).end('ok');
});
server.keepAliveTimeout = 60_000;
await listen(0);
const { port } = server.address() as AddressInfo;

function statusOf(path: string, isFirst: boolean): number {
  const [, how, status] = path.split('/');
  return how === 'status' || (how === 'first' && isFirst) ? Number(status) : 200;
}

type Numbered = { readonly n: number };
const numbersIn = (body: Numbered | readonly { data: Numbered }[]): number[] =>
  Array.isArray(body) ? body.map(({ data }) => data.n) : [(body as Numbered).n];

function listen(on: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(on, '127.0.0.1', resolve);
  });
}

async function fail(how: Failure | undefined): Promise<undefined> {
  failure = how;
  if (how === 'refuses') {
    server.close();
    server.closeAllConnections();
  } else if (!server.listening) await listen(port);
}

serveParent<EndpointCalls>(
  {
    url: () => `http://127.0.0.1:${port}`,
    requests: () => requests,
    delivered: () => new Set(requests.flatMap(({ status, numbers }) => (status === 200 ? numbers : []))).size,
    fail,
    reset: () => {
      requests = [];
      return undefined;
    },
  },
  async () => server.closeAllConnections(),
);
