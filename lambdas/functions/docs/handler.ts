import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import packageJson from '../../../package.json' with { type: 'json' };
import { INDEX } from '../../api/docs.ts';
import { ASSETS, PAGES } from '../../api/page-list.ts';
import { type Route, routeKeys } from '../../api/route.ts';
import { type OperationsOf, ROUTES } from '../../api/routes.ts';
import { ApiError, errorResponse, json, notFound, unavailable } from '../../http/errors.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { pageFile, remembered, type Sendable, send, sendable } from './read-page-files.ts';
import { methodsOf, nearestRoute, withoutSlashes } from './unknown.ts';

type Answer = Promise<APIGatewayProxyStructuredResultV2>;

type DocsRoute = OperationsOf<'docs'>;

/** What each operation of this function's routes answers. */
const OPERATIONS: Record<DocsRoute, (request: APIGatewayProxyEventV2) => Answer> = {
  getIndex: sendIndex,
  getOpenApi: sendDocument,
  getDocs: (request) => sendPage(request, 'docs.html', SWAGGER_UI_POLICY),
  getDocsFile: sendAsset,
  getCatalogue: (request) => sendPage(request, 'catalogue.html', STRICT_POLICY),
};

const byRouteKey = new Map(
  Object.entries(OPERATIONS).flatMap(([name, operation]) =>
    routeKeys(ROUTES[name as DocsRoute]).map((key) => [key, operation] as const),
  ),
);

/** Serves the API's description, and answers requests that have no route: API Gateway's `$default`. */
export async function handler(request: APIGatewayProxyEventV2): Answer {
  try {
    const operation = byRouteKey.get(request.routeKey) ?? refuse;
    return await operation(request);
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error, Date.now());
    warn('request failed', { route: request.routeKey, ...errorFields(error) });
    return errorResponse(unavailable(), Date.now());
  }
}

const routes = Object.values<Route>(ROUTES);

/** What is no route: a path with other methods, one with slashes too many, or none that there is. */
async function refuse({ rawPath, rawQueryString, requestContext: { http } }: APIGatewayProxyEventV2): Answer {
  // Not http.path, which API Gateway hands over without the slash at its end.
  const methods = methodsOf(routes, rawPath);
  if (methods.length > 0) return otherMethods(http.method, methods);
  const plain = withoutSlashes(routes, rawPath);
  if (plain !== undefined) return redirect(plain, rawQueryString);
  const nearest = nearestRoute(routes, http.method, rawPath);
  const hint = nearest === undefined ? ';' : `; did you mean ${nearest}?`;
  throw new ApiError(404, 'not_found', `no such route${hint} GET /docs shows all routes`);
}

/** RFC 9110, 15.5.6: a path that is there with other methods says which. */
function otherMethods(method: string, methods: readonly string[]): APIGatewayProxyStructuredResultV2 {
  const message = `${method} is not possible here; expected ${methods.join(' or ')}`;
  const answer = errorResponse(new ApiError(405, 'method_not_allowed', message), Date.now());
  return { ...answer, headers: { ...answer.headers, allow: methods.join(', ') } };
}

/**
 * RFC 9110, 15.4.9: the same request, body and all, at the path as it is written here. Nobody has looked at the
 * caller's key yet; that is done there. See docs/decisions/28-slashes.md.
 */
function redirect(path: string, query: string): APIGatewayProxyStructuredResultV2 {
  const message = `expected the path without slashes that are not needed: ${path}`;
  const answer = errorResponse(new ApiError(308, 'permanent_redirect', message), Date.now());
  return { ...answer, headers: { ...answer.headers, location: query === '' ? path : `${path}?${query}` } };
}

async function sendIndex(): Answer {
  return json(200, { name: 'Posthorn', version: packageJson.version, ...INDEX });
}

/** An hour: long enough for reading through the pages, short enough for those of the next version. */
const FILE_CACHE = 'public, max-age=3600';
/** A minute: a route that was just deployed is soon on the page. */
const DOCUMENT_CACHE = 'public, max-age=60';

async function sendAsset({ pathParameters, headers }: APIGatewayProxyEventV2): Answer {
  const name = pathParameters?.file ?? '';
  const file = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (!file) throw notFound('file');
  const cached = { 'cache-control': FILE_CACHE, 'cross-origin-resource-policy': 'same-origin' };
  return send(await pageFile(name), headers['accept-encoding'], file.type, cached);
}

/** Nothing comes from another site, nothing goes to one, and no other site can frame the page. */
const STRICT_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Swagger UI sets styles on elements and has its icons in the style sheet. */
const SWAGGER_UI_POLICY = `${STRICT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")}; img-src 'self' data:`;

async function sendPage(
  { headers }: APIGatewayProxyEventV2,
  name: keyof typeof PAGES,
  policy: string,
): Answer {
  return send(await pageFile(name), headers['accept-encoding'], PAGES[name].type, {
    'cache-control': DOCUMENT_CACHE,
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  });
}

/** Of a distribution before the API, which names itself in `x-forwarded-host`. */
const HOST = /^[a-z0-9.-]{1,253}(:\d{1,5})?$/;

/** The document names the host that it was asked from. An API has one or two. */
const documentOf = remembered(documentFor, 2);

async function sendDocument({ headers, requestContext }: APIGatewayProxyEventV2): Answer {
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  const asked = headers['x-forwarded-host'] ?? '';
  const serverUrl = `${scheme}://${HOST.test(asked) ? asked : requestContext.domainName}`;
  return send(await documentOf(serverUrl), headers['accept-encoding'], 'application/json', {
    'cache-control': DOCUMENT_CACHE,
    'access-control-allow-origin': '*',
  });
}

async function documentFor(serverUrl: string): Promise<Sendable> {
  // Loaded when it is first asked for: what answers wrong paths and sends files needs none of it.
  const { openApiDocument } = await import('../../api/openapi.ts');
  const { version } = packageJson;
  return sendable(Buffer.from(JSON.stringify(openApiDocument(ROUTES, { version, serverUrl }))));
}
