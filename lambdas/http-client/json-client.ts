import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createConnections } from './connections.ts';
import { classifyError } from './error-class.ts';
import { exchange } from './exchange.ts';
import { type Allowed, targetUrlProblem } from './target-url.ts';

/** Asks other services for JSON, through the same guard as deliveries. */
export interface JsonClient {
  get(url: string): Promise<JsonAnswer>;
  postForm(url: string, fields: Readonly<Record<string, string>>): Promise<JsonAnswer>;
}

export type JsonAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  /** There was no answer, or none that is JSON. `problem` holds nothing of what was sent or answered. */
  | { readonly kind: 'failed'; readonly problem: string };

/** A request waits for a person; an API Gateway request ends after 30 s, and signing in takes three of these. */
const TIMEOUT_MS = 5000;

/**
 * Follows no redirect. At most 64 KiB of an answer are read.
 * @param clock milliseconds since the epoch
 */
export function createJsonClient(
  allowed: Allowed,
  clock: () => number,
  timeoutMs = TIMEOUT_MS,
  resolve = lookup as LookupFunction,
): JsonClient {
  const connections = createConnections(allowed, resolve);

  async function ask(
    method: 'GET' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>>,
    text: string,
  ): Promise<JsonAnswer> {
    const problem = targetUrlProblem(url, allowed);
    if (problem) return { kind: 'failed', problem };
    const request = {
      method,
      url,
      headers: { accept: 'application/json', ...headers },
      body: Buffer.from(text),
    };
    const outcome = await exchange(connections, 'fresh', request, timeoutMs, clock);
    if (outcome.kind === 'failed') return { kind: 'failed', problem: classifyError(outcome.error) };
    const { status, body } = outcome.answer;
    try {
      return { kind: 'answered', status, body: JSON.parse(body.toString('utf8')) };
    } catch {
      return { kind: 'failed', problem: `status ${status}, and no JSON of at most 64 KiB in time` };
    }
  }

  return {
    get: (url) => ask('GET', url, {}, ''),
    postForm: (url, fields) =>
      ask(
        'POST',
        url,
        { 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams(fields).toString(),
      ),
  };
}
