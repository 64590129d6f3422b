import type { StoredStatus } from '../delivery/delivery.ts';
import type { EventInFlight } from '../events/event.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Recovery scans every event twice, and asks of each of its deliveries whether it has an outcome. */
export interface Scan {
  readonly name: 'first' | 'second';
  /** The least age of an event that is scanned, in milliseconds since it was accepted. */
  readonly ageMs: number;
  /** The least span of a scan, so that it is worth its price; an event is scanned as much later. Milliseconds. */
  readonly everyMs: number;
  /** Whether no delivery of the scan's events can still be waiting for something. */
  readonly isLast: boolean;
}

/**
 * After an hour a first attempt must have an outcome: five receives of an events message take a quarter of an hour, five
 * of a delivery 23 minutes, five of its outcomes a quarter of an hour again. After a day and an hour all attempts must:
 * a schedule spans a day at most, and a delivery that waits for longer is dead. Both are well within 48 hours, the least
 * that an environment may keep its log.
 */
export const SCANS: readonly Scan[] = [
  { name: 'first', ageMs: HOUR_MS, everyMs: HOUR_MS, isLast: false },
  { name: 'second', ageMs: DAY_MS + HOUR_MS, everyMs: 6 * HOUR_MS, isLast: true },
];

/** How late an attempt may be: as many receives as above, and a busy minute. */
const LATE_MS = HOUR_MS;

/** How far back the very first scan begins, in an environment that is older than recovery. */
const FIRST_REACH_MS = DAY_MS;

/** Events of a span of time, tenant after tenant. Milliseconds since the epoch. */
export interface ScanSpan {
  readonly from: number;
  readonly until: number;
  /** The tenant to go on with; the first of all if left out. */
  readonly tenant?: string | undefined;
  /** The sort key in its log after which the scan goes on. */
  readonly after?: string | undefined;
}

/** How far a scan has come: it has done all that was accepted before `upTo`, and part of `span`. */
export interface Progress {
  readonly upTo: number;
  readonly span?: ScanSpan | undefined;
}

/** The next span of a scan; undefined when it is not time yet. */
export function nextSpan(scan: Scan, progress: Progress | undefined, now: number): ScanSpan | undefined {
  if (progress?.span) return progress.span;
  const until = now - scan.ageMs;
  const from = progress?.upTo ?? until - FIRST_REACH_MS;
  return until - from >= scan.everyMs ? { from, until } : undefined;
}

/**
 * Why a delivery may be lost: it never had an outcome (`silent`), its next attempt should have been made long ago
 * (`late`), or it waits in its target's hold queue, for which the log has no time (`waiting`).
 */
export type Doubt = 'silent' | 'late' | 'waiting';

/** @param stored the delivery's state in the log; undefined without an outcome */
export function doubtAbout(
  stored: { readonly status: StoredStatus; readonly nextAttemptAt?: number | undefined } | undefined,
  now: number,
): Doubt | undefined {
  if (!stored) return 'silent';
  if (stored.status === 'delivered' || stored.status === 'dead') return undefined;
  if (stored.nextAttemptAt === undefined) return 'waiting';
  return now - stored.nextAttemptAt > LATE_MS ? 'late' : undefined;
}

/** Where a delivery in doubt is found. */
export type Place = 'hold queue' | 'parking lot' | 'nowhere';

/**
 * What to do about a delivery in doubt. In a hold queue it is well as long as a drain is scheduled; in the parking lot
 * release finds it, however late. Elsewhere only a queue could hold it, and the queues are nearly empty: it is sent
 * again. In the first scan, `nowhere` may also mean that
 * it is just leaving its hold queue, or that its target asks for one pause after another: then it is left alone.
 */
export function remedyFor(
  doubt: Doubt,
  place: Place,
  { isLast }: Pick<Scan, 'isLast'>,
  isPaused: boolean,
): 'none' | 'drain' | 'send' {
  if (place === 'hold queue') return 'drain';
  if (place === 'parking lot') return 'none';
  if (isLast) return 'send';
  return doubt === 'waiting' || isPaused ? 'none' : 'send';
}

/** Whether a target has lately asked for a pause. */
export const wasPaused = (
  health: { readonly pausedUntil?: number | undefined } | undefined,
  now: number,
): boolean => (health?.pausedUntil ?? 0) > now - LATE_MS;

/**
 * With more messages than this in a queue recovery waits, since what it misses may be among them. So few can't be an hour
 * old in a queue that is served at all: if each takes its endpoint's 30 seconds, two invocations of ten deliveries, the
 * least that an environment may have, do 2,400 in an hour.
 */
export const NEARLY_EMPTY = 1000;

/** What the log knows of an event's fanout. */
export interface Fanout {
  readonly matched: number;
  readonly subscriptions: readonly string[];
  readonly isOpen?: boolean | undefined;
  readonly lastPart: number;
}

/**
 * Where fanout goes on with an event; undefined when it has come to its end. It goes on after the last subscription that
 * the log lists. It may have matched some after that one, which did not want the event. If a subscription was deleted
 * between two passes it finds no rest, which does no harm.
 */
export function resumptionOf(fanout: Fanout): EventInFlight['resume'] {
  const { matched, subscriptions, isOpen, lastPart } = fanout;
  if (!isOpen && matched <= subscriptions.length) return undefined;
  const after = subscriptions.reduce((last, id) => (id > last ? id : last), '');
  return { after, part: lastPart + 1, ...(isOpen && { reached: subscriptions.length }) };
}
