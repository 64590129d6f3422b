import type { DeathReason } from '../delivery/delivery.ts';
import type { DeadMessage, DeliveryMessage } from '../delivery/messages.ts';
import type { Bound } from '../platform/bind.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { Addressed } from '../platform/sqs.ts';
import { afterItsDay, afterLease, type Fate } from './lease.ts';
import type { PullItem, removePullItem } from './pull-store.ts';

export interface MarkDeadDeps extends Bound<{ removePullItem: typeof removePullItem }> {
  /** URL of the queue. */
  readonly deadLettersQueue: string;
  /** @throws SendError */
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
}

/** A message that nobody gets any more. */
export interface Dying {
  readonly item: PullItem;
  /** As it ends, with what became of its last lease. */
  readonly delivery: DeliveryMessage;
  readonly reason: DeathReason;
}

/** Conditional writes under way at once: they can't be batched. */
export const PARALLEL_WRITES = 25;

/** How a message ends, if it does. */
export function dyingOf(
  item: PullItem,
  delivery: DeliveryMessage,
  fate: Fate,
  now: number,
): Dying | undefined {
  if (fate === 'exhausted') return { item, delivery: afterLease(delivery, item.lease), reason: fate };
  if (fate === 'expired') return { item, delivery: afterItsDay(delivery, item.lease, now), reason: fate };
  return undefined;
}

/** The message that can't be handed out, since its payload is gone. */
export const withoutPayload = (item: PullItem, delivery: DeliveryMessage): Dying => ({
  item,
  delivery,
  reason: 'payload_missing',
});

/**
 * Makes messages dead letters, and then removes them from their queue. If it fails in between, they are made dead letters again,
 * which changes nothing.
 * @throws SendError
 */
export async function markDead(deps: MarkDeadDeps, dying: readonly Dying[]): Promise<void> {
  if (dying.length === 0) return;
  await deps.sendAddressed(
    dying.map(({ delivery, reason }) => {
      const body: DeadMessage = { v: 1, kind: 'dead', reason, delivery };
      return { queueUrl: deps.deadLettersQueue, body, group: delivery.tenant };
    }),
  );
  await inParallel(dying, PARALLEL_WRITES, ({ item }) => deps.removePullItem(item));
}
