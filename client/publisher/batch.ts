/** Which events go into a request together. Pure. */

/** An event that waits, as it will be sent. */
export interface Waiting {
  /** JSON, as UTF-8. */
  readonly bytes: Uint8Array;
}

export interface BatchLimits {
  readonly maxEvents: number;
  /** Of the request's body. */
  readonly maxBytes: number;
}

const HEAD = '{"events":[';
const TAIL = ']}';
const FRAME_BYTES = HEAD.length + TAIL.length;

/** How many from the front make the next batch: one at least, even if it is larger than a batch may be. */
export function countOfBatch(waiting: readonly Waiting[], { maxEvents, maxBytes }: BatchLimits): number {
  let bytes = FRAME_BYTES;
  let count = 0;
  for (const { bytes: each } of waiting) {
    // With a comma between two.
    bytes += each.length + (count > 0 ? 1 : 0);
    if (count === maxEvents || (count > 0 && bytes > maxBytes)) break;
    count++;
  }
  return count;
}

/** Whether the front makes a batch that no further event fits into. */
export const isFull = (waiting: readonly Waiting[], limits: BatchLimits): boolean =>
  waiting.length >= limits.maxEvents || countOfBatch(waiting, limits) < waiting.length;

/** The body of `POST /v1/events/batch`. */
export function bodyOf(batch: readonly Waiting[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = batch.flatMap(({ bytes }, place) => (place === 0 ? [bytes] : [encoder.encode(','), bytes]));
  const all = [encoder.encode(HEAD), ...parts, encoder.encode(TAIL)];
  const body = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of all) {
    body.set(part, offset);
    offset += part.length;
  }
  return body;
}
