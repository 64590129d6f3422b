import { bytesOf, textOf } from '../../http/body.ts';
import { charsetOf, isUtf8 } from '../../http/received-body.ts';
import { isObject } from '../../values/json.ts';
import {
  contentTypeProblem,
  type NewEvent,
  parseJson,
  type Read,
  refused,
  sizeProblem,
  wrong,
} from '../event-checks.ts';
import { type CeForm, readAttributes } from './cloud-event-attributes.ts';
import { type Form, list, one, otherForm } from './form.ts';
import { lengthProblem, MAX_BATCH } from './json-events.ts';
import { sliceElements, sliceMembers } from './json-slice.ts';

/**
 * CloudEvents 1.0.2 as events of ours: the HTTP binding's three content modes
 * (github.com/cloudevents/spec, bindings/http-protocol-binding.md, formats/json-format.md). Each ends as attributes
 * and a payload of bytes with a content type.
 */

/** Names that the API's description needs: a constant alone brings no reader into the bundle that imports it. */
export const CLOUD_EVENT = 'application/cloudevents+json';
export const CLOUD_EVENT_BATCH = 'application/cloudevents-batch+json';

/** Structured mode. */
export const cloudEvent: Form = {
  mediaType: CLOUD_EVENT,
  isMeant: (mediaType) => mediaType === CLOUD_EVENT,
  read: (request, maxBytes) => one(readStructured(textOf(request), maxBytes)),
};

/** Batch mode. */
export const cloudEventBatch: Form = {
  mediaType: CLOUD_EVENT_BATCH,
  isMeant: (mediaType) => mediaType === CLOUD_EVENT_BATCH,
  read: (request, maxBytes) => list(readCloudEvents(textOf(request), maxBytes)),
};

/** Binary mode. */
export const cloudEventInHeaders: Form = {
  mediaType: '*/*',
  isMeant: (_, headers) => headers['ce-specversion'] !== undefined,
  read: (request, maxBytes) => one(readBinary(request.headers, bytesOf(request), maxBytes)),
};

export const isAnyCloudEvent: Form['isMeant'] = (mediaType) =>
  mediaType.startsWith('application/cloudevents');

/** Modes in formats other than JSON. */
export const unreadCloudEvents = /* @__PURE__ */ otherForm(
  isAnyCloudEvent,
  `expected CloudEvents in JSON: ${CLOUD_EVENT} or ${CLOUD_EVENT_BATCH}`,
);

/** What a payload is of which nothing is known. */
const BYTES = 'application/octet-stream';

/**
 * Binary mode: the attributes are headers, the body is the payload.
 * @param headers by lower case name
 */
export function readBinary(
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  maxBytes: number,
): Read<NewEvent> {
  const attributes = new Map<string, string>();
  for (const [header, value = ''] of Object.entries(headers)) {
    if (!header.startsWith('ce-')) continue;
    const decoded = decodeHeader(value);
    if (decoded === undefined) return wrong('expected printable ASCII, with % for escapes of UTF-8', header);
    attributes.set(header.slice(3), decoded);
  }
  const form: CeForm = { fieldOf: (name) => `ce-${name}`, reserved: ['data', 'datacontenttype'] };
  const contentType = headers['content-type'] ?? BYTES;
  const problem = contentTypeProblem(contentType) ?? sizeProblem(body, maxBytes, undefined);
  if (problem) return refused(problem);
  const read = readAttributes(attributes, form);
  return read.ok ? { ok: true, value: { ...read.value, contentType, body, at: 'data' } } : read;
}

