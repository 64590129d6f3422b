/** A WebSocket API: asks $connect, passes messages to their routes, reports the end to $disconnect. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../core/access.ts';
import type { Log } from '../core/log.ts';
import { type Meter, socketUnits } from '../core/meter.ts';
import type { Invocation } from '../lambda/protocol.ts';
import { connectionsListener } from './connections.ts';
import { type ApiContext, splitUrl } from './event.ts';
import { isHandshake, refuse, type Verdict, verdictOf } from './handshake.ts';
import { callWithin, type Integration, logNotPermitted } from './integration.ts';
import {
  begunMinutes,
  CLOSE,
  type Connection,
  isExpired,
  MESSAGE_LIMIT,
  opaqueId,
  type SocketLimits,
  sendText,
  watchFrames,
} from './socket-connection.ts';
import {
  connectEvent,
  disconnectEvent,
  messageEvent,
  type SocketCall,
  type SocketClient,
} from './socket-event.ts';
import { proxyAnswer } from './socket-response.ts';
import { messageRoute, type Selection } from './socket-routes.ts';

export interface SocketRoute extends Integration {
  readonly routeKey: string;
  /** Whether an AWS::Lambda::Permission lets this API call the function on this route. */
  readonly permitted: boolean;
  /** Whether the client gets the function's answer: the route has a response. */
  readonly isTwoWay: boolean;
}

export interface SocketApiDefinition {
  readonly context: ApiContext;
  readonly arn: string;
  readonly region: string;
  readonly select: Selection;
  readonly routes: ReadonlyMap<string, SocketRoute>;
}

export interface SocketSurroundings {
  readonly access: Access;
  readonly log: Log;
  readonly meter: Meter | undefined;
  readonly limits: SocketLimits;
  /** Whether clients are cut off, see LocalCloud.cutOff. */
  readonly isDown: () => boolean;
}

export interface SocketGateway {
  connections(): number;
  /**
   * Breaks every connection, as a network does: without a close frame. $disconnect is not called, since AWS does not
   * promise it. Returns how many there were.
   */
  cut(): number;
  /** Breaks every connection and takes no more. */
  stop(): void;
}

/** How often connections are looked at for their end, in real time. */
const SWEEP_MS = 250;
/** How long a client may take to answer a close frame. */
const CLOSE_MS = 1000;

