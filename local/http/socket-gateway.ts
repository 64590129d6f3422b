/** A WebSocket API: asks $connect, passes messages to their routes, tells $disconnect of the end. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../core/access.ts';
import type { Log } from '../core/log.ts';
import { type Meter, socketUnits } from '../core/meter.ts';
import type { Faults } from '../services/faults.ts';
import { connectionsListener } from './connections.ts';
import { splitUrl } from './event.ts';
import { isHandshake, refuse } from './handshake.ts';
import { createCalls, type SocketApiDefinition } from './socket-calls.ts';
import {
  CLOSE,
  type Connection,
  MESSAGE_LIMIT,
  opaqueId,
  type SocketLimits,
  sendText,
  watchFrames,
} from './socket-connection.ts';
import type { SocketClient } from './socket-event.ts';
import { createRegistry } from './socket-registry.ts';

export interface SocketSurroundings {
  readonly access: Access;
  readonly faults: Faults;
  readonly log: Log;
  readonly meter: Meter | undefined;
  readonly limits: SocketLimits;
  /** Whether clients are cut off, see LocalCloud.cutOff. */
  readonly isDown: () => boolean;
}

export interface SocketGateway {
  /** How many there are. */
  connections(): number;
  /**
   * Breaks every connection, as a network does: without a close frame. $disconnect is not called, since AWS does not
   * promise it. Returns how many there were.
   */
  cut(): number;
  /** Breaks every connection, for good. */
  stop(): void;
}

/** How long a client may take to answer a close frame. */
const CLOSE_MS = 1000;

/** Serves the API at a server that already listens. */
export function openSocketGateway(
  server: Server,
  api: SocketApiDefinition,
  { access, faults, log, meter, limits, isDown }: SocketSurroundings,
): SocketGateway {
  const { stage } = api.context;
  const calls = createCalls(api, log);
  const count = (caller: string, operation: string, units: number, requests = 1): void =>
    meter?.count({ caller, service: 'websocket', operation, requests, units });
  const registry = createRegistry(limits, {
    ended: (connection, ending) => calls.disconnect(connection, ending),
    minutes: (begun) => count('client', 'ConnectionMinutes', begun, 0),
  });
  /** From every client, also one that waits for $connect or has not answered a close frame. */
  const streams = new Set<Duplex>();
  const handshakes = createHandshakes();

  async function connect(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    if (isDown()) return void stream.destroy();
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
    stream.on('error', () => stream.destroy());
    if (!isHandshake(request)) return refuse(stream, 400, {});
    const { url = '', rawHeaders } = request;
    if (splitUrl(url).path.replace(/\/$/, '') !== `/${stage}`) return refuse(stream, 403, {});
    const client = clientOf(request);
    const verdict = await calls.connect(client, { url, rawHeaders });
    // The client has gone meanwhile. $disconnect is for those that were connected.
    if (stream.destroyed) return;
    if (verdict.kind === 'refused') {
      refuse(stream, verdict.status, { connectionId: client.connectionId, requestId: opaqueId() });
      return;
    }
    handshakes.complete(request, stream, head, verdict.subprotocol, (socket) => open(client, socket, stream));
  }

  function open(client: SocketClient, socket: WebSocket, stream: Duplex): void {
    const connection = registry.add(client, socket);
    watchFrames(stream, () => registry.end(connection, CLOSE.tooBig));
    // ws closes the connection after an error, and then reports 1006, whatever it has sent.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') registry.ended(connection, CLOSE.tooBig);
    });
    socket.on('close', (code, reason) => registry.ended(connection, code, reason.toString()));
    socket.on('message', (data, isBinary) => {
      // What comes after the end is not read.
      if (!registry.isLive(connection)) return;
      if (isBinary) registry.end(connection, CLOSE.unsupported);
      else void receive(connection, textOf(data));
    });
  }

  async function receive(connection: Connection, body: string): Promise<void> {
    connection.lastActiveAt = Date.now();
    count('client', 'Message', socketUnits(Buffer.byteLength(body)));
    const answer = await calls.message(connection, body);
    if (answer !== undefined && registry.isLive(connection))
      send(connection, Buffer.from(answer), 'client', 'Answer');
  }

  function send(connection: Connection, text: Buffer, caller: string, operation: string): void {
    count(caller, operation, socketUnits(text.length));
    sendText(connection, text);
  }

  server.on('upgrade', (request, stream, head) => {
    connect(request, stream, head).catch((error) => {
      log({ kind: 'cloud', text: `SocketGateway  ${String(error)}` });
      stream.destroy();
    });
  });
  const management = {
    region: api.region,
    stage,
    stageArn: `${api.arn}/${stage}`,
    find: registry.find,
    end: (connection: Connection) => registry.end(connection, CLOSE.normal),
    send: (connection: Connection, text: Buffer, caller: string) =>
      send(connection, text, caller, 'PostToConnection'),
    count: (caller: string, operation: string) => count(caller, operation, 0),
  };
  server.on('request', connectionsListener(management, access, faults));

  function cut(): number {
    const broken = registry.forget();
    for (const stream of streams) stream.destroy();
    return broken;
  }

  return {
    connections: registry.size,
    cut,
    stop() {
      registry.stop();
      cut();
    },
  };
}

/** Completes handshakes with the subprotocol that $connect chose. */
function createHandshakes() {
  const chosen = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_LIMIT,
    // @types/ws does not know it.
    ...{ closeTimeout: CLOSE_MS },
    // By itself ws takes the first that the client offers.
    handleProtocols: (_, request) => chosen.get(request) ?? false,
  });
  return {
    complete(
      request: IncomingMessage,
      stream: Duplex,
      head: Buffer,
      subprotocol: string | undefined,
      onOpen: (socket: WebSocket) => void,
    ): void {
      if (subprotocol) chosen.set(request, subprotocol);
      server.handleUpgrade(request, stream, head, onOpen);
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
