import type { Bound } from '../platform/bind.ts';
import { errorFields, warn } from '../platform/log.ts';
import type { PostToSocket } from '../platform/sockets.ts';
import type { RelayedAnswer } from './answer.ts';
import { afterDisconnect, isOver, type Listener, type ListenerRef } from './listener.ts';
import type * as listenerStore from './listener-store.ts';
import type * as requestStore from './request-store.ts';

export interface AwaitDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  readonly listeners: Bound<Pick<typeof listenerStore, 'disconnectListener' | 'getListener'>>;
  readonly requests: Bound<Pick<typeof requestStore, 'readAnswer'>>;
  readonly post: PostToSocket;
}

export type Passed =
  | { readonly kind: 'answered'; readonly answer: RelayedAnswer }
  /** The listener is over, or was removed. */
  | { readonly kind: 'over' }
  /** It has no connection. */
  | { readonly kind: 'away' }
  | { readonly kind: 'late' };

interface ToPass {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** False for one that has come before: it is not posted again, and has the same answer. */
  readonly isNew: boolean;
}

/** A client that has lost its connection opens another within this time, mostly. Beyond it the delivery waits, and not we. */
const AWAY_MS = 1000;
/** Once a request is posted, its listener is looked at for another connection, or its end. */
const LOOK_MS = 1000;
/** Before that it is looked at so often, and posted to: a post may have failed because API Gateway has too many already. */
const UNPOSTED_LOOK_MS = 150;
/** API Gateway answers that a connection is gone until its handshake is over, for which it has so long. */
const HANDSHAKE_MS = 30_000;

/** How long to wait before the next look: most servers answer at once, and one at a breakpoint need not be asked often. */
export function pollMs(waitedMs: number): number {
  if (waitedMs < 300) return 25;
  return waitedMs < 2000 ? 75 : 300;
}

/**
 * Posts a request to the listener's connection, and waits for the answer. Where the listener gets another connection meanwhile, the
 * request is posted to that one as well: the first may have been dead. Its client knows the request by its id.
 */
export async function awaitAnswer(deps: AwaitDeps, ref: ListenerRef, request: ToPass): Promise<Passed> {
  const beganAt = deps.now();
  let postedTo: string | undefined;
  let presentAt = beganAt;
  let lookedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const now = deps.now();
    if (now - lookedAt >= (postedTo === undefined ? UNPOSTED_LOOK_MS : LOOK_MS)) {
      lookedAt = now;
      const listener = await deps.listeners.getListener(ref);
      if (!listener || isOver(listener, now)) return { kind: 'over' };
      postedTo = await postedOnce(deps, ref, listener, request, postedTo);
      if (postedTo !== undefined) presentAt = now;
    }
    const answer = await deps.requests.readAnswer(ref, request.id);
    if (answer) return { kind: 'answered', answer };
    const waited = deps.now();
    if (postedTo === undefined && waited - presentAt >= AWAY_MS) return { kind: 'away' };
    if (waited >= request.until) return { kind: 'late' };
    await deps.sleep(Math.min(pollMs(waited - beganAt), request.until - waited));
  }
}

/**
 * Sees to it that the listener's present connection has the request.
 * @returns that connection; undefined where there is none
 */
async function postedOnce(
  { listeners, post, now }: AwaitDeps,
  ref: ListenerRef,
  listener: Listener,
  { text, isNew }: ToPass,
  before: string | undefined,
): Promise<string | undefined> {
  const { connection, openedAt = 0 } = listener;
  if (connection === undefined || connection === before || !isNew) return connection;
  try {
    if (await post(connection, text)) return connection;
    if (now() - openedAt < HANDSHAKE_MS) return undefined;
    await listeners.disconnectListener(ref, { connection, until: afterDisconnect(listener, now()) });
  } catch (error) {
    warn('request not posted to its listener', { tenant: ref.tenant, connection, ...errorFields(error) });
  }
  return undefined;
}