/** Serves the API at a server that already listens. */
export function openSocketGateway(
  server: Server,
  api: SocketApiDefinition,
  { access, log, meter, limits, isDown }: SocketSurroundings,
): SocketGateway {
  const { context } = api;
  const live = new Map<string, Connection>();
  const connecting = new Set<Duplex>();
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_LIMIT,
    // @types/ws does not know it.
    ...{ closeTimeout: CLOSE_MS },
    handleProtocols: (_, request) => subprotocols.get(request) ?? false,
  });

  const count = (caller: string, operation: string, units: number, requests = 1): void =>
    meter?.count({ caller, service: 'websocket', operation, requests, units });
  const callOf = (client: SocketClient, routeKey: string): SocketCall => {
    return { api: context, client, routeKey, requestId: opaqueId(), time: Date.now() };
  };
  const call = async (route: SocketRoute, event: string): Promise<Invocation | 'timeout' | 'forbidden'> => {
    if (route.permitted) return callWithin(route, event);
    logNotPermitted(log, `function=${route.fn.name}`, route.routeKey);
    return 'forbidden';
  };

  async function connect(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    if (isDown()) return void stream.destroy();
    if (!isHandshake(request)) return refuse(stream, 400, {});
    if (splitUrl(request.url ?? '').path.replace(/\/$/, '') !== `/${context.stage}`)
      return refuse(stream, 403, {});
    const client = clientOf(request);
    connecting.add(stream);
    const onError = (): void => void stream.destroy();
    stream.on('error', onError);
    const verdict = await askConnect(client, request);
    connecting.delete(stream);
    stream.off('error', onError);
    // The client has gone while the function ran. $disconnect is for those who were connected.
    if (stream.destroyed) return;
    if (verdict.kind === 'refused') {
      stream.on('error', onError);
      return refuse(stream, verdict.status, { connectionId: client.connectionId, requestId: opaqueId() });
    }
    if (verdict.subprotocol) subprotocols.set(request, verdict.subprotocol);
    handshakes.handleUpgrade(request, stream, head, (socket) => open(client, socket, stream));
  }

  async function askConnect(client: SocketClient, request: IncomingMessage): Promise<Verdict> {
    const route = api.routes.get('$connect');
    if (!route) return { kind: 'accepted' };
    const { url = '', rawHeaders } = request;
    const event = connectEvent(callOf(client, route.routeKey), { url, rawHeaders });
    const invocation = await call(route, event);
    return invocation === 'forbidden' ? { kind: 'refused', status: 500 } : verdictOf(invocation);
  }

  function open(client: SocketClient, socket: WebSocket, stream: Duplex): void {
    const connection: Connection = { ...client, socket, lastActiveAt: Date.now(), minutes: 0 };
    live.set(client.connectionId, connection);
    countMinutes(connection, Date.now());
    watchFrames(stream, () => end(connection, CLOSE.tooBig));
    // ws closes the connection after an error, and then reports 1006, whatever it has sent.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') ended(connection, CLOSE.tooBig, '');
    });
    socket.on('close', (code, reason) => ended(connection, code, reason.toString()));
    socket.on('message', (data, isBinary) => {
      // What comes after the end is not read.
      if (!live.has(client.connectionId)) return;
      if (isBinary) return end(connection, CLOSE.unsupported);
      void receive(connection, textOf(data));
    });
  }

  async function receive(connection: Connection, body: string): Promise<void> {
    connection.lastActiveAt = Date.now();
    count('client', 'Message', socketUnits(Buffer.byteLength(body)));
    const route = messageRoute(api.routes, api.select, body);
    const message = callOf(connection, route?.routeKey ?? '$default');
    const fail = (text: string): void => {
      const { connectionId } = connection;
      answer(connection, JSON.stringify({ message: text, connectionId, requestId: message.requestId }));
    };
    if (!route) return fail('Forbidden');
    const invocation = await call(route, messageEvent(message, opaqueId(), body));
    if (invocation === 'timeout') return fail('Endpoint request timed out');
    const returned = typeof invocation === 'object' && invocation.kind === 'returned';
    const answered = returned ? proxyAnswer(invocation.payload) : undefined;
    if (!answered) return fail('Internal server error');
    if (route.isTwoWay && answered.body) answer(connection, answered.body);
  }

  /** Sends what the API has to say to a message, if the client is still there. */
  function answer(connection: Connection, text: string): void {
    if (live.has(connection.connectionId)) send(connection, Buffer.from(text), 'client', 'Answer');
  }

  function send(connection: Connection, data: Buffer, caller: string, operation: string): void {
    count(caller, operation, socketUnits(data.length));
    sendText(connection, data);
  }

  /** Ends a connection from this side. It is gone at once, however long the client takes to answer. */
  function end(connection: Connection, code: number): void {
    ended(connection, code, '');
    connection.socket.close(code);
  }

  function ended(connection: Connection, code: number, reason: string): void {
    if (!live.delete(connection.connectionId)) return;
    const route = api.routes.get('$disconnect');
    if (route) void call(route, disconnectEvent(callOf(connection, route.routeKey), code, reason));
  }

  function countMinutes(connection: Connection, now: number): void {
    const minutes = begunMinutes(connection, now);
    if (minutes > 0) count('client', 'ConnectionMinutes', minutes, 0);
  }

  function cut(): number {
    const broken = [...live.values()];
    live.clear();
    for (const { socket } of broken) socket.terminate();
    for (const stream of connecting) stream.destroy();
    return broken.length;
  }

  const sweep = setInterval(() => {
    const now = Date.now();
    for (const connection of [...live.values()]) {
      countMinutes(connection, now);
      if (isExpired(connection, limits, now)) end(connection, CLOSE.goingAway);
    }
  }, SWEEP_MS).unref();

  server.on('upgrade', (request, stream, head) => {
    connect(request, stream, head).catch((error) => {
      log({ kind: 'cloud', text: `SocketGateway  ${String(error)}` });
      stream.destroy();
    });
  });
  const stageArn = `${api.arn}/${context.stage}`;
  const management = {
    region: api.region,
    stageArn,
    stage: context.stage,
    find: (id: string) => live.get(id),
    send: (connection: Connection, data: Buffer, caller: string) =>
      send(connection, data, caller, 'PostToConnection'),
    end: (connection: Connection) => end(connection, CLOSE.normal),
    count: (caller: string, operation: string) => count(caller, operation, 0),
  };
  server.on('request', connectionsListener(management, access));

  return {
    connections: () => live.size,
    cut,
    stop() {
      clearInterval(sweep);
      cut();
    },
  };
}

function clientOf({ headers, socket }: IncomingMessage): SocketClient {
  return {
    connectionId: opaqueId(),
    connectedAt: Date.now(),
    sourceIp: socket.remoteAddress ?? '127.0.0.1',
    userAgent: headers['user-agent'],
    domainName: headers.host ?? '',
  };
}

/** ws gives one buffer, unless it is told otherwise. */
const textOf = (data: RawData): string => (data as Buffer).toString();
