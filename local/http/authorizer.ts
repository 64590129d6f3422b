/**
 * A Lambda authorizer of an HTTP API: request type, payload format 2.0, simple responses.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import { LRUCache } from 'lru-cache';
import type { LocalFunction } from '../lambda/function.ts';
import type { EventBase } from './event.ts';

export interface AuthorizerSettings {
  readonly fn: LocalFunction;
  /** `$request.header.Authorization` and the like; all must be present. */
  readonly identitySources: readonly string[];
  /** 0: no cache. */
  readonly ttlMs: number;
}

type Verdict =
  | { readonly kind: 'allowed'; readonly context: unknown }
  | { readonly kind: 'forbidden' }
  /** An identity source is missing: the function is not called. */
  | { readonly kind: 'unidentified' }
  | { readonly kind: 'failed' };

type Decided = Exclude<Verdict, { kind: 'unidentified' }>;

export type Authorizer = (
  base: EventBase,
  pathParameters: Record<string, string> | undefined,
  routeArn: string,
) => Promise<Verdict>;

/** Identities are whatever clients send, so not all verdicts are kept. */
export const KEPT = 1000;

/** An authorizer with its cache: verdicts by identity, for all routes, failures not kept. */
export function createAuthorizer({ fn, identitySources, ttlMs }: AuthorizerSettings): Authorizer {
  const cache = new LRUCache<string, { readonly verdict: Decided; readonly expires: number }>({ max: KEPT });
  const readers = identitySources.map(identityReader);

  return async (base, pathParameters, routeArn) => {
    const identity = readers.map((read) => read(base));
    if (identity.some((value) => !value)) return { kind: 'unidentified' };
    const key = JSON.stringify(identity);
    const cached = cache.get(key);
    if (cached && cached.expires > Date.now()) return cached.verdict;
    const event = {
      ...base,
      type: 'REQUEST',
      routeArn,
      identitySource: identity,
      ...(pathParameters && { pathParameters }),
    };
    const verdict = await ask(fn, event);
    if (ttlMs > 0 && identity.length > 0 && verdict.kind !== 'failed') {
      cache.set(key, { verdict, expires: Date.now() + ttlMs });
    }
    return verdict;
  };
}

async function ask(fn: LocalFunction, event: object): Promise<Decided> {
  const invocation = await fn.invokeText(JSON.stringify(event));
  if (invocation.kind === 'failed') return { kind: 'failed' };
  const answer = JSON.parse(invocation.payload) as { isAuthorized?: unknown; context?: unknown } | null;
  if (typeof answer?.isAuthorized !== 'boolean') return { kind: 'failed' };
  return answer.isAuthorized ? { kind: 'allowed', context: answer.context ?? null } : { kind: 'forbidden' };
}

function identityReader(source: string): (base: EventBase) => string | undefined {
  const [, kind, name = ''] = /^\$(request\.header|request\.querystring|context)\.(.+)$/.exec(source) ?? [];
  if (kind === 'request.header') return (base) => base.headers[name.toLowerCase()];
  if (kind === 'request.querystring') return (base) => base.queryStringParameters?.[name];
  if (kind === 'context' && name === 'routeKey') return (base) => base.routeKey;
  throw new Error(
    `identity source ${source}: expected $request.header.X, $request.querystring.X or $context.routeKey`,
  );
}
