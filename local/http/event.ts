/**
 * The event that an HTTP API passes to a function, payload format 2.0. Pure.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { handedOver, routedPath } from './path.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  /** Name, value, name, value, as received. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly body: Buffer;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

export interface ApiContext {
  readonly apiId: string;
  readonly stage: string;
  readonly accountId: string;
}

/** The parts that the events of a function and of an authorizer have in common. */
export function eventBase(request: HttpRequest, api: ApiContext, routeKey: string) {
  const { path, query } = splitUrl(request.url);
  const { headers, cookies } = headersOf(request);
  const host = headers.host ?? '';
  // An HTTP API passes the path decoded, unlike a REST API.
  const rawPath = handedOver(routedPath(path) ?? path);
  const parameters = queryParameters(query);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(parameters && { queryStringParameters: parameters }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method: request.method,
        // Without the slash at its end, which rawPath keeps (https://github.com/adamchainz/apig-wsgi/issues/376).
        path: rawPath.length > 1 && rawPath.endsWith('/') ? rawPath.slice(0, -1) : rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage: api.stage,
      time: requestTime(request.time),
      timeEpoch: request.time,
    },
  };
}

export type EventBase = ReturnType<typeof eventBase>;

/** The event for the integration, as JSON text. `lambda` is what the authorizer added, undefined without one. */
export function integrationEvent(
  base: EventBase,
  pathParameters: Record<string, string> | undefined,
  lambda: unknown,
  body: Buffer,
): string {
  const text = isText(base.headers['content-type'], base.headers['content-encoding']);
  return JSON.stringify({
    ...base,
    ...(pathParameters && { pathParameters }),
    requestContext: { ...base.requestContext, ...(lambda !== undefined && { authorizer: { lambda } }) },
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  });
}

const TEXT_TYPES = new Set([
  'application/json',
  'application/xml',
  'application/javascript',
  'application/graphql',
]);

/**
 * Whether a body is passed as text. AWS documents neither the list nor the treatment of bytes that are not UTF-8. Here
 * they become U+FFFD, as in Java's and Node's decoders. Others measured the list on AWS
 * (https://github.com/ministackorg/ministack/pull/766, https://github.com/floci-io/floci/issues/2172): a form, a
 * `+json` type, a missing content type and a text in another character set all arrive in base64. Other parameters and
 * subtypes of text were not measured. They are text here, the harder case for a function.
 */
export function isText(contentType = '', contentEncoding = 'identity'): boolean {
  if (contentEncoding !== 'identity') return false;
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  return /^utf-?8$/i.test(charset) && (type.startsWith('text/') || TEXT_TYPES.has(type));
}

export function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** Headers that end at the gateway. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'cookie',
]);

/** Names in lower case, values of one name joined by commas, cookies apart, and the gateway's own headers. */
function headersOf(request: HttpRequest): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]!.toLowerCase();
    const value = request.rawHeaders[index + 1]!;
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    if (HOP_BY_HOP.has(name)) continue;
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  const forwarded = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded ? `${forwarded}, ${request.sourceIp}` : request.sourceIp;
  // The true port, so that a URL that a function builds from it works.
  headers['x-forwarded-port'] = /:(\d+)$/.exec(headers.host ?? '')?.[1] ?? '80';
  headers['x-forwarded-proto'] = 'http';
  headers['x-amzn-trace-id'] ??=
    `Root=1-${Math.floor(request.time / 1000).toString(16)}-${request.requestId.replaceAll('-', '').slice(0, 24)}`;
  return { headers, cookies };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As in an access log: `12/Mar/2020:19:03:58 +0000`. */
export function requestTime(epoch: number): string {
  const iso = new Date(epoch).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
