import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OddAnswer } from './odd-answers.ts';

/** Between the parts of an answer, so that they arrive one by one. */
const APART_MS = 15;

/** A server's reaction to a request. @param count the request's number on this connection, 1 for the first */
export type Behaviour = (socket: Socket, count: number) => void;

export interface RawServer {
  readonly port: number;
  /** Requests as they arrived. */
  readonly requests: readonly string[];
  readonly server: Server;
  /** The sockets of all connections so far. */
  readonly sockets: ReadonlySet<Socket>;
  /** The number of connections so far. */
  readonly connections: () => number;
  readonly close: () => void;
}

function isComplete(request: string): boolean {
  const [head, body] = request.split('\r\n\r\n');
  return body !== undefined && body.length === Number(/content-length: (\d+)/i.exec(head!)?.[1] ?? 0);
}

/** A server of bytes. It knows the end of a request by its content-length. */
export async function serveRaw(behaviour: Behaviour, server: Server = createServer()): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  server.on(
    server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection',
    (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      let received = '';
      let count = 0;
      socket.on('data', (chunk: Buffer) => {
        received += chunk;
        if (!isComplete(received)) return;
        requests.push(received);
        received = '';
        behaviour(socket, ++count);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const { port } = server.address() as AddressInfo;
  return { port, requests, server, sockets, connections: () => sockets.size, close };
}

/** A server that answers each request with these bytes. */
export const serveOdd = ({ sends, ends }: Pick<OddAnswer, 'sends' | 'ends'>): Promise<RawServer> =>
  serveRaw(async (socket) => {
    for (const [i, part] of sends.entries()) {
      if (i > 0) await sleep(APART_MS);
      if (part !== '') socket.write(part, 'latin1');
    }
    if (ends === 'close') socket.end();
    // The written bytes have to arrive first.
    if (ends === 'reset') setTimeout(() => socket.resetAndDestroy(), APART_MS);
  });
