import type { FieldProblem, Refusal } from './errors.ts';

/** An error as the API writes it. */
interface ErrorBody {
  readonly error?: string;
  readonly message?: string | null;
  readonly field?: string;
  readonly problems?: readonly FieldProblem[];
}

/**
 * Reads an answer that is no success.
 * @param operation that was called
 * @param now milliseconds since the epoch
 */
export async function refusalOf(response: Response, operation: string, now: number): Promise<Refusal> {
  const { status, headers } = response;
  const { error = '', message, field, problems = [] } = readBody(await response.text().catch(() => ''));
  return {
    status,
    kind: error,
    message: message || `the API answered with status ${status}`,
    field,
    problems,
    requestId: headers.get('apigw-requestid') ?? headers.get('x-amz-cf-id') ?? undefined,
    operation,
    retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
  };
}

/** Proxies on the way answer with whatever they like. */
function readBody(text: string): ErrorBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as ErrorBody) : {};
  } catch {
    return {};
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). What is neither is ignored. */
function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
