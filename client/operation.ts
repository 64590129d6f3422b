export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How the client reads a success. */
export type Answer = 'json' | 'text' | 'bytes' | 'none';

/**
 * When a request may be sent again although the first may have taken effect:
 * - `always`: it changes nothing.
 * - `unless-conditional`: twice leaves the same behind as once. With an `If-Match` the first would make the second fail.
 * - `with-key`: the API knows it again by its `Idempotency-Key`.
 * - `never`: each takes effect.
 */
export type Repeat = 'always' | 'unless-conditional' | 'with-key' | 'never';

/** A route of the API, as a caller sees it. */
export interface Operation {
  readonly method: Method;
  /** With its parameters: `/v1/targets/{id}`. */
  readonly path: string;
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  /** Whether it answers `{ items, next }`, a page of a list. */
  readonly isPaged: boolean;
  readonly hasBody: boolean;
  readonly answer: Answer;
  readonly repeat: Repeat;
  readonly takesIfMatch: boolean;
}
