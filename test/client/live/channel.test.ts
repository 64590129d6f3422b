import fc from 'fast-check';
import { decodeTime, encodeTime } from 'ulid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Channel } from '../../../client/live/channel.ts';
import type { Frame } from '../../../client/live/frame.ts';
import type { ChannelState, LiveSocket } from '../../../client/live/kept-socket.ts';

/** A connection whose other end is the test. */
class Socket {
  onopen: (() => unknown) | null = null;
  onmessage: ((event: { data: string }) => unknown) | null = null;
  onclose: (() => unknown) | null = null;
  readonly sent: string[] = [];
  isClosed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const BEGIN = Date.UTC(2026, 10, 27, 14);
/** Of a frame so many seconds after the beginning. */
const id = (n: number): string => encodeTime(BEGIN + n * 1000, 10).padEnd(26, '0');
const frame = (n: number): Frame => ({
  type: 'frame',
  id: id(n),
  at: new Date(BEGIN + n * 1000).toISOString(),
});

/** A channel, the sockets that it made, what it passed on, and what the API has. */
function rig({ oldestKept = (): number => 0 } = {}) {
  const sockets: Socket[] = [];
  const passed: string[] = [];
  const states: ChannelState[] = [];
  const server = {
    frames: [] as Frame[],
    complete: true,
    isDown: false,
    gaps: 0,
    asked: [] as string[],
    aheadMs: 0,
    ticketMs: 0,
  };
  const channel = new Channel({
    async connect() {
      if (server.isDown) throw new Error('down');
      const socket = new Socket();
      sockets.push(socket);
      const expiresAt = new Date(Date.now() + server.aheadMs + 60_000).toISOString();
      await vi.advanceTimersByTimeAsync(server.ticketMs);
      return { socket: socket as unknown as LiveSocket, expiresAt };
    },
    async framesAfter(after) {
      server.asked.push(after);
      const items = server.frames.filter(({ id, at }) => id > after && Date.parse(at) >= oldestKept());
      return { items, complete: server.complete && decodeTime(after) >= oldestKept() };
    },
    onFrame: (each) => passed.push(each.id),
    onGap: () => server.gaps++,
    onState: (state) => states.push(state),
    random: () => 0,
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const latest = (): Socket => sockets.at(-1)!;
  async function open(): Promise<void> {
    await settle();
    latest().onopen?.();
    await settle();
  }
  const reopen = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(300);
    await open();
  };
  return { channel, sockets, passed, states, server, latest, open, reopen, settle };
}

beforeEach(() => void vi.useFakeTimers({ now: BEGIN }));
afterEach(() => void vi.useRealTimers());

describe('the live channel', () => {
  it('passes frames on, each once', async () => {
    const { channel, latest, open, passed, states } = rig();
    channel.start();
    await open();
    for (const n of [1, 2, 2, 1, 3]) latest().say(frame(n));
    expect(passed).toEqual([1, 2, 3].map(id));
    expect(states).toEqual(['connecting', 'live']);
  });

  it('asks for what it missed during a break, and shows it once, in order', async () => {
    const { channel, latest, open, reopen, passed, server, states } = rig();
    channel.start();
    await open();
    latest().say(frame(1));
    latest().onclose?.();
    server.frames = [1, 2, 3, 4].map(frame);
    await reopen();
    latest().say(frame(4));
    latest().say(frame(5));
    expect(server.asked).toEqual([id(1)]);
    expect(passed).toEqual([1, 2, 3, 4, 5].map(id));
    // The one before the first frame.
    expect(server.gaps).toBe(1);
    expect(states).toEqual(['connecting', 'live', 'waiting', 'catching-up', 'live']);
  });

  it('keeps frames that come while it catches up until that is done', async () => {
    const { channel, latest, open, passed, server, settle } = rig();
    channel.start();
    await open();
    latest().say(frame(1));
    latest().onclose?.();
    server.frames = [2, 3].map(frame);
    await vi.advanceTimersByTimeAsync(300);
    latest().onopen?.();
    latest().say(frame(4));
    latest().say(frame(3));
    await settle();
    expect(passed).toEqual([1, 2, 3, 4].map(id));
  });

  it.each([
    ['frames are gone', true, 2],
    ['no frame was seen before', false, 2],
  ])('says that there is a gap when %s', async (_, hadFrame, gaps) => {
    const { channel, latest, open, reopen, server } = rig();
    channel.start();
    await open();
    if (hadFrame) latest().say(frame(1));
    server.complete = false;
    latest().onclose?.();
    await reopen();
    expect(server.gaps).toBe(gaps);
  });

  it('has no gap where nothing came for long, as long as it was connected until just now', async () => {
    const { channel, latest, open, reopen, server } = rig();
    channel.start();
    await open();
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    latest().say({ type: 'pong' });
    latest().onclose?.();
    await reopen();
    expect(server.asked).toEqual([id(230)]);
    expect(server.gaps).toBe(1);
  });

  it.each([-3_600_000, 0, 90_000])(
    'of a clock that is %s ms ahead, asks for what came since the first connection, and no later',
    async (aheadMs) => {
      const { channel, latest, open, reopen, server } = rig();
      Object.assign(server, { aheadMs, ticketMs: 400 });
      channel.start();
      await open();
      const openedAt = Date.now() + aheadMs;
      latest().onclose?.();
      await reopen();
      const asked = decodeTime(server.asked[0]!);
      expect(asked).toBeLessThanOrEqual(openedAt);
      expect(asked).toBeGreaterThan(openedAt - 1000);
    },
  );

  it('tries again with growing pauses while nothing answers', async () => {
    const { channel, states, server, settle, open } = rig();
    server.isDown = true;
    channel.start();
    await settle();
    expect(states.at(-1)).toBe('waiting');
    server.isDown = false;
    await vi.advanceTimersByTimeAsync(300);
    await open();
    expect(states.at(-1)).toBe('live');
  });

  it('pings, and gives up a connection that does not answer', async () => {
    const { channel, sockets, open, latest } = rig();
    channel.start();
    await open();
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(latest().sent).toEqual(['{"type":"ping"}']);
    latest().say({ type: 'pong' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]!.isClosed).toBe(true);
  });

  it('is quiet while it is paused, and catches up when it goes on', async () => {
    const { channel, latest, open, passed, sockets, server } = rig();
    channel.start();
    await open();
    latest().say(frame(1));
    channel.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    server.frames = [2].map(frame);
    channel.start();
    await open();
    expect(passed).toEqual([1, 2].map(id));
  });

  it('ends for good', async () => {
    const { channel, latest, open, sockets } = rig();
    channel.start();
    await open();
    channel.stop();
    latest().onclose?.();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sockets).toHaveLength(1);
  });
});

/** What may happen to a watched tenant and its watcher: time goes by, a frame is made, and reaches the socket or not, the connection breaks. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('frame' as const), arrives: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('break' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(400) }) },
);

it('passes on every frame once and in order, or says that there is a gap, whatever breaks', async () => {
  const KEPT_MS = 5 * 60_000;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
      vi.setSystemTime(BEGIN);
      const { channel, latest, open, passed, server, settle, sockets } = rig({
        oldestKept: () => Date.now() - KEPT_MS,
      });
      channel.start();
      await open();
      let isOpen = true;
      const made: string[] = [];
      for (const one of [...happenings, { kind: 'break' as const }, { kind: 'open' as const }]) {
        await vi.advanceTimersByTimeAsync(1000);
        if (one.kind === 'wait') {
          for (let left = one.seconds; left > 0; left -= 10) {
            await vi.advanceTimersByTimeAsync(Math.min(left, 10) * 1000);
            if (isOpen && latest().sent.splice(0).length > 0) latest().say({ type: 'pong' });
          }
        } else if (one.kind === 'frame') {
          const next = frame((Date.now() - BEGIN) / 1000);
          made.push(next.id);
          server.frames.push(next);
          // What does not reach an open connection is lost with it.
          if (isOpen && one.arrives) latest().say(next);
          else if (isOpen) {
            latest().onclose?.();
            isOpen = false;
          }
        } else if (one.kind === 'break' && isOpen) {
          latest().onclose?.();
          isOpen = false;
        } else if (one.kind === 'open' && !isOpen) {
          await vi.advanceTimersByTimeAsync(300);
          latest().onopen?.();
          await settle();
          isOpen = true;
        }
      }
      channel.stop();
      expect(passed).toEqual([...new Set(passed)].sort());
      // The first connection has one before it.
      if (server.gaps === 1) expect(passed).toEqual(made);
      expect(sockets.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});
