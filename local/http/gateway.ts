/** An HTTP API: finds the route, asks the authorizer, calls the function, answers. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../core/log.ts';
import { apiUnits, type Meter } from '../core/meter.ts';
import type { Invocation } from '../lambda/protocol.ts';
import { readBody } from '../services/http.ts';
import type { Authorizer } from './authorizer.ts';
import { type CorsSettings, corsHeaders, preflightHeaders } from './cors.ts';
import {
  type ApiContext,
  type EventBase,
  eventBase,
  type HttpRequest,
  integrationEvent,
  splitUrl,
} from './event.ts';
import { callWithin, type Integration, logNotPermitted } from './integration.ts';
import { routedPath } from './path.ts';
import { FAILED, functionAnswer, gatewayAnswer, type HttpAnswer } from './response.ts';
import { routeMatcher } from './routes.ts';

export interface ApiRoute extends Integration {
  readonly routeKey: string;
  /** Whether an AWS::Lambda::Permission lets this API call the function on this route. */
  readonly permitted: boolean;
  readonly authorizer?: { readonly authorize: Authorizer; readonly permitted: boolean } | undefined;
}

export interface ApiDefinition {
  readonly context: ApiContext;
  readonly arn: string;
  readonly routes: readonly ApiRoute[];
  readonly cors?: CorsSettings | undefined;
}

const BODY_LIMIT = 10 * 1024 * 1024;
const BAD_REQUEST = gatewayAnswer(400, 'Bad Request');
const NOT_FOUND = gatewayAnswer(404, 'Not Found');
const UNAUTHORIZED = gatewayAnswer(401, 'Unauthorized');
const FORBIDDEN = gatewayAnswer(403, 'Forbidden');
const TOO_LARGE = gatewayAnswer(413, 'Request Entity Too Large');
const UNAVAILABLE = gatewayAnswer(503, 'Service Unavailable');

/** Answers the API's requests. @param isDown whether clients are cut off, see LocalCloud.cutOff */
export function gatewayListener(
  api: ApiDefinition,
  log: Log,
  meter: Meter | undefined,
  isDown: () => boolean,
): RequestListener {
  const answerOf = gatewayHandler(api, log);
  return async (request, response) => {
    if (isDown()) return void request.socket.destroy();
    try {
      const body = await readBody(request, BODY_LIMIT);
      const bytes = body?.length ?? BODY_LIMIT;
      meter?.count({
        caller: 'client',
        service: 'api',
        operation: 'Request',
        requests: 1,
        units: apiUnits(bytes),
      });
      const answer = body ? await answerOf(httpRequest(request, body)) : TOO_LARGE;
      send(response, answer, corsHeaders(api.cors, request.headers.origin));
    } catch (error) {
      log({ kind: 'cloud', text: `Gateway  ${String(error)}` });
      if (!response.headersSent) send(response, FAILED, {});
    }
  };
}

function gatewayHandler(api: ApiDefinition, log: Log): (request: HttpRequest) => Promise<HttpAnswer> {
  const { context, cors } = api;
  const findRoute = routeMatcher(api.routes);
  const prefix = context.stage === '$default' ? '' : `/${context.stage}`;

  return async (request) => {
    const path = routedPath(splitUrl(request.url).path);
    if (path === undefined) return BAD_REQUEST;
    if (cors && request.method === 'OPTIONS') return preflight(cors);
    if (prefix && path !== prefix && !path.startsWith(`${prefix}/`)) return NOT_FOUND;
    const found = findRoute(request.method, path.slice(prefix.length) || '/');
    if (!found) return NOT_FOUND;
    const { route, pathParameters } = found;
    const base = eventBase(request, context, route.routeKey);
    const admission = await admit(api, route, base, pathParameters, log);
    if (admission.kind === 'refused') return admission.answer;
    if (!route.permitted) return notPermitted(`function=${route.fn.name}`, route.routeKey, log);
    const event = integrationEvent(base, pathParameters, admission.context, request.body);
    return answer(await callWithin(route, event));
  };
}

type Admission = { kind: 'refused'; answer: HttpAnswer } | { kind: 'admitted'; context: unknown };

async function admit(
  api: ApiDefinition,
  route: ApiRoute,
  base: EventBase,
  pathParameters: Record<string, string> | undefined,
  log: Log,
): Promise<Admission> {
  if (!route.authorizer) return { kind: 'admitted', context: undefined };
  if (!route.authorizer.permitted)
    return { kind: 'refused', answer: notPermitted('authorizer', route.routeKey, log) };
  const routeArn = `${api.arn}/${api.context.stage}/${route.routeKey.replace(' ', '')}`;
  const verdict = await route.authorizer.authorize(base, pathParameters, routeArn);
  switch (verdict.kind) {
    case 'allowed':
      return { kind: 'admitted', context: verdict.context };
    case 'forbidden':
      return { kind: 'refused', answer: FORBIDDEN };
    case 'unidentified':
      return { kind: 'refused', answer: UNAUTHORIZED };
    case 'failed':
      return { kind: 'refused', answer: FAILED };
  }
}

function notPermitted(what: string, routeKey: string, log: Log): HttpAnswer {
  logNotPermitted(log, what, routeKey);
  return FAILED;
}

function preflight(cors: CorsSettings): HttpAnswer {
  return { status: 204, headers: preflightHeaders(cors), cookies: [], body: '' };
}

function answer(invocation: Invocation | 'timeout'): HttpAnswer {
  if (invocation === 'timeout') return UNAVAILABLE;
  if (invocation.kind === 'returned') return functionAnswer(invocation.payload);
  return invocation.error.errorType === 'RequestTooLargeException' ? TOO_LARGE : FAILED;
}

function httpRequest(request: IncomingMessage, body: Buffer): HttpRequest {
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    rawHeaders: request.rawHeaders,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    body,
    requestId: randomUUID(),
    time: Date.now(),
  };
}

function send(response: ServerResponse, answer: HttpAnswer, cors: Record<string, string>): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    ...cors,
    'content-length': Buffer.byteLength(answer.body),
    'apigw-requestid': randomUUID().slice(0, 16),
    ...(answer.cookies.length > 0 && { 'set-cookie': [...answer.cookies] }),
  });
  response.end(answer.body);
}
