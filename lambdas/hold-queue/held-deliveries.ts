import { type Concluded, conclude } from '../delivery/conclude.ts';
import type { KnownDestination } from '../delivery/destinations.ts';
import { type DeliveryMessage, parseMessage } from '../delivery/messages.ts';
import { quarantine } from '../delivery/quarantine.ts';
import { hasExpired } from '../delivery/triage.ts';
import { requireEnv } from '../platform/env.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { type HeldItem, oldestHeld, removeHeld } from './hold-queue-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** A delivery that waits in a room. */
export interface HeldDelivery {
  readonly item: HeldItem;
  readonly delivery: DeliveryMessage;
}

/**
 * Up to `count` of those who have waited longest. Those who have waited for too long are dead letters now, and those whom
 * nothing can read go to quarantine.
 * @returns `isEmpty` when no delivery waits; `isStuck` when some are due and could not be released
 * @throws Error when there are only such as a newer release can read: release calls again in minutes, not at once
 */
export async function oldestDeliveries(
  ref: TargetRef,
  destination: KnownDestination | undefined,
  count: number,
): Promise<{ heldDeliveries: HeldDelivery[]; isEmpty: boolean; isStuck: boolean }> {
  const all = await oldestHeld(stateTable, ref, count);
  const heldDeliveries: HeldDelivery[] = [];
  const unreadable: { item: HeldItem; problem: string }[] = [];
  for (const item of all) {
    const parsed = parseMessage(item.message, ['delivery']);
    if (parsed.ok) heldDeliveries.push({ item, delivery: parsed.message });
    // What is of a newer version waits for whoever can read it.
    else if (!parsed.isNewer) unreadable.push({ item, problem: parsed.problem });
  }
  if (heldDeliveries.length + unreadable.length === 0 && all.length > 0) {
    throw new Error(`expected deliveries that can be read, found ${all.length} of a newer version`);
  }
  const isRemoved = await removeUnreadable(unreadable);
  const now = Date.now();
  const expired = heldDeliveries.filter(({ delivery }) => hasExpired(delivery, now));
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
    heldDeliveries: heldDeliveries.filter((heldDelivery) => !expired.includes(heldDelivery)),
    isEmpty: all.length === 0,
    isStuck: !isRemoved || !isSettled,
  };
}

/**
 * Sends guests on their way, and lets those leave whom it led out of the room. One that could not be sent on stays.
 * @param conclusions of the same deliveries, as they were received, in the same order
 * @returns whether all could be sent on
 */
export async function settle(
  heldDeliveries: readonly HeldDelivery[],
  conclusions: readonly Concluded[],
): Promise<boolean> {
  if (heldDeliveries.length === 0) return true;
  const faulty = await conclude(conclusions);
  const isGone = ({ received, decision }: Concluded): boolean =>
    !faulty.has(received) && decision.kind !== 'hold';
  await removeHeld(
    stateTable,
    heldDeliveries.filter((_, i) => isGone(conclusions[i]!)).map(({ item }) => item),
  );
  return faulty.size === 0;
}

/** @returns whether none of them is left */
async function removeUnreadable(
  unreadable: readonly { item: HeldItem; problem: string }[],
): Promise<boolean> {
  const isSafe = await quarantine(
    unreadable.map(({ item, problem }) => ({
      from: stateTable,
      id: item.key.sk,
      problem,
      body: item.message,
    })),
  );
  if (isSafe && unreadable.length > 0) {
    await removeHeld(
      stateTable,
      unreadable.map(({ item }) => item),
    );
  }
  return isSafe;
}
