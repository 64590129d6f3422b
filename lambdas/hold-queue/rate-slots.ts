import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryMessage } from '../delivery/messages.ts';
import type { Destination } from '../delivery/types.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { intervalMs, maxLateMs, untilFreeMs, waitForSlotMs } from './rate-limit.ts';
import { reserveSlots } from './rate-slot-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** A delivery that is to be posted as soon as its target's rate limit lets it go. */
export interface ToPost {
  readonly received: DeliveryMessage;
  readonly destination: Destination;
}

/** A time, in milliseconds since the epoch; `turn` when slots are given away for a minute, or can't be had. */
export type Slot = number | 'none';

/**
 * When the rate limits of their targets let deliveries go: each by the slot that it came with, or by a new one.
 * @returns by delivery; missing when its target has no limit
 */
export async function slotsFor(posts: readonly ToPost[], now: number): Promise<Map<DeliveryMessage, Slot>> {
  const slots = new Map<DeliveryMessage, Slot>();
  const without: ToPost[] = [];
  for (const post of posts) {
    const { received, destination } = post;
    const limit = destination.target.rateLimit;
    if (!limit) continue;
    const { slot } = received;
    if (slot !== undefined && slot >= now - maxLateMs(limit.perSecond)) slots.set(received, slot);
    else without.push(post);
  }
  const byTarget = Map.groupBy(without, ({ received: { tenant, target } }) => `${tenant}/${target}`);
  await Promise.all(
    [...byTarget.values()].map(async (ofTarget) => {
      const { perSecond } = ofTarget[0]!.destination.target.rateLimit!;
      const first = await reserveIfPossible(ofTarget, now);
      for (const [i, post] of ofTarget.entries()) {
        const slot = first === undefined ? 'none' : Math.round(first + i * intervalMs(perSecond));
        slots.set(post.received, slot);
      }
    }),
  );
  return slots;
}

/** A limit that can't be read, or is written too often, holds up its own target's deliveries, and no others. */
async function reserveIfPossible(ofTarget: readonly ToPost[], now: number): Promise<number | undefined> {
  try {
    return await reserve(ofTarget[0]!, ofTarget.length, now);
  } catch (error) {
    warn('slots not reserved', { target: ofTarget[0]!.received.target, ...errorFields(error) });
    return undefined;
  }
}

/** For a delivery that has missed its own. */
export const anotherSlot = async (post: ToPost): Promise<Slot> =>
  (await reserve(post, 1, Date.now())) ?? 'none';

/**
 * Waits for the slot of one request that goes out of a room, if it is near.
 * @returns undefined when it is time; else when the room is to be looked into again
 */
export async function awaitRequestSlot(
  { tenant, target }: TargetRef,
  perSecond: number,
): Promise<number | undefined> {
  const now = Date.now();
  const ref = { tenant, target };
  const slot = await reserveSlots(stateTable, ref, 1, perSecond, now, waitForSlotMs(false));
  if (slot === undefined) return now + untilFreeMs(perSecond);
  await sleep(slot - now);
  return undefined;
}

/** Reserves slots of a delivery's target. */
const reserve = (
  { received, destination }: ToPost,
  count: number,
  now: number,
): Promise<number | undefined> =>
  reserveSlots(
    stateTable,
    { tenant: received.tenant, target: received.target },
    count,
    destination.target.rateLimit!.perSecond,
    now,
  );
