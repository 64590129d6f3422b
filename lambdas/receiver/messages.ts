import { gunzipSync, gzipSync } from 'node:zlib';
import { isObject, parse } from '../values/json.ts';
import type { WebhookEvent } from './webhook-event.ts';

/** One event on its way through the queue. */
export interface WebhookMessage {
  readonly v: 1;
  readonly id: string;
  readonly type?: string | undefined;
  readonly time?: string | undefined;
  readonly receivedAt: string;
  readonly test?: true | undefined;
  readonly contentType?: string | undefined;
  readonly cloudEvent?: Readonly<Record<string, string>> | undefined;
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  readonly payload: Payload;
}

/** Text that is UTF-8 stays readable for whoever looks into the queue. */
type Payload = { readonly text: string } | { readonly base64: string } | { readonly gzip: string };

/** SQS bills by 64 KB, so a larger payload travels compressed. The rest of a message is far below 16 KB. */
const MAX_PLAIN_BYTES = 48 * 1024;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function packed(bytes: Uint8Array): Payload {
  if (bytes.length > MAX_PLAIN_BYTES) return { gzip: gzipSync(bytes).toString('base64') };
  try {
    return { text: UTF_8.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function unpacked(payload: Payload): Buffer {
  if ('text' in payload) return Buffer.from(payload.text);
  if ('base64' in payload) return Buffer.from(payload.base64, 'base64');
  return gunzipSync(Buffer.from(payload.gzip, 'base64'));
}

/**
 * Reads a message of the queue.
 * @param tries how often the queue has handed it out
 * @throws Error when it is none: an operator may have sent anything
 */
export function eventIn(text: string, tries: number): WebhookEvent {
  const parsed = parse(text);
  if (!parsed.ok || !isObject(parsed.value)) throw new Error('expected a message of this receiver, in JSON');
  const { v, id } = parsed.value;
  if (v !== 1 || typeof id !== 'string') throw new Error(`expected a message of version 1 with an id`);
  const message = parsed.value as unknown as WebhookMessage;
  const body = unpacked(message.payload);
  return {
    id,
    type: message.type,
    time: message.time,
    receivedAt: message.receivedAt,
    tries,
    isTest: message.test === true,
    contentType: message.contentType,
    body,
    cloudEvent: message.cloudEvent,
    traceparent: message.traceparent,
    tracestate: message.tracestate,
    text: () => body.toString(),
    json: <T>() => JSON.parse(body.toString()) as T,
  };
}
