import { pauseBefore } from './backoff.ts';
import { type Message, readMessage } from './frame.ts';

/** A WebSocket, of a browser or of Node's package ws. */
export interface LiveSocket {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: { readonly data: unknown } & never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  send(text: string): void;
  close(): void;
}

/** `waiting` from a break until the next connection stands: each try does not show. */
export type ChannelState = 'connecting' | 'catching-up' | 'live' | 'waiting' | 'paused';

export interface KeptSocketDeps {
  /** Makes a connection with a fresh ticket. @throws when no ticket is to be had */
  connect(): Promise<{ readonly socket: LiveSocket; readonly expiresAt: string }>;
  /** Called with each connection before it is `live`. What throws costs the connection. */
  onOpen(isCurrent: () => boolean): Promise<void>;
  onMessage(message: Message): void;
  onState(state: ChannelState): void;
  /** From 0 to 1. */
  random(): number;
}

/** Times in milliseconds since the epoch. */
export interface Sight {
  /** When the first connection stood. */
  openedAt?: number;
  /** The last time at which nothing was missing. */
  aliveAt?: number;
}

/** API Gateway ends a connection that was idle for 10 minutes. */
const PING_MS = 4 * 60_000;
/** An answer takes less than a second; a connection without one is dead, although nothing says so. */
const PONG_MS = 15_000;
/** A ticket is good for so long. */
const TICKET_MS = 60_000;

/** Keeps a connection of the live channel: pings, and connects anew with a new ticket, after growing pauses. */
export class KeptSocket {
  /** What is known of the server's sight of the connections, by its own clock. */
  readonly sight: Sight = {};
  private readonly deps: KeptSocketDeps;
  private socket: LiveSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private failures = 0;
  private isOpen = false;
  private wasConnected = false;
  /** The server's clock, less the one here. */
  private clockAhead = 0;
  /** Counts connections, so that what an earlier one says late is ignored. */
  private round = 0;

  constructor(deps: KeptSocketDeps) {
    this.deps = deps;
  }

  start(): void {
    this.deps.onState('connecting');
    void this.open();
  }

  /** Ends the connection until `start`. */
  pause(): void {
    this.stop();
    this.deps.onState('paused');
  }

  /** Ends it for good. */
  stop(): void {
    this.round++;
    this.close();
  }

  /** @returns whether there is a connection to send it by */
  send(text: string): boolean {
    if (this.isOpen) this.socket?.send(text);
    return this.isOpen;
  }

  private async open(): Promise<void> {
    this.close();
    const round = ++this.round;
    try {
      const { socket, expiresAt } = await this.deps.connect();
      if (round !== this.round) return socket.close();
      this.clockAhead = Date.parse(expiresAt) - TICKET_MS - Date.now();
      this.listen(socket, round);
    } catch {
      if (round === this.round) this.retryLater();
    }
  }

  private listen(socket: LiveSocket, round: number): void {
    this.socket = socket;
    const isCurrent = (): boolean => round === this.round;
    socket.onopen = async () => {
      this.isOpen = true;
      this.sight.openedAt ??= this.serverNow();
      this.pinging = setInterval(() => this.ping(), PING_MS);
      if (this.wasConnected) this.deps.onState('catching-up');
      try {
        await this.deps.onOpen(isCurrent);
        if (!isCurrent()) return;
        this.failures = 0;
        this.wasConnected = true;
        this.sight.aliveAt = this.serverNow();
        this.deps.onState('live');
      } catch {
        if (isCurrent()) this.retryLater();
      }
    };
    socket.onmessage = ({ data }) => {
      if (!isCurrent()) return;
      const message = readMessage(String(data));
      if (message?.type === 'pong') this.pong();
      if (message) this.deps.onMessage(message);
    };
    socket.onclose = () => {
      if (isCurrent()) this.retryLater();
    };
  }

  private ping(): void {
    this.socket?.send('{"type":"ping"}');
    this.pongTimer = setTimeout(() => void this.open(), PONG_MS);
  }

  private pong(): void {
    clearTimeout(this.pongTimer);
    this.sight.aliveAt = this.serverNow();
  }

  /** Behind the server's clock by as long as the ticket took on its way, and never ahead: nothing is taken for seen. */
  serverNow(): number {
    return Date.now() + this.clockAhead;
  }

  private retryLater(): void {
    this.close();
    this.round++;
    this.deps.onState('waiting');
    this.timer = setTimeout(() => void this.open(), pauseBefore(this.failures++, this.deps.random()));
  }

  private close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.pongTimer);
    clearInterval(this.pinging);
    const { socket } = this;
    this.socket = undefined;
    this.isOpen = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
