import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { childOptions, serveParent } from './child.ts';
import { cpuMs, machineMs } from './clock.ts';

export interface ReceiverOptions {
  /** Every n-th event gets a 503 to its first attempt, which is not counted. Default: none. */
  readonly refuseEvery?: number;
}

/** A healthy endpoint as a process: it answers at once and notes when each numbered event arrives. */
export type ReceiverCalls = {
  url: { args: []; result: string };
  /** How many different events have arrived. */
  seen: { args: []; result: number };
  /** Number of each event, its first arrival (milliseconds of the machine's clock), and how often it arrived. */
  arrivals: { args: []; result: { n: number; at: number; times: number }[] };
  /** Processor time used since the start, in milliseconds. */
  cpuMs: { args: []; result: number };
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
    cpuMs,
    reset: () => {
      arrivals.clear();
      return undefined;
    },
  },
  async () => server.closeAllConnections(),
);
