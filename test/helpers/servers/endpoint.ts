import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onFileEnd } from '../file-end.ts';

/** A request that arrived. */
export interface Arrival {
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly afterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Connections opened so far. */
  readonly sockets: () => number;
  /** The highest number of concurrent requests so far. */
  readonly mostAtOnce: () => number;
}

/** A target's settings for the most attempts, without delay: to the breaker, a 400 is not a failure. */
export const MANY_RETRIES = {
  retry: { schedule: Array.from({ length: 19 }, () => 0), jitter: 0 },
  retryClientErrors: true,
};

/** A receiver of webhooks that lasts as long as the test file. @param answer sees the attempt, 1 for the first */
export async function startEndpoint(
  answer: (attempt: number, arrival: Arrival) => Answer = () => ({ status: 200 }),
): Promise<Endpoint> {
  const arrivals: Arrival[] = [];
  const seen = { sockets: 0, inWork: 0, mostAtOnce: 0 };
  const server = createServer(async (request, response) => {
    seen.inWork++;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.inWork);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const arrival: Arrival = { headers: request.headers, body: Buffer.concat(chunks), at: Date.now() };
    arrivals.push(arrival);
    const {
      status,
      body = '',
      afterMs = 0,
      headers = {},
    } = answer(Number(request.headers['posthorn-attempt']), arrival);
    await sleep(afterMs);
    seen.inWork--;
    response.writeHead(status, headers).end(body);
  });
  server.on('connection', () => seen.sockets++);
  const url = await listen(server);
  onFileEnd(() => void server.close().closeAllConnections());
  return { url, arrivals, sockets: () => seen.sockets, mostAtOnce: () => seen.mostAtOnce };
}

/** The URL of a port without a listener. */
export async function refusingUrl(): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
