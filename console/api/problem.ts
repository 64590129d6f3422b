import {
  ApiError,
  AuthenticationError,
  ConnectionError,
  type FieldProblem,
  NotAllowedError,
  NotFoundError,
  type PosthornError,
  PreconditionFailedError,
} from '../../client/errors.ts';

export type { PosthornError };

/** Whether the session is over, or was never there. A scope that is missing is a problem of the API's own form. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof AuthenticationError || (error instanceof NotAllowedError && error.kind === '');

/** Whether nothing answered, or the API can't for now: trying again can help. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  (error instanceof ApiError && (error.status === 429 || error.status >= 500));

/** Whether there is no such thing. */
export const isMissing = (error: unknown): boolean => error instanceof NotFoundError;

/** Whether somebody else has changed it since it was read: its `If-Match` no longer holds. */
export const isConflict = (error: unknown): boolean => error instanceof PreconditionFailedError;

/** An error in words for the viewer. */
export function wordsOf(error: unknown): string {
  if (error instanceof ConnectionError) {
    return 'The API could not be reached. Check your connection; the page tries again by itself.';
  }
  // API Gateway's own answers hold a message for programmers: "Forbidden".
  if (error instanceof ApiError && error.kind === '') return wordsOfStatus(error.status);
  return error instanceof Error ? error.message : String(error);
}

function wordsOfStatus(status: number): string {
  if (status === 429) return 'Too many requests at once. Try again in a moment.';
  if (status === 503 || status === 504) return 'The API is busy or restarting. Try again in a moment.';
  return `The API answered with status ${status}.`;
}

/** Everything that the API says of fields. */
export function fieldProblems(error: unknown): readonly FieldProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.problems.length > 0 ? error.problems : [{ field: error.field, message: wordsOf(error) }];
}
