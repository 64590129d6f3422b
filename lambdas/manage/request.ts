import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ZodType } from 'zod';
import { ApiError, invalid } from '../adapters/http.ts';
import type { AuthorizedRequest } from '../api-context.ts';
import { isUlid } from '../domain/ids.ts';

export type ManageRequest = APIGatewayProxyEventV2 & AuthorizedRequest;

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export type ManageOperation = (request: ManageRequest) => Promise<Answer>;

/** A path parameter. Its presence is the route's promise. */
export const pathId = (request: ManageRequest): string => request.pathParameters?.id ?? '';

/** The request's JSON body, as the schema describes it. @throws ApiError that names the first wrong field */
export function bodyOf<T>(request: ManageRequest, schema: ZodType<T>): T {
  const { body = '', isBase64Encoded } = request;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  throw invalid(issue.message, fieldOf(path));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, 'malformed_json', `expected JSON: ${(error as Error).message}`);
  }
}

/** `['events', 0, 'type']` as `events[0].type`. */
const fieldOf = (path: readonly PropertyKey[]): string | undefined =>
  path.reduce<string>(
    (field, part) =>
      typeof part === 'number' ? `${field}[${part}]` : field ? `${field}.${String(part)}` : String(part),
    '',
  ) || undefined;

/** @throws ApiError that names the first query parameter that is not one of these */
export function refuseUnknownParameters(request: ManageRequest, known: readonly string[]): void {
  const unknown = Object.keys(request.queryStringParameters ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`unknown parameter; expected ${known.join(', ')}`, unknown);
}

const LIMIT = { default: 50, max: 200 } as const;

export interface Page {
  readonly limit: number;
  /** The ULID of the last item of the page before. */
  readonly cursor: string | undefined;
}

/** The `limit` and `cursor` of a list. A cursor is a place in time, so it can name nothing of another tenant's. */
export function pageOf(request: ManageRequest): Page {
  refuseUnknownParameters(request, ['limit', 'cursor']);
  const { limit: text, cursor } = request.queryStringParameters ?? {};
  const limit = text === undefined ? LIMIT.default : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT.max) {
    throw invalid(`expected a whole number from 1 to ${LIMIT.max}`, 'limit');
  }
  if (cursor !== undefined && !isUlid(cursor)) {
    throw invalid('expected the `next` of the page before', 'cursor');
  }
  return { limit, cursor };
}

/** Lambda answers with at most 6 MB; escaped once more in the answer's envelope, a page may be half of that. */
const MAX_PAGE_BYTES = 3_000_000;

/** One thing of a list, and the cursor of a page that ends with it. */
export interface Listed {
  /** Undefined when there is nothing to show at this place any more. */
  readonly view: object | undefined;
  readonly cursor: string;
}

/**
 * A page of a list. One that has as many things as asked for has a next one; so has one that would have become too
 * large, of which the rest is left for the next.
 */
export function pageAnswer(listed: readonly Listed[], { limit }: Page): Answer {
  const shown: Listed[] = [];
  let bytes = 0;
  for (const one of listed) {
    bytes += Buffer.byteLength(JSON.stringify(one.view ?? ''));
    if (shown.length > 0 && bytes > MAX_PAGE_BYTES) break;
    shown.push(one);
  }
  const isLast = shown.length < limit && shown.length === listed.length;
  const items = shown.flatMap(({ view }) => view ?? []);
  return { status: 200, body: { items, next: isLast ? null : shown.at(-1)!.cursor } };
}
