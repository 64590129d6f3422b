import type { OPERATIONS } from './operations.gen.ts';
import type { components, operations } from './schema.gen.d.ts';

/** Everything that the API speaks of, by the names of its OpenAPI document: `Schemas['Target']`. */
export type Schemas = components['schemas'];

export type OperationName = keyof typeof OPERATIONS;

type Parameters<O extends OperationName> = operations[O]['parameters'];
type Flat<T> = { [K in keyof T]: T[K] };
type Given<T> = Exclude<T, undefined>;
type Path<O extends OperationName> = Parameters<O> extends { path: infer P } ? P : unknown;
type Query<O extends OperationName> =
  Parameters<O> extends { query?: infer Q } ? OrNothing<Given<Q>> : unknown;
type OrNothing<T> = [T] extends [never] ? unknown : T;
type Headers<O extends OperationName> =
  Parameters<O> extends { header?: infer H } ? OrNothing<Given<H>> : unknown;

/** Bytes or text that are sent as they are. */
export type Raw = string | Uint8Array | ArrayBuffer | Blob;

/** A body of another content type than JSON. A text is sent as it is, and what is neither that nor bytes as JSON. */
type OfType<C> = {
  [T in keyof C & string]: T extends 'application/json'
    ? never
    : T extends '*/*'
      ? { body: Raw; contentType: string }
      : { body: C[T] | Raw; contentType: T };
}[keyof C & string];

type InContent<C> = C extends { 'application/json': infer J }
  ? { body: J; contentType?: 'application/json' } | OfType<C>
  : OfType<C>;

type Body<O extends OperationName> = operations[O] extends { requestBody: { content: infer C } }
  ? InContent<C>
  : operations[O] extends { requestBody?: { content: { 'application/json': infer J } } }
    ? { body?: J }
    : unknown;

/** The arguments of an operation: parameters of path and query by their names, and the body as `body`. */
export type ArgsOf<O extends OperationName> =
  Body<O> extends infer B ? (B extends unknown ? Flat<Path<O> & Query<O> & B> : never) : never;

/** Those that ask for JSON. */
export type Args<O extends OperationName> =
  ArgsOf<O> extends { format?: unknown } ? Flat<Omit<ArgsOf<O>, 'format'> & { format?: 'json' }> : ArgsOf<O>;

/** Those that ask for another form. The answer is its text; where the next page is stands in the `Link` header. */
export type Form<O extends OperationName> = Flat<Omit<ArgsOf<O>, 'format'> & { format: 'csv' | 'ndjson' }>;

type Success<R> = R[keyof R & (200 | 201 | 202)];

type Content<T> = T extends { content: infer C }
  ? C extends { 'application/json': infer J }
    ? J
    : C extends { 'text/html': string }
      ? string
      : Uint8Array<ArrayBuffer>
  : never;

/** What an operation answers. */
export type Result<O extends OperationName> = [Success<operations[O]['responses']>] extends [never]
  ? undefined
  : Content<Success<operations[O]['responses']>>;

/** An entry of the list that an operation answers. */
export type Row<O extends OperationName> = Result<O> extends { items: readonly (infer T)[] } ? T : never;

/** A batch of CloudEvents is answered with a result for each. */
export type Published<A> = A extends { contentType: 'application/cloudevents-batch+json' }
  ? Schemas['PublishedEvents']
  : Schemas['PublishedEvent'];

export interface CallOptions {
  /** Ends the call: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** For each try, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** Beside those of the client, or in place of them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface WithKey {
  /** A name for this request, under which it takes effect once within a day. The client makes one if it is left out. */
  readonly idempotencyKey?: string | undefined;
}

interface WithCondition {
  /** The ETag of what is changed: refused with a `PreconditionFailedError` if it has changed since. */
  readonly ifMatch?: string | undefined;
}

/** The options of an operation. */
export type Options<O extends OperationName> = Flat<
  CallOptions &
    (Headers<O> extends { 'Idempotency-Key'?: string } ? WithKey : unknown) &
    (Headers<O> extends { 'If-Match'?: string } ? WithCondition : unknown)
>;

/** Those of a call by name, for tools. */
export type AnyOptions = CallOptions & WithKey & WithCondition;
