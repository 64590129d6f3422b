/** The OpenAPI document of a table of routes. Pure. https://spec.openapis.org/oas/v3.1.1.html */

import * as z from 'zod';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiContentObject,
  type ZodOpenApiMediaTypeObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { OPERATIONAL_DESCRIPTIONS } from '../notifications/operational-schemas.ts';
import { allErrors, commonErrors, ERROR, takesIdempotencyKey, takesIfMatch } from './openapi-errors.ts';
import { IDEMPOTENCY_KEY, IF_MATCH } from './patterns.ts';
import type { Content, LimitedBy, Route, RouteAnswer } from './route.ts';
import { TAGS } from './tags.ts';

export interface OpenApiOptions {
  /** Of the API: the project's. */
  readonly version: string;
  /** Where the API is reached, without a slash at its end; where it is left out, next to the document. */
  readonly serverUrl?: string;
}

export type OpenApiDocument = ReturnType<typeof createDocument>;

const DESCRIPTION = `
Webhook delivery: publish an event, and Posthorn signs, posts, retries and shows what happened.

Lists come in pages: \`limit\` says how many, and \`next\` is the \`cursor\` of the page that follows, or null.
Errors have one form (see the schema Error); those that API Gateway answers by itself have another (GatewayError).
A POST can carry an \`Idempotency-Key\`: sent again with the same key, it does nothing new and answers as at first.
Posthorn tells a tenant of its targets and deliveries by events that it subscribes to (see \`webhooks\`).
A write can carry \`If-Match\` with the ETag of what it changes: it is refused with 412 if that has changed since.
`.trim();

/**
 * Describes the routes in OpenAPI 3.1.
 * @param routes by operation id
 */
export function openApiDocument(
  routes: Readonly<Record<string, Route>>,
  { version, serverUrl }: OpenApiOptions,
): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const [name, route] of Object.entries(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(name, route) };
  }
  const tags = [...new Set(Object.values(routes).map(({ tag }) => tag))];
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Posthorn',
        version,
        description: DESCRIPTION,
        contact: { name: 'The operator of this environment' },
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: serverUrl ?? '/' }],
      tags: tags.map((tag) => ({ name: tag, description: TAGS[tag] })),
      security: [{ bearer: [] }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key, or a portal token. A portal token that is limited to targets is refused by routes that do not mention it.',
          },
        },
        responses: sharedErrors(Object.values(routes)),
      },
      paths,
      webhooks: operationalWebhooks(),
    },
    { override: plainly },
  );
}

/** `posthorn.target.disabled` as `onTargetDisabled`. */
const operationIdOf = (type: string): string =>
  `on${type.replace(/^posthorn/, '').replaceAll(/\.(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** Posthorn's own event types, as deliveries of them. */
const operationalWebhooks = (): ZodOpenApiPathsObject =>
  Object.fromEntries(
    Object.entries(OPERATIONAL_DESCRIPTIONS).map(([type, { description, schema, sample }]) => [
      type,
      {
        post: {
          operationId: operationIdOf(type),
          tags: ['Event types'],
          summary: description,
          description: `Of the type \`${type}\`, which patterns match that begin with \`posthorn.\`, and no others.`,
          security: [],
          requestBody: { content: { 'application/json': { schema, example: sample } } },
          responses: { '2XX': { description: 'Delivered.' } },
        },
      },
    ]),
  );

function operation(name: string, route: Route): ZodOpenApiOperationObject {
  const { tag, summary, query, body, scope } = route;
  const path = route.params ?? pathParameters(route);
  const header = headerParameters(route);
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: [route.description, elsewhere(route), needs(route)].filter(Boolean).join('\n\n'),
    'x-scope': scope,
    ...(scope === 'none' && { security: [] }),
    requestParams: { ...(path && { path }), ...(query && { query }), ...(header && { header }) },
    ...(body && { requestBody: requestBody([body].flat()) }),
    responses: responses(route),
  };
}

const requestBody = (declared: readonly Content[]) => ({
  required: !declared.some(({ optional }) => optional),
  content: contents(declared),
});

const elsewhere = ({ alsoAt = [] }: Route): string =>
  alsoAt.length === 0 ? '' : `Also at ${alsoAt.map((path) => `\`${path}\``).join(' and ')}.`;

function needs({ scope, keysOnly, limitedBy }: Route): string {
  if (scope === 'none') return 'Needs no key.';
  const also = limitedBy && ` ${LIMITED[limitedBy]}`;
  return `Needs a key with the scope \`${scope}\`${keysOnly ? '; portal tokens are refused.' : `.${also ?? ''}`}`;
}

const THEIRS = 'A portal token that is limited to targets sees what is theirs.';

/** What each declaration means for a caller. Where a route has none, what is said of credentials holds. */
const LIMITED: Readonly<Record<LimitedBy, string>> = {
  target: THEIRS,
  subscription: THEIRS,
  filter: THEIRS,
  delivery: THEIRS,
  event: THEIRS,
  alertRule: THEIRS,
  list: THEIRS,
  targetId: 'A portal token that is limited to targets has to name one of them.',
  nothing: 'A portal token that is limited to targets will do.',
};

