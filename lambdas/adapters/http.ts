import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** An error that the caller is told about, in the one shape that all errors have. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /**
   * @param code stable and in snake case, for programs
   * @param message for people: what was expected
   * @param field path of the offending value, such as `events[3].type`
   */
  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export const invalid = (message: string, field?: string): ApiError =>
  new ApiError(422, 'validation_failed', message, field);

export const notFound = (what: string): ApiError => new ApiError(404, 'not_found', `no such ${what}`);

export function json(status: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

export const errorResponse = (error: ApiError): APIGatewayProxyStructuredResultV2 =>
  json(error.status, {
    error: error.code,
    message: error.message,
    ...(error.field && { field: error.field }),
    timestamp: new Date().toISOString(),
  });

/** What a request gets when one of our parts fails: it may be repeated as it is. */
export const unavailable = (): ApiError =>
  new ApiError(503, 'unavailable', 'a part of the service does not answer; please repeat the request');
