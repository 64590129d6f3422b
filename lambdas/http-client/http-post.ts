import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type Attempt, KEPT_BYTES, type Travel } from './attempt-record.ts';
import { type Connections, createConnections, type Reach } from './connections.ts';
import { classifyError, isOurFault } from './error-class.ts';
import type { Answer, Outcome, Request } from './exchange.ts';
import { reconnecting } from './reconnecting.ts';
import { retryAfterMs } from './retry-after.ts';

export interface Post extends Request {
  /** The time that it is signed with, which is that of its attempt. Milliseconds since the epoch. */
  readonly at: number;
  /** For the whole exchange, from the name's resolution to the end of what is read of the answer. */
  readonly timeoutMs: number;
}

/**
 * Posts once, following no redirect, and reports what came of it as an attempt.
 * @throws only a fault of this function's own: no file descriptor is left
 */
export type Poster = (post: Post) => Promise<Posted>;

/** An attempt, and what is not kept of its answer. */
export interface Posted extends Attempt {
  readonly headers?: Answer['headers'];
}

/**
 * @param clock milliseconds since the epoch
 * @param resolve finds the addresses of names
 */
export function createPoster(
  allowed: Reach,
  clock: () => number,
  resolve = lookup as LookupFunction,
): Poster {
  const connections = createConnections(allowed, resolve);
  return (post) => postWith(connections, post, clock);
}

async function postWith(connections: Connections, post: Post, clock: () => number): Promise<Posted> {
  const { outcome, isReconnected } = await reconnecting(connections, post, post.timeoutMs, clock);
  const attempt = attemptOf(outcome, post.at, clock);
  return isReconnected ? { ...attempt, reconnected: true } : attempt;
}

function attemptOf(outcome: Outcome, at: number, clock: () => number): Posted {
  const { travel } = outcome;
  if (outcome.kind === 'answered') return answeredAttempt(outcome.answer, travel, at, clock);
  const { error } = outcome;
  if (isOurFault(error)) throw error;
  return { at, ms: clock() - at, error: classifyError(error), detail: describe(error).slice(0, 300), travel };
}

function answeredAttempt(answer: Answer, travel: Travel, at: number, clock: () => number): Posted {
  const text = textOf(answer.body);
  const wait = retryAfterMs(answer.retryAfter, clock());
  return {
    at,
    ms: answer.at - at,
    status: answer.status,
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(text && { answer: text }),
    ...(answer.headers && { headers: answer.headers }),
    travel,
  };
}

/**
 * The first kilobytes of a body as text. What is not UTF-8 grows when it is decoded, so it is cut once more; a character
 * that was cut is left out.
 */
function textOf(bytes: Buffer): string {
  if (bytes.length === 0) return '';
  const text = bytes.subarray(0, KEPT_BYTES).toString('utf8');
  return Buffer.from(text)
    .subarray(0, KEPT_BYTES)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of several addresses, each with an error of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
