import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Frame } from '../../../client/live/frame.ts';
import { eventually } from '../eventually.ts';

/** A made-up API with the live channel alone, which can do what the real one never does. */
export interface LiveApi {
  readonly url: string;
  /** What clients have said over their connections, without pings. */
  readonly said: Record<string, unknown>[];
  /** Listeners that there are, by their ids. */
  readonly listeners: Map<string, Record<string, unknown>>;
  /** Frames to catch up with. */
  readonly frames: Frame[];
  /** Payloads of events. */
  readonly payloads: Map<string, Buffer>;
  /** Whether all frames since any time are there. */
  isComplete: boolean;
  /** Every call is answered with this status. */
  refuse: number | undefined;
  /** No call is answered. */
  isDown: boolean;
  /** Connections that were made so far. */
  connections(): number;
  /** Waits for an open connection. */
  connected(): Promise<void>;
  /** To all connections. */
  send(message: unknown): void;
  /** Ends all connections without a word. */
  cut(): void;
}

export async function startLiveApi(): Promise<LiveApi> {
  const sockets = new Set<Socket>();
  const tickets = new Map<string, string | undefined>();
  const live = new WebSocketServer({ noServer: true });
  let made = 0;
  const api: LiveApi = {
    url: '',
    said: [],
    listeners: new Map(),
    frames: [],
    payloads: new Map(),
    isComplete: true,
    refuse: undefined,
    isDown: false,
    connections: () => made,
    connected: () =>
      eventually(() => {
        if (![...live.clients].some(({ readyState }) => readyState === WebSocket.OPEN))
          throw new Error('expected a connection');
      }),
    send(message) {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      for (const client of live.clients) client.send(text);
    },
    cut() {
      for (const client of live.clients) client.terminate();
    },
  };

  function answer(method: string, url: URL, body: Record<string, unknown>): [number, unknown?] {
    const { origin, pathname } = url;
    const [, listener] = /^\/v1\/listeners\/(.+)$/.exec(pathname) ?? [];
    const [, event] = /^\/v1\/events\/(.+)\/payload$/.exec(pathname) ?? [];
    switch (`${method} ${pathname}`) {
      case 'POST /v1/live/tickets': {
        const of = body.listener as string | undefined;
        if (of !== undefined && !api.listeners.has(of)) return [404, { error: 'not_found' }];
        const ticket = randomUUID();
        tickets.set(ticket, of);
        const expiresAt = new Date(Date.now() + 60_000).toISOString();
        return [201, { ticket, expiresAt, url: `${origin.replace('http', 'ws')}/live?ticket=${ticket}` }];
      }
      case 'GET /v1/live/frames': {
        const after = url.searchParams.get('after')!;
        return [200, { items: api.frames.filter(({ id }) => id > after), complete: api.isComplete }];
      }
      case 'POST /v1/listeners': {
        const id = `lsn_${randomUUID()}`;
        const one = { id, subscriptionId: 'sub_1', targetId: 'tgt_1', ...body };
        api.listeners.set(id, one);
        return [201, { ...one, secret: `whsec_${Buffer.from(id).toString('base64')}` }];
      }
    }
    if (method === 'DELETE' && listener) return api.listeners.delete(listener) ? [204] : [404, {}];
    if (event && api.payloads.has(event)) return [200, api.payloads.get(event)];
    return [404, { error: 'not_found', message: `${method} ${pathname}` }];
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    if (api.isDown) return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const [status, body] =
      api.refuse === undefined
        ? answer(request.method!, new URL(request.url!, api.url), text === '' ? {} : JSON.parse(text))
        : [api.refuse, { error: 'forbidden', message: 'the key is gone' }];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url!, api.url).searchParams.get('ticket')!;
    if (api.isDown || !tickets.delete(ticket)) return socket.destroy();
    live.handleUpgrade(request, socket, head, (client) => {
      made++;
      client.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'ping') client.send('{"type":"pong"}');
        else api.said.push(message);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    api.cut();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return Object.assign(api, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
