/** The errors of the API, as its documentation describes them. */
import * as z from 'zod';
import { MAX_PROBLEMS } from '../values/problem-words.ts';
import type { Route } from './route.ts';

/** All that is wrong with a request, or with an entry of it. */
export const problems = z
  .array(z.strictObject({ message: z.string(), field: z.string().optional() }))
  .min(2)
  .max(MAX_PROBLEMS)
  .meta({
    id: 'Problems',
    description: 'All problems, where there are several; the first is that of `message` and `field`.',
  });

/** What our own functions answer when they refuse; see ApiError. */
const error = z
  .strictObject({
    error: z.string().meta({ description: 'What is wrong, in snake case, for programs. Stable.' }),
    message: z.string().meta({ description: 'What was expected, for people.' }),
    field: z.string().optional().meta({ description: 'Where in the request it is: `events[3].type`.' }),
    problems: problems.optional(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'Error', description: 'Why a request was refused.' });

/** What API Gateway answers by itself, before a function of ours is asked. */
const gatewayError = z.strictObject({ message: z.string().nullable() }).meta({
  id: 'GatewayError',
  description: 'The answer of API Gateway itself, which has a form of its own.',
});

export interface ErrorAnswer {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example: unknown;
}

interface CommonError {
  readonly status: number;
  /** Of the component that holds it. */
  readonly name: string;
  readonly description: string;
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  /** Whether it can be API Gateway's own; never when left out. */
  readonly gateway?: keyof typeof SCHEMAS;
  readonly canOccur: (route: Route) => boolean;
}

/** Whether a write may carry an `Idempotency-Key`: what makes something new each time it is repeated. */
export const takesIdempotencyKey = ({ method, scope, function: servedBy }: Route): boolean =>
  method === 'POST' && servedBy !== 'pull' && scope !== 'read' && (scope !== 'none' || servedBy === 'ingest');

/** Whether a write may depend on the state of what it changes. A creation changes nothing that exists. */
export const takesIfMatch = (route: Route): boolean =>
  writes(route) &&
  route.function === 'manage' &&
  !route.changesNothing &&
  (route.method !== 'POST' || route.path.includes('{'));

const isGuarded = ({ scope }: Route): boolean => scope !== 'none';
const hasBody = ({ body }: Route): boolean => body !== undefined;
const hasParameter = ({ path }: Route): boolean => path.includes('{');
const writes = ({ method }: Route): boolean => method !== 'GET';

const COMMON: readonly CommonError[] = [
  {
    status: 400,
    name: 'MalformedJson',
    description: 'The body is not JSON, or the path has a percent sign that escapes nothing.',
    code: 'malformed_json',
    message: 'expected JSON: malformed at line 1, column 27',
    gateway: 'also',
    canOccur: hasBody,
  },
  {
    status: 400,
    name: 'BadRequest',
    description: 'The path has a percent sign that escapes nothing. One in an id has to be escaped twice.',
    code: '',
    message: 'Bad Request',
    gateway: 'always',
    canOccur: (route) => !hasBody(route) && hasParameter(route),
  },
  {
    status: 401,
    name: 'Unauthorized',
    description: 'There is no `Authorization` header.',
    code: '',
    message: 'Unauthorized',
    gateway: 'always',
    canOccur: isGuarded,
  },
  {
    status: 403,
    name: 'Forbidden',
    description: 'The key is not known, has ended, or is not good for this.',
    code: 'insufficient_scope',
    message: 'expected a credential with the scope manage, got one with read',
    gateway: 'also',
    canOccur: isGuarded,
  },
  {
    status: 404,
    name: 'NotFound',
    description: 'There is no such thing, or it is another tenant’s.',
    code: 'not_found',
    message: 'no such target',
    gateway: 'also',
    canOccur: hasParameter,
  },
  {
    status: 409,
    name: 'Conflict',
    description: 'It conflicts with what exists.',
    code: 'in_use',
    message: 'used by sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX; delete or change these first',
    canOccur: (route) => isGuarded(route) && (writes(route) || route.function === 'pull'),
  },
  {
    status: 412,
    name: 'PreconditionFailed',
    description: 'It has been changed since it had this ETag.',
    code: 'precondition_failed',
    message: 'this has changed; read it again',
    canOccur: takesIfMatch,
  },
  {
    status: 413,
    name: 'PayloadTooLarge',
    description: 'The body is too large.',
    code: 'payload_too_large',
    message: 'expected a body of at most 524288 bytes, got 600000',
    gateway: 'also',
    canOccur: hasBody,
  },
  {
    status: 415,
    name: 'UnsupportedMediaType',
    description: 'The body has a content type that is not taken here, or may not be what was sent.',
    code: 'unsupported_media_type',
    message: 'expected content-type application/json',
    canOccur: hasBody,
  },
  {
    status: 422,
    name: 'ValidationFailed',
    description: 'A value is not as it has to be.',
    code: 'validation_failed',
    message: 'expected a whole number from 1 to 200',
    field: 'limit',
    // A parameter that a route does not have is refused by every route but those of the documentation.
    canOccur: (route) => route.function !== 'docs',
  },
  {
    status: 429,
    name: 'TooManyRequests',
    description: 'Too many requests at once. Wait a moment and repeat.',
    code: 'too_many_requests',
    message: 'too many requests',
    gateway: 'also',
    canOccur: () => true,
  },
  {
    status: 500,
    name: 'InternalServerError',
    description:
      'A function has failed, and the request may be repeated as it is; or the stored item is damaged.',
    code: 'unreadable_item',
    message: 'the target is stored in a form that cannot be read; the log of the function names the item',
    gateway: 'also',
    canOccur: () => true,
  },
  {
    status: 503,
    name: 'Unavailable',
    description: 'A part of the service does not answer. The request may be repeated as it is.',
    code: 'unavailable',
    message: 'a part of the service does not answer; please repeat the request',
    gateway: 'also',
    canOccur: () => true,
  },
];

/** All of them, each for one component of the document. */
export const allErrors = (): ErrorAnswer[] => COMMON.map(answerOf);

/** The errors that a route can answer beside those that it declares itself, by status. */
export const commonErrors = (route: Route): Record<number, ErrorAnswer> =>
  Object.fromEntries(
    COMMON.filter(({ canOccur }) => canOccur(route)).map((common) => [common.status, answerOf(common)]),
  );

/** An error of which only the status is known. */
export const ERROR = { schema: error };

const EITHER = z.union([error, gatewayError]);

const SCHEMAS = { never: error, also: EITHER, always: gatewayError } as const;

function answerOf({ name, description, code, message, field, gateway = 'never' }: CommonError): ErrorAnswer {
  const ours = { error: code, message, ...(field && { field }), timestamp: '2026-11-21T09:30:00.000Z' };
  return { name, description, schema: SCHEMAS[gateway], example: gateway === 'always' ? { message } : ours };
}
