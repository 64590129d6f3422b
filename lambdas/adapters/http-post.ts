import { Agent, type Dispatcher, request } from 'undici';
import type { Attempt } from '../domain/delivery.ts';
import { classifyError } from '../domain/error-class.ts';

/** The part of an answer's body that is kept. */
const KEPT_BYTES = 2048;
/**
 * The part that is read. Reading an answer to its end lets the connection be used again; one that goes on for
 * longer than this is cut off together with its connection.
 */
const READ_BYTES = 64 * 1024;

/**
 * Connections are kept and used again. To one endpoint there are at most a few batches' worth, so that a
 * single target can't use up the function's file descriptors (1,024 on Lambda).
 */
const agent = new Agent({
  connections: 50,
  keepAliveTimeout: 30_000,
  connect: { timeout: 10_000 },
  // The whole exchange has a deadline of its own, see below.
  headersTimeout: 0,
  bodyTimeout: 0,
});

export interface Post {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  /** For the whole exchange, from the name's resolution to the answer's headers. */
  readonly timeoutMs: number;
}

/**
 * Posts once, following no redirect, and reports what came of it as an attempt. Never throws.
 * @param clock milliseconds since the epoch
 */
export async function post(
  { url, headers, body, timeoutMs }: Post,
  clock: () => number = Date.now,
): Promise<Attempt> {
  const at = clock();
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
    const ms = clock() - at;
    const text = await beginningOf(answer.body);
    return { at, ms, status: answer.statusCode, ...(text && { answer: text }) };
  } catch (error) {
    const ms = clock() - at;
    return { at, ms, error: classifyError(error), detail: describe(error).slice(0, 300) };
  }
}

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
  return Buffer.concat(kept).toString('utf8');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
