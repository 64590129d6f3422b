/**
 * A target's rate limit, by the generic cell rate algorithm: requests get slots, one after another, as far apart as the
 * limit says. What is kept is the time of the first slot that is free.
 */

/** How far ahead slots are given away. Beyond, deliveries wait for their turn in the target's room. */
const AHEAD_MS = 60_000;

/** From one slot to the next, in milliseconds. */
export const intervalMs = (perSecond: number): number => 1000 / perSecond;

/** At least two slots ahead, however far apart they are. */
export const aheadMs = (perSecond: number): number => Math.max(AHEAD_MS, 2 * intervalMs(perSecond));

/** As much as a function takes to read what it posts, and then some. */
const MIN_LATE_MS = 75;

/**
 * How late a slot may be used, in milliseconds. No second has more than a tenth too many as long as that and the
 * request's way to its endpoint do not differ by more than 100 ms from one request to another. One that is later has to
 * be another, or all that a stalled function holds would go at once. Where slots are seconds apart, another is seconds
 * away, and a tenth of that does no harm.
 */
export const maxLateMs = (perSecond: number): number => Math.max(MIN_LATE_MS, intervalMs(perSecond) / 10);

/** A delivery that comes back for its slot comes this much early: it has to be received before it can be posted. */
const EARLY_MS = 100;

/**
 * For how many seconds a queue holds a delivery back until its slot. Whole ones, as SQS delays; dispatch waits for what
 * is left.
 * @param now milliseconds since the epoch, as the slot
 */
export const secondsToSlot = (slot: number, now: number): number =>
  Math.max(0, Math.floor((slot - EARLY_MS - now) / 1000));

/**
 * How long dispatch waits for a slot before it posts. In a fast lane hardly at all, since others wait behind; in the
 * others for what `secondsToSlot` leaves, and not longer: while a flood waits for its slots, the lane's places are needed
 * to receive the rest of it, or what comes back finds itself behind that, and late.
 */
export const waitForSlotMs = (isFastLane: boolean): number => (isFastLane ? 50 : 1000 + EARLY_MS);

/**
 * When a room looks for a slot again that found none near, in milliseconds. It keeps none that is further away: by then it
 * would be called, and want another.
 */
export const untilFreeMs = (perSecond: number): number => Math.max(1000, intervalMs(perSecond));
