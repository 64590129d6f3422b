import { LISTENER_LEASE_MS } from '../listeners/limits.ts';
import { afterDisconnect, type ListenerRef } from '../listeners/listener.ts';
import type * as listenerStore from '../listeners/listener-store.ts';
import type { Bound } from '../platform/bind.ts';
import type * as statsStore from '../stats/stats-store.ts';
import type * as connectionStore from './connection-store.ts';
import { type CredentialDeps, credentialEnd } from './credential.ts';
import { LEASE_MS } from './limits.ts';
import { noRoom } from './room.ts';
import type * as ticketStore from './ticket-store.ts';
import type { Watcher } from './ticket-store.ts';
import { getsFrames } from './viewer.ts';
import { markSpan } from './watch.ts';
import type * as watchStore from './watch-store.ts';

/** What becomes of a connection: it is opened with a ticket, lives by pings, and is closed. */

export interface ConnectionDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly tickets: Bound<Pick<typeof ticketStore, 'takeTicket'>>;
  readonly connections: Bound<
    Pick<
      typeof connectionStore,
      'addConnection' | 'findConnection' | 'listConnections' | 'removeConnection' | 'renewConnection'
    >
  >;
  readonly watches: Bound<Pick<typeof watchStore, 'extendWatch' | 'readWatch' | 'shortenWatch'>>;
  readonly marks: Bound<Pick<typeof statsStore, 'markWatched'>>;
  readonly credentials: CredentialDeps;
  readonly listeners: Bound<
    Pick<typeof listenerStore, 'connectListener' | 'disconnectListener' | 'getListener' | 'renewListener'>
  >;
}

export type Opened =
  | { readonly kind: 'open' }
  /** The ticket is unknown, used or over, or its credential has ended. */
  | { readonly kind: 'refused' }
  /** The ticket is for a listener that is over by now. */
  | { readonly kind: 'over' }
  /** The tenant, or the token, has as many connections as it may have. */
  | { readonly kind: 'too_many'; readonly problem: string };

/**
 * Uses a ticket up, and notes the connection. Once it is open, all that is recorded gets to it, and all requests of its
 * listener do.
 */
export async function openConnection(
  deps: ConnectionDeps,
  id: string,
  ticket: string | undefined,
): Promise<Opened> {
  const now = deps.now();
  const watcher = ticket === undefined ? undefined : await deps.tickets.takeTicket(ticket, now);
  if (!watcher) return { kind: 'refused' };
  const [end, open] = await Promise.all([
    credentialEnd(deps.credentials, watcher, now),
    getsFrames(watcher) ? deps.connections.listConnections(watcher.tenant, now) : [],
  ]);
  if (end === undefined) return { kind: 'refused' };
  const problem = noRoom(open, watcher.credential);
  if (problem !== undefined) return { kind: 'too_many', problem };
  await deps.connections.addConnection(id, watcher, leaseFrom(now, end), now);
  if (getsFrames(watcher)) await watch(deps, watcher.tenant, now);
  // Last: from here on it is posted to.
  const listener = listenerOf(watcher);
  const until = listenerLeaseFrom(now, end);
  if (!listener || (await deps.listeners.connectListener(listener, { connection: id, until }, now))) {
    return { kind: 'open' };
  }
  await forgetWatcher(deps, id, watcher);
  return { kind: 'over' };
}

/** `replaced`: its listener has another connection by now, or is over. */
export type Kept = 'kept' | 'ended' | 'replaced';

/** Prolongs a connection's lease, if its credential is still good; else the connection gets nothing more. */
export async function keepAlive(deps: ConnectionDeps, id: string): Promise<Kept> {
  const now = deps.now();
  const watcher = await deps.connections.findConnection(id);
  if (!watcher) return 'ended';
  const end = await credentialEnd(deps.credentials, watcher, now);
  if (end === undefined) {
    await closeKnown(deps, id, watcher, now);
    return 'ended';
  }
  const listener = listenerOf(watcher);
  if (listener) {
    const until = listenerLeaseFrom(now, end);
    if (!(await deps.listeners.renewListener(listener, { connection: id, until }, now))) return 'replaced';
  }
  if (!getsFrames(watcher)) return 'kept';
  const isThere = await deps.connections.renewConnection(watcher.tenant, id, leaseFrom(now, end));
  if (isThere) await watch(deps, watcher.tenant, now);
  return isThere ? 'kept' : 'ended';
}

/** Forgets a connection. If it was its tenant's last, frames are kept for a little longer; if a listener's, so is that. */
export async function closeConnection(deps: ConnectionDeps, id: string): Promise<void> {
  const watcher = await deps.connections.findConnection(id);
  if (watcher) await closeKnown(deps, id, watcher);
}

/** @param until when its listener is over at the latest; without it, as a listener is whose connection has closed */
async function closeKnown(
  deps: ConnectionDeps,
  id: string,
  watcher: Watcher,
  until = Number.POSITIVE_INFINITY,
): Promise<void> {
  const ref = listenerOf(watcher);
  const listener = ref && (await deps.listeners.getListener(ref));
  if (listener?.connection === id) {
    const over = Math.min(until, afterDisconnect(listener, deps.now()));
    await deps.listeners.disconnectListener(ref!, { connection: id, until: over });
  }
  await forgetWatcher(deps, id, watcher);
}

async function forgetWatcher(deps: ConnectionDeps, id: string, watcher: Watcher): Promise<void> {
  const { tenant } = watcher;
  await deps.connections.removeConnection(tenant, id);
  if (!getsFrames(watcher)) return;
  const now = deps.now();
  const watched = await deps.watches.readWatch(tenant);
  if (!watched || (await deps.connections.listConnections(tenant, now)).length > 0) return;
  await deps.watches.shortenWatch(tenant, watched, now);
}

/** Whose requests come over a connection, if any do. */
export const listenerOf = ({ tenant, listener }: Watcher): ListenerRef | undefined =>
  listener === undefined ? undefined : { tenant, listener };

const leaseFrom = (now: number, end: number): number => Math.min(now + LEASE_MS, end);
const listenerLeaseFrom = (now: number, end: number): number => Math.min(now + LISTENER_LEASE_MS, end);

/** The marks first: from the moment that the watch says so, all that is recorded is told. */
async function watch({ marks, watches }: ConnectionDeps, tenant: string, now: number): Promise<void> {
  const { slots, until } = markSpan(now);
  await marks.markWatched(tenant, slots, until);
  await watches.extendWatch(tenant, now);
}
