/** An error as the API says it, or what stands for one when no answer came. */
export class ApiProblem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API's word for the kind of error, such as `not_found`; empty for those of API Gateway itself. */
  readonly kind: string;
  /** The field that is wrong, as a path: `url`, `retry.schedule.0`. */
  readonly field: string | undefined;
  /** Everything that is wrong, where it is more than one thing. */
  readonly problems: readonly FieldProblem[];

  constructor(status: number, body: ErrorBody) {
    super(body.message ?? fallback(status));
    this.name = 'ApiProblem';
    this.status = status;
    this.kind = body.error ?? '';
    this.field = body.field;
    this.problems = body.problems ?? [];
  }

  /** The session is over, or was never there. A scope that is missing is a problem of the API's own form. */
  get isSignedOut(): boolean {
    return this.status === 401 || (this.status === 403 && this.kind === '');
  }

  /** Nothing answered, or only API Gateway did: trying again can help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** There is no such thing. */
export const isMissing = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404;

/** Somebody else has changed it since it was read: its `If-Match` no longer holds. */
export const isConflict = (error: unknown): boolean => error instanceof ApiProblem && error.status === 412;

export interface FieldProblem {
  readonly field?: string | undefined;
  readonly message: string;
}

interface ErrorBody {
  readonly error?: string;
  readonly message?: string;
  readonly field?: string;
  readonly problems?: readonly FieldProblem[];
}

function fallback(status: number): string {
  if (status === 0)
    return 'The API could not be reached. Check your connection; the page tries again by itself.';
  if (status === 429) return 'Too many requests at once. Try again in a moment.';
  if (status === 503 || status === 504) return 'The API is busy or restarting. Try again in a moment.';
  return `The API answered with status ${status}.`;
}

/** @param response that is not ok */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => '');
  return new ApiProblem(response.status, readBody(text));
}

function readBody(text: string): ErrorBody {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return {};
    // API Gateway's own answers hold a message for programmers: "Forbidden".
    return 'error' in body ? (body as ErrorBody) : {};
  } catch {
    return {};
  }
}
