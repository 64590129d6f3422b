import { type Concluded, conclude } from '../delivery/conclude.ts';
import type { KnownDestination } from '../delivery/destinations.ts';
import { type DeliveryMessage, parseMessage } from '../delivery/messages.ts';
import { quarantine } from '../delivery/quarantine.ts';
import { hasExpired } from '../delivery/triage.ts';
import { requireEnv } from '../platform/env.ts';
import type { RoomRef } from './hold-queue.ts';
import { leaveRoom, longestWaiting, type Waiting } from './hold-queue-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** A delivery that waits in a room. */
export interface Guest {
  readonly waiting: Waiting;
  readonly delivery: DeliveryMessage;
}

/**
 * Up to `count` of those who have waited longest. Those who have waited for too long are dead letters now, and those whom
 * nothing can read go to quarantine.
 * @returns `isEmpty` when no delivery waits; `isStuck` when some are due and could not be released
 * @throws Error when there are only such as a newer release can read: release calls again in minutes, not at once
 */
export async function guestsOf(
  room: RoomRef,
  destination: KnownDestination | undefined,
  count: number,
): Promise<{ guests: Guest[]; isEmpty: boolean; isStuck: boolean }> {
  const all = await longestWaiting(stateTable, room, count);
  const guests: Guest[] = [];
  const unreadable: { waiting: Waiting; problem: string }[] = [];
  for (const waiting of all) {
    const parsed = parseMessage(waiting.message, ['delivery']);
    if (parsed.ok) guests.push({ waiting, delivery: parsed.message });
    // What is of a newer version waits for whoever can read it.
    else if (!parsed.isNewer) unreadable.push({ waiting, problem: parsed.problem });
  }
  if (guests.length + unreadable.length === 0 && all.length > 0) {
    throw new Error(`expected deliveries that can be read, found ${all.length} of a newer version`);
  }
  const isRemoved = await removeUnreadable(unreadable);
  const now = Date.now();
  const expired = guests.filter(({ delivery }) => hasExpired(delivery, now));
  const isSettled = await settle(
    expired,
    expired.map(({ delivery }) => ({
      received: delivery,
      delivery,
      decision: { kind: 'dead', reason: 'expired' },
      destination,
    })),
  );
  return {
    guests: guests.filter((guest) => !expired.includes(guest)),
    isEmpty: all.length === 0,
    isStuck: !isRemoved || !isSettled,
  };
}

/**
 * Sends guests on their way, and lets those leave whom it led out of the room. One that could not be sent on stays.
 * @param conclusions of the same deliveries, as they were received, in the same order
 * @returns whether all could be sent on
 */
export async function settle(guests: readonly Guest[], conclusions: readonly Concluded[]): Promise<boolean> {
  if (guests.length === 0) return true;
  const faulty = await conclude(conclusions);
  const isGone = ({ received, decision }: Concluded): boolean =>
    !faulty.has(received) && decision.kind !== 'wait';
  await leaveRoom(
    stateTable,
    guests.filter((_, i) => isGone(conclusions[i]!)).map(({ waiting }) => waiting),
  );
  return faulty.size === 0;
}

/** @returns whether none of them is left */
async function removeUnreadable(
  unreadable: readonly { waiting: Waiting; problem: string }[],
): Promise<boolean> {
  const isSafe = await quarantine(
    unreadable.map(({ waiting, problem }) => ({
      from: stateTable,
      id: waiting.key.sk,
      problem,
      body: waiting.message,
    })),
  );
  if (isSafe && unreadable.length > 0) {
    await leaveRoom(
      stateTable,
      unreadable.map(({ waiting }) => waiting),
    );
  }
  return isSafe;
}
