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

const LIMIT = { default: 50, max: 200 } as const;

export interface Page {
  readonly limit: number;
  /** The ULID of the last item of the page before. */
  readonly cursor: string | undefined;
}

/** The `limit` and `cursor` of a list. A cursor is a place in time, so it can name nothing of another tenant's. */
export function pageOf(request: ManageRequest): Page {
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

/** A page of a list. A page that is not full is the last. */
export const pageAnswer = (items: readonly unknown[], { limit }: Page, last: string | undefined): Answer => ({
  status: 200,
  body: { items, next: items.length === limit ? last : null },
});
