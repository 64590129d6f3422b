import type { Destination, HoldReason } from '../delivery/decision.ts';
import { outcomeOrder } from '../delivery/delivery.ts';
import type { DeliveryMessage, DrainMessage } from '../delivery/messages.ts';
import { probeDelayMs } from '../endpoint-health/circuit-breaker.ts';
import { SHARDS } from '../events/log-keys.ts';
import type { Key } from '../values/item-key.ts';
import type { TargetRef } from '../values/target-ref.ts';

/**
 * The hold queue of a target: deliveries that wait under the target itself, in the state table. An entry in the schedule
 * of drains says when it is to be drained next.
 */

/** A partition takes 1,000 writes a second, and a flood that meets an open breaker comes faster. */
const shards = Array.from({ length: SHARDS }, (_, shard) => shard);

export const holdPartitions = ({ tenant, target }: TargetRef): string[] =>
  shards.map((shard) => `room#${tenant}#${target}#${shard}`);

/** As much of a delivery as its place hangs on. */
type Held = Pick<DeliveryMessage, 'tenant' | 'target' | 'subscription'> & {
  readonly event: Pick<DeliveryMessage['event'], 'ulid'>;
};

/** Sorted by when the event was accepted. A delivery that is put twice is held once. The stored prefix stays `room#`. */
export function heldKey({ tenant, target, event, subscription }: Held): Key {
  const shard = event.ulid.charCodeAt(event.ulid.length - 1) % SHARDS;
  return { pk: holdPartitions({ tenant, target })[shard]!, sk: `${event.ulid}#${subscription}` };
}

const FIRST = '#first';

/**
 * The key of a delivery that is held for the first time. Under it there is never a newer message of the delivery, since one
 * that was released and is held again has the other key. So it is put and removed without a condition, in batches.
 */
export function firstHeldKey(delivery: Held): Key {
  const { pk, sk } = heldKey(delivery);
  return { pk, sk: `${sk}${FIRST}` };
}

export const isFirstHeld = ({ sk }: Key): boolean => sk.endsWith(FIRST);

/** All keys under which a delivery may be held. */
export const heldKeys = (delivery: DeliveryMessage): Key[] => [heldKey(delivery), firstHeldKey(delivery)];

/** How far a held delivery has come: of two messages of one delivery, the one with the higher order is newer. */
export const heldOrder = (delivery: DeliveryMessage): number =>
  outcomeOrder({ ...delivery, status: 'parked', isWaiting: true });

/** The partition of the schedule's entries, one for each hold queue. The stored key stays `rooms`. */
export const DRAIN_SCHEDULE = 'rooms';

export const scheduleName = ({ tenant, target }: TargetRef): string => `${tenant}#${target}`;

export function refOfScheduleName(name: string): TargetRef {
  const [tenant = '', target = ''] = name.split('#');
  return { tenant, target };
}

/** How long a lease holds: longer than the function may run, so that another drain takes over only when the first is dead. */
export const LEASE_MS = 90_000;

/** Deliveries that the first drain releases after the breaker has closed; each next one twice as many, up to a bound. */
const FIRST_STEP = 10;
export const LAST_STEP = 500;
const STEP_MS = 1000;
/** Steps of a target with a rate limit are longer, so that few drains release many deliveries. */
const LIMITED_STEP_MS = 5000;

/**
 * How many deliveries a drain releases, and when the next one is due.
 * @param last how many the drain before released, undefined for the first
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
 * The delivery that a probe posts: each time another of the oldest. A delivery whose payload its endpoint can't bear would
 * otherwise keep the breaker open for a day.
 * @param probes that have failed since the breaker opened
 */
export const deliveryToProbe = <D>(heldDeliveries: readonly D[], probes: number): D | undefined =>
  heldDeliveries[probes % heldDeliveries.length];

/** Asks for a drain. @param region of the delivery that makes it necessary */
export const firstDrain = ({ tenant, target }: TargetRef, at: number, region?: string): DrainMessage => ({
  v: 1,
  kind: 'call',
  tenant,
  target,
  at,
  ...(region !== undefined && { region }),
});

/** Asks for the drain that follows. @param onward how many the last released, and how many came to nothing before it */
export function drainAfter(
  { step: _, hops: __, ...drain }: DrainMessage,
  at: number,
  { step, hops = 0 }: { readonly step?: number | undefined; readonly hops?: number } = {},
): DrainMessage {
  return { ...drain, at, ...(step !== undefined && { step }), ...(hops > 0 && { hops }) };
}

/** When a drain is due next; undefined when the hold queue seems to be empty. */
export type NextDrain =
  | {
      readonly at: number;
      readonly step?: number;
      /** Whether it follows at once, though the last one released no delivery that was due. */
      readonly isIdle?: boolean;
    }
  | undefined;

/** When a delivery that is held from now on needs a drain, at the latest. */
export function drainTime(reason: HoldReason, { target }: Destination, now: number): number {
  switch (reason) {
    case 'recovery':
      // Where a probe is under way, a drain is scheduled, and this time counts for nothing.
      return now + probeDelayMs(0);
    case 'rate_limit':
      return now + nextStep(undefined, target.rateLimit?.perSecond).waitMs;
    case 'batch':
      return now + (target.batching?.maxSeconds ?? 0) * 1000;
    case 'pull':
      return now + SWEEP_MS;
  }
}

/** Between two looks at what nobody has fetched. SQS delays a drain message by no more. */
export const SWEEP_MS = 15 * 60_000;
