/** What a call can end with. Everything of the client's own is a `PosthornError`. */
export class PosthornError extends Error {
  override readonly name: string = 'PosthornError';
}

export interface FieldProblem {
  /** Where in the request it is: `events[3].type`. */
  readonly field?: string | undefined;
  /** What was expected, for people. */
  readonly message: string;
}

/** What is known of an answer that is no success. */
export interface Refusal {
  readonly status: number;
  readonly kind: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly problems: readonly FieldProblem[];
  readonly requestId?: string | undefined;
  readonly operation: string;
  readonly retryAfterMs?: number | undefined;
}

/** The API has refused a request, or failed at it. */
export class ApiError extends PosthornError {
  override readonly name: string = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  /** The API's word for what is wrong, such as `not_found`; empty where API Gateway has answered by itself. */
  readonly kind: string;
  /** What is wrong in the request, as a path: `url`, `events[3].type`. */
  readonly field: string | undefined;
  /** Everything that is wrong, where it is more than one thing. */
  readonly problems: readonly FieldProblem[];
  /** As the API's access log has it. */
  readonly requestId: string | undefined;
  /** The operation that was called, such as `getTarget`. */
  readonly operation: string;
  /** How long the API asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor({ message, ...refusal }: Refusal) {
    super(message);
    this.status = refusal.status;
    this.kind = refusal.kind;
    this.field = refusal.field;
    this.problems = refusal.problems;
    this.requestId = refusal.requestId;
    this.operation = refusal.operation;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** 400, 415, 422: something in the request is not as it has to be. */
export class BadRequestError extends ApiError {
  override readonly name = 'BadRequestError';
}

/** 401: there is no credential, or it is none. */
export class AuthenticationError extends ApiError {
  override readonly name = 'AuthenticationError';
}

/** 403: the credential is not known, has ended, or is not good for this. */
export class NotAllowedError extends ApiError {
  override readonly name = 'NotAllowedError';
}

/** 404: there is no such thing. */
export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
}

/** 409: it conflicts with what exists. */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError';
}

/** 412: it has changed since it had the ETag of `ifMatch`. */
export class PreconditionFailedError extends ApiError {
  override readonly name = 'PreconditionFailedError';
}

/** 413: the body is too large. */
export class TooLargeError extends ApiError {
  override readonly name = 'TooLargeError';
}

/** 429: too many requests at once. */
export class RateLimitedError extends ApiError {
  override readonly name = 'RateLimitedError';
}

/** 5xx: the API has failed, or a part of it does not answer. */
export class ServerError extends ApiError {
  override readonly name = 'ServerError';
}

/** No answer came. Why stands in `cause`. */
export class ConnectionError extends PosthornError {
  override readonly name = 'ConnectionError';
}

/** No answer came in time. */
export class TimeoutError extends PosthornError {
  override readonly name = 'TimeoutError';
}

const CLASSES: Readonly<Record<number, new (refusal: Refusal) => ApiError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: NotAllowedError,
  404: NotFoundError,
  409: ConflictError,
  412: PreconditionFailedError,
  413: TooLargeError,
  415: BadRequestError,
  422: BadRequestError,
  429: RateLimitedError,
};

/** The error for a refusal. */
export function refused(refusal: Refusal): ApiError {
  const { status } = refusal;
  return new (CLASSES[status] ?? (status >= 500 ? ServerError : ApiError))(refusal);
}
