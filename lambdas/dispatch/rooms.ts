import { requireEnv } from '../adapters/env.ts';
import { laneUrl } from '../adapters/lanes.ts';
import { sendMessages } from '../adapters/sqs.ts';
import { arrange, arrangeCompany, enterRooms } from '../adapters/waiting-rooms.ts';
import { MAX_QUEUE_DELAY_MS } from '../domain/decide.ts';
import type { CallMessage, DeliveryMessage } from '../domain/messages.ts';
import type { Destination } from '../domain/triage.ts';
import { callTime, type Reason, type RoomRef } from '../domain/waiting-room.ts';

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
  if (why !== 'company') return arrangeCall(room, callAt, event.region);
  const enough = destination.target.batching?.maxEvents ?? 1;
  const guests = { count: deliveries.length, enough };
  const at = await arrangeCompany(stateTable, room, guests, callAt, now);
  if (at !== undefined) await sendCall(room, at, event.region);
}

/** Sees to it that somebody is called to the room at this time at the latest. */
export async function arrangeCall(room: RoomRef, at: number, region: string | undefined): Promise<void> {
  if (await arrange(stateTable, room, at)) await sendCall(room, at, region);
}

/** @param onward of a call that goes on: what the last one let go, and how many came to nothing before it */
export async function sendCall(
  { tenant, target }: RoomRef,
  at: number,
  region: string | undefined,
  { step, hops = 0 }: Partial<Pick<CallMessage, 'step' | 'hops'>> = {},
): Promise<void> {
  const call: CallMessage = {
    v: 1,
    kind: 'call',
    tenant,
    target,
    at,
    ...(region !== undefined && { region }),
    ...(step !== undefined && { step }),
    ...(hops > 0 && { hops }),
  };
  const wait = Math.min(at - Date.now(), MAX_QUEUE_DELAY_MS);
  await sendMessages(laneUrl('slow', region), [
    { body: call, group: target, delaySeconds: Math.max(0, Math.ceil(wait / 1000)) },
  ]);
}
