import type { StoredStatus } from '../delivery/delivery.ts';
import type { EventInFlight } from '../events/event.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Recovery looks at every event twice, and asks of each of its deliveries whether something has become of it.
 */
export interface Scan {
  readonly name: 'first' | 'second';
  /** How long after its acceptance an event is looked at, at the earliest. Milliseconds. */
  readonly ageMs: number;
  /** Looks are not worth their price more often than this; an event is looked at as much later. Milliseconds. */
  readonly everyMs: number;
  /** Whether a delivery can't wait for anything any more. */
  readonly isLast: boolean;
}

/**
 * After an hour a first attempt must have had an outcome: five receives of an events message take a quarter of an hour,
 * five of a delivery 23 minutes, five of its outcomes a quarter of an hour again. After a day and an hour all attempts
 * must: a schedule spans a day at most, and what waits for longer is dead. Both are well within the log's 48 hours, the
 * least that an environment may keep it.
 */
export const SCANS: readonly Scan[] = [
  { name: 'first', ageMs: HOUR_MS, everyMs: HOUR_MS, isLast: false },
  { name: 'second', ageMs: DAY_MS + HOUR_MS, everyMs: 6 * HOUR_MS, isLast: true },
];

/** How late an attempt may be: as many receives as above, and what a busy minute adds. */
const LATE_MS = HOUR_MS;

/** How far back a look begins that has never been made: the log of an environment that is older than recovery. */
const FIRST_REACH_MS = DAY_MS;

/** Events of a span of time, tenant after tenant. Milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly until: number;
  /** The tenant that has come up; the first of all where it is left out. */
  readonly tenant?: string | undefined;
  /** The sort key in its log that the look goes on behind. */
  readonly after?: string | undefined;
}

/** How far a look has come: all that was accepted before `upTo` has been looked at, and part of `span`. */
export interface Progress {
  readonly upTo: number;
  readonly span?: Span | undefined;
}

/** What a look is about next; undefined when it is not time yet. */
export function nextSpan(scan: Scan, progress: Progress | undefined, now: number): Span | undefined {
  if (progress?.span) return progress.span;
  const until = now - scan.ageMs;
  const from = progress?.upTo ?? until - FIRST_REACH_MS;
  return until - from >= scan.everyMs ? { from, until } : undefined;
}

/**
 * Why a delivery may be lost: there was never an outcome (`silent`), its next attempt should have been made long ago
 * (`late`), or it waits in its target's room, whose calls do not say how long that takes (`waiting`).
 */
export type Doubt = 'silent' | 'late' | 'waiting';

/** @param stored how the log says that it stands; undefined when there is no outcome */
export function doubtAbout(
  stored: { readonly status: StoredStatus; readonly nextAttemptAt?: number | undefined } | undefined,
  now: number,
): Doubt | undefined {
  if (!stored) return 'silent';
  if (stored.status === 'delivered' || stored.status === 'dead') return undefined;
  if (stored.nextAttemptAt === undefined) return 'waiting';
  return now - stored.nextAttemptAt > LATE_MS ? 'late' : undefined;
}

/** Where a delivery is found that is in doubt. */
export type Place = 'room' | 'parking lot' | 'nowhere';

/**
 * What to do about it. In a room it is well, as long as somebody is called there; in the parking lot release finds it,
 * however late. Elsewhere only a queue could hold it, and these are nearly empty: it is sent again. But within its day
 * one may just be on its way out of its room, and one whose target asks for pauses goes from pause to pause.
 */
export function remedyFor(
  doubt: Doubt,
  place: Place,
  { isLast }: Pick<Scan, 'isLast'>,
  isPaused: boolean,
): 'none' | 'call' | 'send' {
  if (place === 'room') return 'call';
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
 * More messages than this make recovery wait, since what it misses may be among them. It must be so few that they can't
 * be an hour old where a queue is served at all: if each of them takes its endpoint's 30 seconds, two invocations of ten
 * deliveries, the least that an environment may have, get through 2,400 in an hour.
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
 * Where fanout goes on with an event that it has not come to the end of; undefined when it has. It goes on behind the
 * last subscription that the log names. It may have looked at others behind that one, which did not want the event; and
 * where a subscription was deleted between two passes it finds no rest, which does no harm.
 */
export function resumptionOf(fanout: Fanout): EventInFlight['resume'] {
  const { matched, subscriptions, isOpen, lastPart } = fanout;
  if (!isOpen && matched <= subscriptions.length) return undefined;
  const after = subscriptions.reduce((last, id) => (id > last ? id : last), '');
  return { after, part: lastPart + 1, ...(isOpen && { reached: subscriptions.length }) };
}
