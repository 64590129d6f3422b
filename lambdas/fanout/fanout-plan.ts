import { goingBack } from '../delivery/queues/loop-bounds.ts';
import type { EventInFlight } from '../events/event.ts';
import type { Matching } from '../matching/index/match-event.ts';

/** An event, and the subscriptions that one pass reaches, ordered by id. */
export interface Reached<E, S> {
  readonly event: E;
  readonly subscriptions: readonly S[];
  /** What the log has to hold before these subscriptions get the event. */
  readonly parts: readonly LogPart<S>[];
}

export interface LogPart<S> {
  /** 0 is the event itself. */
  readonly part: number;
  readonly subscriptions: readonly S[];
  /** How many subscriptions the event matches, as far as known. Only part 0's number counts. */
  readonly matched: number;
  /** Set on part 0 while its number may not be that of all. */
  readonly isOpen?: true;
}

export interface FanoutPlan<E, S> {
  /** What this invocation does. */
  readonly now: Reached<E, S>[];
  /** What it sends back to the queue for another. */
  readonly later: E[];
  /** Pieces of work that `now` comes to. */
  readonly work: number;
}

/**
 * Bounds the work of one invocation, however many events it got and however many subscriptions they match. An event
 * that is cut resumes after the last subscription that it reached, or that was scanned. An event that is not begun is
 * not even matched. An event counts as one piece of work, and so does each delivery beyond its first.
 *
 * @param match returns the subscriptions that want an event and that no earlier pass has reached, or undefined to leave
 *   the event to the next pass
 * @param limit pieces of work in a pass; at least 1, so that every pass makes progress
 */
export function planFanout<E extends EventInFlight, S extends { id: string }>(
  events: readonly E[],
  match: (event: E) => Matching<S> | undefined,
  limit: number,
): FanoutPlan<E, S> {
  const now: Reached<E, S>[] = [];
  const later: E[] = [];
  let room = limit;
  for (const event of events) {
    const matching = room > 0 ? match(event) : undefined;
    if (!matching) {
      // This pass has claimed its producer's id. The next one must not take the event for a duplicate of itself.
      later.push(goingBack({ ...event, resume: event.resume ?? { after: '', part: 0 } }));
      continue;
    }
    const subscriptions = matching.found.slice(0, room);
    room -= Math.max(1, subscriptions.length);
    const { parts, reached, nextPart } = toLog(event, subscriptions, matching);
    now.push({ event, subscriptions, parts });
    const isCut = subscriptions.length < matching.found.length;
    const after = isCut ? subscriptions.at(-1)!.id : matching.scannedUpTo;
    if (after === undefined) continue;
    const { reached: _, ...before } = event.resume ?? {};
    const resume = { ...before, after, part: nextPart, ...(reached !== undefined && { reached }) };
    later.push(goingBack({ ...event, resume }));
  }
  return { now, later, work: limit - room };
}

/**
 * The first pass writes part 0, and each later pass writes the subscriptions that it reaches as a part of its own.
 * Part 0 says how many there are in all. If the first pass can't know that, it puts its subscriptions into part 1, so
 * that the pass that scans the last subscription can write part 0 again without knowing them. Until then part 0 has the
 * number of the first pass, and is open.
 * @returns `reached` goes into the message for the next pass; undefined once the number is known
 */
function toLog<S>(
  { resume }: EventInFlight,
  subscriptions: readonly S[],
  { found, scannedUpTo }: Matching<S>,
): { parts: LogPart<S>[]; reached: number | undefined; nextPart: number } {
  const part = resume?.part ?? 0;
  const isFirst = part === 0;
  const isLast = scannedUpTo === undefined;
  const isCounted = isFirst ? isLast : resume?.reached === undefined;
  if (isCounted) {
    const only = { part, subscriptions, matched: found.length };
    return { parts: [only], reached: undefined, nextPart: part + 1 };
  }
  const before = resume?.reached ?? 0;
  const own = isFirst ? 1 : part;
  const parts: LogPart<S>[] = [];
  if (isFirst || isLast) {
    const matched = before + found.length;
    parts.push({ part: 0, subscriptions: [], matched, ...(!isLast && { isOpen: true as const }) });
  }
  if (subscriptions.length > 0) parts.push({ part: own, subscriptions, matched: 0 });
  const reached = isLast ? undefined : before + subscriptions.length;
  return { parts, reached, nextPart: own + (subscriptions.length > 0 ? 1 : 0) };
}
