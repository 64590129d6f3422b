import type { ErrorClass } from '../../lambdas/http-client/error-class.ts';
import { GONE, isPermanent, isSuccess } from '../../lambdas/http-client/status-codes.ts';

/** What an endpoint did with a request, and what Posthorn would make of it. Pure. */

export interface Seen {
  readonly ms: number;
  /** Undefined where there was no answer: then there is an `error`. */
  readonly status?: number;
  readonly error?: ErrorClass;
  readonly detail?: string;
  /** Those that are looked at, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the answer's body. */
  readonly text: string;
  /** Whether the answer has come to its end. */
  readonly isWhole: boolean;
  /** The request went over a connection that had another before. */
  readonly isReused: boolean;
  /** It was made twice, since that connection was closed meanwhile. */
  readonly isReconnected: boolean;
}

export const isAccepted = ({ status }: Seen): boolean => status !== undefined && isSuccess(status);

export const isRedirect = ({ status }: Seen): boolean =>
  status !== undefined && status >= 300 && status < 400;

/** A 4xx that says: not this request. The others of them say: not now. */
export const isRefused = ({ status }: Seen): boolean => status !== undefined && isPermanent(status);

/** What endpoints answer where a signature is wrong. */
export const isUnbelieved = ({ status }: Seen): boolean =>
  status !== undefined && [400, 401, 403].includes(status);

export const msText = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const bytesText = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} bytes`
    : bytes < 1e6
      ? `${Math.round(bytes / 1000)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

/** `200 after 12 ms` */
export const saidText = ({ status, error, detail, ms }: Seen): string =>
  status === undefined
    ? `no answer after ${msText(ms)} (${[error, detail].filter(Boolean).join(': ')})`
    : `${status} after ${msText(ms)}`;

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: ' ',
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  '#39': "'",
};

const plainOf = (html: string): string =>
  html
    .replace(/<(script|style)\b.*?(<\/\1>|$)/gis, ' ')
    .replace(/<[^>]*(>|$)/g, ' ')
    .replace(/&(nbsp|lt|gt|quot|amp|#39);/g, (_, name) => ENTITIES[name]!);

/** The beginning of an answer's body in one line, without HTML's tags; empty where there is none. */
export function answeredText({ text, headers }: Seen): string {
  const isHtml = /^text\/html\b/i.test(headers['content-type'] ?? '');
  const line = (isHtml ? plainOf(text) : text).replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** What would become of a delivery. docs/delivery.md, "Answers". */
export function fateText(seen: Seen): string {
  const { status } = seen;
  if (status === undefined) return 'it would be tried again';
  if (isSuccess(status)) return 'it would count as delivered';
  if (status === GONE) return 'the target would be disabled at once';
  if (status === 429) return 'the target would be paused, and the delivery tried again';
  if (isRedirect(seen))
    return 'it would be tried again at the same address, since redirects are not followed';
  return isPermanent(status) ? 'the delivery would be dead at once' : 'it would be tried again';
}
