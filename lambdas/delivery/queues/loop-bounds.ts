import type { Event, EventInFlight } from '../../events/event.ts';
import { isOperational } from '../../events/event-type.ts';
import { timeOfUlid } from '../../values/ids.ts';
import type { DeliveryMessage } from '../messages.ts';

/**
 * The bounds of loops that are meant: a message that comes back to the function that sent it counts how often it did, in
 * `hops`, and the function that receives it checks whether that is more than can be. Normal work never reaches a bound: a
 * mistake of ours does, or endpoints that flap, each over operational events about the other. See
 * docs/decisions/23-loops.md.
 *
 * A message of a release that did not count has come back 0 times.
 */

/** The delivery as it is sent on, to a lane or into the parking lot. */
export const sentOn = (delivery: DeliveryMessage): DeliveryMessage => ({
  ...delivery,
  hops: (delivery.hops ?? 0) + 1,
});

/**
 * Twenty attempts that follow at once, with moves between lanes before and after each, are 60. But two lanes may move a
 * delivery to and fro as long as their functions remember different settings of its target, 10 seconds: at 20 ms a move,
 * the quickest that SQS and Lambda are, 500.
 */
const HOPS_AT_ONCE = 1000;
/**
 * A delivery that waits does so for a second at least: SQS delays by whole seconds, for a pause as for a slot, and a hold
 * queue is drained once a second. Out of the hold queue and on to a slot are two hops.
 */
const HOPS_PER_SECOND = 2;
/** Waiting ends after a day, which has 86,400 seconds: an endpoint that asks for pauses of a second needs one hop for each. */
const MAX_HOPS = 100_000;

/** How often a delivery may have been sent on, so long after its event was accepted or it was replayed. */
export const hopsWithin = (ageMs: number): number =>
  Math.min(MAX_HOPS, HOPS_AT_ONCE + Math.max(0, Math.floor((ageMs * HOPS_PER_SECOND) / 1000)));

/** Whether a delivery has been sent on more often than its age explains. @param now milliseconds since the epoch */
export const isDeliveryLooping = ({ hops = 0, event, replayedAt }: DeliveryMessage, now: number): boolean =>
  // Most have few, so that their age need not be computed.
  hops > HOPS_AT_ONCE && hops > hopsWithin(now - (replayedAt ?? timeOfUlid(event.ulid)));

/** The event as it goes back to the events queue. */
export const goingBack = <E extends EventInFlight>(event: E): E => ({
  ...event,
  hops: (event.hops ?? 0) + 1,
});

/**
 * An event for 10,000 filters takes 20 to 200 passes, by its tenant's share of a pass; one for 100,000, where a tenant's
 * limits allow so many, ten times that. Ten events of one tenant that are received together
 * share a pass: one may use it up and send the other nine back. So it is 200 passes, times ten, times ten: 20,000.
 */
export const MAX_EVENT_HOPS = 200_000;

export const isEventLooping = ({ hops = 0 }: EventInFlight): boolean => hops >= MAX_EVENT_HOPS;

/**
 * Drains of a hold queue that follow at once and release no delivery. So many of them are a fault, and release sends the
 * next drain message a minute later. A drain that releases a delivery, or waits, counts from 0: deliveries that go in
 * circles are bounded by their own hops, and a delivery that waits is dead after a day.
 */
export const MAX_IDLE_DRAINS = 20;

/**
 * Pages of a replay job. One sends 200 deliveries, or what a limited target takes in 5 seconds: 200 million, or 58 days. What
 * is left is for another job, which begins where this one ended.
 */
export const MAX_PAGES = 1_000_000;

/**
 * How many operational events led to one: 1 for news of ordinary deliveries, 2 for news that the delivery of such an event
 * brought about, and so on; 0 for an ordinary event.
 */
export const generationOf = ({ type, generation }: Pick<Event, 'type' | 'generation'>): number =>
  isOperational(type) ? (generation ?? 1) : 0;

/** Of deliveries that were made together. */
export const leastGeneration = (deliveries: readonly Pick<DeliveryMessage, 'event'>[]): number =>
  Math.min(...deliveries.map(({ event }) => generationOf(event)));

/**
 * A tenant is notified when an endpoint broke down, or recovered, over an operational event, but not of what that
 * notification brings about: endpoints that flap, each notified of the others, would multiply such events without end.
 */
export const MAX_GENERATION = 2;
