import { ApiError, type CallOptions, type Posthorn } from '../../client/index.ts';
import type { ChannelState, KeptSocketDeps, LiveSocket } from '../../client/live/kept-socket.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Out } from '../output/out.ts';

/** A connection of the live channel that lasts as long as the command. */

interface Kept {
  start(): void;
  stop(): void;
  /** What Ctrl-C waits for before the connection ends. */
  settle?(): Promise<unknown>;
}

export interface Ticket {
  /** What the ticket is asked with. */
  body(): object | undefined;
  /** Called when no ticket is given. @returns whether it is worth to ask again at once */
  renew(error: unknown): Promise<boolean>;
}

export interface Wired extends Pick<KeptSocketDeps, 'connect' | 'random' | 'onState'> {
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
 * @param make the channel, of what connects it
 * @throws what no repetition changes, such as a key that was revoked; at the start, also that nothing answers
 */
export async function keepConnected(
  { io, out }: Pick<Context, 'io' | 'out'>,
  api: Posthorn,
  ticket: Ticket | undefined,
  make: (wired: Wired) => Kept,
): Promise<void> {
  const ending = endOf(io.signal);
  const notes = new Notes(out);
  let hasAsked = false;
  const kept = make({
    random: io.random,
    fail: ending.fail,
    async connect() {
      try {
        // After a break it is the channel that tries again, after growing pauses.
        const patience = hasAsked ? { maxRetries: 0, timeoutMs: HANDSHAKE_MS } : {};
        const { url, expiresAt } = await ticketFor(api, ticket, { signal: io.signal, ...patience });
        hasAsked = true;
        const socket = await socketTo(url, (text) => {
          notes.problem(text);
          if (notes.isRefused) ending.fail(credentialEnded());
        });
        return { socket, expiresAt };
      } catch (error) {
        if (hasAsked && isPassing(error)) notes.problem((error as Error).message);
        else ending.fail(error);
        throw error;
      }
    },
    onState: (state) => !ending.isOver && notes.state(state),
  });
  try {
    kept.start();
    await ending.ended;
    await kept.settle?.();
  } finally {
    kept.stop();
  }
}

/** Ends by Ctrl-C, or with an error. */
function endOf(signal: AbortSignal) {
  const ending = {
    isOver: false,
    fail: (_: unknown): void => {},
    ended: Promise.resolve(),
  };
  ending.ended = new Promise<void>((resolve, reject) => {
    const over = (end: () => void) => () => {
      ending.isOver = true;
      end();
    };
    ending.fail = (error) => over(() => reject(error))();
    if (signal.aborted) over(resolve)();
    else signal.addEventListener('abort', over(resolve), { once: true });
  });
  return ending;
}

function ticketFor(api: Posthorn, ticket: Ticket | undefined, options: CallOptions) {
  const ask = () => {
    const body = ticket?.body();
    return api.call('createLiveTicket', body ? { body } : {}, options);
  };
  return ask().catch(async (error: unknown) => {
    if (await ticket?.renew(error)) return ask();
    throw error;
  });
}

/** What ws says of a handshake that is answered so. */
const REFUSED = 'Unexpected server response: 401';

const credentialEnded = (): CommandError =>
  new CommandError('the key of this connection has ended', {
    code: EXIT.notAllowed,
    hint: '`posthorn login` keeps another one, or set POSTHORN_KEY.',
  });

/** What a person is told of the connection: once that it is lost, and once that it is back. */
class Notes {
  private readonly out: Pick<Out, 'note' | 'warn'>;
  private isLost = false;
  private wasLive = false;
  private refusals = 0;
  private hasSaidWhy = false;
  private why = '';

  constructor(out: Pick<Out, 'note' | 'warn'>) {
    this.out = out;
  }

  /** Tickets are given, and are not good: the credential has ended, and the API has not heard of it yet. */
  get isRefused(): boolean {
    return this.refusals >= 2;
  }

  problem(text: string): void {
    this.why = text;
    if (text === REFUSED) this.refusals++;
    if (!this.isLost || this.hasSaidWhy) return;
    this.hasSaidWhy = true;
    this.out.warn(`Still no connection: ${text}.`);
  }

  state(state: ChannelState): void {
    if (state === 'waiting' && !this.isLost) {
      this.isLost = true;
      this.hasSaidWhy = this.why !== '';
      const what = this.wasLive ? 'The connection is lost' : 'There is no connection yet';
      this.out.warn(`${what}${this.why && `: ${this.why}`}. It is tried until it stands.`);
    }
    if (state !== 'live') return;
    if (this.isLost && this.wasLive) this.out.note('Connected again.');
    this.refusals = 0;
    this.isLost = false;
    this.wasLive = true;
    this.why = '';
  }
}

/** Whether another try can fare better: not where the key is gone, or may not do this. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status >= 500 || [408, 409, 425, 429].includes(error.status);

async function socketTo(url: string, onProblem: (text: string) => void): Promise<LiveSocket> {
  // Other commands start without it.
  const { WebSocket } = await import('ws');
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
