import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { ApiError, invalid } from '../adapters/http.ts';
import { refuseWithout } from '../admission.ts';
import type { Content, Route } from '../api/route.ts';
import { type AuthorizedRequest, type Caller, callerOf } from '../api-context.ts';
import { hasMember, isDeeperThan, isObject, MAX_LEVELS, parse } from '../domain/json.ts';
import { type Precondition, preconditionOf } from '../domain/precondition.ts';
import { JSON_IS_UTF8, refuseWhatWouldBeChanged, textOf } from '../request-body.ts';

export type ManageRequest = APIGatewayProxyEventV2 & AuthorizedRequest;

/** Whoever may call a route that is open to all. */
const NOBODY: Caller = {
  tenant: '',
  credential: '',
  scopes: [],
  schemaCheck: 'off',
  maxPayloadBytes: 0,
};

/** @throws ApiError when the caller's credential is not good for the route */
export function admit(request: ManageRequest, route: Route): Caller {
  if (route.scope === 'none') return NOBODY;
  const caller = callerOf(request);
  refuseWithout(route.scope, caller.scopes);
  if (route.keysOnly && caller.credential === 'portal') {
    throw new ApiError(403, 'insufficient_scope', 'expected an API key: portal tokens handle no credentials');
  }
  return caller;
}

/** The path's one parameter. Its presence is the route's promise. */
export const pathId = (request: ManageRequest): string =>
  Object.values(request.pathParameters ?? {})[0] ?? '';

const NO_QUERY = z.strictObject({});

/** The query, as the route describes it. @throws ApiError that names the first wrong or unknown parameter */
export function queryOf(request: ManageRequest, route: Route): unknown {
  return checked(route.query ?? NO_QUERY, request.queryStringParameters ?? {}, 'parameter');
}

/** The JSON body, as the route describes it. @throws ApiError that names the first wrong field */
export function bodyOf(request: ManageRequest, route: Route): unknown {
  const content = route.body as Content | undefined;
  if (!content) return undefined;
  const value = parseJson(request, content);
  if (route.method === 'PATCH') return patchOf(value);
  return checked(content.choose?.(value) ?? content.schema, value, 'field');
}

function patchOf(value: unknown): object {
  if (isObject(value)) return value;
  throw invalid('expected an object that holds what is to be changed (RFC 7396)');
}

/** What may be largest is an event type, with a schema and a sample of 64 KiB each, and a test event's payload. */
const MAX_BODY_BYTES = 512 * 1024;

const JSON_TYPES = /^application\/(json|merge-patch\+json)\s*(;|$)/i;

function parseJson(request: ManageRequest, content: Content): unknown {
  const { body = '', headers } = request;
  if (body === '' && content.optional) return {};
  if (!JSON_TYPES.test(headers['content-type'] ?? '')) {
    throw new ApiError(415, 'unsupported_media_type', 'expected content-type application/json');
  }
  refuseWhatWouldBeChanged(request, JSON_IS_UTF8);
  const text = textOf(request);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    const message = `expected a body of at most ${MAX_BODY_BYTES} bytes, got ${bytes}`;
    throw new ApiError(413, 'payload_too_large', message);
  }
  const json = parse(text);
  if (!json.ok) throw new ApiError(400, 'malformed_json', json.message);
  if (isDeeperThan(MAX_LEVELS, json.value)) throw invalid(`expected at most ${MAX_LEVELS} levels`);
  // No library on the way to the table and back keeps it as a member like any other.
  if (hasMember('__proto__', json.value)) throw invalid('expected no member of this name', '__proto__');
  return json.value;
}

/** A value as a schema describes it. @param what an unknown member is called @throws ApiError for the first problem */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: 'field' | 'parameter' = 'field'): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = innermost(parsed.error.issues[0]!);
  if (issue.code !== 'unrecognized_keys') throw invalid(messageOf(issue, value, what), fieldOf(issue.path));
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const expected = issue.path.length === 0 && known.length > 0 ? `; expected ${known.join(', ')}` : '';
  throw invalid(`unknown ${what}${expected}`, fieldOf([...issue.path, issue.keys[0]!]));
}

/** Of a value that may have one of several types: what is wrong with it as the one that it is, if it is of just one. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const isOfType = ([first]: readonly z.core.$ZodIssue[]): boolean =>
    first !== undefined && (first.code !== 'invalid_type' || first.path.length > 0);
  const [only, ...others] = issue.errors.filter(isOfType);
  if (!only || others.length > 0) return issue;
  return innermost({ ...only[0]!, path: [...issue.path, ...only[0]!.path] });
}

/** The library's words for a problem in ours: what was expected, in lower case. */
function messageOf(issue: z.core.$ZodIssue, value: unknown, what: string): string {
  // Of a record's key that is wrong: what is wrong with it.
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  const { message, path } = issue;
  const found = path.reduce<unknown>((from, part) => (from as Record<PropertyKey, unknown>)?.[part], value);
  if (found === undefined && message.startsWith('Invalid')) return `expected this ${what}, which is missing`;
  return message
    .replace(/^[A-Z][a-z ]+: (?=expected)/, '')
    .replace(/^expected (record|int)\b/, (_, type: string) =>
      type === 'int' ? 'expected a whole number' : 'expected an object',
    );
}

/** `['events', 0, 'type']` as `events[0].type`. */
export const fieldOf = (path: readonly PropertyKey[]): string | undefined =>
  path.reduce<string>(
    (field, part) =>
      typeof part === 'number' ? `${field}[${part}]` : field ? `${field}.${String(part)}` : String(part),
    '',
  ) || undefined;

/** @throws ApiError when the header is there and malformed */
export function ifMatchOf(request: ManageRequest): Precondition {
  const precondition = preconditionOf(request.headers['if-match']);
  if (precondition) return precondition;
  throw invalid('expected an ETag in double quotes, such as "3", a list of them, or *', 'If-Match');
}
