/**
 * `@connections`: how a backend reaches the clients of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Access, accessKeyOf, signedRegion, signedService } from '../core/access.ts';
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
export function connectionsListener(api: ConnectionsApi, access: Access): RequestListener {
  return (request, response) => {
    serve(api, access, request, response).catch((error) => {
      if (!response.headersSent) sendJson(response, 500, { message: String(error) });
    });
  };
}

async function serve(
  api: ConnectionsApi,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, MESSAGE_LIMIT);
  const { authorization } = request.headers;
  const connectionId = connectionIn(request, api.stage);
  const operation = OPERATIONS[request.method ?? ''];
  if (connectionId === undefined || !operation) return fail(response, 403, 'ForbiddenException', 'Forbidden');
  if (signedService(authorization) !== 'execute-api')
    return fail(response, 403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (signedRegion(authorization) !== api.region) {
    const message = `Credential should be scoped to a valid region, not '${signedRegion(authorization)}'`;
    return fail(response, 403, 'InvalidSignatureException', message);
  }
  const accessKey = accessKeyOf(authorization);
  const resource = `${api.stageArn}/${request.method}/@connections/${connectionId}`;
  const denial = access.refuse(accessKey, [{ action: 'execute-api:ManageConnections', resource }]);
  if (denial) return fail(response, 403, 'AccessDeniedException', denial.message);
  if (!body) return fail(response, 413, 'PayloadTooLargeException', 'Request Too Long');
  const connection = api.find(connectionId);
  const caller = access.nameOf(accessKey);
  if (operation !== 'PostToConnection') api.count(caller, operation);
  // Its answer has no body on AWS.
  if (!connection) return answer(response, 410, 'GoneException');
  if (operation === 'GetConnection') return sendJson(response, 200, described(connection));
  if (operation === 'DeleteConnection') {
    api.end(connection);
    return answer(response, 204);
  }
  if (isFull(connection)) return fail(response, 429, 'LimitExceededException', 'Too Many Requests');
  api.send(connection, body, caller);
  answer(response, 200);
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

function fail(response: ServerResponse, status: number, type: string, message: string): void {
  response.setHeader('x-amzn-errortype', type);
  sendJson(response, status, { message });
}

function answer(response: ServerResponse, status: number, errorType?: string): void {
  if (errorType) response.setHeader('x-amzn-errortype', errorType);
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 });
  response.end();
}
