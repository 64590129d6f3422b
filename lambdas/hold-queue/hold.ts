import { MAX_QUEUE_DELAY_MS } from '../delivery/decide.ts';
import { laneUrl } from '../delivery/lane-queues.ts';
import type { DeliveryMessage, DrainMessage } from '../delivery/messages.ts';
import type { Destination, HoldReason } from '../delivery/types.ts';
import { requireEnv } from '../platform/env.ts';
import { sendMessages } from '../platform/sqs.ts';
import { drainTime, firstCall } from './hold-queue.ts';
import { putHeld, scheduleBatch, scheduleDrain } from './hold-queue-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Lets deliveries of one target wait in its room. Can be repeated: entering twice is entering once. */
export async function hold(
  deliveries: readonly DeliveryMessage[],
  reason: HoldReason,
  destination: Destination,
): Promise<void> {
  const now = Date.now();
  await putHeld(stateTable, deliveries, now);
  const { tenant, target, event } = deliveries[0]!;
  const ref = { tenant, target };
  const drainAt = drainTime(reason, destination, now);
  if (reason !== 'batch') return ensureDrain(firstCall(ref, drainAt, event.region));
  const enough = destination.target.batching?.maxEvents ?? 1;
  const heldDeliveries = { count: deliveries.length, enough };
  const at = await scheduleBatch(stateTable, ref, heldDeliveries, drainAt, now);
  if (at !== undefined) await sendDrain(firstCall(ref, at, event.region));
}

/** Sees to it that somebody is called to the room at the call's time at the latest. */
export async function ensureDrain(drain: DrainMessage): Promise<void> {
  if (await scheduleDrain(stateTable, drain, drain.at)) await sendDrain(drain);
}

export async function sendDrain(drain: DrainMessage): Promise<void> {
  const wait = Math.min(drain.at - Date.now(), MAX_QUEUE_DELAY_MS);
  await sendMessages(laneUrl('slow', drain.region), [
    { body: drain, group: drain.target, delaySeconds: Math.max(0, Math.ceil(wait / 1000)) },
  ]);
}
