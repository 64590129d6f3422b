import type { JsonObject } from '../values/json.ts';
import { ANSWER_BYTES } from './limits.ts';

/** What came of a request on the developer's machine: what its server answered, or that nothing did. */
export interface RelayedAnswer {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly error?: string | undefined;
}

export type ReadAnswer =
  | { readonly ok: true; readonly id: string; readonly answer: RelayedAnswer }
  | { readonly ok: false; readonly problem: string };

const REQUEST_ID = /^req_[\w-]{22}$/;

/** All that means something to those who deliver. */
const KEPT_HEADERS = ['retry-after'];
/** Of a header that is passed on: no line ends with it (RFC 9110, 5.5). */
const HEADER_VALUE = /^[\x20-\x7e]{1,128}$/;

const MAX_ERROR = 300;

/** Reads `{"type": "answer", "id", "status", "headers"?, "body"?}`, or the same with `error` in the place of `status`. */
export function answerIn({ id, status, headers, body, error }: JsonObject): ReadAnswer {
  if (typeof id !== 'string' || !REQUEST_ID.test(id)) return wrong('expected the id of the request');
  if (typeof error === 'string') return { ok: true, id, answer: { error: oneLine(error) } };
  if (!isStatus(status)) return wrong('expected a status from 200 to 599, or an error');
  if (body !== undefined && typeof body !== 'string') return wrong('expected the body as a text');
  const kept = headersIn(headers);
  return {
    ok: true,
    id,
    answer: { status, ...(kept && { headers: kept }), ...(body && { body: cut(body, ANSWER_BYTES) }) },
  };
}

const wrong = (problem: string): ReadAnswer => ({ ok: false, problem });

const isStatus = (status: unknown): status is number =>
  Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;

function headersIn(headers: unknown): Record<string, string> | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const kept = Object.entries(headers).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    const isKept = KEPT_HEADERS.includes(lower) && typeof value === 'string' && HEADER_VALUE.test(value);
    return isKept ? [[lower, value] as const] : [];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** As many bytes as there may be, without half a character at their end. */
function cut(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text.toWellFormed();
  // A character that is cut decodes to U+FFFD.
  return whole
    .subarray(0, bytes)
    .toString()
    .replace(/\ufffd+$/, '');
}

const oneLine = (text: string): string =>
  text
    .slice(0, MAX_ERROR)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();

/** Answers that have no body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS = new Set<number | undefined>([204, 205, 304]);

/** An answer with a status, as it is given to who delivers. The log keeps its text; of which type it is says nothing there. */
export const responseOf = ({ status, headers, body = '' }: RelayedAnswer) => ({
  statusCode: status ?? 502,
  headers: { ...headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  ...(!BODILESS.has(status) && { body }),
});
