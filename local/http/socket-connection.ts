/** A client's connection to a WebSocket API, with the limits that API Gateway has. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { frameSizes } from './frame-sizes.ts';
import type { SocketClient } from './socket-event.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const MESSAGE_LIMIT = 128 * 1024;
const FRAME_LIMIT = 32 * 1024;

/** AWS refuses posts to a client that reads too slowly, and does not say from how many bytes on. */
const UNREAD_LIMIT = 1024 * 1024;

/** Close codes of https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 that the API sends. */
export const CLOSE = { normal: 1000, goingAway: 1001, unsupported: 1003, tooBig: 1009 } as const;

export interface SocketLimits {
  /** How long a connection may be without a message in either direction. */
  readonly socketIdleMs: number;
  /** How long a connection may last. */
  readonly socketLifetimeMs: number;
}

export interface Connection extends SocketClient {
  readonly socket: WebSocket;
  lastActiveAt: number;
  /** Minutes that have begun, and are billed. */
  minutes: number;
}

/** Of a connection, a message or a request, in the form of AWS's: `L0SM9cOFvHcCIhw=`. */
export const opaqueId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** Sends a text message, in frames of the size that AWS has. */
export function sendText(connection: Connection, text: Buffer): void {
  connection.lastActiveAt = Date.now();
  for (let start = 0; start === 0 || start < text.length; start += FRAME_LIMIT) {
    const end = start + FRAME_LIMIT;
    connection.socket.send(text.subarray(start, end), { binary: false, fin: end >= text.length });
  }
}

/** Whether so much waits for the client that it gets nothing more. */
export const isFull = ({ socket }: Connection): boolean => socket.bufferedAmount > UNREAD_LIMIT;

/** Calls back for a frame over the limit, before its message is complete. */
export function watchFrames(stream: Duplex, onTooBig: () => void): void {
  const sizes = frameSizes();
  stream.prependListener('data', (chunk: Buffer) => {
    if (sizes(chunk) > FRAME_LIMIT) onTooBig();
  });
}

export function isExpired(connection: Connection, limits: SocketLimits, now: number): boolean {
  return (
    now - connection.lastActiveAt >= limits.socketIdleMs ||
    now - connection.connectedAt >= limits.socketLifetimeMs
  );
}

/** The minutes that have begun since this was last asked. */
export function begunMinutes(connection: Connection, now: number): number {
  const begun = Math.floor((now - connection.connectedAt) / 60_000) + 1;
  const more = Math.max(0, begun - connection.minutes);
  connection.minutes += more;
  return more;
}
