import { errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { intervalMs, maxLateMs, type Slot, untilFreeMs, waitForSlotMs } from './rate-limit.ts';

export interface RateSlotDeps {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** See `rate-slot-store.ts`. */
  readonly reserveSlots: (
    ref: TargetRef,
    count: number,
    perSecond: number,
    now: number,
    ahead?: number,
  ) => Promise<number | undefined>;
}

/** As much of a delivery and its target as its slot hangs on. */
interface Limited {
  readonly received: { readonly tenant: string; readonly target: string; readonly slot?: number | undefined };
  readonly destination: {
    readonly target: { readonly rateLimit?: { readonly perSecond: number } | undefined };
  };
}

export interface RateSlots {
  /**
   * When the rate limits of their targets let deliveries go: each by the slot that it came with, or by a new one.
   * @returns by delivery; missing when its target has no limit
   */
  slotsFor<R extends Limited>(posts: readonly R[], now: number): Promise<Map<R['received'], Slot>>;
  /** A slot for a delivery that has missed its own. */
  anotherSlot(post: Limited): Promise<Slot>;
  /**
   * Waits for the slot of one request that a drain makes, if the slot is near.
   * @returns undefined when it is time; else when the drain tries again
   */
  awaitRequestSlot(ref: TargetRef, perSecond: number): Promise<number | undefined>;
}

/** Gives requests their slots within the rate limits of their targets. */
export function createRateSlots({ now, sleep, reserveSlots }: RateSlotDeps): RateSlots {
  const reserve = (post: Limited, count: number, at: number): Promise<number | undefined> =>
    reserveSlots(refOf(post), count, perSecondOf(post), at);

  /** A limit that can't be read, or is written too often, holds up its own target's deliveries, and no others. */
  async function reserveIfPossible(ofTarget: readonly Limited[], at: number): Promise<number | undefined> {
    try {
      return await reserve(ofTarget[0]!, ofTarget.length, at);
    } catch (error) {
      const deliveries = ofTarget.map(({ received }) => received);
      warn('slots not reserved', { ...aboutAll(deliveries), ...errorFields(error) });
      return undefined;
    }
  }

  return {
    async slotsFor(posts, at) {
      const slots = new Map<(typeof posts)[number]['received'], Slot>();
      const limited = posts.filter(({ destination }) => destination.target.rateLimit);
      const without = limited.filter((post) => !hasUsableSlot(post, at));
      for (const { received } of limited) if (received.slot !== undefined) slots.set(received, received.slot);
      const byTarget = Map.groupBy(without, ({ received }) => refName(received));
      await Promise.all(
        [...byTarget.values()].map(async (ofTarget) => {
          const interval = intervalMs(perSecondOf(ofTarget[0]!));
          const first = await reserveIfPossible(ofTarget, at);
          for (const [i, { received }] of ofTarget.entries()) {
            slots.set(received, first === undefined ? 'none' : Math.round(first + i * interval));
          }
        }),
      );
      return slots;
    },

    anotherSlot: async (post) => (await reserve(post, 1, now())) ?? 'none',

    async awaitRequestSlot(ref, perSecond) {
      const at = now();
      const slot = await reserveSlots(ref, 1, perSecond, at, waitForSlotMs(false));
      if (slot === undefined) return at + untilFreeMs(perSecond);
      await sleep(slot - at);
      return undefined;
    },
  };
}

const refOf = ({ received: { tenant, target } }: Limited): TargetRef => ({ tenant, target });

const perSecondOf = ({ destination }: Limited): number => destination.target.rateLimit!.perSecond;

/** Whether the slot that a delivery came with has not been missed. */
const hasUsableSlot = ({ received: { slot }, destination }: Limited, now: number): boolean =>
  slot !== undefined && slot >= now - maxLateMs(destination.target.rateLimit!.perSecond);
