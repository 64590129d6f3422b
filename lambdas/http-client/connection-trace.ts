import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Stage, Travel } from './attempt-record.ts';

/**
 * How a connection came about. It listens to events that each connection has once, so a request over a connection that
 * was used before costs nothing. Times are milliseconds of a clock that only goes forward.
 */
export class ConnectionTrace {
  readonly beganAt: number;
  lookedUpAt: number | undefined;
  connectedAt: number | undefined;
  securedAt: number | undefined;
  /** The last address that was tried: a name may have several. */
  address: string | undefined;
  /** TLS's version, `1.3`. */
  tlsVersion: string | undefined;
  readonly isTls: boolean;

  constructor(stream: Duplex, elapsed: () => number) {
    const socket = stream as Socket;
    this.beganAt = elapsed();
    this.isTls = 'encrypted' in socket;
    socket.on('lookup', (error: Error | null) => {
      // Once for each address of the name.
      if (!error) this.lookedUpAt ??= elapsed();
    });
    socket.on('connectionAttempt', (address: string) => {
      this.address = address;
    });
    socket.once('connect', () => {
      this.connectedAt = elapsed();
      this.address = socket.remoteAddress ?? this.address;
    });
    if (this.isTls) {
      socket.once('secureConnect', () => {
        this.securedAt = elapsed();
        this.tlsVersion = (socket as TLSSocket).getProtocol()?.replace('TLSv', '');
      });
    }
  }

  /** When a request could be written. */
  get readyAt(): number | undefined {
    return this.isTls ? this.securedAt : this.connectedAt;
  }
}

/** One request's use of a connection. */
export interface Use {
  /** When it was made, and a connection for it begun if there was room. */
  readonly beganAt: number;
  /** When it got the connection; undefined while it waited for one. */
  readonly assignedAt?: number | undefined;
  readonly isReused?: boolean | undefined;
  readonly firstByteAt?: number | undefined;
  readonly endedAt: number;
}

/**
 * A shorter wait for a connection is the time that this process takes for other things. One for a free connection, of
 * which a host gets a bounded number, takes as long as an answer.
 */
const LEAST_WAIT_MS = 10;

/**
 * How a request travelled, as far as it came.
 * @param trace undefined for a request that got no connection
 * @param isFailed whether it got no answer
 */
export function travelOf(trace: ConnectionTrace | undefined, use: Use, isFailed: boolean): Travel {
  const wait = use.isReused ? use.assignedAt! : (trace?.beganAt ?? use.endedAt);
  return {
    ...(trace?.address !== undefined && { address: trace.address }),
    ...(trace?.tlsVersion !== undefined && { tlsVersion: trace.tlsVersion }),
    ...(use.isReused && { reused: true as const }),
    ...(wait - use.beganAt >= LEAST_WAIT_MS && { wait: whole(use.beganAt, wait) }),
    ...(trace && !use.isReused && opening(trace)),
    ...(trace && firstByte(trace, use)),
    ...(isFailed && { stage: stageOf(trace, use) }),
  };
}

const opening = ({ beganAt, lookedUpAt, connectedAt, securedAt }: ConnectionTrace) => ({
  ...(lookedUpAt !== undefined && { dns: whole(beganAt, lookedUpAt) }),
  ...(connectedAt !== undefined && { connect: whole(lookedUpAt ?? beganAt, connectedAt) }),
  ...(securedAt !== undefined && { tls: whole(connectedAt!, securedAt) }),
});

/** From when the request could be written over the connection: to its end, and until the answer began. */
function firstByte({ readyAt = 0 }: ConnectionTrace, { assignedAt = 0, firstByteAt }: Use) {
  return firstByteAt === undefined ? {} : { firstByte: whole(Math.max(readyAt, assignedAt), firstByteAt) };
}

/** What a request that got no answer was at. */
function stageOf(trace: ConnectionTrace | undefined, { isReused }: Use): Stage {
  if (!trace) return 'wait';
  if (isReused || trace.readyAt !== undefined) return 'answer';
  if (trace.connectedAt !== undefined) return 'tls';
  return trace.address === undefined ? 'dns' : 'connect';
}

const whole = (from: number, to: number): number => Math.max(0, Math.round(to - from));
