import type { Message } from '../../client/live/frame.ts';

/** What is said over a listener's connection. Pure. */

export interface RelayedRequest {
  readonly id: string;
  /** Milliseconds since the epoch, by the server's clock: what is answered later comes too late. */
  readonly deadline: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its bytes, or the event whose payload they are. */
  readonly body: Buffer | { readonly of: string };
}

/** What came of a request here. */
export type LocalAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** No answer came. The text is for those who deliver; what to do stands in the hint, for the developer. */
  | { readonly error: string; readonly hint?: string };

export type ReadRequest =
  | { readonly ok: true; readonly request: RelayedRequest }
  | { readonly ok: false; readonly problem: string };

const ID = /^[\w-]{1,128}$/;
/** RFC 9110, 5.1 and 5.5. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Of the connection, not of the request (RFC 9110, 7.6.1), or made anew here. */
const NOT_PASSED_ON = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['host', 'content-length', 'expect'],
]);

/** Reads `{"type": "request", …}`. Whatever it says, nothing but a request of this listener comes of it. */
export function readRequest(message: Message, listener: string): ReadRequest {
  const { id, listener: of, deadline, headers, body, bodyOf } = message as Message & Record<string, unknown>;
  if (typeof id !== 'string' || !ID.test(id)) return wrong('it has no id');
  if (of !== listener) return wrong('it is another listener’s');
  const until = typeof deadline === 'string' ? Date.parse(deadline) : Number.NaN;
  if (Number.isNaN(until)) return wrong('it has no deadline');
  const kept = headersIn(headers);
  if (!kept) return wrong('its headers are no headers');
  const bytes = bodyIn(body, bodyOf);
  if (!bytes) return wrong('it has no body');
  return { ok: true, request: { id, deadline: until, headers: kept, body: bytes } };
}

const wrong = (problem: string): ReadRequest => ({ ok: false, problem });

function headersIn(headers: unknown): Record<string, string> | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const all = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const isSound = all.every(
    ([name, value]) => HEADER_NAME.test(name) && typeof value === 'string' && HEADER_VALUE.test(value),
  );
  if (!isSound) return undefined;
  return Object.fromEntries(all.filter(([name]) => !NOT_PASSED_ON.has(name)) as [string, string][]);
}

function bodyIn(body: unknown, of: unknown): RelayedRequest['body'] | undefined {
  if (typeof body === 'string' && BASE64.test(body)) return Buffer.from(body, 'base64');
  return typeof of === 'string' && of !== '' ? { of } : undefined;
}

/** As much as is kept of an answer, in bytes. */
export const BODY_BYTES = 2048;
const ERROR_CHARACTERS = 300;

/** `{"type": "answer", …}`, as the server takes it. */
export function answerText(id: string, answer: LocalAnswer): string {
  if ('error' in answer)
    return JSON.stringify({ type: 'answer', id, error: answer.error.slice(0, ERROR_CHARACTERS) });
  const { status, headers = {}, body = '' } = answer;
  const after = headers['retry-after'];
  return JSON.stringify({
    type: 'answer',
    id,
    status,
    ...(after !== undefined && { headers: { 'retry-after': after } }),
    ...(body !== '' && { body: excerpt(Buffer.from(body), BODY_BYTES) }),
  });
}

/** The beginning of a body as text, without half a character at its end. */
export function excerpt(bytes: Uint8Array, most: number): string {
  // Stream mode leaves out a character that the cut has split.
  return new TextDecoder().decode(bytes.subarray(0, most), { stream: bytes.length > most });
}
