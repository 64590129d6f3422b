import { checkProducerId } from './event-id.ts';
import { eventTypeProblem } from './event-type.ts';
import { sliceElements, sliceMembers } from './json-slice.ts';
import { MAX_PAYLOAD_BYTES } from './payload.ts';

/** An event as its producer sent it. */
export interface NewEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface Problem {
  readonly code: 'malformed_json' | 'validation_failed' | 'payload_too_large';
  readonly message: string;
  readonly field?: string | undefined;
}

export type Read<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** As many events as one request may carry. */
export const MAX_BATCH = 100;

const MEMBERS = new Set(['type', 'data', 'id']);

/** Reads `{"type": …, "data": …, "id": …}`. The data's text is taken over byte for byte. */
export function readEvent(text: string): Read<NewEvent> {
  const json = parsed(text);
  return json.ok ? readMembers(text, json.value, '') : json;
}

/** Reads `{"events": [ … ]}`; the whole batch is refused when one event is wrong. */
export function readBatch(text: string): Read<NewEvent[]> {
  const json = parsed(text);
  if (!json.ok) return json;
  const list = isObject(json.value) ? json.value.events : undefined;
  if (!Array.isArray(list)) return wrong('expected {"events": […]}', 'events');
  if (list.length === 0 || list.length > MAX_BATCH) {
    return wrong(`expected 1 to ${MAX_BATCH} events, got ${list.length}`, 'events');
  }
  const unknown = Object.keys(json.value as object).find((name) => name !== 'events');
  if (unknown !== undefined) return wrong('unknown field', unknown);
  const texts = sliceElements(sliceMembers(text).get('events')!);
  const events: NewEvent[] = [];
  for (const [i, one] of texts.entries()) {
    const read = readMembers(one, list[i], `events[${i}]`);
    if (!read.ok) return read;
    events.push(read.value);
  }
  return { ok: true, value: events };
}

/** Reads a raw body whose type and id stand in headers (CloudEvents, binary mode). */
export function readRaw(
  body: Uint8Array,
  headers: { type: string; id: string | undefined; contentType: string },
): Read<NewEvent> {
  const problem =
    typeProblem(headers.type, 'ce-type') ??
    idProblem(headers.id, 'ce-id') ??
    contentTypeProblem(headers.contentType) ??
    sizeProblem(body, undefined);
  return problem ? { ok: false, problem } : { ok: true, value: { ...headers, body } };
}

function readMembers(text: string, value: unknown, path: string): Read<NewEvent> {
  const at = (name: string): string => (path ? `${path}.${name}` : name);
  if (!isObject(value)) return wrong('expected an object with type and data', path || undefined);
  const unknown = Object.keys(value).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined)
    return wrong('unknown field; expected type, data and, if you like, id', at(unknown));
  const { type, id, data } = value;
  if (data === undefined) return wrong('expected the payload', at('data'));
  const body = Buffer.from(sliceMembers(text).get('data')!, 'utf8');
  const problem = typeProblem(type, at('type')) ?? idProblem(id, at('id')) ?? sizeProblem(body, at('data'));
  if (problem) return { ok: false, problem };
  const event = { id: id as string | undefined, type: type as string, contentType: 'application/json', body };
  return { ok: true, value: event };
}

function typeProblem(type: unknown, field: string): Problem | undefined {
  const message = typeof type === 'string' ? eventTypeProblem(type) : 'expected a text';
  return message === undefined ? undefined : { code: 'validation_failed', message, field };
}

function idProblem(id: unknown, field: string): Problem | undefined {
  if (id === undefined) return undefined;
  const check =
    typeof id === 'string' ? checkProducerId(id) : { ok: false as const, problem: 'expected a text' };
  return check.ok ? undefined : { code: 'validation_failed', message: check.problem, field };
}

/** It goes out as a header again: printable ASCII, and no longer than any real one. */
function contentTypeProblem(contentType: string): Problem | undefined {
  if (/^[\x20-\x7e]{1,256}$/.test(contentType)) return undefined;
  const message = 'expected 1 to 256 printable ASCII characters';
  return { code: 'validation_failed', message, field: 'content-type' };
}

function sizeProblem(body: Uint8Array, field: string | undefined): Problem | undefined {
  if (body.length <= MAX_PAYLOAD_BYTES) return undefined;
  const message = `expected a payload of at most ${MAX_PAYLOAD_BYTES} bytes, got ${body.length}`;
  return { code: 'payload_too_large', message, field };
}

function parsed(text: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const message = `expected JSON: ${(error as Error).message}`;
    return { ok: false, problem: { code: 'malformed_json', message } };
  }
}

const wrong = (message: string, field: string | undefined): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { code: 'validation_failed', message, field },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
