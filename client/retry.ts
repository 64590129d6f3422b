import { ApiError, ConnectionError, TimeoutError } from './errors.ts';
import type { Repeat } from './operation.ts';

/** What is known when a try has failed. */
export interface Failure {
  readonly error: unknown;
  /** How many tries there have been: 1 after the first. */
  readonly tries: number;
  readonly maxRetries: number;
  /** Before the first retry, in milliseconds. */
  readonly firstWaitMs: number;
  readonly repeat: Repeat;
  /** Whether the request has an `If-Match`. */
  readonly isConditional: boolean;
  /** From 0 to 1. */
  readonly random: number;
}

/** Between tries. Longer than this is worth an error: a program may have better to do than to wait. */
const LONGEST_WAIT_MS = 8000;
/** As long as the client waits where the API asks it to. */
const LONGEST_ASKED_MS = 60_000;

/**
 * Whether to send a request again, and when.
 * @returns milliseconds to wait before it, or nothing where the failure is the answer
 */
export function waitBeforeRetry(failure: Failure): number | undefined {
  const { error, tries, maxRetries, firstWaitMs, random } = failure;
  if (tries > maxRetries || !isPassing(error) || !mayRepeat(failure)) return undefined;
  const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  if (asked > LONGEST_ASKED_MS) return undefined;
  // Half of it at least, so that a crowd spreads and nobody returns at once.
  return asked + Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** (tries - 1)) * (0.5 + random / 2);
}

/** Whether the same request can fare better later. */
function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  if (!(error instanceof ApiError)) return false;
  // A damaged item stays damaged.
  if (error.status >= 500) return error.status !== 501 && error.kind !== 'unreadable_item';
  return error.status === 429 || error.kind === 'request_in_progress';
}

function mayRepeat({ error, repeat, isConditional }: Failure): boolean {
  if (isUnsent(error)) return true;
  if (repeat === 'unless-conditional') return !isConditional;
  return repeat === 'always' || repeat === 'with-key';
}

/** Node's codes for a connection that never came about. */
const UNSENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Whether the request can't have taken effect. */
export function isUnsent(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429;
  if (!(error instanceof ConnectionError)) return false;
  return UNSENT.includes(codeOf(error.cause) ?? '');
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause === undefined ? undefined : codeOf(cause);
}
