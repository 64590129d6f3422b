/** The connections of a WebSocket API that are established and have not ended. */
import type { WebSocket } from 'ws';
import { begunMinutes, CLOSE, type Connection, isExpired, type SocketLimits } from './socket-connection.ts';
import type { SocketClient } from './socket-event.ts';

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

interface Listener {
  /** A connection has ended and is no longer here. Not called for those that were forgotten. */
  ended(connection: Connection, ending: Ending): void;
  /** Minutes of a connection have begun, the first when it is added. */
  minutes(count: number): void;
}

/** How often connections are looked at for their end, in real time. */
const SWEEP_MS = 250;

/** Ends connections that have reached a limit, by `Date`. */
export function createRegistry(limits: SocketLimits, listener: Listener) {
  const live = new Map<string, Connection>();

  /** Forgets a connection that has ended, if it is not forgotten yet. */
  function ended(connection: Connection, code: number, reason = ''): void {
    if (live.delete(connection.connectionId)) listener.ended(connection, { code, reason });
  }

  /** Ends a connection from this side. It is gone at once, however long the client takes to answer. */
  function end(connection: Connection, code: number): void {
    ended(connection, code);
    connection.socket.close(code);
  }

  function countMinutes(connection: Connection, now: number): void {
    const begun = begunMinutes(connection, now);
    if (begun > 0) listener.minutes(begun);
  }

  const sweep = setInterval(() => {
    const now = Date.now();
    for (const connection of [...live.values()]) {
      countMinutes(connection, now);
      if (isExpired(connection, limits, now)) end(connection, CLOSE.goingAway);
    }
  }, SWEEP_MS).unref();

  return {
    ended,
    end,
    size: (): number => live.size,
    find: (connectionId: string): Connection | undefined => live.get(connectionId),
    isLive: ({ connectionId }: Connection): boolean => live.has(connectionId),

    add(client: SocketClient, socket: WebSocket): Connection {
      const now = Date.now();
      const connection: Connection = { ...client, socket, lastActiveAt: now, minutes: 0 };
      live.set(client.connectionId, connection);
      countMinutes(connection, now);
      return connection;
    },

    /** Forgets every connection, and returns how many there were. */
    forget(): number {
      const forgotten = live.size;
      live.clear();
      return forgotten;
    },

    stop: (): void => clearInterval(sweep),
  };
}
