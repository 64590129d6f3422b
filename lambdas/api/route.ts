import type { ZodObject, ZodType } from 'zod';
import type { Scope } from '../access/scopes.ts';
import type { Tag } from './tags.ts';

/** What a request or an answer carries. */
export interface Content {
  /** `application/json` unless said otherwise. */
  readonly type?: string;
  readonly schema: ZodType;
  /** What stands in the documentation; it fits the schema. */
  readonly example?: unknown;
  /** Several of them, by name. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** May be left out altogether. */
  readonly optional?: boolean;
  /** For a union: which member a value is held against, so that errors speak of that one's fields. */
  readonly choose?: (value: unknown) => ZodType;
}

export interface RouteAnswer extends Partial<Content> {
  readonly description: string;
  /** Other content types that it can have. */
  readonly alsoAs?: readonly string[];
}

/**
 * How a route keeps a credential that is limited to targets within them: see `manage/refuse-foreign.ts`. The first six name
 * what the path leads to. It has to be of one of the targets; else the answer is the one for what does not exist.
 */
export type LimitedBy =
  | 'target'
  | 'subscription'
  | 'filter'
  | 'delivery'
  | 'event'
  | 'alertRule'
  /** The query has to name one of the targets, as `targetId`. */
  | 'targetId'
  /** The operation leaves out what is of other targets. */
  | 'list'
  /** What it shows is of no target. */
  | 'nothing';

/**
 * A route of the API. All that depends on it reads it here: the stack that creates it, the router, the check of
 * scopes, the schemas that a request is held against, the OpenAPI document.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  /** Other paths where it answers just the same, without a parameter. The documentation names them beside the path. */
  readonly alsoAt?: readonly `/${string}`[];
  /**
   * The path's last parameter may hold slashes. API Gateway decodes a path before it looks for the route, so an escaped
   * slash parts segments like any other, and only a greedy parameter takes it.
   */
  readonly greedy?: true;
  /** The function behind it. */
  readonly function: 'ingest' | 'manage' | 'relay' | 'pull' | 'docs';
  /** What a credential must be good for. `none`: reachable without one. */
  readonly scope: Scope | 'none';
  /** Not for portal tokens, whatever their scopes: what handles credentials. */
  readonly keysOnly?: boolean;
  /** How it keeps a credential that is limited to targets within them. Without it, it refuses such a credential. */
  readonly limitedBy?: LimitedBy;
  /** Why it is open to all, with scope `none`. */
  readonly openBecause?: string;
  /** Requests a second, for a route that anyone may call; the stage's where it is left out. */
  readonly throttle?: number;
  /** The chapter of the documentation. */
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Of the path's parameters, where there is more to say of them than what they name. For the documentation. */
  readonly params?: ZodObject;
  readonly query?: ZodObject;
  /** Beside those that follow from the route's kind. For the documentation. */
  readonly headers?: ZodObject;
  /** A write that leaves what its path names as it is, and so heeds no `If-Match`. */
  readonly changesNothing?: boolean;
  /**
   * Whether a call leaves an entry in the audit trail. Left out: whatever writes does; see `writes`. Reading a secret does
   * as well.
   */
  readonly audited?: boolean;
  /** What the body may be; several where its content type decides. */
  readonly body?: Content | readonly Content[];
  /** By status. Errors that any route can answer are added by the documentation. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
}

/** Requests a second on a route that anyone may call: many monitors' worth. */
export const PUBLIC_THROTTLE = 20;

/** Declares a route, and keeps the types of its schemas. */
export const route = <const R extends Route>(declared: R): R => declared;

/** Whether a route may change anything. What the scope `read` is enough for is a question, whatever its method. */
export const writes = ({ method, scope }: Pick<Route, 'method' | 'scope'>): boolean =>
  method !== 'GET' && scope !== 'read';

/** Whether a call of a route leaves an entry in the audit trail. */
export const isAudited = (route: Route): boolean => route.audited ?? writes(route);

/** A route's path as API Gateway has it: `/v1/event-types/{name+}`. */
export const gatewayPath = ({ path, greedy }: Pick<Route, 'path' | 'greedy'>): Route['path'] =>
  greedy ? (path.replace(/\}$/, '+}') as Route['path']) : path;

/** API Gateway's name of a route: `GET /v1/events/{id}`. */
export const routeKey = (route: Pick<Route, 'method' | 'path' | 'greedy'>): string =>
  `${route.method} ${gatewayPath(route)}`;

/** Each path of a route, the one that the documentation shows first. */
export const pathsOf = ({ path, alsoAt = [] }: Pick<Route, 'path' | 'alsoAt'>): readonly `/${string}`[] => [
  path,
  ...alsoAt,
];

/** Its name for each of the paths. */
export const routeKeys = (route: Pick<Route, 'method' | 'path' | 'alsoAt' | 'greedy'>): string[] =>
  pathsOf(route).map((path) => routeKey({ ...route, path }));
