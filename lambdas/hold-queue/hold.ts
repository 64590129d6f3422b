import { MAX_QUEUE_DELAY_MS } from '../delivery/decide.ts';
import { laneUrl } from '../delivery/lane-queues.ts';
import type { CallMessage, DeliveryMessage } from '../delivery/messages.ts';
import type { Destination } from '../delivery/triage.ts';
import { requireEnv } from '../platform/env.ts';
import { sendMessages } from '../platform/sqs.ts';
import { callTime, firstCall, type Reason } from './hold-queue.ts';
import { arrange, arrangeCompany, enterRooms } from './hold-queue-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Lets deliveries of one target wait in its room. Can be repeated: entering twice is entering once. */
export async function enter(
  deliveries: readonly DeliveryMessage[],
  why: Reason,
  destination: Destination,
): Promise<void> {
  const now = Date.now();
  await enterRooms(stateTable, deliveries, now);
  const { tenant, target, event } = deliveries[0]!;
  const room = { tenant, target };
  const callAt = callTime(why, destination, now);
  if (why !== 'company') return arrangeCall(firstCall(room, callAt, event.region));
  const enough = destination.target.batching?.maxEvents ?? 1;
  const guests = { count: deliveries.length, enough };
  const at = await arrangeCompany(stateTable, room, guests, callAt, now);
  if (at !== undefined) await sendCall(firstCall(room, at, event.region));
}

/** Sees to it that somebody is called to the room at the call's time at the latest. */
export async function arrangeCall(call: CallMessage): Promise<void> {
  if (await arrange(stateTable, call, call.at)) await sendCall(call);
}

export async function sendCall(call: CallMessage): Promise<void> {
  const wait = Math.min(call.at - Date.now(), MAX_QUEUE_DELAY_MS);
  await sendMessages(laneUrl('slow', call.region), [
    { body: call, group: call.target, delaySeconds: Math.max(0, Math.ceil(wait / 1000)) },
  ]);
}
