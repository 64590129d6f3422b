import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type FieldProblem, MAX_PROBLEMS } from '../values/problem-words.ts';

/** An error that is answered to the caller, in the one form that all errors have. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /** All problems, the first one included; undefined when there is only one. */
  readonly problems: readonly FieldProblem[] | undefined;
  /**
   * @param code stable and in snake case, for programs
   * @param message for people: what was expected
   * @param field path of the offending value, such as `events[3].type`
   * @param problems all problems; `message` and `field` are those of the first
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

/** An error for several problems of one request. @param problems at least one */
export function allInvalid(problems: readonly FieldProblem[]): ApiError {
  const [{ message, field }] = problems as [FieldProblem, ...FieldProblem[]];
  return new ApiError(422, 'validation_failed', message, field, problems);
}

/** Of a credential that is not enough. */
export const insufficient = (message: string): ApiError => new ApiError(403, 'insufficient_scope', message);

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

/** The answer when a part of ours fails: the request can be repeated as it is. */
export const unavailable = (): ApiError =>
  new ApiError(503, 'unavailable', 'a part of the service does not answer; please repeat the request');

/** The answer when an item that the request needs is damaged: repeating does not help. */
export const unreadable = (what: string): ApiError =>
  new ApiError(
    500,
    'unreadable_item',
    `the ${what} is stored in a form that cannot be read; the log of the function names the item`,
  );
