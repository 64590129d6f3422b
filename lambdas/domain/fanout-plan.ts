import type { EventInFlight } from './messages.ts';

/** An event with the subscriptions that it still has to reach, ordered by id. */
export interface Matched<E, S> {
  readonly event: E;
  readonly subscriptions: readonly S[];
}

export interface FanoutPlan<E, S> {
  /** What this invocation does. */
  readonly now: Matched<E, S>[];
  /** What it sends back to the queue for another. */
  readonly later: E[];
}

/**
 * Bounds the work of one invocation, however many subscriptions its events match: events beyond the limit wait
 * for another pass, and one that is cut in the middle goes on after the last subscription that it reached.
 *
 * @param limit deliveries per pass; at least 1, so that every pass gets further
 */
export function planFanout<E extends EventInFlight, S extends { id: string }>(
  matched: readonly Matched<E, S>[],
  limit: number,
): FanoutPlan<E, S> {
  const now: Matched<E, S>[] = [];
  const later: E[] = [];
  let room = limit;
  for (const { event, subscriptions } of matched) {
    const reached = subscriptions.slice(0, room);
    if (subscriptions.length > 0 && reached.length === 0) {
      later.push(event);
      continue;
    }
    now.push({ event, subscriptions: reached });
    room -= reached.length;
    const last = reached.at(-1);
    if (last && reached.length < subscriptions.length) {
      later.push({ ...event, resume: { after: last.id, part: (event.resume?.part ?? 0) + 1 } });
    }
  }
  return { now, later };
}

/** The subscriptions that an event has not reached in an earlier pass. */
export const remaining = <S extends { id: string }>(event: EventInFlight, matched: readonly S[]): S[] =>
  matched.filter(({ id }) => event.resume === undefined || id > event.resume.after);
