import type { InvariantFactory } from './invariant.ts';
import { deliveryIn, isClaim, isSettled, type LoggedDelivery, shown } from './logged-delivery.ts';
import { flagIn, keyOf, numberIn, type TypedItem, textIn } from './typed-item.ts';
import { spanText } from './words.ts';

const NAME = 'the log moves forward';

/** A producer's id names the same event for a day: see lambdas/events/id-claim-store.ts. */
const CLAIMED_MS = 24 * 3600_000;

/** What a tenant's erasure, and what the simulation does itself, may remove at any time. */
const REMOVERS = /^(erase|operator)/i;

/**
 * What is stored of a delivery, an event and an endpoint's health only becomes newer. The rules are those of the conditions
 * under which the stores write: lambdas/delivery/delivery-log-store.ts and lambdas/replay/replay-claim-store.ts.
 */
export const logMovesForward: InvariantFactory = ({ now, violated, limits }) => {
  const isRepeated = limits.repeatsPerAttempt > 0;

  function problemOf(before: TypedItem, after: TypedItem | undefined, caller: string): string | undefined {
    if (!after) return problemOfRemoval(before, caller);
    const [was, is] = [deliveryIn(before), deliveryIn(after)];
    if (was && is) return problemOfDelivery(was, is, isRepeated);
    switch ((textIn(after, 'pk') ?? '').split('#')[0]) {
      case 'event':
        return problemOfEvent(before, after, isRepeated);
      case 'id':
        return problemOfId(before, after, limits.clockSkewMs);
      default:
        return undefined;
    }
  }

  /** DynamoDB removes what has expired, and only that. */
  function problemOfRemoval(before: TypedItem, caller: string): string | undefined {
    if (REMOVERS.test(caller)) return undefined;
    const left = (numberIn(before, 'ttl') ?? Number.POSITIVE_INFINITY) * 1000 - now();
    return left > 0 ? `expected it to stay for another ${spanText(left)}, ${caller} removed it` : undefined;
  }

  return {
    name: NAME,
    watcher: {
      wrote({ table, caller, before, after }) {
        if (!before) return;
        const problem =
          table === 'log'
            ? problemOf(before, after, caller)
            : table === 'state' && after
              ? problemOfRevision(before, after)
              : undefined;
        if (problem) violated(NAME, `${problem}: ${keyOf(before)}`);
      },
    },
  };
};

/** @param isRepeated whether this history posts things twice */
function problemOfDelivery(was: LoggedDelivery, is: LoggedDelivery, isRepeated: boolean): string | undefined {
  if (isClaim(was, is)) return problemOfClaim(was, is);
  // A claim that could not be sent is taken back: see `unclaim`.
  const isUnclaimed = was.replay !== undefined && is.replay === undefined && is.run === was.run - 1;
  if (isUnclaimed && was.status === 'retrying' && is.made === was.made) return undefined;
  if (is.status === 'delivered') return problemOfArrival(was, is, isRepeated);
  if (was.status === 'delivered') return `expected delivered to be final, found ${shown(is)}`;
  if (is.order < was.order)
    return `expected an order of ${was.order} at least, found ${is.order}: ${shown(is)}`;
  if (is.order === was.order && !isSameOrLater(was, is))
    return `expected nothing new of the order ${was.order}, found ${shown(is)} after ${was.status}`;
  // More attempts than were known of the dead one: a message of it was alive. Only a fault makes two.
  if (was.status === 'dead' && is.order > was.order && !isRepeated)
    return `expected dead to be final, found ${shown(is)}`;
  if (is.made < was.made) return `expected ${was.made} attempts at least, found ${is.made}: ${shown(is)}`;
  return undefined;
}

function problemOfClaim(was: LoggedDelivery, is: LoggedDelivery): string | undefined {
  const isNext = is.run === was.run + 1 && is.status === 'retrying' && is.made === was.made;
  return isNext
    ? undefined
    : `expected a claim of run ${was.run + 1} with ${was.made} attempts, found run ${is.run} with ${is.made}: ${shown(is)}`;
}

/**
 * Arriving is final, and is written over anything: an attempt may end after its delivery was sent again. With neither a replay nor a
 * fault there is no other message of the delivery that could have come further.
 */
function problemOfArrival(was: LoggedDelivery, is: LoggedDelivery, isRepeated: boolean): string | undefined {
  const isAlone = !isRepeated && was.run === 0 && is.run === 0;
  if (!isAlone) return undefined;
  if (was.status === 'dead') return `expected dead to be final, found ${shown(is)}`;
  return is.made < was.made
    ? `expected ${was.made} attempts at least, found ${is.made}: ${shown(is)}`
    : undefined;
}

/** What is written again as it was, what waits from a later time, and what leaves the index of dead letters. */
const isSameOrLater = (was: LoggedDelivery, is: LoggedDelivery): boolean =>
  is.status === was.status
    ? (is.waitingSince ?? 0) >= (was.waitingSince ?? 0)
    : !isSettled(was) && (is.waitingSince ?? 0) > (was.waitingSince ?? 0);

/** A part of an event stays the event's, the number of its matches is final once it is, and so is its death. */
function problemOfEvent(before: TypedItem, after: TypedItem, isRepeated: boolean): string | undefined {
  for (const name of ['id', 'type', 'ct'])
    if (textIn(before, name) !== textIn(after, name) && textIn(before, name) !== undefined)
      return `expected ${name} ${textIn(before, name)}, found ${textIn(after, name)}`;
  // What a fault repeats writes the event as its first pass knew it.
  if (isRepeated) return undefined;
  if (flagIn(before, 'dead') && !flagIn(after, 'dead')) return 'expected a dead event to stay dead';
  if (!flagIn(before, 'open') && flagIn(after, 'open'))
    return 'expected an event whose matches are known to stay so';
  return undefined;
}

/** Another event gets a producer's id a day later, or once the first is dead. */
function problemOfId(before: TypedItem, after: TypedItem, skewMs: number): string | undefined {
  if (textIn(before, 'ulid') === textIn(after, 'ulid')) return undefined;
  const [was, is] = [numberIn(before, 'claimedAt') ?? 0, numberIn(after, 'claimedAt') ?? 0];
  return is - was < CLAIMED_MS - 2 * skewMs
    ? `expected its event to keep it for a day, another has it after ${spanText(is - was)}`
    : undefined;
}

const REVISED = /^(standing|job)#/;

/** Each write of an item that many functions change is of what was there. */
function problemOfRevision(before: TypedItem, after: TypedItem): string | undefined {
  if (!REVISED.test(textIn(after, 'pk') ?? '')) return undefined;
  const [was, is] = [numberIn(before, 'revision') ?? 0, numberIn(after, 'revision') ?? 0];
  return is === was + 1 ? undefined : `expected the revision ${was + 1}, found ${is}`;
}
