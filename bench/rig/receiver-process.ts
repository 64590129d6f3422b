import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { childOptions, serveParent } from './child.ts';
import { machineMs } from './clock.ts';

export interface ReceiverOptions {
  /** The first attempt of each so-manieth event is answered 503, and not counted. Default: none. */
  readonly refuseEvery?: number;
}

/** A healthy endpoint as a process of its own: answers at once and notes when each numbered event came. */
export type ReceiverCalls = {
  url: { args: []; result: string };
  /** How many different events have come. */
  seen: { args: []; result: number };
  /** Number of each event, when it first came (milliseconds of the machine's clock), and how often. */
  arrivals: { args: []; result: { n: number; at: number; times: number }[] };
  reset: { args: []; result: undefined };
};

const { refuseEvery } = childOptions<ReceiverOptions>();
const arrivals = new Map<number, { at: number; times: number }>();

const server = createServer((request, response) => {
  const at = machineMs();
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const { n } = JSON.parse(body) as { n: number };
    if (refuseEvery && n % refuseEvery === 0 && request.headers['posthorn-attempt'] === '1') {
      response.writeHead(503).end();
      return;
    }
    const known = arrivals.get(n);
    if (known) known.times++;
    else arrivals.set(n, { at, times: 1 });
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  });
});
server.keepAliveTimeout = 60_000;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

serveParent<ReceiverCalls>(
  {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => arrivals.size,
    arrivals: () => [...arrivals].map(([n, { at, times }]) => ({ n, at, times })),
    reset: () => {
      arrivals.clear();
      return undefined;
    },
  },
  async () => server.closeAllConnections(),
);
