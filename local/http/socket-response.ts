/**
 * What a function answers to a WebSocket API, in the format of a proxy integration. Pure.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */

export interface ProxyAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads a function's answer, JSON text. Undefined where it has not the format: unlike an HTTP API's, it needs a status. */
export function proxyAnswer(payload: string): ProxyAnswer | undefined {
  const value = JSON.parse(payload) as unknown;
  if (value === null || typeof value !== 'object') return undefined;
  const { statusCode, headers = {}, body = '' } = value as Record<string, unknown>;
  const status = Number(statusCode);
  const wellFormed =
    Number.isInteger(status) &&
    status >= 200 &&
    status < 600 &&
    (body === null || typeof body === 'string') &&
    (headers === null || (typeof headers === 'object' && !Array.isArray(headers)));
  if (!wellFormed) return undefined;
  const pairs = Object.entries(headers ?? {}).map(
    ([name, text]) => [name.toLowerCase(), String(text)] as const,
  );
  return { status, headers: Object.fromEntries(pairs), body: body ?? '' };
}
