import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type Attempt, KEPT_BYTES, type Travel } from './attempt-record.ts';
import { type Connections, createConnections, type Reach } from './connections.ts';
import { classifyError, isOurFault } from './error-class.ts';
import { type Answer, exchange, type Outcome, type Request } from './exchange.ts';
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

/**
 * A request over a connection that its server has closed is reset after one round trip. A request that is reset later has
 * been worked on: that is the endpoint's own failure.
 */
const STALE_WITHIN_MS = 1000;

/**
 * Servers close idle connections, perhaps in the moment in which one is used again. Such a request tells nothing of the
 * endpoint. It is safe to repeat, since receivers know events by their ids (RFC 9110, 9.2.2). So it is made once more at
 * once, in the time that is left, and both are one attempt.
 */
async function postWith(connections: Connections, post: Post, clock: () => number): Promise<Posted> {
  const { at } = post;
  const began = performance.now();
  const outcome = await exchange(connections, 'any', post, post.timeoutMs, clock);
  const took = performance.now() - began;
  if (!isStale(outcome) || took > STALE_WITHIN_MS) return attemptOf(outcome, at, clock);
  const left = post.timeoutMs - took;
  const again = await exchange(connections, 'fresh', post, left, clock);
  return { ...attemptOf(again, at, clock), reconnected: true };
}

const isStale = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.isStale && classifyError(outcome.error) === 'reset';

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
