import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { addressProblem, forbiddenPort, guardedLookup } from './address-guard.ts';
import { ConnectionTrace } from './connection-trace.ts';
import { isPlainAnswer } from './raw-answer.ts';
import type { Allowed } from './target-url.ts';

/**
 * Connections are kept for four seconds, to be used again. Many servers close an idle one after five, and each holds one
 * of the 1,024 file descriptors that Lambda gives a function. One endpoint gets at most a few batches' worth.
 */
const KEEP_ALIVE: AgentOptions = { keepAlive: true, timeout: 4000, maxSockets: 50, maxFreeSockets: 50 };

/** For a request whose used connection turned out to be closed. */
const FRESH: AgentOptions = { keepAlive: false };

/** Which connections a request may take: any, or only one that was never used. */
export type Kind = 'any' | 'fresh';

/** What connections prove their client by. Those of one identity are used for no other. */
export interface Identity {
  /** Of the context and of whom it is for. */
  readonly name: string;
  readonly context: SecureContext;
}

export type Connections = (isTls: boolean, kind: Kind, identity?: Identity) => HttpAgent | HttpsAgent;

/** Identities whose connections are kept. Those of one that is left out end by themselves, within the four seconds. */
const MAX_IDENTITIES = 100;

/** Where connections may lead. */
export type Reach = Pick<Allowed, 'privateAddresses' | 'ports'>;

export function createConnections(allowed: Reach, resolve: LookupFunction): Connections {
  const lookup = { lookup: allowed.privateAddresses ? resolve : guardedLookup(resolve) };
  const prepared = <A extends HttpAgent>(agent: A): A => {
    guard(agent, allowed);
    keepRecords(agent);
    return agent;
  };
  const secured = (context?: SecureContext) => {
    const proof = { ...lookup, ...(context && { secureContext: context }) };
    return {
      any: prepared(new HttpsAgent({ ...KEEP_ALIVE, ...proof })),
      fresh: prepared(new HttpsAgent({ ...FRESH, ...proof })),
    };
  };
  const http = {
    any: prepared(new HttpAgent({ ...KEEP_ALIVE, ...lookup })),
    fresh: prepared(new HttpAgent({ ...FRESH, ...lookup })),
  };
  const https = secured();
  const ofIdentities = new LRUCache<string, typeof https>({
    max: MAX_IDENTITIES,
  });
  const ofIdentity = ({ name, context }: Identity): typeof https => {
    const known = ofIdentities.get(name);
    if (known) return known;
    const agents = secured(context);
    ofIdentities.set(name, agents);
    return agents;
  };
  return (isTls, kind, identity) => {
    if (!isTls) return http[kind];
    return (identity ? ofIdentity(identity) : https)[kind];
  };
}

/** Sockets look up names only, so addresses are checked here; and ports, which may have been allowed before. */
function guard(agent: HttpAgent, { privateAddresses, ports }: Reach): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const { host, port } = options;
    const problem =
      forbiddenPort(Number(port), ports) ?? (privateAddresses ? undefined : addressProblem(host ?? ''));
    if (!problem) return connect(options, callback);
    callback?.(problem, undefined as never);
    return undefined;
  };
}

function keepRecords(agent: HttpAgent): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket) records.set(socket, new Recording(socket));
    return socket;
  };
  // Before the agent's own listener, which gives the socket to the next request.
  agent.prependListener('free', (socket: Duplex) => records.get(socket)?.end());
}

/**
 * The part of an answer that is read, its headers and what comes before them included. Reading an answer to its end lets the
 * connection be used again; one that goes on for longer than this is cut off together with its connection.
 */
const READ_BYTES = 64 * 1024;

/** How a connection came about, and what has come over it since its present request. */
export class Recording {
  private readonly socket: Duplex;
  private chunks: Buffer[] = [];
  private onTooMuch: (() => void) | undefined;
  private uses = 0;
  /** How many bytes have come. */
  bytes = 0;
  /** By `performance.now`, of the present request. */
  firstByteAt: number | undefined;
  readonly trace: ConnectionTrace;

  constructor(socket: Duplex) {
    this.socket = socket;
    this.trace = new ConnectionTrace(socket, () => performance.now());
    socket.on('data', (chunk: Buffer) => this.add(chunk));
  }

  /** Whether the connection had other requests before. */
  get isReused(): boolean {
    return this.uses > 1;
  }

  /** As latin1. */
  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  /** A request begins. @param onTooMuch called when more comes than is read of an answer */
  begin(onTooMuch: () => void): void {
    this.onTooMuch = onTooMuch;
    this.uses++;
  }

  /** The request is over. The connection is kept only if its answer can have ended in one place alone. */
  end(): void {
    const isPlain = isPlainAnswer(this.text);
    this.onTooMuch = undefined;
    this.chunks = [];
    this.bytes = 0;
    this.firstByteAt = undefined;
    if (!isPlain) this.socket.destroy();
  }

  private add(chunk: Buffer): void {
    this.firstByteAt ??= performance.now();
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    // Unasked bytes: the next answer must not begin with them.
    if (!this.onTooMuch) this.socket.destroy();
    else if (this.bytes > READ_BYTES) this.onTooMuch();
  }
}

const records = new WeakMap<Duplex, Recording>();

export const recordingOf = (socket: Duplex): Recording | undefined => records.get(socket);
