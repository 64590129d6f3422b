import { createHash } from 'node:crypto';
import { isUlid, ulidOf, withPrefix } from '../values/ids.ts';

/**
 * An id goes into an HTTP header and a table key: printable ASCII without spaces, short enough for both. It is a segment
 * of the path `GET /v1/events/{id}` too. Clients resolve `.` and `..` before they send a path, however they are escaped
 * (RFC 3986, 5.2.4; WHATWG URL). `/`, `?` and `%` arrive if they are escaped twice: API Gateway decodes a path before it
 * looks for the route, and once more.
 */
export const PRODUCER_ID = /^([!-\-/-~][!-~]?|\.[!-\-/-~]|[!-~]{3,256})$/;

export type ProducerId = { ok: true; id: string } | { ok: false; problem: string };

/**
 * Checks an id that a producer chose. Our own form (`evt_` and a ULID) is refused, because it is read as a key: a forged
 * id could point at a place in time where the event is not.
 */
export function checkProducerId(id: string): ProducerId {
  if (id === '.' || id === '..') {
    return {
      ok: false,
      problem: 'expected another id than . and .., which vanish from the path of their event',
    };
  }
  if (!PRODUCER_ID.test(id)) {
    return { ok: false, problem: 'expected 1 to 256 printable ASCII characters without spaces' };
  }
  if (ulidOf('evt', id)) {
    return { ok: false, problem: 'ids of the form evt_<ULID> are made by Posthorn; choose another form' };
  }
  return { ok: true, id };
}

/** An event without an id of its producer's is named after its ULID. */
export const eventIdOf = (ulid: string, producerId: string | undefined): string =>
  producerId ?? withPrefix('evt', ulid);

/** True when the producer chose the id, and so asked for deduplication. */
export const isProducerId = (id: string): boolean => !isUlid(ulidOf('evt', id) ?? '');

/**
 * Names a CloudEvent. CloudEvents are unique by source and id (specification 1.0.2, `id`), our events by their id alone:
 * two sources that both count from 1 must not collide. Source and id may hold any character and have any length, so the
 * name is a hash. A source can't hold the line break between the two.
 */
export const cloudEventId = (source: string, id: string): string => `ce_${shortHash(`${source}\n${id}`)}`;

/**
 * Names an event that was published with an `Idempotency-Key`: the same key and position in the request give the same
 * id, and so the same event.
 * @param scope where the key is unique: an operation, or an addressed subscription, since its senders share a tenant and
 *   do not know each other
 */
export const idempotentId = (key: string, index: number, scope: string): string =>
  `ik_${shortHash([key, index, scope].join('\n'))}`;

/** Names an operational event about an event type, whose name may be as long as an id. @param at RFC 3339 */
export const changeId = (type: string, eventType: string, at: string): string =>
  `${type}:${shortHash(eventType)}:${Date.parse(at)}`;

/**
 * Names a line of a log. Its id is its own in a stream, whatever filter it met and however often it comes.
 * @param coordinates account, log group, stream and the line's id, none of which holds a line break
 */
export const logEventId = (coordinates: readonly string[]): string =>
  `log_${shortHash(coordinates.join('\n'))}`;

/** 128 bits: a collision becomes likely at 2^64 events. */
const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
