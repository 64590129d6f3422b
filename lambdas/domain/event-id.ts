import { isUlid, ulidOf, withPrefix } from './ids.ts';

/** Ids go into an HTTP header and a table key: printable ASCII without spaces, and short enough for both. */
const PRODUCER_ID = /^[\x21-\x7e]{1,256}$/;

export type ProducerId = { ok: true; id: string } | { ok: false; problem: string };

/**
 * Checks an id that a producer chose. Our own form (`evt_` and a ULID) is refused, because such an id is read
 * as a key: a forged one could point at a place in time where the event is not.
 */
export function checkProducerId(id: string): ProducerId {
  if (!PRODUCER_ID.test(id)) {
    return { ok: false, problem: 'expected 1 to 256 printable ASCII characters without spaces' };
  }
  if (ulidOf('evt', id)) {
    return { ok: false, problem: 'ids of the form evt_<ULID> are made by Posthorn; choose another form' };
  }
  return { ok: true, id };
}

/** An event that its producer gave no id is named after its ULID. */
export const eventIdOf = (ulid: string, producerId: string | undefined): string =>
  producerId ?? withPrefix('evt', ulid);

/** True when the producer chose the id, and so asked for deduplication. */
export const isProducerId = (id: string): boolean => !isUlid(ulidOf('evt', id) ?? '');
