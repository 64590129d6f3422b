import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { TIMEOUT_SECONDS } from '../domain/config.ts';
import type { Attempt } from '../domain/delivery.ts';
import { classifyError, isOurFault } from '../domain/error-class.ts';
import { retryAfterMs } from '../domain/retry-after.ts';
import { guardedConnector } from './guarded-connect.ts';

/** The part of an answer's body that is kept. */
const KEPT_BYTES = 2048;
/**
 * The part that is read. Reading an answer to its end lets the connection be used again; one that goes on for
 * longer than this is cut off together with its connection.
 */
const READ_BYTES = 64 * 1024;

/**
 * Connections are kept and used again, for four seconds: many servers close an idle one after five without a
 * word, and each holds one of the 1,024 file descriptors that Lambda gives a function. To one endpoint there are
 * at most a few batches' worth.
 */
const KEEP_ALIVE_MS = 4000;

const CONNECT: buildConnector.BuildOptions = {
  // Webhook receivers are seldom asked by HTTP/2, and one connection for all would share its fate among them.
  allowH2: false,
  // No longer than any target's own deadline, which the whole exchange has, see below.
  timeout: TIMEOUT_SECONDS.max * 1000,
};

const agentWith = (connect: buildConnector.connector): Agent =>
  new Agent({
    connections: 50,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect,
    // The whole exchange has a deadline of its own, see below.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

export interface Post {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  /** For the whole exchange, from the name's resolution to the end of what is read of the answer. */
  readonly timeoutMs: number;
}

/**
 * Posts once, following no redirect, and reports what came of it as an attempt.
 * @param clock milliseconds since the epoch
 * @throws only what is no endpoint's doing: this function has no file descriptor left
 */
export type Poster = (post: Post, clock?: () => number) => Promise<Attempt>;

/** @param allowPrivateAddresses whether endpoints may be elsewhere than in the public internet */
export function createPoster(allowPrivateAddresses: boolean): Poster {
  const connect = allowPrivateAddresses ? buildConnector(CONNECT) : guardedConnector(CONNECT);
  const agent = agentWith(connect);
  return (post, clock = Date.now) => postWith(agent, post, clock);
}

async function postWith(
  agent: Agent,
  { url, headers, body, timeoutMs }: Post,
  clock: () => number,
): Promise<Attempt> {
  const at = clock();
  const deadline = startDeadline(timeoutMs);
  const { signal } = deadline;
  try {
    const exchange = request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
    // undici heeds the signal only once it is connected.
    const answer = await Promise.race([exchange, rejectedBy(signal)]);
    const ms = clock() - at;
    const text = await beginningOf(answer.body);
    const wait = retryAfterMs(headersOf(answer, 'retry-after'), clock());
    return {
      at,
      ms,
      status: answer.statusCode,
      ...(wait !== undefined && { retryAfterMs: wait }),
      ...(text && { answer: text }),
    };
  } catch (error) {
    if (isOurFault(error)) throw error;
    const ms = clock() - at;
    return { at, ms, error: classifyError(error), detail: describe(error).slice(0, 300) };
  } finally {
    deadline.clear();
  }
}

function headersOf({ headers }: Dispatcher.ResponseData, name: string): string[] {
  const value = headers[name] ?? [];
  return Array.isArray(value) ? value : [value];
}

/** Unlike AbortSignal.timeout, it can be let go: thousands of waiting timers would each hold a whole exchange. */
function startDeadline(timeoutMs: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const expire = (): void =>
    controller.abort(new DOMException(`no answer in ${timeoutMs} ms`, 'TimeoutError'));
  const timer = setTimeout(expire, timeoutMs);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** Rejects when the signal says so. */
const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/**
 * The first kilobytes of the body as text. The status has arrived and decides; a body that breaks off or does
 * not end before the deadline is kept as far as it came.
 */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const kept: Buffer[] = [];
  let read = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (read < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - read));
      read += chunk.length;
      if (read > READ_BYTES) break;
    }
  } catch {
    // See above.
  }
  return textOf(Buffer.concat(kept));
}

/** What is not UTF-8 grows when it is decoded, so it is cut once more. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return Buffer.from(text)
    .subarray(0, KEPT_BYTES)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
