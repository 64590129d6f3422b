import { type ConcludeDeps, type Concluded, conclude } from '../delivery/conclude.ts';
import type { Decision, Destination } from '../delivery/decision.ts';
import { type DeliveryMessage, parseMessage } from '../delivery/messages.ts';
import type { QuarantineItems } from '../delivery/queues/quarantine.ts';
import { overtakenAmong, type SupersededDeps } from '../delivery/superseded.ts';
import { hasExpired } from '../delivery/triage.ts';
import type { Bound } from '../platform/bind.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { isFirstHeld } from './hold-queue.ts';
import type { HeldItem, oldestHeld, removeHeld } from './hold-queue-store.ts';

export interface HeldDeps
  extends ConcludeDeps,
    SupersededDeps,
    Bound<{ oldestHeld: typeof oldestHeld; removeHeld: typeof removeHeld }> {
  readonly quarantineItems: QuarantineItems;
}

/** A delivery in a hold queue. */
export interface HeldDelivery<Item extends HeldItem = HeldItem> {
  readonly item: Item;
  readonly delivery: DeliveryMessage;
}

interface Unreadable<Item extends HeldItem = HeldItem> {
  readonly item: Item;
  readonly problem: string;
}

/**
 * Up to `count` of the deliveries that have waited longest. Those that have waited for too long are dead letters now, and
 * those that cannot be read go to quarantine. Those that were sent meanwhile are removed, or wait for
 * what comes of that.
 * @returns `isEmpty` when the hold queue is empty; `isStuck` when deliveries are due and could not be released
 * @throws Error when there are only deliveries that a newer release can read: the drain is repeated in minutes, not at once
 */
export async function oldestDeliveries(
  deps: HeldDeps,
  ref: TargetRef,
  destination: Destination | undefined,
  count: number,
): Promise<{ heldDeliveries: HeldDelivery[]; isEmpty: boolean; isStuck: boolean }> {
  const all = await deps.oldestHeld(ref, count);
  const { readable, unreadable } = parseHeld(all);
  if (readable.length + unreadable.length === 0 && all.length > 0) {
    throw new Error(`expected deliveries that can be read, found ${all.length} of a newer version`);
  }
  const isRemoved = await removeUnreadable(deps, unreadable);
  const now = deps.now();
  const { dropped, redirected } = await overtakenAmong(
    deps,
    readable.map(({ delivery }) => delivery),
    now,
  );
  const {
    gone = [],
    claimed = [],
    expired = [],
    alive = [],
  } = Object.groupBy(readable, ({ delivery }) => {
    if (dropped.has(delivery)) return 'gone';
    if (redirected.has(delivery)) return 'claimed';
    return hasExpired(delivery, now) ? 'expired' : 'alive';
  });
  await deps.removeHeld(gone.map(({ item }) => item));
  const elsewhere = claimed.map(({ delivery }) => ({ ...redirected.get(delivery)!, destination }));
  const areSettled = await Promise.all([
    settle(deps, claimed, elsewhere),
    settleAs(deps, expired, { kind: 'dead', reason: 'expired' }, destination),
  ]);
  const isStuck = !isRemoved || areSettled.includes(false);
  return { heldDeliveries: alive, isEmpty: all.length === 0, isStuck };
}

/** A delivery of a newer version is neither: it waits for a release that can read it. */
export function parseHeld<Item extends HeldItem>(
  items: readonly Item[],
): { readable: HeldDelivery<Item>[]; unreadable: Unreadable<Item>[] } {
  const readable: HeldDelivery<Item>[] = [];
  const unreadable: Unreadable<Item>[] = [];
  for (const item of items) {
    const parsed = parseMessage(item.message, ['delivery']);
    if (parsed.ok) readable.push({ item, delivery: parsed.message });
    else if (!parsed.isNewer) unreadable.push({ item, problem: parsed.problem });
  }
  return { readable, unreadable };
}

/** Settles deliveries that share a decision, without an attempt. @returns as `settle` */
export const settleAs = (
  deps: HeldDeps,
  heldDeliveries: readonly HeldDelivery[],
  decision: Decision,
  destination: Destination | undefined,
): Promise<boolean> =>
  settle(
    deps,
    heldDeliveries,
    heldDeliveries.map(({ delivery }) => ({ received: delivery, delivery, decision, destination })),
  );

/**
 * Sends deliveries to where they belong next, and removes the released ones from the hold queue. A delivery that could not
 * be sent on stays.
 * @param conclusions of the same deliveries, as they were received, in the same order
 * @returns whether all could be sent on
 */
export async function settle(
  deps: HeldDeps,
  heldDeliveries: readonly HeldDelivery[],
  conclusions: readonly Concluded[],
): Promise<boolean> {
  if (heldDeliveries.length === 0) return true;
  const faulty = await conclude(deps, conclusions);
  // One that stays has been put again, under the key of those that are not held for the first time.
  const isGone = ({ item }: HeldDelivery, { received, decision }: Concluded): boolean =>
    !faulty.has(received) && (decision.kind !== 'hold' || isFirstHeld(item.key));
  const gone = heldDeliveries.filter((one, i) => isGone(one, conclusions[i]!));
  await deps.removeHeld(gone.map(({ item }) => item));
  return faulty.size === 0;
}

/** Sends what cannot be read to quarantine. @returns whether none of it is left */
export async function removeUnreadable(
  deps: Pick<HeldDeps, 'quarantineItems' | 'removeHeld'>,
  unreadable: readonly Unreadable[],
): Promise<boolean> {
  const isSafe = await deps.quarantineItems(
    unreadable.map(({ item, problem }) => ({ id: item.key.sk, problem, body: item.message })),
  );
  if (isSafe && unreadable.length > 0) await deps.removeHeld(unreadable.map(({ item }) => item));
  return isSafe;
}
