import { WebSocket } from 'ws';
import { ApiError, type Posthorn } from '../../client/index.ts';
import type { KeptSocketDeps, LiveSocket } from '../../client/live/kept-socket.ts';
import type { Context } from '../context.ts';

/** A connection of the live channel that lasts as long as the command. */

interface Kept {
  start(): void;
  stop(): void;
}

interface Wired extends Pick<KeptSocketDeps, 'connect' | 'random' | 'onState'> {
  /** Ends it with an error. */
  fail(error: unknown): void;
}

const HANDSHAKE_MS = 15_000;
/** A peer that is gone answers no close. */
const CLOSING_MS = 500;
/** API Gateway's messages have at most 128 KB. */
const MOST_BYTES = 256 * 1024;

/**
 * Keeps a connection until Ctrl-C, and says so when it is lost and when it is back.
 * @param ticket what the ticket is asked with
 * @param make the channel, of what connects it
 * @throws what no repetition changes, such as a key that was revoked; at the start, also that nothing answers
 */
export async function keepConnected(
  { io, out }: Pick<Context, 'io' | 'out'>,
  api: Posthorn,
  ticket: object | undefined,
  make: (wired: Wired) => Kept,
): Promise<void> {
  let end = (): void => {};
  let fail = (_: unknown): void => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let hasAsked = false;
  let isLost = false;
  let problem = '';
  const kept = make({
    random: io.random,
    fail: (error) => fail(error),
    async connect() {
      try {
        // A break is tried again by the channel, after growing pauses.
        const options = { signal: io.signal, ...(hasAsked && { maxRetries: 0, timeoutMs: HANDSHAKE_MS }) };
        const args = ticket === undefined ? {} : { body: ticket };
        const { url, expiresAt } = await api.call('createLiveTicket', args, options);
        hasAsked = true;
        return { socket: socketTo(url, (text) => (problem = text)), expiresAt };
      } catch (error) {
        problem = (error as Error).message;
        if (!hasAsked || !isPassing(error)) fail(error);
        throw error;
      }
    },
    onState(state) {
      if (state === 'waiting' && !isLost) {
        isLost = true;
        out.warn(`The connection is lost${problem && `: ${problem}`}. It is tried again until it is back.`);
      } else if (state === 'live' && isLost) {
        isLost = false;
        out.note('Connected again.');
      }
      if (state === 'live') problem = '';
    },
  });
  io.signal.addEventListener('abort', end, { once: true });
  try {
    if (!io.signal.aborted) {
      kept.start();
      await ended;
    }
  } finally {
    io.signal.removeEventListener('abort', end);
    kept.stop();
  }
}

/** Whether another try can fare better: not where the key is gone, or may not do this. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status >= 500 || [408, 409, 425, 429].includes(error.status);

function socketTo(url: string, onProblem: (text: string) => void): LiveSocket {
  const socket = new WebSocket(url, { handshakeTimeout: HANDSHAKE_MS, maxPayload: MOST_BYTES });
  // An error is followed by a close.
  socket.on('error', ({ message }) => onProblem(message));
  const close = socket.close.bind(socket);
  socket.close = () => {
    close();
    setTimeout(() => socket.terminate(), CLOSING_MS).unref();
  };
  return socket as unknown as LiveSocket;
}
