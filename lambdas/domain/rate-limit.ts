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

/**
 * A slot may be used this much late: a tenth of a second, so that no second has more than a tenth too many. One that is
 * later has to be another, or all that a stalled function holds would go at once.
 */
export const MAX_LATE_MS = 100;

/**
 * How long dispatch waits for a slot before it posts. In a fast lane hardly at all, since others wait behind; in the
 * others for what is left of a second, as SQS delays by whole ones.
 */
export const waitForSlotMs = (isFastLane: boolean): number => (isFastLane ? 50 : 1500);
