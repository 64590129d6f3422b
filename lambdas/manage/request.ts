import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Content, Route } from '../api/route.ts';
import { refuseWithout } from '../http/admission.ts';
import { textOf } from '../http/body.ts';
import { type AuthorizedRequest, admitted, type Caller, callerOf, hasKey } from '../http/caller.ts';
import { ApiError, allInvalid, insufficient, invalid } from '../http/errors.ts';
import { type Precondition, preconditionOf } from '../http/precondition.ts';
import { hasMember, isDeeperThan, isObject, MAX_LEVELS, parse } from '../values/json.ts';
import { type Called, unknownName } from '../values/problem-words.ts';
import { check } from './problems.ts';

export type ManageRequest = APIGatewayProxyEventV2 & AuthorizedRequest;

/** The caller of a route that needs no credential. */
const ANYONE: Caller = {
  tenant: '',
  credential: '',
  scopes: [],
  schemaCheck: 'off',
  maxPayloadBytes: 0,
};

/** @throws ApiError when the caller's credential is not enough for the route */
export function admit(request: ManageRequest, route: Route): Caller {
  if (route.scope === 'none') return ANYONE;
  const caller = admitted(callerOf(request));
  refuseWithout(route.scope, caller.scopes);
  if (route.keysOnly && !hasKey(caller)) {
    throw insufficient('expected an API key: portal tokens handle no credentials');
  }
  if (caller.targets && !route.limitedBy) {
    throw insufficient('expected a credential for all targets, got one that is limited to some');
  }
  return caller;
}

/** The path's one parameter; the route has it if its operation reads it. A greedy parameter keeps a slash that clients add. */
export const pathId = (request: ManageRequest): string =>
  (Object.values(request.pathParameters ?? {})[0] ?? '').replace(/\/$/, '');

const NO_QUERY = z.strictObject({});

/** The query, as the route describes it. @throws ApiError that names the wrong and unknown parameters */
export function queryOf(request: ManageRequest, route: Route): unknown {
  return checked(route.query ?? NO_QUERY, request.queryStringParameters ?? {}, 'parameter');
}

/** The JSON body, as the route describes it. @throws ApiError that names the wrong fields */
export function bodyOf(request: ManageRequest, route: Route): unknown {
  const content = route.body as Content | undefined;
  if (!content) return undefined;
  const value = parseJson(request, content);
  if (route.method === 'PATCH') return patchOf(value, content.schema);
  return checked(content.choose?.(value) ?? content.schema, value, 'field');
}

/** Members are checked after the merge. An unknown name with the value null would be lost in it, so it is refused here. */
function patchOf(value: unknown, schema: z.ZodType): object {
  if (isObject(value)) {
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    const unknown = Object.keys(value).filter((name) => value[name] === null && !known.includes(name));
    if (unknown.length === 0) return value;
    throw allInvalid(unknown.map((field) => ({ message: unknownName(field, known), field })));
  }
  throw invalid('expected an object that holds what is to be changed (RFC 7396)');
}

/** The largest bodies are event types, with a schema and a sample of 64 KiB each, and payloads of test events. */
const MAX_BODY_BYTES = 512 * 1024;

const JSON_TYPES = /^application\/(json|merge-patch\+json)\s*(;|$)/i;

function parseJson(request: ManageRequest, content: Content): unknown {
  const { body = '', headers } = request;
  if (body === '' && content.optional) return {};
  if (!JSON_TYPES.test(headers['content-type'] ?? '')) {
    throw new ApiError(415, 'unsupported_media_type', 'expected content-type application/json');
  }
  const text = textOf(request);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    const message = `expected a body of at most ${MAX_BODY_BYTES} bytes, got ${bytes}`;
    throw new ApiError(413, 'payload_too_large', message);
  }
  const json = parse(text);
  if (!json.ok) throw new ApiError(400, 'malformed_json', json.message);
  if (isDeeperThan(MAX_LEVELS, json.value)) throw invalid(`expected at most ${MAX_LEVELS} levels`);
  // Between here and the table, libraries do not keep it as an ordinary member.
  if (hasMember('__proto__', json.value)) throw invalid('expected no member of this name', '__proto__');
  return json.value;
}

/** A value as a schema describes it. @param what a member is called @throws ApiError with all that is wrong with it */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: Called = 'field'): T {
  const result = check(schema, value, what);
  if (result.ok) return result.value;
  throw allInvalid(result.problems);
}

/** @throws ApiError when the header is there and malformed */
export function ifMatchOf(request: ManageRequest): Precondition {
  const precondition = preconditionOf(request.headers['if-match']);
  if (precondition) return precondition;
  throw invalid('expected an ETag in double quotes, such as "3", a list of them, or *', 'If-Match');
}
