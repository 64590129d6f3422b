import type { ZodType, z } from 'zod';
import type { Route } from '../api/route.ts';
import type { Maker } from '../config/maker.ts';
import type { Caller } from '../http/caller.ts';
import type { Precondition, Revision } from '../http/precondition.ts';
import type { JsonObject } from '../values/json.ts';
import type { ManageDeps } from './deps.ts';
import type { ManageRequest } from './request.ts';

/** A request as an operation sees it: admitted, parsed, and checked against its route's schemas. */
export interface Call<R extends Route = Route> {
  readonly caller: Caller;
  readonly tenant: string;
  /** The path's parameter. */
  readonly id: string;
  readonly query: R extends { query: infer Q extends ZodType } ? z.output<Q> : Record<never, never>;
  readonly body: BodyOf<R>;
  /** What `If-Match` asks of the revision. */
  readonly ifMatch: Precondition;
  readonly make: Maker;
  readonly request: ManageRequest;
}

/** A merge patch is checked after the merge, so an operation gets it as it came. */
type BodyOf<R extends Route> = R['method'] extends 'PATCH'
  ? JsonObject
  : R extends { body: { schema: infer B extends ZodType } }
    ? z.output<B>
    : undefined;

/** What an operation answers: one of its route's answers. */
type AnswerOf<R extends Route> = {
  [S in keyof R['answers']]: {
    readonly status: S;
    readonly body?: R['answers'][S] extends { schema: infer B extends ZodType } ? z.input<B> : undefined;
    /** Of the entity that is shown; becomes its ETag. */
    readonly revision?: Revision;
    /** Members of the body that an answer repeated for an Idempotency-Key does not show. */
    readonly shownOnce?: readonly string[];
    /** Who has signed in by this request, which had no caller. */
    readonly by?: Caller;
    /** Set in the browser: `Set-Cookie` headers. */
    readonly cookies?: readonly string[];
    /** Sent as it is instead of a JSON body. */
    readonly raw?: { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };
  };
}[keyof R['answers']];

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly revision?: Revision;
  readonly shownOnce?: readonly string[];
  readonly by?: Caller;
  readonly cookies?: readonly string[];
  readonly raw?: { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };
}

/** What answers a route. */
export type Operation<R extends Route> = (deps: ManageDeps, call: Call<R>) => Promise<AnswerOf<R>>;
