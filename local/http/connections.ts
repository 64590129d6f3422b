/**
 * `@connections`: how a backend reaches the clients of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Access, accessKeyOf, signedRegion, signedService } from '../core/access.ts';
import { type ErrorAnswer, type Faults, webSocketError } from '../services/faults.ts';
import { readBody, sendJson } from '../services/http.ts';
import { type Connection, isFull, MESSAGE_LIMIT } from './socket-connection.ts';

export interface ConnectionsApi {
  readonly region: string;
  /** `arn:aws:execute-api:<region>:<account>:<api>/<stage>`. */
  readonly stageArn: string;
  readonly stage: string;
  /** A connection that is established and not ended. */
  find(connectionId: string): Connection | undefined;
  send(connection: Connection, data: Buffer, caller: string): void;
  end(connection: Connection): void;
  /** Counts a request that is no message. */
  count(caller: string, operation: string): void;
}

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'PostToConnection',
  GET: 'GetConnection',
  DELETE: 'DeleteConnection',
};

/** The caller's role needs `execute-api:ManageConnections` on the connection, with the request's method in the ARN. */
export function connectionsListener(api: ConnectionsApi, access: Access, faults: Faults): RequestListener {
  return (request, response) => {
    serve({ api, access, faults }, request, response).catch((error) => {
      if (!response.headersSent) sendJson(response, 500, { message: String(error) });
    });
  };
}

interface Site {
  readonly api: ConnectionsApi;
  readonly access: Access;
  readonly faults: Faults;
}

async function serve(
  { api, access, faults }: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, MESSAGE_LIMIT);
  const connectionId = connectionIn(request, api.stage);
  const operation = OPERATIONS[request.method ?? ''];
  if (connectionId === undefined || !operation)
    return send(response, failure(403, 'ForbiddenException', 'Forbidden'));
  const refusal = refuse({ api, access, faults }, request, connectionId);
  if (refusal) return send(response, refusal);
  const caller = access.nameOf(accessKeyOf(request.headers.authorization));
  const fault = caller === 'operator' ? undefined : faults.draw('websocket');
  if (fault && fault.kind !== 'unknown') return send(response, webSocketError(fault.kind));
  const answer = body ? perform(api, operation, connectionId, body, caller) : TOO_LARGE;
  send(response, fault ? webSocketError(fault.kind) : answer);
}

/** The answer to a request whose signature does not fit or whose signer may not make it. */
function refuse({ api, access }: Site, request: IncomingMessage, connectionId: string): Answer | undefined {
  const { authorization } = request.headers;
  if (signedService(authorization) !== 'execute-api')
    return failure(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  const region = signedRegion(authorization);
  if (region !== api.region) {
    const message = `Credential should be scoped to a valid region, not '${region}'`;
    return failure(403, 'InvalidSignatureException', message);
  }
  const resource = `${api.stageArn}/${request.method}/@connections/${connectionId}`;
  const denial = access.refuse(accessKeyOf(authorization), [
    { action: 'execute-api:ManageConnections', resource },
  ]);
  return denial && failure(403, 'AccessDeniedException', denial.message);
}

function perform(
  api: ConnectionsApi,
  operation: string,
  connectionId: string,
  body: Buffer,
  caller: string,
): Answer {
  const connection = api.find(connectionId);
  if (operation !== 'PostToConnection') api.count(caller, operation);
  if (!connection) return GONE;
  switch (operation) {
    case 'GetConnection':
      return { status: 200, headers: {}, body: JSON.stringify(described(connection)) };
    case 'DeleteConnection':
      api.end(connection);
      return { status: 204, headers: {}, body: '' };
    default:
      if (isFull(connection)) return webSocketError('throttled');
      api.send(connection, body, caller);
      return { status: 200, headers: {}, body: '' };
  }
}

/** The connection's id in the path; undefined: the path is not of this stage's connections. */
function connectionIn({ url = '' }: IncomingMessage, stage: string): string | undefined {
  const [, pathStage, collection, id, ...more] = url.split('/').map(decoded);
  const fits = pathStage === stage && collection === '@connections' && id && more.length === 0;
  return fits ? id : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function described({ connectedAt, lastActiveAt, sourceIp, userAgent }: Connection) {
  return {
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp, userAgent: userAgent ?? '' },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  };
}

type Answer = ErrorAnswer;

function failure(status: number, type: string, message: string): Answer {
  return { status, headers: { 'x-amzn-errortype': type }, body: JSON.stringify({ message }) };
}

const TOO_LARGE = failure(413, 'PayloadTooLargeException', 'Request Too Long');
/** On AWS it has no body. */
const GONE: Answer = { status: 410, headers: { 'x-amzn-errortype': 'GoneException' }, body: '' };

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, ...(body && { 'content-type': 'application/json' }) });
  response.end(body);
}
