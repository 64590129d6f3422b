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

/** Sends another message for each drain that should have happened long ago. */
export async function resendLostDrains(deps: LostDrainDeps): Promise<void> {
  const queueUrl = deps.laneUrl('slow', undefined);
  const drains: Addressed[] = [];
  for await (const { ref, at } of deps.overdueDrains(deps.now() - LOST_AFTER_MS)) {
    drains.push({ queueUrl, body: firstDrain(ref, at), group: ref.target });
  }
  await deps.sendAddressed(drains);
  emitMetrics({ DrainsResent: drains.length });
}
