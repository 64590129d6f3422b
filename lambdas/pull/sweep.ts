import type { Destination } from '../delivery/decision.ts';
import type { DeliveryMessage } from '../delivery/messages.ts';
import type { QuarantineItems } from '../delivery/queues/quarantine.ts';
import { overtakenAmong, type SupersededDeps } from '../delivery/superseded.ts';
import { pullRulesOf } from '../destinations/pull.ts';
import { parseHeld, removeUnreadable } from '../hold-queue/held-deliveries.ts';
import { type NextDrain, SWEEP_MS } from '../hold-queue/hold-queue.ts';
import type { removeHeld } from '../hold-queue/hold-queue-store.ts';
import type { Bound } from '../platform/bind.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { fateOf } from './lease.ts';
import { type Dying, dyingOf, type MarkDeadDeps, markDead } from './mark-dead.ts';
import type { PullItem, pullItems } from './pull-store.ts';

export interface SweepDeps
  extends MarkDeadDeps,
    SupersededDeps,
    Bound<{ pullItems: typeof pullItems; removeHeld: typeof removeHeld }> {
  readonly now: () => number;
  readonly quarantineItems: QuarantineItems;
}

/** Messages that a sweep looks at, and reads at a time of each shard. */
const SWEPT = 500;
const PAGE = 50;

/**
 * Looks through the queue of a pull target: what nobody has fetched within its day, or acknowledged however often it was fetched, is
 * a dead letter, also where nobody fetches any more.
 */
export async function sweep(deps: SweepDeps, ref: TargetRef, { target }: Destination): Promise<NextDrain> {
  const items = await oldest(deps, ref);
  if (items.length === 0) return undefined;
  const { readable, unreadable } = parseHeld(items);
  const isRemoved = await removeUnreadable(deps, unreadable);
  const now = deps.now();
  const { maxReceives } = pullRulesOf(target);
  const dying = readable.flatMap(({ item, delivery }) => {
    const fate = fateOf(delivery, item.lease, maxReceives, now);
    return dyingOf(item, delivery, fate, now) ?? [];
  });
  const gone = await markDeadUnlessOvertaken(deps, dying, now);
  // There may be more behind them.
  const isAtOnce = isRemoved && gone + unreadable.length > 0 && items.length === SWEPT;
  return { at: isAtOnce ? now : now + SWEEP_MS };
}

async function oldest(deps: SweepDeps, ref: TargetRef): Promise<PullItem[]> {
  const items: PullItem[] = [];
  for await (const item of deps.pullItems(ref, { pageSize: PAGE })) {
    items.push(item);
    if (items.length === SWEPT) break;
  }
  return items;
}

/** One that was sent again meanwhile is no dead letter: it is void, or waits for what becomes of that. @returns how many are gone */
export async function markDeadUnlessOvertaken(
  deps: MarkDeadDeps & SupersededDeps & Bound<{ removeHeld: typeof removeHeld }>,
  dying: readonly Dying[],
  now: number,
): Promise<number> {
  if (dying.length === 0) return 0;
  const byMessage = new Map(dying.map((one): [DeliveryMessage, Dying] => [one.delivery, one]));
  const { dropped, redirected } = await overtakenAmong(deps, [...byMessage.keys()], now);
  const left = dying.filter(({ delivery }) => !dropped.has(delivery) && !redirected.has(delivery));
  await deps.removeHeld([...dropped].map((delivery) => byMessage.get(delivery)!.item));
  await markDead(deps, left);
  return left.length + dropped.size;
}
