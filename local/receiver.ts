import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request that arrived. */
export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Reply {
  readonly status: number;
  readonly delayMs?: number;
}

export interface Receiver {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * An endpoint to experiment with.
 * @param onArrival gets every request and decides the answer
 * @param port any free one when left out
 */
export async function startReceiver(
  onArrival: (arrival: Arrival) => Reply | Promise<Reply>,
  port = 0,
): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '/';
    const body = Buffer.concat(chunks);
    const reply = await onArrival({ path, headers: request.headers, body, at: Date.now() });
    if (reply.delayMs) await sleep(reply.delayMs);
    response.writeHead(reply.status).end(reply.status < 300 ? 'ok' : `status ${reply.status}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * The answer that a path asks for, so that failures need no code: `/status/503` answers with that status, `/delay/2000`
 * after so many milliseconds, any other path with 200.
 */
export function replyFor(path: string): Reply {
  const status = /\/status\/([1-5]\d\d)/.exec(path)?.[1];
  const delay = /\/delay\/(\d{1,5})/.exec(path)?.[1];
  return { status: status ? Number(status) : 200, delayMs: delay ? Number(delay) : 0 };
}
