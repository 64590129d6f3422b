import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createConnections, type Reach } from './connections.ts';
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

/** A question to a service. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The fields of a form; none for GET. */
  readonly fields?: Readonly<Record<string, string>>;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

export type AskForJson = (request: JsonRequest) => Promise<JsonAnswer>;

/**
 * Follows no redirect. At most 64 KiB of an answer are read.
 * @param clock milliseconds since the epoch
 */
export function createJsonAsker(
  reach: Reach,
  clock: () => number,
  resolve = lookup as LookupFunction,
): AskForJson {
  const connections = createConnections(reach, resolve);
  return async ({ method, url, headers, fields, timeoutMs }) => {
    const request = {
      method,
      url,
      headers: { accept: 'application/json', ...(fields && FORM), ...headers },
      body: Buffer.from(fields ? new URLSearchParams(fields).toString() : ''),
    };
    const outcome = await exchange(connections, 'fresh', request, timeoutMs, clock);
    if (outcome.kind === 'failed') return { kind: 'failed', problem: classifyError(outcome.error) };
    const { status, body } = outcome.answer;
    try {
      return { kind: 'answered', status, body: JSON.parse(body.toString('utf8')) };
    } catch {
      return { kind: 'failed', problem: `status ${status}, and no JSON of at most 64 KiB in time` };
    }
  };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * The same for URLs that others name.
 * @param clock milliseconds since the epoch
 */
export function createJsonClient(
  allowed: Allowed,
  clock: () => number,
  timeoutMs = TIMEOUT_MS,
  resolve = lookup as LookupFunction,
): JsonClient {
  const askForJson = createJsonAsker(allowed, clock, resolve);
  const ask = async (request: Omit<JsonRequest, 'headers' | 'timeoutMs'>): Promise<JsonAnswer> => {
    const problem = targetUrlProblem(request.url, allowed);
    return problem ? { kind: 'failed', problem } : askForJson({ ...request, headers: {}, timeoutMs });
  };
  return {
    get: (url) => ask({ method: 'GET', url }),
    postForm: (url, fields) => ask({ method: 'POST', url, fields }),
  };
}
