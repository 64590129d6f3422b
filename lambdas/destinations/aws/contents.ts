import { createHash } from 'node:crypto';
import { signedRequest } from '../../targets/request-headers.ts';
import { type Making, RequestProblem } from '../kind.ts';

/** What is sent of an event, in the forms that AWS's services take. */

/** `payload`: as it was published. `envelope`: with the headers of a webhook around it. */
export type Format = 'payload' | 'envelope';

/**
 * The headers that a webhook would have, its signature among them, in the order of how much a receiver misses them: services
 * take only some.
 */
export function headersOf({ target, url, described, body, at }: Making): (readonly [string, string])[] {
  const { headers } = signedRequest(target, url, described, body, at);
  const placeOf = (name: string): number => {
    const place = ORDER.indexOf(name);
    return place === -1 ? ORDER.length : place;
  };
  return Object.entries(headers)
    .filter(([name, value]) => name !== 'user-agent' && value !== '')
    .sort(([a], [b]) => placeOf(a) - placeOf(b));
}

/** Those of other schemes, and further ones of CloudEvents, come after these. */
const ORDER = [
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'posthorn-event-type',
  'content-type',
  'posthorn-test',
  'traceparent',
  'ce-id',
  'ce-source',
  'ce-type',
  'ce-specversion',
  'ce-time',
  'ce-subject',
  'posthorn-attempt',
  'tracestate',
];

/** The event as a function URL or API Gateway would hand on its webhook: handlers of such take it as it is. */
function envelopeOf(making: Making): string {
  const text = textOf(making.body);
  return JSON.stringify({
    headers: Object.fromEntries(headersOf(making)),
    body: text ?? Buffer.from(making.body).toString('base64'),
    isBase64Encoded: text === undefined,
  });
}

/** Bytes for a service that takes any. */
export const bytesFor = (making: Making, format: Format): Uint8Array =>
  format === 'envelope' ? Buffer.from(envelopeOf(making)) : making.body;

/** Text for a service that takes text alone. @throws RequestProblem for bytes that are none */
export function textFor(making: Making, format: Format): string {
  if (format === 'envelope') return envelopeOf(making);
  const text = textOf(making.body);
  if (text !== undefined && text !== '') return text;
  throw new RequestProblem(
    'unsendable',
    'expected a payload of text, as the service takes: with format `envelope` any goes',
  );
}

/** JSON for a service that takes nothing else. @throws RequestProblem */
export function jsonFor(making: Making, format: Format): string {
  const text = textFor(making, format);
  if (format === 'envelope' || isJson(text)) return text;
  throw new RequestProblem(
    'unsendable',
    'expected a payload of JSON, as the service takes: with format `envelope` any goes',
  );
}

/** @throws RequestProblem for anything else than a JSON object */
export function jsonObjectFor(making: Making, format: Format): string {
  const text = jsonFor(making, format);
  if (text.trimStart().startsWith('{')) return text;
  throw new RequestProblem(
    'unsendable',
    'expected a payload that is a JSON object, as the service takes: with format `envelope` any goes',
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Characters of XML 1.0, which SQS and SNS keep to. */
const OUTSIDE_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return OUTSIDE_XML.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** @throws RequestProblem that says the limit */
export function refuseBeyond(bytes: number, limit: number, what: string): void {
  if (bytes > limit)
    throw new RequestProblem('unsendable', `expected at most ${limit} bytes, as ${what} takes, got ${bytes}`);
}

/**
 * What a payload holds at a path, such as `order.customerId`, where it is text or a number; undefined where it is not there.
 * For groups and partitions.
 */
export function valueAt(body: Uint8Array, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  const isPlain = (typeof value === 'string' && value !== '') || typeof value === 'number';
  return isPlain ? String(value) : undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const TOKEN = /^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** As a group or a deduplication id of SQS and SNS: what they do not take becomes its hash. */
export const asToken = (text: string): string => (TOKEN.test(text) ? text : sha256(text));

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