/** `{id}` in `/v1/targets/{id}/secrets` is described by what stands before it. */
function pathParameters({ path }: Route): z.ZodObject | undefined {
  const named = [...path.matchAll(/\/([^/]+)\/\{([^}]+)\}/g)];
  if (named.length === 0) return undefined;
  const parameter = (before: string) =>
    z
      .string()
      .min(1)
      .meta({ description: `One of the ${before}.` });
  return z.object(
    Object.fromEntries(
      named.map(([, before = '', name = '']) => [name, parameter(before.replaceAll('-', ' '))]),
    ),
  );
}

const idempotencyKey = z.string().optional().meta({
  pattern: IDEMPOTENCY_KEY,
  minLength: 1,
  maxLength: 255,

  description: 'A name for this request, so that it takes effect once even if it is sent twice.',
});

const ifMatch = z.string().optional().meta({
  pattern: IF_MATCH,
  minLength: 1,
  description: 'The ETag of the last answer: the write is refused if there has been another since.',
});

function headerParameters(route: Route): z.ZodObject | undefined {
  const headers = {
    ...route.headers?.shape,
    ...(takesIdempotencyKey(route) && { 'Idempotency-Key': idempotencyKey }),
    ...(takesIfMatch(route) && { 'If-Match': ifMatch }),
  };
  return Object.keys(headers).length > 0 ? z.object(headers) : undefined;
}

/** By content type. What a route declares several times for one type is an alternative. */
function contents(declared: readonly Content[]): ZodOpenApiContentObject {
  const byType = Map.groupBy(declared, ({ type = 'application/json' }) => type);
  return Object.fromEntries([...byType].map(([type, alternatives]) => [type, content(alternatives)]));
}

function content(alternatives: readonly Content[]): ZodOpenApiContentObject[string] {
  const [first] = alternatives as [Content, ...Content[]];
  return {
    schema: alternatives.length === 1 ? first.schema : z.union(alternatives.map(({ schema }) => schema)),
    ...examplesOf(alternatives),
  };
}

function examplesOf(
  alternatives: readonly Content[],
): Pick<ZodOpenApiMediaTypeObject, 'example' | 'examples'> {
  const single = alternatives.flatMap(({ example }) => (example === undefined ? [] : [example]));
  const named = Object.assign({}, ...alternatives.map(({ examples }) => examples));
  if (single.length === 1 && Object.keys(named).length === 0) return { example: single[0] };
  const all = [
    ...Object.entries(named),
    ...single.map((value, index) => [`example ${index + 1}`, value] as const),
  ];
  return all.length === 0
    ? {}
    : { examples: Object.fromEntries(all.map(([name, value]) => [name, { value }])) };
}

/** Errors that several routes answer in the same words stand in the document once. */
function sharedErrors(routes: readonly Route[]): Record<string, ZodOpenApiResponseObject> {
  const used = new Set(routes.flatMap((route) => Object.values(errorsOf(route)).map(({ name }) => name)));
  return Object.fromEntries(
    allErrors()
      .filter(({ name }) => used.has(name))
      .map((answer) => [
        answer.name,
        { description: answer.description, content: contents(asContent(answer)) },
      ]),
  );
}

/** The common errors of a route, without those of which it says more itself. */
const errorsOf = (route: Route) =>
  Object.fromEntries(Object.entries(commonErrors(route)).filter(([status]) => !(status in route.answers)));

/** What a route declares itself can be a common error as well, and has the form of errors where it declares none. */
function responses(route: Route): ZodOpenApiResponsesObject {
  const common = commonErrors(route);
  const declared = Object.entries<RouteAnswer>(route.answers).map(([status, answer]) => {
    const error = Number(status) < 400 ? undefined : (common[Number(status)] ?? ERROR);
    const others = answer.alsoAs?.map((type) => ({ type, schema: z.string() })) ?? [];
    const either = [...asContent(answer), ...others, ...(error ? [{ schema: error.schema }] : [])];
    const content = either.length > 0 && { content: contents(either) };
    return [status, { description: answer.description, ...content }] as const;
  });
  const shared = Object.entries(errorsOf(route)).map(
    ([status, { name }]) => [status, { $ref: `#/components/responses/${name}` }] as const,
  );
  return Object.fromEntries([...declared, ...shared]);
}

const asContent = ({ schema, type, ...rest }: Partial<Content>): Content[] => {
  if (schema) return [{ ...rest, ...(type && { type }), schema }];
  return type ? [{ ...rest, type, schema: ANYTHING }] : [];
};

/** Of an answer whose type is all that is known of it. */
const ANYTHING = z.unknown();

/** What zod says to itself helps no reader: the pattern behind a format, the largest integer that a double holds. */
const plainly: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema }) => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
};
