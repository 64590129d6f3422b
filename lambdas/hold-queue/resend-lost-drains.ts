import type { LaneQueues } from '../delivery/queues/lane-queues.ts';
import type { Bound } from '../platform/bind.ts';
import { emitMetrics } from '../platform/log.ts';
import type { Addressed } from '../platform/sqs.ts';
import type { overdueDrains } from './drain-schedule-store.ts';
import { firstDrain } from './hold-queue.ts';

export interface LostDrainDeps extends Bound<{ overdueDrains: typeof overdueDrains }> {
  readonly now: () => number;
  readonly laneUrl: LaneQueues['laneUrl'];
  /** @throws SendError */
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
}

/** A drain message that is this late is lost, or the function that received it is dead. */
const LOST_AFTER_MS = 60_000;

/**
 * In a run. When the endpoints of many targets fail at once the slow lane is behind, and the drains of all of them are overdue
 * without being lost: a message more for each of them, every minute, would keep the lane behind.
 */
const MAX_RESENT = 500;

/** Sends another message for drains that should have happened long ago, those that are overdue for longest first. */
export async function resendLostDrains(deps: LostDrainDeps): Promise<void> {
  const queueUrl = deps.laneUrl('slow', undefined);
  const overdue = await Array.fromAsync(deps.overdueDrains(deps.now() - LOST_AFTER_MS));
  const first = overdue.sort((a, b) => a.at - b.at).slice(0, MAX_RESENT);
  await deps.sendAddressed(
    first.map(({ ref, at }): Addressed => ({ queueUrl, body: firstDrain(ref, at), group: ref.target })),
  );
  emitMetrics({ DrainsResent: first.length });
}
