import type { Bound } from '../platform/bind.ts';
import { type DeliveryAt, deliveryName, outcomeOrder } from './delivery.ts';
import type { getProgress, Progress } from './delivery-log-store.ts';
import type { DeliveryMessage } from './messages.ts';
import { attemptsUsed } from './outcome.ts';

/**
 * Messages that the log has overtaken. While a delivery waits, its owner can send it at once, which makes a second
 * message of it. The first can't be taken out of a queue, so it is void when it comes up: else the delivery would have
 * two schedules.
 */

/**
 * Whether a message may be void. One on its way to its first attempt is the only message of its delivery, and the log
 * need not be asked.
 */
export const mayBeSuperseded = ({ attempts, waited, run = 0 }: DeliveryMessage): boolean =>
  waited === true || attempts.length > 0 || run > 0;

/**
 * Whether the log has a newer outcome of a delivery than this message can have led to.
 * @param logged undefined where the log has none
 */
export function isSuperseded(delivery: DeliveryMessage, logged: Progress | undefined): boolean {
  if (!logged) return false;
  // An attempt of the message before may end after the delivery was sent again. What was sent again is posted once.
  if (logged.status === 'delivered') {
    return (logged.run ?? 0) >= (delivery.run ?? 0) || attemptsUsed(delivery) > 0;
  }
  return logged.order > outcomeOrder({ ...delivery, status: 'retrying', isWaiting: true });
}

export type SupersededDeps = Bound<{ getProgress: typeof getProgress }>;

/**
 * Looks up those of the deliveries that may be void, in one read.
 * @returns those that are
 */
export async function supersededAmong(
  { getProgress }: SupersededDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<Set<DeliveryMessage>> {
  const doubtful = deliveries.filter(mayBeSuperseded);
  if (doubtful.length === 0) return new Set();
  const byTenant = Map.groupBy(doubtful, ({ tenant }) => tenant);
  const found = await Promise.all(
    [...byTenant].map(async ([tenant, ofTenant]) => {
      const progress = await getProgress(tenant, ofTenant.map(placeOf));
      return ofTenant.filter((one) => isSuperseded(one, progress.get(deliveryName(placeOf(one)))));
    }),
  );
  return new Set(found.flat());
}

const placeOf = ({ event, subscription }: DeliveryMessage): DeliveryAt => ({
  ulid: event.ulid,
  subscription,
});
