/** What an HTTP API sends for a function's answer, payload format 2.0. Pure. */

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer | string;
}

const JSON_TYPE = 'application/json';

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  const body = JSON.stringify({ message });
  return { status, headers: { 'content-type': JSON_TYPE }, cookies: [], body };
}

export const FAILED = gatewayAnswer(500, 'Internal Server Error');

/**
 * A function's answer (JSON text) as HTTP. An object with a statusCode describes the response; any other value is the
 * body of a 200. An answer of the wrong shape is a 500, as on AWS.
 */
export function functionAnswer(payload: string): HttpAnswer {
  const value = JSON.parse(payload) as unknown;
  if (value === null || typeof value !== 'object' || !('statusCode' in value))
    return inferred(value, payload);
  const { statusCode, headers, cookies, body, isBase64Encoded } = value as Record<string, unknown>;
  const status = Number(statusCode);
  const wellFormed =
    Number.isInteger(status) &&
    status >= 200 &&
    status < 600 &&
    (body === undefined || body === null || typeof body === 'string') &&
    (headers === undefined || headers === null || (typeof headers === 'object' && !Array.isArray(headers)));
  if (!wellFormed) return FAILED;
  return {
    status,
    headers: withDefaultType((headers ?? {}) as object),
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: typeof body !== 'string' ? '' : isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

function inferred(value: unknown, payload: string): HttpAnswer {
  const body = typeof value === 'string' ? value : payload;
  return { status: 200, headers: { 'content-type': JSON_TYPE }, cookies: [], body };
}

/** Names in lower case. */
function withDefaultType(headers: object): Record<string, string> {
  const all: Record<string, string> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of Object.entries(headers)) all[name.toLowerCase()] = String(value);
  return all;
}
