import type { Context } from 'aws-lambda';
import { laneQueues } from '../../delivery/queues/lane-queues.ts';
import { quarantineFrom, quarantineIn } from '../../delivery/queues/quarantine.ts';
import { overdueDrains } from '../../hold-queue/drain-schedule-store.ts';
import { type LostDrainDeps, resendLostDrains } from '../../hold-queue/resend-lost-drains.ts';
import { parkedIn, readCursor, unpark, writeCursor } from '../../parking/parking-store.ts';
import { type ReleaseDeps, releaseDue } from '../../parking/release.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { sendAddressed } from '../../platform/sqs.ts';

const stateTable = requireEnv('STATE_TABLE');
const { laneUrl, toLane } = laneQueues(requireEnv('LANES'));

const deps: ReleaseDeps & LostDrainDeps = {
  now: Date.now,
  laneUrl,
  toLane,
  sendAddressed,
  quarantineItems: quarantineFrom(stateTable, quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'))),
  ...bind({ readCursor, writeCursor, parkedIn, unpark, overdueDrains }, stateTable),
};

/** Time kept back for finishing a page; what is left waits for the next run, a minute later. */
const RESERVE_MS = 10_000;

/**
 * Releases parked deliveries that fall due soon, and repeats drain messages that were lost. If one of the two fails, the
 * other goes on.
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const isOutOfTime = (): boolean => context.getRemainingTimeInMillis() <= RESERVE_MS;
  const ended = await Promise.allSettled([resendLostDrains(deps), releaseDue(deps, isOutOfTime)]);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
