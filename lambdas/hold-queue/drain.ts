import { sendTogether } from '../delivery/batch-delivery.ts';
import { currentDestination, type KnownDestination } from '../delivery/destinations.ts';
import { MAX_IDLE_CALLS } from '../delivery/loop-bounds.ts';
import type { CallMessage } from '../delivery/messages.ts';
import { noteLoop } from '../delivery/note-loop.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { guestsOf, settle } from './held-deliveries.ts';
import { arrangeCall, sendCall } from './hold.ts';
import { callAfter, LAST_STEP, LEASE_MS, nextStep, type RoomRef } from './hold-queue.ts';
import { closeRoom, longestWaiting, rearrange, takeRoom } from './hold-queue-store.ts';
import { probe } from './probe.ts';

const stateTable = requireEnv('STATE_TABLE');

/** When the room is to be looked into next; undefined when nobody seems to be left. */
export type Next =
  | {
      readonly at: number;
      readonly step?: number;
      /** Whether the next call follows at once, though this one released no delivery that is due. */
      readonly isIdle?: boolean;
    }
  | undefined;

/** Looks into rooms. Answers the calls that a fault of our own kept it from; never throws, for deliveries are beside it. */
export async function answerCalls(calls: readonly CallMessage[]): Promise<CallMessage[]> {
  const answered = await Promise.all(calls.map(isAnswered));
  return calls.filter((_, i) => !answered[i]);
}

async function isAnswered(call: CallMessage): Promise<boolean> {
  try {
    await answer(call);
    return true;
  } catch (error) {
    warn('call not answered', { target: call.target, ...errorFields(error) });
    return false;
  }
}

/**
 * Takes the room for itself, does what its target's state asks for, and sees to the next call. If it fails on the way,
 * release calls again when the time for which the room was taken is over.
 */
async function answer(call: CallMessage): Promise<void> {
  const { tenant, target, at, step, hops = 0 } = call;
  const room = { tenant, target };
  const until = Date.now() + LEASE_MS;
  if (!(await takeRoom(stateTable, room, at, until))) return;
  const destination = await currentDestination({ tenant, id: target });
  const next = await serve(room, destination, step);
  if (next) {
    const isRearranged = await rearrange(stateTable, room, until, next.at);
    const onward = { step: next.step, hops: next.isIdle ? hops + 1 : 0 };
    if (isRearranged) await callOn(callAfter(call, next.at, onward));
    return;
  }
  await closeRoom(stateTable, room, until);
  // Somebody may have come in while the room was taken, and left the calling to us.
  const [left] = await longestWaiting(stateTable, room, 1);
  const patience = destination?.target.batching?.maxSeconds ?? 0;
  if (left) await arrangeCall(callAfter(call, Date.now() + patience * 1000));
}

/** If calls come to nothing again and again, release calls next, since the room's time passes. */
async function callOn(call: CallMessage): Promise<void> {
  const { tenant, target, hops = 0 } = call;
  if (hops > MAX_IDLE_CALLS) return noteLoop('call', { tenant, target, hops });
  await sendCall(call);
}

async function serve(
  room: RoomRef,
  destination: KnownDestination | undefined,
  step: number | undefined,
): Promise<Next> {
  const standing = destination?.standing;
  // Nothing will be posted, and the lane says to each why.
  if (!destination || destination.obstacle || standing?.disabled)
    return letGo(room, destination, { count: LAST_STEP, waitMs: 0 });
  const pausedUntil = standing?.pausedUntil ?? 0;
  if (pausedUntil > Date.now()) return { at: pausedUntil };
  if (standing?.open) return probe(room, { ...destination, standing });
  if (destination.target.batching) return sendTogether(room, destination);
  return letGo(room, destination, nextStep(step, destination.target.rateLimit?.perSecond));
}

/** Sends some of those who wait back to the slow lane. */
async function letGo(
  room: RoomRef,
  destination: KnownDestination | undefined,
  { count, waitMs }: { count: number; waitMs: number },
): Promise<Next> {
  const { guests, isEmpty, isStuck } = await guestsOf(room, destination, count);
  if (isEmpty) return undefined;
  const isSettled = await settle(
    guests,
    guests.map(({ delivery }) => ({
      received: delivery,
      delivery,
      decision: { kind: 'move', lane: 'slow' },
      destination,
    })),
  );
  return { at: Date.now() + waitMs, step: count, isIdle: waitMs === 0 && (isStuck || !isSettled) };
}
