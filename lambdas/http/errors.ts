import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type FieldProblem, MAX_PROBLEMS } from '../values/problem-words.ts';

/** An error that the caller is told about, in the one shape that all errors have. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /** All that is wrong, the first one included; there when it is more than one thing. */
  readonly problems: readonly FieldProblem[] | undefined;
  /**
   * @param code stable and in snake case, for programs
   * @param message for people: what was expected
   * @param field path of the offending value, such as `events[3].type`
   * @param problems all that is wrong, where `message` and `field` are of the first
   */
  constructor(
    status: number,
    code: string,
    message: string,
    field?: string,
    problems: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
    this.problems = problems.length > 1 ? problems.slice(0, MAX_PROBLEMS) : undefined;
  }
}

export const invalid = (message: string, field?: string): ApiError =>
  new ApiError(422, 'validation_failed', message, field);

/** Of several things that are wrong with one request. @param problems at least one */
export function allInvalid(problems: readonly FieldProblem[]): ApiError {
  const [{ message, field }] = problems as [FieldProblem, ...FieldProblem[]];
  return new ApiError(422, 'validation_failed', message, field, problems);
}

export const notFound = (what: string): ApiError => new ApiError(404, 'not_found', `no such ${what}`);

export function json(status: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

/** @param now milliseconds since the epoch */
export const errorResponse = (error: ApiError, now: number): APIGatewayProxyStructuredResultV2 =>
  json(error.status, {
    error: error.code,
    message: error.message,
    ...(error.field && { field: error.field }),
    ...(error.problems && { problems: error.problems }),
    timestamp: new Date(now).toISOString(),
  });

/** What a request gets when one of our parts fails: it may be repeated as it is. */
export const unavailable = (): ApiError =>
  new ApiError(503, 'unavailable', 'a part of the service does not answer; please repeat the request');

/** What a request gets when something that it needs is stored, but damaged: repeating it does not help. */
export const unreadable = (what: string): ApiError =>
  new ApiError(
    500,
    'unreadable_item',
    `the ${what} is stored in a form that cannot be read; the log of the function names the item`,
  );
