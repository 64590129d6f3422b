/**
 * A target's rate limit, by the generic cell rate algorithm: requests get slots, one after another, as far apart as the
 * limit says. What is kept is the time of the first slot that is free.
 */

/** When a request may go, in milliseconds since the epoch; `none` when slots are given away for a minute, or can't be had. */
export type Slot = number | 'none';

/** How far ahead slots are given away. Beyond, deliveries wait in the target's hold queue. */
const AHEAD_MS = 60_000;

/** From one slot to the next, in milliseconds. */
export const intervalMs = (perSecond: number): number => 1000 / perSecond;

/** At least two slots ahead, however far apart they are. */
export const aheadMs = (perSecond: number): number => Math.max(AHEAD_MS, 2 * intervalMs(perSecond));

/** As much as a function takes to read what it posts, and then some. */
const MIN_LATE_MS = 75;

/**
 * How late a slot may be used, in milliseconds. No second has more than a tenth too many requests as long as lateness and
 * travel time differ by less than 100 ms between requests. A slot that is later is given up for another: otherwise all
 * deliveries of a stalled function would go at once. Where slots are seconds apart, so is another, and being late by a
 * tenth of that does no harm.
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
 * How long dispatch waits for a slot before it posts. In a fast lane hardly at all, since others wait behind. In the
 * other lanes as long as `secondsToSlot` leaves, and no longer: while a flood waits for its slots, the lane has to receive
 * the rest of it, or a delivery that comes back queues behind the rest, and is late.
 */
export const waitForSlotMs = (isFastLane: boolean): number => (isFastLane ? 50 : 1000 + EARLY_MS);

/**
 * When a drain that found no slot near looks for one again, in milliseconds. It keeps none that is further away: the next
 * drain would reserve another.
 */
export const untilFreeMs = (perSecond: number): number => Math.max(1000, intervalMs(perSecond));
