import { pauseBefore } from './backoff.ts';
import { type Frame, readMessage } from './frame.ts';
import { Passed } from './passed.ts';

/** `waiting` from a break until the next connection stands: each try does not show. */
export type ChannelState = 'connecting' | 'catching-up' | 'live' | 'waiting' | 'paused';

/** What the channel needs of the world. */
export interface ChannelDeps {
  /** Makes a connection with a fresh ticket. @throws when no ticket is to be had */
  connect(): Promise<WebSocket>;
  /** The frames after one; `complete` is false when some are no longer there. */
  framesAfter(id: string): Promise<{ readonly items: readonly Frame[]; readonly complete: boolean }>;
  onFrame(frame: Frame): void;
  /** Frames are lost: everything that is shown has to be read again. */
  onGap(): void;
  onState(state: ChannelState): void;
  /** From 0 to 1. */
  random(): number;
}

/** API Gateway ends a connection that was idle for 10 minutes. */
const PING_MS = 4 * 60_000;
/** An answer takes less than a second; a connection without one is dead, although nothing says so. */
const PONG_MS = 15_000;

/**
 * Keeps a connection, and passes on each frame once. After a break it first asks for the frames that it missed. Before the
 * first frame there is a gap: what was sent meanwhile has no id to ask after.
 */
export class Channel {
  private readonly deps: ChannelDeps;
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private readonly passed = new Passed();
  private failures = 0;
  private wasConnected = false;
  private isPaused = false;
  /** Counts connections, so that what an earlier one says late is ignored. */
  private round = 0;

  constructor(deps: ChannelDeps) {
    this.deps = deps;
  }

  start(): void {
    this.isPaused = false;
    this.deps.onState('connecting');
    void this.open();
  }

  /** Ends the connection until `start`. What happens meanwhile is caught up with then. */
  pause(): void {
    this.isPaused = true;
    this.close();
    this.deps.onState('paused');
  }

  /** Ends it for good. */
  stop(): void {
    this.isPaused = true;
    this.close();
  }

  private async open(): Promise<void> {
    this.close();
    const round = ++this.round;
    try {
      const socket = await this.deps.connect();
      if (round !== this.round || this.isPaused) return socket.close();
      this.listen(socket, round);
    } catch {
      if (round === this.round) this.retryLater();
    }
  }

  private listen(socket: WebSocket, round: number): void {
    this.socket = socket;
    // Frames that come while it catches up are newer than what it catches up with.
    let early: Frame[] | undefined = [];
    const isCurrent = (): boolean => round === this.round;
    socket.onopen = async () => {
      this.pinging = setInterval(() => this.ping(), PING_MS);
      if (this.wasConnected) this.deps.onState('catching-up');
      try {
        const missed = await this.missed();
        if (!isCurrent()) return;
        this.pass([...missed, ...(early ?? [])]);
        early = undefined;
        this.failures = 0;
        this.wasConnected = true;
        this.deps.onState('live');
      } catch {
        if (isCurrent()) this.retryLater();
      }
    };
    socket.onmessage = ({ data }) => {
      if (!isCurrent()) return;
      const message = readMessage(String(data));
      if (message?.type === 'pong') clearTimeout(this.pongTimer);
      if (message?.type !== 'frame') return;
      if (early) early.push(message);
      else this.pass([message]);
    };
    socket.onclose = () => {
      if (isCurrent() && !this.isPaused) this.retryLater();
    };
  }

  private async missed(): Promise<readonly Frame[]> {
    const after = this.passed.resumeAfter;
    if (after === undefined) {
      // What was recorded since the page read its lists has no frame that is known.
      this.deps.onGap();
      return [];
    }
    const { items, complete } = await this.deps.framesAfter(after);
    if (!complete) this.deps.onGap();
    return items;
  }

  private pass(frames: readonly Frame[]): void {
    for (const frame of this.passed.take(frames)) this.deps.onFrame(frame);
  }

  private ping(): void {
    this.socket?.send(JSON.stringify({ type: 'ping' }));
    this.pongTimer = setTimeout(() => void this.open(), PONG_MS);
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
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
