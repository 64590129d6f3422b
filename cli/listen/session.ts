import { setTimeout as wait } from 'node:timers/promises';
import { NotFoundError, type Posthorn } from '../../client/index.ts';
import { KeptSocket } from '../../client/live/kept-socket.ts';
import type { Context } from '../context.ts';
import { keepConnected, type Wired } from '../live/keep-connected.ts';
import { createListener, endListener, type Listener, type NewListener } from './listener.ts';
import { type LocalAnswer, type RelayedRequest, readRequest } from './messages.ts';
import { Requests } from './requests.ts';

/** What a session tells. */
export interface SessionDeps {
  /** A listener is there: the first, or one in the place of one that has expired. */
  onListener(listener: Listener, isFirst: boolean): Promise<void>;
  onConnected(): void;
  /** @param leftMs until the answer comes too late */
  answer(request: RelayedRequest, leftMs: number): Promise<LocalAnswer>;
}

/** Ctrl-C waits so long for answers to what is under way. */
const SETTLE_MS = 2000;
/** An answer takes some time on its way back. */
const ON_ITS_WAY_MS = 500;

/** Listens until Ctrl-C, and leaves nothing behind. */
export async function listenUntilEnd(
  context: Context,
  api: Posthorn,
  body: NewListener,
  deps: SessionDeps,
): Promise<void> {
  const { io, out } = context;
  const begin = async (isFirst: boolean): Promise<Listener> => {
    const made = await createListener(api, body, io.signal);
    await deps.onListener(made, isFirst);
    return made;
  };
  let listener = await begin(true);
  const ticket = {
    body: () => ({ listener: listener.id }),
    async renew(error: unknown) {
      if (!(error instanceof NotFoundError)) return false;
      listener = await begin(false);
      return true;
    },
  };
  try {
    await keepConnected(context, api, ticket, (wired) => channelOf(context, () => listener.id, deps, wired));
  } finally {
    if (!(await endListener(api, listener.id)))
      out.warn(`The listener ${listener.id} could not be removed. It ends by itself within minutes.`);
  }
}

/** A connection by which requests come, and go back answered. */
function channelOf(
  { out }: Pick<Context, 'out'>,
  listenerId: () => string,
  { answer, onConnected }: SessionDeps,
  { connect, random, onState }: Wired,
) {
  let hasBegun = false;
  const socket = new KeptSocket({
    connect,
    random,
    onOpen: async () => {},
    onMessage(message) {
      if (message.type === 'error')
        out.warn(`The server says: ${String((message as { message?: unknown }).message)}`);
      if (message.type !== 'request') return;
      const read = readRequest(message, listenerId());
      if (read.ok) requests.take(read.request);
      else out.warn(`A request is left alone: ${read.problem}.`);
    },
    onState(state) {
      onState(state);
      if (state !== 'live' || hasBegun) return;
      hasBegun = true;
      onConnected();
    },
  });
  const requests = new Requests({
    send: (text) => socket.send(text),
    answer: (request) => answer(request, request.deadline - socket.serverNow() - ON_ITS_WAY_MS),
  });
  return {
    start: () => socket.start(),
    stop: () => socket.stop(),
    settle: () => Promise.race([requests.settled(), wait(SETTLE_MS)]),
  };
}
