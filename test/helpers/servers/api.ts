import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a made-up API has got it. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
  /** The connection ends in the midst of the body. */
  readonly breaksOff?: boolean;
}

/** `cut`: the connection ends without an answer. `hang`: nothing comes. */
export type Reaction = Told | 'cut' | 'hang';

/** A made-up API on a socket of its own, until the test ends. */
export async function serveApi(
  react: (asked: Asked, count: number) => Reaction | Promise<Reaction>,
): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
    tell(response, await react(one, asked.push(one)));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function tell(response: ServerResponse, reaction: Reaction): void {
  if (reaction === 'hang') return;
  if (reaction === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { status = 200, headers = {}, body, breaksOff } = reaction;
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  response.writeHead(status, { ...(!isText && { 'content-type': 'application/json' }), ...headers });
  if (breaksOff) {
    response.write(JSON.stringify(body).slice(0, -1), () => response.socket?.destroy());
    return;
  }
  response.end(body === undefined || isText ? body : JSON.stringify(body));
}
