import type { DrainDeps } from '../../lambdas/hold-queue/drain.ts';
import type { HoldDeps } from '../../lambdas/hold-queue/hold.ts';
import {
  firstHeldKey,
  heldKey,
  heldOrder,
  holdPartitions,
  isFirstHeld,
  scheduleName,
} from '../../lambdas/hold-queue/hold-queue.ts';
import type { HeldItem } from '../../lambdas/hold-queue/hold-queue-store.ts';
import type { TargetRef } from '../../lambdas/values/target-ref.ts';

interface Scheduled {
  readonly at: number;
  readonly isBusy?: boolean;
  readonly guests?: number;
}

type Store = Pick<
  DrainDeps & HoldDeps,
  | 'acquireLease'
  | 'closeHoldQueue'
  | 'oldestHeld'
  | 'putFirstHeld'
  | 'putHeld'
  | 'removeHeld'
  | 'rescheduleDrain'
  | 'scheduleBatch'
  | 'scheduleDrain'
>;

/** Hold queues and their schedule, as the state table keeps them. */
export function inMemoryHoldQueue() {
  const items = new Map<string, HeldItem>();
  const orders = new WeakMap<HeldItem, number>();
  const schedule = new Map<string, Scheduled>();
  const move = async (ref: TargetRef, from: number, to: Scheduled | undefined): Promise<boolean> => {
    if (schedule.get(scheduleName(ref))?.at !== from) return false;
    if (to) schedule.set(scheduleName(ref), to);
    else schedule.delete(scheduleName(ref));
    return true;
  };
  const store: Store = {
    async putFirstHeld(deliveries, now) {
      for (const delivery of deliveries) {
        const key = firstHeldKey(delivery);
        items.set(`${key.pk} ${key.sk}`, { key, enteredAt: now, message: JSON.stringify(delivery) });
      }
    },
    async putHeld(deliveries, now) {
      for (const delivery of deliveries) {
        const key = heldKey(delivery);
        const name = `${key.pk} ${key.sk}`;
        const order = heldOrder(delivery);
        if ((orders.get(items.get(name)!) ?? 0) > order) continue;
        const item = { key, enteredAt: now, message: JSON.stringify(delivery) };
        items.set(name, item);
        orders.set(item, order);
      }
    },
    async oldestHeld(ref, count) {
      const mine = [...items.values()].filter(({ key }) => holdPartitions(ref).includes(key.pk));
      return mine.sort((a, b) => (a.key.sk < b.key.sk ? -1 : 1)).slice(0, count);
    },
    async removeHeld(released) {
      for (const { key, enteredAt } of released) {
        const name = `${key.pk} ${key.sk}`;
        if (isFirstHeld(key) || items.get(name)?.enteredAt === enteredAt) items.delete(name);
      }
    },
    async scheduleDrain(ref, at) {
      if (schedule.has(scheduleName(ref))) return false;
      schedule.set(scheduleName(ref), { at });
      return true;
    },
    async scheduleBatch(ref, { count, enough }, at, now) {
      const known = schedule.get(scheduleName(ref));
      const entry = { ...known, at: known?.at ?? at, guests: (known?.guests ?? 0) + count };
      schedule.set(scheduleName(ref), entry);
      if (entry.isBusy) return undefined;
      if (entry.guests < enough) return entry.guests === count && entry.at === at ? at : undefined;
      return entry.at > now && (await move(ref, entry.at, { at: now })) ? now : undefined;
    },
    acquireLease: (ref, at, until) => move(ref, at, { at: until, isBusy: true }),
    rescheduleDrain: (ref, until, at) => move(ref, until, { at }),
    closeHoldQueue: (ref, at) => move(ref, at, undefined),
  };
  return {
    ...store,
    schedule,
    /** What is held, oldest first: the numbers of `nthDelivery`. */
    heldNumbers: (): number[] =>
      [...items.values()].map(({ key }) => Number(key.sk.slice(22, 26))).sort((a, b) => a - b),
    putText: (n: number, message: string): void => {
      const key = {
        pk: holdPartitions({ tenant: 't', target: 'tgt_1' })[0]!,
        sk: `${'0'.repeat(22)}${String(n).padStart(4, '0')}#sub_1`,
      };
      items.set(`${key.pk} ${key.sk}`, { key, enteredAt: 0, message });
    },
  };
}