/** A header's value as its attribute has it, or undefined when it is not encoded as it must be (3.1.3.2). */
function decodeHeader(value: string): string | undefined {
  if (!/^[\t\x20-\x7e]*$/.test(value)) return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
  try {
    // A lone % is no escape; senders that do not encode mean the character.
    return plain.replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Structured mode: attributes and payload are one JSON object. The text of JSON data is kept byte for byte. */
export function readStructured(text: string, maxBytes: number): Read<NewEvent> {
  const json = parseJson(text);
  return json.ok ? readObject(text, json.value, '', maxBytes) : json;
}

/** Batch mode: an array of what structured mode has. The specification allows an empty one. */
export function readCloudEvents(text: string, maxBytes: number): Read<Read<NewEvent>[]> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const events = json.value;
  if (!Array.isArray(events)) return wrong('expected a list of CloudEvents');
  const problem = lengthProblem(events, 0, MAX_BATCH, undefined);
  if (problem) return refused(problem);
  const value = sliceElements(text).map((each, i) => readObject(each, events[i], `[${i}]`, maxBytes));
  return { ok: true, value };
}

const TEXTS = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema'];
const CONTENT = ['data', 'data_base64', 'datacontenttype'];

function readObject(text: string, value: unknown, path: string, maxBytes: number): Read<NewEvent> {
  if (!isObject(value)) return wrong('expected a CloudEvent, an object', path || undefined);
  const form: CeForm = { fieldOf: (name) => (path ? `${path}.${name}` : name), reserved: [] };
  const slices = sliceMembers(text);
  const attributes = new Map<string, string>();
  for (const [name, attribute] of Object.entries(value)) {
    if (CONTENT.includes(name) || attribute === null) continue;
    const written = typeof attribute === 'string' ? attribute : slices.get(name)!;
    if (!isAttribute(name, attribute, written)) {
      return wrong(TEXTS.includes(name) ? 'expected a text' : EXTENSION, form.fieldOf(name));
    }
    attributes.set(name, written);
  }
  const content = readContent(value, slices, form);
  if (!content.ok) return content;
  const problem = sizeProblem(content.value.body, maxBytes, form.fieldOf('data'));
  if (problem) return refused(problem);
  const read = readAttributes(attributes, form);
  return read.ok ? { ok: true, value: { ...read.value, ...content.value, at: form.fieldOf('data') } } : read;
}

const EXTENSION =
  'expected a text, true, false, or a whole number from -2147483648 to 2147483647; send other numbers as texts';

/** Attributes of the specification are texts; those of extensions may be booleans and integers as well (type system). */
function isAttribute(name: string, value: unknown, written: string): boolean {
  if (typeof value === 'string') return true;
  if (TEXTS.includes(name)) return false;
  return typeof value === 'boolean' || (typeof value === 'number' && isInteger(written, value));
}

/** An integer of 32 bits, written without fraction and exponent (JSON format, 2.2). */
const isInteger = (written: string, value: number): boolean =>
  /^-?\d+$/.test(written) && value >= -(2 ** 31) && value < 2 ** 31;

/** The payload and its type (JSON format, 3.1.2). */
function readContent(
  value: Record<string, unknown>,
  slices: ReadonlyMap<string, string>,
  { fieldOf }: CeForm,
): Read<{ contentType: string; body: Uint8Array }> {
  const data = value.data;
  // null is what an event without it may have here; as data it is a payload (JSON format, 3.1.1).
  const base64 = value.data_base64 ?? undefined;
  const isNothing = data === undefined && base64 === undefined;
  const contentType = value.datacontenttype ?? (isNothing ? BYTES : 'application/json');
  if (typeof contentType !== 'string') return wrong('expected a text', fieldOf('datacontenttype'));
  const problem = contentTypeProblem(contentType, fieldOf('datacontenttype'));
  if (problem) return refused(problem);
  const content = (body: Uint8Array): Read<{ contentType: string; body: Uint8Array }> => ({
    ok: true,
    value: { contentType, body },
  });
  if (isNothing) return content(new Uint8Array());
  if (base64 !== undefined) {
    if (data !== undefined) return wrong('expected data or data_base64, not both', fieldOf('data_base64'));
    const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined;
    if (bytes?.toString('base64') === base64) return content(bytes!);
    return wrong('expected bytes in base64 (RFC 4648, with padding)', fieldOf('data_base64'));
  }
  if (typeof data !== 'string' || isJsonType(contentType)) return content(Buffer.from(slices.get('data')!));
  if (isUtf8(charsetOf(contentType)) && data.isWellFormed()) return content(Buffer.from(data, 'utf8'));
  return wrong('expected text in UTF-8; send other bytes as data_base64', fieldOf('data'));
}

/** Whether a content type means JSON: `*` `/json` or `*` `/*+json`. */
export const isJsonType = (contentType: string): boolean =>
  /^[^;/]+\/([^;/]+\+)?json\s*(;|$)/i.test(contentType);
