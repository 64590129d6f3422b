import type { EventInFlight } from './messages.ts';

/** An event with the subscriptions that one pass reaches, ordered by id. */
export interface Reached<E, S> {
  readonly event: E;
  readonly subscriptions: readonly S[];
  /** All that the event matches, those of other passes included. */
  readonly matched: number;
}

export interface FanoutPlan<E, S> {
  /** What this invocation does. */
  readonly now: Reached<E, S>[];
  /** What it sends back to the queue for another. */
  readonly later: E[];
}

/**
 * Bounds the work of one invocation, however many events it was given and however many subscriptions they match.
 * An event that is cut goes on after the last subscription that it reached; one that is not begun is not even
 * matched. An event counts as one piece of work, and so does each delivery beyond its first.
 *
 * @param match all subscriptions that want an event, ordered by id; undefined leaves the event to the next pass
 * @param limit pieces of work in a pass; at least 1, so that every pass gets further
 */
export function planFanout<E extends EventInFlight, S extends { id: string }>(
  events: readonly E[],
  match: (event: E) => readonly S[] | undefined,
  limit: number,
): FanoutPlan<E, S> {
  const now: Reached<E, S>[] = [];
  const later: E[] = [];
  let room = limit;
  for (const event of events) {
    const matching = room > 0 ? match(event) : undefined;
    if (!matching) {
      // It has been claimed for its producer's id, so the next pass must not take it for a duplicate of itself.
      later.push({ ...event, resume: event.resume ?? { after: '', part: 0 } });
      continue;
    }
    const left = remaining(event, matching);
    const reached = left.slice(0, room);
    now.push({ event, subscriptions: reached, matched: matching.length });
    room -= Math.max(1, reached.length);
    if (reached.length < left.length) {
      const part = (event.resume?.part ?? 0) + 1;
      later.push({ ...event, resume: { after: reached.at(-1)!.id, part } });
    }
  }
  return { now, later };
}

/** The subscriptions that an event has not reached in an earlier pass. */
const remaining = <S extends { id: string }>(event: EventInFlight, matched: readonly S[]): S[] =>
  matched.filter(({ id }) => event.resume === undefined || id > event.resume.after);
