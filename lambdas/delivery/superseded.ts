import type { Bound } from '../platform/bind.ts';
import { errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { type DeliveryAt, deliveryName, outcomeOrder } from './delivery.ts';
import type { getProgress, Progress } from './delivery-log-store.ts';
import type { DeliveryMessage } from './messages.ts';
import { attemptsUsed, type Conclusion } from './outcome.ts';

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

/**
 * Longer than the message of a retry takes from its claim to its first outcome, unless the lanes are far behind: as long
 * as a replay takes a claim for lost.
 */
const CLAIM_MS = 3600_000;
/** Until a message that a claim has overtaken is looked at again: most claims have an outcome in seconds. */
const CLAIMED_WAIT_MS = 300_000;

/**
 * What becomes of a message beside what the log knows, undefined where it goes on. A claim alone, of which no outcome has
 * come, voids nothing: the retry's message may never have been sent, and the claim may be taken back. So the message that
 * it has overtaken waits, and in the end takes the retry's place.
 */
export function overtake(
  delivery: DeliveryMessage,
  logged: Progress | undefined,
  now: number,
): 'void' | Conclusion | undefined {
  if (!logged || !isSuperseded(delivery, logged)) return undefined;
  const { run = 0, replay, replayedAt = 0, past } = logged;
  const { hops: _, slot: __, ...rest } = delivery;
  const heir = { ...rest, run, used: 0, replayedAt, past };
  // Of the run before, and of no fewer attempts than were claimed: this was the delivery's message.
  const isHeir = replay !== undefined && run === (delivery.run ?? 0) + 1 && !isSuperseded(heir, logged);
  if (!isHeir) return 'void';
  if (now - replayedAt > CLAIM_MS) {
    return { received: delivery, delivery: heir, decision: { kind: 'move', lane: 'slow' } };
  }
  const at = now + CLAIMED_WAIT_MS;
  return { received: delivery, delivery, decision: { kind: 'later', at, via: 'queue', reason: 'retry' } };
}

export type SupersededDeps = Bound<{ getProgress: typeof getProgress }>;

/** Messages that the log has overtaken. */
export interface Overtaken {
  /** Those to drop. */
  readonly dropped: ReadonlySet<DeliveryMessage>;
  /** Those that a claim has overtaken, by the message, and where each goes. */
  readonly redirected: ReadonlyMap<DeliveryMessage, Conclusion>;
}

/**
 * Looks up those of the deliveries that may be void, in one read. Where the log can't be read, none is: at worst a delivery
 * is posted once more, and its next message asks again.
 */
export async function overtakenAmong(
  deps: SupersededDeps,
  deliveries: readonly DeliveryMessage[],
  now: number,
): Promise<Overtaken> {
  const doubtful = deliveries.filter(mayBeSuperseded);
  const dropped = new Set<DeliveryMessage>();
  const redirected = new Map<DeliveryMessage, Conclusion>();
  const byTenant = Map.groupBy(doubtful, ({ tenant }) => tenant);
  await Promise.all(
    [...byTenant].map(async ([tenant, ofTenant]) => {
      const progress = await progressOf(deps, tenant, ofTenant);
      for (const one of ofTenant) {
        const found = overtake(one, progress.get(deliveryName(placeOf(one))), now);
        if (found === 'void') dropped.add(one);
        else if (found) redirected.set(one, found);
      }
    }),
  );
  return { dropped, redirected };
}

async function progressOf(
  { getProgress }: SupersededDeps,
  tenant: string,
  deliveries: readonly DeliveryMessage[],
): Promise<ReadonlyMap<string, Progress>> {
  try {
    return await getProgress(tenant, deliveries.map(placeOf));
  } catch (error) {
    warn('log not asked', { ...aboutAll(deliveries), ...errorFields(error) });
    return new Map();
  }
}

const placeOf = ({ event, subscription }: DeliveryMessage): DeliveryAt => ({
  ulid: event.ulid,
  subscription,
});
