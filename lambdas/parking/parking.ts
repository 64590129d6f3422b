/**
 * Deliveries that wait longer than a queue can hold them are parked in the state table, by the minute in which
 * they fall due. A minute is spread over shards, because a single partition takes 1,000 writes a second.
 */
const PARKING_SHARDS = 4;

const MINUTE_MS = 60_000;

/** Release looks this far ahead, so that a late or skipped run makes no delivery late. */
export const RELEASE_AHEAD_MS = 2 * MINUTE_MS;

export interface ParkingKey {
  readonly pk: string;
  readonly sk: string;
}

/**
 * @param due milliseconds since the epoch
 * @param id the delivery's id; parking it twice for the same time is parking it once
 */
export const parkingKey = (due: number, id: string): ParkingKey => ({
  pk: partition(minuteOf(due), id.charCodeAt(id.length - 1) % PARKING_SHARDS),
  sk: `${due}#${id}`,
});

/** When a parked delivery falls due, from its sort key. */
export const dueOf = (sk: string): number => Number(sk.slice(0, sk.indexOf('#')));

export const minuteOf = (timeMs: number): number => Math.floor(timeMs / MINUTE_MS);

/** In milliseconds since the epoch. */
export const endOfMinute = (minute: number): number => (minute + 1) * MINUTE_MS;

/** The partitions that hold a minute's parked deliveries. */
export const parkingPartitions = (minute: number): string[] =>
  Array.from({ length: PARKING_SHARDS }, (_, shard) => partition(minute, shard));

const partition = (minute: number, shard: number): string => `parked#${minute}#${shard}`;

/**
 * The minutes that a run of release has to empty. A run that failed or never came is made up for by the next,
 * which begins where the last complete one ended; and every run looks at the minute just past, since something
 * may have been parked for it after it was emptied.
 *
 * @param lastMinute the last minute of the last complete run, undefined on the very first
 */
export function minutesToRelease(lastMinute: number | undefined, now: number): number[] {
  const last = minuteOf(now + RELEASE_AHEAD_MS);
  const first = Math.min(lastMinute ?? Number.POSITIVE_INFINITY, minuteOf(now) - 1);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
