import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../events/event.ts';
import { payloadLength } from '../events/payload.ts';
import { type Described, describeBatch } from '../targets/request-headers.ts';
import { deliveryId, timeOfUlid } from '../values/ids.ts';
import type { TraceContext } from '../values/trace-context.ts';
import type { DeliveryMessage } from './messages.ts';

/** Of the payloads in one request; a single larger one goes alone. */
export const MAX_BATCH_BYTES = 1024 * 1024;

export interface BatchEntry {
  readonly delivery: DeliveryMessage;
  readonly payload: Uint8Array;
}

/**
 * The body of a request with several events: a JSON array with an object for each, which says what headers say of one
 * that goes alone. A JSON payload stands in `data` as it was published, character for character; any other in
 * `data_base64`, as in CloudEvents' JSON format (section 3.1).
 */
export const batchBody = (entries: readonly BatchEntry[]): Buffer =>
  Buffer.from(`[${entries.map(elementOf).join(',')}]`);

function elementOf({ delivery: { event }, payload }: BatchEntry): string {
  const about = {
    id: event.id,
    type: event.type,
    time: new Date(timeOfUlid(event.ulid)).toISOString(),
    ...(event.source !== undefined && { source: event.source }),
    ...(event.test && { test: true }),
    ...(event.ce && { cloudEvent: event.ce }),
    ...traceOf(event),
    contentType: event.contentType,
  };
  const text = jsonText(event, payload);
  const data =
    text === undefined ? `"data_base64":"${Buffer.from(payload).toString('base64')}"` : `"data":${text}`;
  return `${JSON.stringify(about).slice(0, -1)},${data}}`;
}

const traceOf = ({ traceparent, tracestate }: Event): Partial<TraceContext> => ({
  ...(traceparent !== undefined && { traceparent }),
  ...(tracestate !== undefined && { tracestate }),
});

/** A request belongs to one trace. @returns what all events say of theirs, nothing if they differ */
function sharedTrace([first, ...others]: readonly BatchEntry[]): Partial<TraceContext> {
  const trace = first ? traceOf(first.delivery.event) : {};
  return others.every(({ delivery }) => isDeepStrictEqual(traceOf(delivery.event), trace)) ? trace : {};
}

/** Of application/json, and of types that end in +json (RFC 6839). */
const JSON_TYPE = /^application\/(json|[a-z0-9!#$&^_.+-]+\+json)\s*(;|$)/i;

function jsonText({ contentType }: Event, payload: Uint8Array): string | undefined {
  if (!JSON_TYPE.test(contentType)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    JSON.parse(text);
    return text.trim();
  } catch {
    return undefined;
  }
}

/** Follows from what is in it, so that the same request made again has the same id. */
export function batchId(entries: readonly BatchEntry[]): string {
  const hash = createHash('sha256');
  for (const { delivery } of entries)
    hash.update(`${deliveryId(delivery.event.ulid, delivery.subscription)}\n`);
  return `bat_${hash.digest('hex').slice(0, 32)}`;
}

/** What a request with several events says of them. */
export const describeEntries = (entries: readonly BatchEntry[]): Described =>
  describeBatch(batchId(entries), entries.length, sharedTrace(entries));

/** Of payloads. */
export const bytesOf = (all: readonly { readonly delivery: DeliveryMessage }[]): number =>
  all.reduce((sum, { delivery }) => sum + payloadLength(delivery.event.payload), 0);

/** The first, and those behind it, as far as their payloads have no more bytes together. */
export function withinBytes<D extends { readonly delivery: DeliveryMessage }>(
  all: readonly D[],
  maxBytes: number,
): D[] {
  let bytes = 0;
  const end = all.findIndex(({ delivery }, i) => {
    bytes += payloadLength(delivery.event.payload);
    return i > 0 && bytes > maxBytes;
  });
  return end < 0 ? [...all] : all.slice(0, end);
}

/** Entries of one request each, by number and by bytes, in their order. */
export function inRequests<E extends BatchEntry>(entries: readonly E[], maxEvents: number): E[][] {
  const requests: E[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const current = requests.at(-1);
    if (current && current.length < maxEvents && bytes + entry.payload.length <= MAX_BATCH_BYTES) {
      current.push(entry);
      bytes += entry.payload.length;
    } else {
      requests.push([entry]);
      bytes = entry.payload.length;
    }
  }
  return requests;
}
