/**
 * A CloudFront distribution as a server on the loopback: plain http, one place, and no cache. What CloudFront would
 * cache says so in its `cache-control`, which browsers heed here as there.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../core/log.ts';
import { KEEP_ALIVE_MS } from '../services/endpoint.ts';
import { type ApiOrigin, askApi, connectApi } from './api-origin.ts';
import type { EdgeFunction } from './edge-function.ts';
import type { FileAnswer } from './file-origin.ts';
import { behaviorMatcher } from './path-pattern.ts';
import { type AnswerHeaders, type HeadersPolicy, withPolicy } from './response-headers.ts';
import { changedRequest, eventRequest, type Pairs, type ViewerRequest } from './viewer-event.ts';

type Origin =
  | { readonly kind: 'api'; readonly api: ApiOrigin }
  | {
      readonly kind: 'files';
      readonly answer: (request: {
        readonly uri: string;
        readonly acceptEncoding: string;
        readonly ifNoneMatch: string | undefined;
        readonly compress: boolean;
      }) => Promise<FileAnswer>;
    };

export interface Behavior {
  readonly pattern: string;
  readonly methods: readonly string[];
  readonly compress: boolean;
  readonly onViewerRequest: EdgeFunction | undefined;
  readonly headers: HeadersPolicy | undefined;
  readonly origin: Origin;
}

export interface DistributionDefinition {
  readonly id: string;
  readonly domain: string;
  readonly rootObject: string | undefined;
  readonly behaviors: readonly Behavior[];
  readonly byDefault: Behavior;
}

/**
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustomMaxRequestStringLength
 */
const REQUEST_BYTES = 20_480;
const URL_CHARACTERS = 8192;

/** An answer of CloudFront itself. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface RunningDistribution {
  /** Not yet listening. */
  readonly server: Server;
  /** Ends WebSocket connections, which a closing server leaves open. */
  readonly endConnections: () => void;
}

/** @param isDown whether clients reach nothing: their connections then end without a word */
export function createDistribution(
  definition: DistributionDefinition,
  log: Log,
  isDown: () => boolean = () => false,
): RunningDistribution {
  const behaviorOf = behaviorMatcher(definition.behaviors, definition.byDefault);
  const open = new Set<() => void>();
  // Larger than what is refused, so that it is refused here and not by Node.js.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: 4 * REQUEST_BYTES });

  /** The request after the function of its behavior. */
  const admit = async (message: IncomingMessage) => {
    const viewer = viewerRequest(message);
    checkSize(message, viewer);
    const behavior = behaviorOf(viewer.uri);
    checkMethod(message, behavior);
    return { behavior, request: await runFunction(definition, behavior, viewer, ipOf(message), log) };
  };

  server.on('request', async (message, response) => {
    if (isDown()) return void message.socket.destroy();
    try {
      const { behavior, request } = await admit(message);
      await answer(definition, behavior, request, message, response);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const { status, text } = failure(error, log);
      // The rest of a refused body is read and dropped.
      message.resume();
      response.writeHead(status, { 'content-type': 'text/plain', 'x-cache': 'Error from cloudfront' });
      response.end(text);
    }
  });

  server.on('upgrade', async (message, socket, head) => {
    if (isDown()) return void socket.destroy();
    try {
      const { behavior, request } = await admit(message);
      if (behavior.origin.kind !== 'api') throw new Refusal(403, 'a bucket takes no WebSocket');
      const end = connectApi(behavior.origin.api, request, ipOf(message), socket, head);
      open.add(end);
      socket.once('close', () => open.delete(end));
    } catch (error) {
      refuseUpgrade(socket, failure(error, log).status);
    }
  });
  const endConnections = (): void => {
    for (const end of open) end();
  };
  return { server, endConnections };
}

function failure(error: unknown, log: Log): { status: number; text: string } {
  if (error instanceof Refusal) return { status: error.status, text: error.message };
  log({ kind: 'cloud', text: `Distribution  ${String(error)}` });
  return { status: 502, text: 'the origin did not answer' };
}

async function runFunction(
  { id, domain }: DistributionDefinition,
  { onViewerRequest }: Behavior,
  viewer: ViewerRequest,
  ip: string,
  log: Log,
): Promise<ViewerRequest> {
  if (!onViewerRequest) return viewer;
  const requestId = randomBytes(20).toString('base64url');
  const context = { distributionDomainName: domain, distributionId: id, requestId, ip };
  try {
    return changedRequest(viewer, await onViewerRequest(eventRequest(viewer), context));
  } catch (error) {
    log({ kind: 'cloud', text: `EdgeFunction  ${String(error)}` });
    throw new Refusal(502, 'the function at the edge failed');
  }
}

async function answer(
  { rootObject }: DistributionDefinition,
  behavior: Behavior,
  request: ViewerRequest,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (behavior.origin.kind === 'api') {
    const { status, headers, body } = await askApi(behavior.origin.api, request, ipOf(message), message);
    response.writeHead(status, finished(headers, behavior));
    return pipeline(body, response);
  }
  message.resume();
  const header = (wanted: string): string | undefined =>
    request.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const { status, headers, body } = await behavior.origin.answer({
    uri: request.uri === '/' && rootObject !== undefined ? `/${rootObject}` : request.uri,
    acceptEncoding: header('accept-encoding') ?? '',
    ifNoneMatch: header('if-none-match'),
    compress: behavior.compress,
  });
  const length = status === 304 ? {} : { 'content-length': String(body.length) };
  response.writeHead(status, finished({ ...headers, ...length }, behavior));
  response.end(request.method === 'HEAD' ? undefined : body);
}

const finished = (headers: AnswerHeaders, { headers: policy }: Behavior) => ({
  ...(withPolicy(headers, policy) as Record<string, string | string[]>),
  via: '1.1 local.cloudfront.net (CloudFront)',
  'x-cache': 'Miss from cloudfront',
});

function viewerRequest({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): ViewerRequest {
  const at = url.indexOf('?');
  const headers: Pairs = Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[2 * index]!,
    rawHeaders[2 * index + 1]!,
  ]);
  return {
    method,
    uri: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? '' : url.slice(at + 1),
    headers,
  };
}

function checkSize({ url = '/' }: IncomingMessage, { method, headers }: ViewerRequest): void {
  const lines = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (url.length > URL_CHARACTERS)
    throw new Refusal(413, `expected a URL of at most ${URL_CHARACTERS} bytes`);
  if (method.length + url.length + lines > REQUEST_BYTES)
    throw new Refusal(413, `expected at most ${REQUEST_BYTES} bytes before the body`);
}

function checkMethod({ method = 'GET', headers }: IncomingMessage, { methods }: Behavior): void {
  if (!methods.includes(method)) throw new Refusal(403, `expected one of ${methods.join(', ')}`);
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
  if (hasBody && (method === 'GET' || method === 'HEAD')) throw new Refusal(403, `${method} takes no body`);
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

const ipOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '127.0.0.1';
