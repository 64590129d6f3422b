import type { Bound } from '../platform/bind.ts';
import type * as statsStore from '../stats/stats-store.ts';
import type * as connectionStore from './connection-store.ts';
import { type CredentialDeps, credentialEnd } from './credential.ts';
import { LEASE_MS } from './limits.ts';
import { noRoom } from './room.ts';
import type * as ticketStore from './ticket-store.ts';
import type { Watcher } from './ticket-store.ts';
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
}

export type Opened =
  | { readonly kind: 'open' }
  /** The ticket is unknown, used or over, or its credential has ended. */
  | { readonly kind: 'refused' }
  /** The tenant, or the token, has as many connections as it may have. */
  | { readonly kind: 'too_many'; readonly problem: string };

/** Uses a ticket up, and notes the connection. Once it is open, all that is recorded gets to it. */
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
    deps.connections.listConnections(watcher.tenant, now),
  ]);
  if (end === undefined) return { kind: 'refused' };
  const problem = noRoom(open, watcher.credential);
  if (problem !== undefined) return { kind: 'too_many', problem };
  await deps.connections.addConnection(id, watcher, leaseFrom(now, end), now);
  await watch(deps, watcher.tenant, now);
  return { kind: 'open' };
}

/**
 * Prolongs a connection's lease, if its credential is still good; else the connection gets no more frames.
 * @returns whether it is prolonged
 */
export async function keepAlive(deps: ConnectionDeps, id: string): Promise<boolean> {
  const now = deps.now();
  const watcher = await deps.connections.findConnection(id);
  if (!watcher) return false;
  const end = await credentialEnd(deps.credentials, watcher, now);
  if (end === undefined) {
    await closeKnown(deps, id, watcher);
    return false;
  }
  const isThere = await deps.connections.renewConnection(watcher.tenant, id, leaseFrom(now, end));
  if (isThere) await watch(deps, watcher.tenant, now);
  return isThere;
}

/** Forgets a connection. If it was its tenant's last, frames are kept for a little longer. */
export async function closeConnection(deps: ConnectionDeps, id: string): Promise<void> {
  const watcher = await deps.connections.findConnection(id);
  if (watcher) await closeKnown(deps, id, watcher);
}

async function closeKnown(deps: ConnectionDeps, id: string, { tenant }: Watcher): Promise<void> {
  await deps.connections.removeConnection(tenant, id);
  const now = deps.now();
  const watched = await deps.watches.readWatch(tenant);
  if (!watched || (await deps.connections.listConnections(tenant, now)).length > 0) return;
  await deps.watches.shortenWatch(tenant, watched, now);
}

const leaseFrom = (now: number, end: number): number => Math.min(now + LEASE_MS, end);

/** The marks first: from the moment that the watch says so, all that is recorded is told. */
async function watch({ marks, watches }: ConnectionDeps, tenant: string, now: number): Promise<void> {
  const { slots, until } = markSpan(now);
  await marks.markWatched(tenant, slots, until);
  await watches.extendWatch(tenant, now);
}
