import { deliverBatches } from '../delivery/batch-delivery.ts';
import { currentDestination, type KnownDestination } from '../delivery/destinations.ts';
import { MAX_IDLE_DRAINS } from '../delivery/loop-bounds.ts';
import type { DrainMessage } from '../delivery/messages.ts';
import { noteLoop } from '../delivery/note-loop.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { oldestDeliveries, settle } from './held-deliveries.ts';
import { ensureDrain, sendDrain } from './hold.ts';
import { callAfter, LAST_STEP, LEASE_MS, nextStep } from './hold-queue.ts';
import { acquireLease, closeHoldQueue, oldestHeld, rescheduleDrain } from './hold-queue-store.ts';
import type { Next } from './next-drain.ts';
import { probe } from './probe.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Looks into rooms. Answers the calls that a fault of our own kept it from; never throws, for deliveries are beside it. */
export async function drainAll(drains: readonly DrainMessage[]): Promise<DrainMessage[]> {
  const answered = await Promise.all(drains.map(isAnswered));
  return drains.filter((_, i) => !answered[i]);
}

async function isAnswered(drain: DrainMessage): Promise<boolean> {
  try {
    await answer(drain);
    return true;
  } catch (error) {
    warn('drain failed', { target: drain.target, ...errorFields(error) });
    return false;
  }
}

/**
 * Takes the room for itself, does what its target's state asks for, and sees to the next call. If it fails on the way,
 * release calls again when the time for which the room was taken is over.
 */
async function answer(drain: DrainMessage): Promise<void> {
  const { tenant, target, at, step, hops = 0 } = drain;
  const ref = { tenant, target };
  const until = Date.now() + LEASE_MS;
  if (!(await acquireLease(stateTable, ref, at, until))) return;
  const destination = await currentDestination(ref);
  const next = await serve(ref, destination, step);
  if (next) {
    const isRescheduled = await rescheduleDrain(stateTable, ref, until, next.at);
    const onward = { step: next.step, hops: next.isIdle ? hops + 1 : 0 };
    if (isRescheduled) await continueDrain(callAfter(drain, next.at, onward));
    return;
  }
  await closeHoldQueue(stateTable, ref, until);
  // Somebody may have come in while the room was taken, and left the calling to us.
  const [left] = await oldestHeld(stateTable, ref, 1);
  const patience = destination?.target.batching?.maxSeconds ?? 0;
  if (left) await ensureDrain(callAfter(drain, Date.now() + patience * 1000));
}

/** If calls come to nothing again and again, release calls next, since the room's time passes. */
async function continueDrain(drain: DrainMessage): Promise<void> {
  const { tenant, target, hops = 0 } = drain;
  if (hops > MAX_IDLE_DRAINS) return noteLoop('call', { tenant, target, hops });
  await sendDrain(drain);
}

async function serve(
  ref: TargetRef,
  destination: KnownDestination | undefined,
  step: number | undefined,
): Promise<Next> {
  const health = destination?.health;
  // Nothing will be posted, and the lane says to each why.
  if (!destination || destination.obstacle || health?.disabled)
    return releaseStep(ref, destination, { count: LAST_STEP, waitMs: 0 });
  const pausedUntil = health?.pausedUntil ?? 0;
  if (pausedUntil > Date.now()) return { at: pausedUntil };
  if (health?.open) return probe(ref, { ...destination, health });
  if (destination.target.batching) return deliverBatches(ref, destination);
  return releaseStep(ref, destination, nextStep(step, destination.target.rateLimit?.perSecond));
}

/** Sends some of those who wait back to the slow lane. */
async function releaseStep(
  ref: TargetRef,
  destination: KnownDestination | undefined,
  { count, waitMs }: { count: number; waitMs: number },
): Promise<Next> {
  const { heldDeliveries, isEmpty, isStuck } = await oldestDeliveries(ref, destination, count);
  if (isEmpty) return undefined;
  const isSettled = await settle(
    heldDeliveries,
    heldDeliveries.map(({ delivery }) => ({
      received: delivery,
      delivery,
      decision: { kind: 'move', lane: 'slow' },
      destination,
    })),
  );
  return { at: Date.now() + waitMs, step: count, isIdle: waitMs === 0 && (isStuck || !isSettled) };
}
