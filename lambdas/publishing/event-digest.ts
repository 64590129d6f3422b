import { createHash } from 'node:crypto';
import type { NewEvent } from './event-checks.ts';

/** What differs between two requests that publish one CloudEvent: SDKs set the time, and tracing is about the request. */
const OF_THE_TRY = new Set(['time', 'traceparent', 'tracestate']);

/**
 * Tells events of one id apart: two have the same digest if a receiver would take them for the same. It covers the
 * payload's bytes, and all that filters and receivers see of an event except its id.
 */
export function digestOf({ type, contentType, source, priority, region, ce = {}, body }: NewEvent): string {
  const attributes = Object.entries(ce)
    .filter(([name]) => !OF_THE_TRY.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const about = [type, contentType, source, priority, region, attributes];
  const hash = createHash('sha256')
    .update(`${JSON.stringify(about)}\n`)
    .update(body);
  // 128 bits, and short: it is in each message.
  return hash.digest().subarray(0, 16).toString('base64url');
}

/** An event by its id, and what it is. */
export interface Digested {
  readonly id: string;
  readonly digest: string;
}

/**
 * Which of the events of a request have an id that is another event's: of an earlier request, or of one before them.
 * @param known digests by id
 * @returns true for each that has, in their order
 */
export function areOthers(events: readonly Digested[], known: ReadonlyMap<string, string>): boolean[] {
  const digests = new Map(known);
  return events.map(({ id, digest }) => {
    const first = digests.get(id);
    if (first === undefined) digests.set(id, digest);
    return first !== undefined && first !== digest;
  });
}
