import type { Destinations, KnownDestination } from '../delivery/destinations.ts';
import type { DrainMessage } from '../delivery/messages.ts';
import { MAX_IDLE_DRAINS } from '../delivery/queues/loop-bounds.ts';
import { noteLoop } from '../delivery/queues/note-loop.ts';
import { isPulled } from '../destinations/pull.ts';
import type { Bound } from '../platform/bind.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { deliverBatches } from './deliver-batches.ts';
import type { acquireLease, closeHoldQueue, rescheduleDrain } from './drain-schedule-store.ts';
import { oldestDeliveries, settleAs } from './held-deliveries.ts';
import { ensureDrain, type ScheduleDrainDeps, sendDrain } from './hold.ts';
import { drainAfter, LAST_STEP, LEASE_MS, type NextDrain, nextStep } from './hold-queue.ts';
import { type ProbeDeps, probe } from './probe.ts';

export interface DrainDeps
  extends ProbeDeps,
    ScheduleDrainDeps,
    Bound<{
      acquireLease: typeof acquireLease;
      rescheduleDrain: typeof rescheduleDrain;
      closeHoldQueue: typeof closeHoldQueue;
    }> {
  readonly currentDestination: Destinations['currentDestination'];
  /** Looks through the hold queue of a target whose owner fetches. */
  readonly sweep: (ref: TargetRef, destination: KnownDestination) => Promise<NextDrain>;
}

/** Drains hold queues. Returns the messages that a fault of our own kept from it; never throws. */
export async function drainAll(deps: DrainDeps, messages: readonly DrainMessage[]): Promise<DrainMessage[]> {
  const drained = await Promise.all(messages.map((message) => isDrained(deps, message)));
  return messages.filter((_, i) => !drained[i]);
}

async function isDrained(deps: DrainDeps, message: DrainMessage): Promise<boolean> {
  try {
    await drain(deps, message);
    return true;
  } catch (error) {
    warn('drain failed', { ...about(message), ...errorFields(error) });
    return false;
  }
}

/**
 * Takes the lease of a hold queue, does what its target's health asks for, and schedules the next drain or closes the
 * queue. If it fails on the way, release sends another drain message once the lease is over.
 */
async function drain(deps: DrainDeps, message: DrainMessage): Promise<void> {
  const { tenant, target, at, step } = message;
  const ref = { tenant, target };
  const leaseUntil = deps.now() + LEASE_MS;
  if (!(await deps.acquireLease(ref, at, leaseUntil))) return scheduleLeft(deps, message, 0);
  const destination = await deps.currentDestination(ref);
  const next = await serve(deps, ref, destination, step);
  if (next) await reschedule(deps, message, leaseUntil, next);
  else await close(deps, message, leaseUntil, destination);
}

/** Ends the lease with a drain scheduled. Without the lease, which another may have by now, it schedules nothing. */
async function reschedule(
  deps: DrainDeps,
  message: DrainMessage,
  leaseUntil: number,
  { at, step, isIdle }: NonNullable<NextDrain>,
): Promise<void> {
  if (!(await deps.rescheduleDrain(message, leaseUntil, at))) return;
  const next = drainAfter(message, at, { step, hops: isIdle ? (message.hops ?? 0) + 1 : 0 });
  // If drains come to nothing again and again, release sends the next, since the schedule's time passes.
  if ((next.hops ?? 0) > MAX_IDLE_DRAINS) return noteLoop('drain', next);
  await sendDrain(deps, next);
}

/** Ends the lease, and checks the queue again: a delivery that was held during the lease scheduled no drain. */
async function close(
  deps: DrainDeps,
  message: DrainMessage,
  leaseUntil: number,
  destination: KnownDestination | undefined,
): Promise<void> {
  await deps.closeHoldQueue(message, leaseUntil);
  const { maxSeconds = 0 } = destination?.target.batching ?? {};
  await scheduleLeft(deps, message, maxSeconds * 1000);
}

/**
 * Schedules a drain if deliveries are held and none is scheduled. A drain that is refused the lease does so too: it may be the
 * message of one that died after it had closed the queue.
 * @param patience until the drain, in milliseconds
 */
async function scheduleLeft(deps: DrainDeps, message: DrainMessage, patience: number): Promise<void> {
  const [left] = await deps.oldestHeld(message, 1);
  if (left) await ensureDrain(deps, drainAfter(message, deps.now() + patience));
}

async function serve(
  deps: DrainDeps,
  ref: TargetRef,
  destination: KnownDestination | undefined,
  step: number | undefined,
): Promise<NextDrain> {
  const health = destination?.health;
  // Nothing will be posted: triage in the lane decides each delivery's reason.
  if (!destination || destination.obstacle || health?.disabled)
    return releaseStep(deps, ref, destination, { count: LAST_STEP, waitMs: 0 });
  if (isPulled(destination.target)) return deps.sweep(ref, destination);
  const pausedUntil = health?.pausedUntil ?? 0;
  if (pausedUntil > deps.now()) return { at: pausedUntil };
  if (health?.open) return probe(deps, ref, { ...destination, health });
  if (destination.target.batching) return deliverBatches(deps, ref, destination);
  return releaseStep(deps, ref, destination, nextStep(step, destination.target.rateLimit?.perSecond));
}

/** Sends the oldest deliveries back to the slow lane. */
async function releaseStep(
  deps: DrainDeps,
  ref: TargetRef,
  destination: KnownDestination | undefined,
  { count, waitMs }: { count: number; waitMs: number },
): Promise<NextDrain> {
  const { heldDeliveries, isEmpty, isStuck } = await oldestDeliveries(deps, ref, destination, count);
  if (isEmpty) return undefined;
  const isSettled = await settleAs(deps, heldDeliveries, { kind: 'move', lane: 'slow' }, destination);
  return { at: deps.now() + waitMs, step: count, isIdle: waitMs === 0 && (isStuck || !isSettled) };
}
