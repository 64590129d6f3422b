import { sliceElements, sliceMembers } from '../publishing/forms/json-slice.ts';
import { isObject, parse } from '../values/json.ts';
import { packed, type WebhookMessage } from './messages.ts';
import type { Signed } from './verification.ts';

/** How the ids of requests with several events begin. */
const BATCH_ID = /^bat_/;

/** What is wrong with a request whose signature is right. */
export class UnreadableRequestError extends Error {
  override readonly name = 'UnreadableRequestError';
}

/**
 * A message for each event of a verified request: one, or those of a batch.
 * @param id the verified `webhook-id`
 * @param receivedAt RFC 3339
 * @throws UnreadableRequestError when a batch is not one
 */
export const pullApart = (request: Signed, id: string, receivedAt: string): WebhookMessage[] =>
  // Only the id is signed; a producer may choose one that begins so.
  BATCH_ID.test(id) && request.headers['posthorn-batch'] !== undefined
    ? ofBatch(request, receivedAt)
    : [ofOne(request, id, receivedAt)];

function ofOne({ headers, body }: Signed, id: string, receivedAt: string): WebhookMessage {
  const cloudEvent = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('ce-') && value !== undefined ? [[name.slice(3), decoded(value)]] : [],
    ),
  );
  return {
    v: 1,
    id,
    type: headers['posthorn-event-type'] ?? typeIn(body),
    receivedAt,
    test: headers['posthorn-test'] === 'true' ? true : undefined,
    contentType: headers['content-type'],
    cloudEvent: Object.keys(cloudEvent).length > 0 ? cloudEvent : undefined,
    traceparent: headers.traceparent,
    tracestate: headers.tracestate,
    payload: packed(body),
  };
}

/** Header values of CloudEvents are percent-encoded (HTTP binding, 3.1.3.2). */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Senders other than Posthorn name it in the payload, as Standard Webhooks recommends. */
function typeIn(body: Uint8Array): string | undefined {
  const parsed = parse(Buffer.from(body).toString());
  if (!parsed.ok || !isObject(parsed.value)) return undefined;
  return textOr(parsed.value.type);
}

function ofBatch({ body }: Signed, receivedAt: string): WebhookMessage[] {
  const text = Buffer.from(body).toString();
  const parsed = parse(text);
  if (!parsed.ok || !Array.isArray(parsed.value)) throw new UnreadableRequestError('expected a JSON array');
  const sources = sliceElements(text);
  return parsed.value.map((element: unknown, place) =>
    ofElement(element, sources[place]!, place, receivedAt),
  );
}

function ofElement(element: unknown, source: string, place: number, receivedAt: string): WebhookMessage {
  if (!isObject(element) || typeof element.id !== 'string' || element.id === '')
    throw new UnreadableRequestError(`expected element ${place} to be an event with an id`);
  return {
    v: 1,
    id: element.id,
    type: textOr(element.type),
    time: textOr(element.time),
    receivedAt,
    test: element.test === true ? true : undefined,
    contentType: textOr(element.contentType),
    cloudEvent: isObject(element.cloudEvent) ? textsIn(element.cloudEvent) : undefined,
    traceparent: textOr(element.traceparent),
    tracestate: textOr(element.tracestate),
    payload: packed(payloadOf(element, source)),
  };
}

/** JSON is cut out as it was written: parsed and written again, 1.10 would become 1.1. */
const payloadOf = (element: Readonly<Record<string, unknown>>, source: string): Buffer =>
  typeof element.data_base64 === 'string'
    ? Buffer.from(element.data_base64, 'base64')
    : Buffer.from(sliceMembers(source).get('data') ?? '');

const textOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const textsIn = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
