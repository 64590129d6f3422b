import type { DeliveryMessage, DrainMessage } from '../delivery/messages.ts';
import type { Destination, HoldReason } from '../delivery/types.ts';
import { probeDelayMs } from '../endpoint-health/health.ts';
import { SHARDS } from '../events/log-keys.ts';
import type { TargetRef } from '../values/target-ref.ts';

/**
 * The hold queue of a target: deliveries that wait under the target itself, in the state table. An entry in the schedule
 * of drains says when it is to be drained next.
 */

/** A partition takes 1,000 writes a second, and a flood that meets an open breaker comes faster. */
const shards = Array.from({ length: SHARDS }, (_, shard) => shard);

export const holdPartitions = ({ tenant, target }: TargetRef): string[] =>
  shards.map((shard) => `room#${tenant}#${target}#${shard}`);

/** Sorted by when the event was accepted. Entering twice is entering once. */
export function heldKey({ tenant, target, event, subscription }: DeliveryMessage): {
  pk: string;
  sk: string;
} {
  const shard = event.ulid.charCodeAt(event.ulid.length - 1) % SHARDS;
  return { pk: holdPartitions({ tenant, target })[shard]!, sk: `${event.ulid}#${subscription}` };
}

/** The list of rooms that somebody waits in. */
export const DRAIN_SCHEDULE = 'rooms';

export const scheduleName = ({ tenant, target }: TargetRef): string => `${tenant}#${target}`;

export function refOfScheduleName(name: string): TargetRef {
  const [tenant = '', target = ''] = name.split('#');
  return { tenant, target };
}

/**
 * How long whoever was called has the room for itself: longer than the function may run, so that another takes over only
 * when the first is dead.
 */
export const LEASE_MS = 90_000;

/** Deliveries that the first call lets go after the breaker has closed; each next one twice as many, up to a bound. */
const FIRST_STEP = 10;
export const LAST_STEP = 500;
const STEP_MS = 1000;
/** Steps of a target with a rate limit are longer, so that few calls let many go. */
const LIMITED_STEP_MS = 5000;

/**
 * How many deliveries a call lets go, and when the next one is due.
 * @param last what the call before let go, undefined for the first
 * @param perSecond the target's rate limit
 */
export function nextStep(
  last: number | undefined,
  perSecond: number | undefined,
): { count: number; waitMs: number } {
  const ramp = last === undefined ? FIRST_STEP : Math.min(LAST_STEP, last * 2);
  if (perSecond === undefined) return { count: ramp, waitMs: STEP_MS };
  const waitMs = Math.max(LIMITED_STEP_MS, Math.ceil(1000 / perSecond));
  return { count: Math.min(LAST_STEP, Math.max(1, Math.floor((perSecond * waitMs) / 1000))), waitMs };
}

/**
 * Whom a probe takes: each time another of those who have waited longest. One whose payload its endpoint can't bear would
 * keep the breaker open for a day.
 * @param probes that have failed since the breaker opened
 */
export const deliveryToProbe = <G>(heldDeliveries: readonly G[], probes: number): G | undefined =>
  heldDeliveries[probes % heldDeliveries.length];

/** A call to a room, as it is first made. @param region of the delivery that makes it necessary */
export const firstCall = ({ tenant, target }: TargetRef, at: number, region?: string): DrainMessage => ({
  v: 1,
  kind: 'call',
  tenant,
  target,
  at,
  ...(region !== undefined && { region }),
});

/** The call that follows. @param onward what the last one let go, and how many came to nothing before it */
export function callAfter(
  { step: _, hops: __, ...drain }: DrainMessage,
  at: number,
  { step, hops = 0 }: { readonly step?: number | undefined; readonly hops?: number } = {},
): DrainMessage {
  return { ...drain, at, ...(step !== undefined && { step }), ...(hops > 0 && { hops }) };
}

/** When somebody has to look into the room of a delivery that begins to wait, at the latest. */
export function drainTime(reason: HoldReason, { target }: Destination, now: number): number {
  switch (reason) {
    case 'recovery':
      // Where a probe is under way, the room is on the list, and this counts for nothing.
      return now + probeDelayMs(0);
    case 'rate_limit':
      return now + nextStep(undefined, target.rateLimit?.perSecond).waitMs;
    case 'batch':
      return now + (target.batching?.maxSeconds ?? 0) * 1000;
  }
}
