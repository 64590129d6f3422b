import type { ToHold } from '../delivery/conclude.ts';
import { MAX_QUEUE_DELAY_MS } from '../delivery/decide.ts';
import type { Destination, HoldReason } from '../delivery/decision.ts';
import type { DeliveryMessage, DrainMessage } from '../delivery/messages.ts';
import type { LaneQueues } from '../delivery/queues/lane-queues.ts';
import { probeDelayMs } from '../endpoint-health/circuit-breaker.ts';
import type { Bound } from '../platform/bind.ts';
import type { Addressed } from '../platform/sqs.ts';
import type { scheduleBatch, scheduleDrain } from './drain-schedule-store.ts';
import { drainTime, firstDrain } from './hold-queue.ts';
import type { putFirstHeld, putHeld } from './hold-queue-store.ts';

export interface SendDrainDeps {
  readonly now: () => number;
  readonly laneUrl: LaneQueues['laneUrl'];
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
}

export interface ScheduleDrainDeps extends SendDrainDeps, Bound<{ scheduleDrain: typeof scheduleDrain }> {}

export interface HoldDeps
  extends ScheduleDrainDeps,
    Bound<{
      putFirstHeld: typeof putFirstHeld;
      putHeld: typeof putHeld;
      scheduleBatch: typeof scheduleBatch;
    }> {}

/** Puts deliveries of one target into its hold queue. Can be repeated: a delivery is held once. */
export async function hold(
  deps: HoldDeps,
  deliveries: readonly ToHold[],
  reason: HoldReason,
  destination: Destination,
): Promise<void> {
  const now = deps.now();
  const having = (isFirst: boolean) =>
    deliveries.filter((one) => one.isFirst === isFirst).map(({ delivery }) => delivery);
  await Promise.all([deps.putFirstHeld(having(true), now), deps.putHeld(having(false), now)]);
  const { tenant, target, event } = deliveries[0]!.delivery;
  const ref = { tenant, target };
  const drainAt = drainTime(reason, destination, now);
  if (reason !== 'batch') return ensureDrain(deps, firstDrain(ref, drainAt, event.region));
  const enough = destination.target.batching?.maxEvents ?? 1;
  const at = await deps.scheduleBatch(ref, { count: deliveries.length, enough }, drainAt, now);
  if (at !== undefined) await sendDrain(deps, firstDrain(ref, at, event.region));
}

/** The same for deliveries that wait for their endpoint to recover before anything was done about them. */
export async function holdFirst(
  deps: ScheduleDrainDeps & Pick<HoldDeps, 'putFirstHeld'>,
  deliveries: readonly DeliveryMessage[],
): Promise<void> {
  const now = deps.now();
  await deps.putFirstHeld(deliveries, now);
  const { tenant, target, event } = deliveries[0]!;
  await ensureDrain(deps, firstDrain({ tenant, target }, now + probeDelayMs(0), event.region));
}

/** Schedules a drain for the message's time, unless one is scheduled already. */
export async function ensureDrain(deps: ScheduleDrainDeps, drain: DrainMessage): Promise<void> {
  if (await deps.scheduleDrain(drain, drain.at)) await sendDrain(deps, drain);
}

/** Sends a drain message that arrives when it is due, or as late as SQS delays at most. */
export async function sendDrain(
  { now, laneUrl, sendAddressed }: SendDrainDeps,
  drain: DrainMessage,
): Promise<void> {
  const wait = Math.min(drain.at - now(), MAX_QUEUE_DELAY_MS);
  const queueUrl = laneUrl('slow', drain.region);
  const delaySeconds = Math.max(0, Math.ceil(wait / 1000));
  await sendAddressed([{ queueUrl, body: drain, group: drain.target, delaySeconds }]);
}
