import type { HealthChange } from '../endpoint-health/health-change.ts';
import { errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { type Addressed, SendError } from '../platform/sqs.ts';
import { secondsToSlot } from '../rate-limit/rate-limit.ts';
import { refName } from '../values/target-ref.ts';
import { queueDelaySeconds } from './decide.ts';
import type { Decision, Destination, HoldReason } from './decision.ts';
import { type DeadMessage, type DeliveryMessage, outcomesMessages } from './messages.ts';
import { asWaiting, type Conclusion, isAttempted, outcomeOf } from './outcome.ts';
import type { LaneQueues } from './queues/lane-queues.ts';
import { sentOn } from './queues/loop-bounds.ts';
import { mayBeSuperseded } from './superseded.ts';

export interface ConcludeDeps {
  readonly now: () => number;
  readonly toLane: LaneQueues['toLane'];
  /** URLs of queues. */
  readonly outcomesQueue: string;
  readonly deadLettersQueue: string;
  /** @throws SendError */
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
  /** Keeps deliveries until a time, in milliseconds since the epoch. */
  readonly park: (deliveries: readonly { message: DeliveryMessage; due: number }[]) => Promise<void>;
  /** Puts deliveries of one target into its hold queue. */
  readonly hold: (
    deliveries: readonly ToHold[],
    reason: HoldReason,
    destination: Destination,
  ) => Promise<void>;
}

/** A delivery for the hold queue of its target. */
export interface ToHold {
  readonly delivery: DeliveryMessage;
  /** Whether it has never waited, nor been attempted or replayed: no older or newer message of it is anywhere. */
  readonly isFirst: boolean;
}

/** A conclusion, and the target that it is about, unless that is gone. */
export interface Concluded extends Conclusion {
  readonly destination: Destination | undefined;
}

/**
 * Sends each delivery to where it belongs next: to a lane, to where deliveries are parked, to its target's hold queue, or
 * to the dead letters. Then reports the outcomes of all but the dead, whose outcome the dead-letter writer writes.
 *
 * @param changes what has become of targets, by `refName`. It travels with an outcome, so that it costs no request. What is
 *   reported, and what is dead, waits until it is known; nothing else does
 * @returns the deliveries, as received, that could not be sent on and have to be received again
 */
export async function conclude(
  deps: ConcludeDeps,
  conclusions: readonly Concluded[],
  changes: Promise<ReadonlyMap<string, HealthChange>> = NO_CHANGES,
): Promise<Set<DeliveryMessage>> {
  const now = deps.now();
  const alive = conclusions.filter(({ decision }) => decision.kind !== 'dead');
  const parked = alive.filter((c): c is Of<'retry' | 'later'> => isTimed(c) && c.decision.via === 'table');
  const known = changes.then((ofTargets) => withChanges(conclusions, ofTargets));
  const faulty = new Set(
    (
      await Promise.all([
        sendOn(deps, alive, now),
        known.then((all) => sendOn(deps, ofKind(all, 'dead'), now)),
        parkAll(deps, parked, now),
        holdAll(deps, ofKind(alive, 'hold'), now),
      ])
    ).flat(),
  );
  const reported = (await known).filter((c) => c.decision.kind !== 'dead' && !faulty.has(c.received));
  for (const received of await report(deps, reported, now)) faulty.add(received);
  return faulty;
}

const NO_CHANGES = Promise.resolve(new Map<string, HealthChange>());

/** Adds each change to the first conclusion of an attempt at its target. */
export function withChanges(
  conclusions: readonly Concluded[],
  changes: ReadonlyMap<string, HealthChange>,
): readonly Concluded[] {
  if (changes.size === 0) return conclusions;
  const left = new Map(changes);
  return conclusions.map((one) => {
    const name = refName(one.received);
    const targetChange = isAttempted(one) ? left.get(name) : undefined;
    if (!targetChange) return one;
    left.delete(name);
    return { ...one, targetChange };
  });
}

type Of<K extends Decision['kind']> = Concluded & { readonly decision: Extract<Decision, { kind: K }> };

const ofKind = <K extends Decision['kind']>(conclusions: readonly Concluded[], kind: K): Of<K>[] =>
  conclusions.filter((c): c is Of<K> => c.decision.kind === kind);

const isTimed = (c: Concluded): c is Of<'retry' | 'later'> =>
  c.decision.kind === 'retry' || c.decision.kind === 'later';

interface Sending {
  readonly received: DeliveryMessage;
  readonly message: Addressed;
}

/** What goes to another queue: what is dead, what is moved on, and what comes later, which waits in the slow lane's. */
function sendingOf(
  { toLane, deadLettersQueue }: ConcludeDeps,
  { received, delivery, decision, targetChange }: Concluded,
  now: number,
): Sending | undefined {
  switch (decision.kind) {
    case 'dead': {
      const { reason } = decision;
      const body: DeadMessage = {
        v: 1,
        kind: 'dead',
        reason,
        delivery,
        ...(targetChange && { targetChange }),
      };
      return { received, message: { queueUrl: deadLettersQueue, body, group: delivery.tenant } };
    }
    case 'move':
      return { received, message: toLane(decision.lane, sentOn(delivery)) };
    case 'retry':
    case 'later': {
      if (decision.via === 'table') return undefined;
      const waiting = asWaiting({ received, delivery, decision }, now);
      return { received, message: toLane('slow', sentOn(waiting), delayOf(decision, now)) };
    }
    case 'delivered':
    case 'hold':
      return undefined;
  }
}

/** Rounds up for a pause: a delivery that came back before the pause ends would be sent back again and again. */
function delayOf(decision: Of<'retry' | 'later'>['decision'], now: number): number {
  const { at } = decision;
  if (decision.kind === 'retry') return queueDelaySeconds(at, now);
  return decision.reason === 'slot' ? secondsToSlot(at, now) : Math.max(0, Math.ceil((at - now) / 1000));
}

async function sendOn(
  deps: ConcludeDeps,
  conclusions: readonly Concluded[],
  now: number,
): Promise<DeliveryMessage[]> {
  const sendings = conclusions.flatMap((conclusion) => sendingOf(deps, conclusion, now) ?? []);
  try {
    await deps.sendAddressed(sendings.map(({ message }) => message));
    return [];
  } catch (error) {
    const unsent = error instanceof SendError ? error.unsent.map((i) => sendings[i]!) : sendings;
    const failed = unsent.map(({ received }) => received);
    const queues = new Set(unsent.map(({ message }) => message.queueUrl.split('/').at(-1)));
    const queue = [...queues].join(' ');
    warn('deliveries not sent on', { ...aboutAll(failed), queue, ...errorFields(error) });
    return failed;
  }
}

async function parkAll(
  deps: ConcludeDeps,
  conclusions: readonly Of<'retry' | 'later'>[],
  now: number,
): Promise<DeliveryMessage[]> {
  try {
    await deps.park(
      conclusions.map((one) => ({ message: sentOn(asWaiting(one, now)), due: one.decision.at })),
    );
    return [];
  } catch (error) {
    const failed = conclusions.map(({ received }) => received);
    warn('deliveries not parked', { ...aboutAll(failed), ...errorFields(error) });
    return failed;
  }
}

/** Each target is held for itself, so a fault with one leaves the others. */
async function holdAll(
  deps: ConcludeDeps,
  conclusions: readonly Of<'hold'>[],
  now: number,
): Promise<DeliveryMessage[]> {
  const byTarget = Map.groupBy(conclusions, ({ delivery }) => refName(delivery));
  const faulty = await Promise.all(
    [...byTarget.values()].map(async (ofTarget) => {
      try {
        const { destination, decision } = ofTarget[0]!;
        const deliveries = ofTarget.map((one) => toHold(one, now));
        await deps.hold(deliveries, decision.reason, destination!);
        return [];
      } catch (error) {
        const failed = ofTarget.map(({ received }) => received);
        warn('deliveries not held', { ...aboutAll(failed), ...errorFields(error) });
        return failed;
      }
    }),
  );
  return faulty.flat();
}

/** What the log does not say of a delivery, a second message can't be told by: then it is not held as the first. */
function toHold(one: Of<'hold'>, now: number): ToHold {
  const delivery = asWaiting(one, now);
  return { delivery, isFirst: !mayBeSuperseded(one.delivery) && delivery.waited === true };
}

/**
 * Reports outcomes, many in one message. When that fails, what was delivered has to be received, and so posted, again:
 * otherwise no record of it would remain. A delivery under way is safe: it carries its history along, and its next
 * outcome says all of it.
 */
async function report(
  deps: ConcludeDeps,
  conclusions: readonly Concluded[],
  now: number,
): Promise<DeliveryMessage[]> {
  const outcomes = conclusions.flatMap((conclusion) => outcomeOf(conclusion, now) ?? []);
  try {
    await deps.sendAddressed(
      outcomesMessages(outcomes).map((body) => ({ queueUrl: deps.outcomesQueue, body })),
    );
    return [];
  } catch (error) {
    warn('outcomes not reported', {
      ...aboutAll(conclusions.map(({ received }) => received)),
      ...errorFields(error),
    });
    return conclusions
      .filter(({ decision }) => decision.kind === 'delivered')
      .map(({ received }) => received);
  }
}
