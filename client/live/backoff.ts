/** Pauses between tries to connect, in milliseconds, before the jitter. */
const FIRST_MS = 1000;
const MOST_MS = 30_000;

/**
 * How long to wait before a try: at most twice as long as before the last one, and anything less by chance, so that pages that
 * lost their connection at once do not come back at once.
 * @param failures in a row, from 0 @param random from 0 to 1
 */
export const pauseBefore = (failures: number, random: number): number =>
  250 + random * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
