import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { API_KEY } from '../../access/api-key-entity.ts';
import { PORTAL_GRANT } from '../../access/portal-grant.ts';
import { getSession } from '../../access/session-store.ts';
import { getEntity } from '../../config/entity-store.ts';
import {
  connectListener,
  disconnectListener,
  getListener,
  renewListener,
} from '../../listeners/listener-store.ts';
import { answerRequest } from '../../listeners/request-store.ts';
import {
  addConnection,
  findConnection,
  listConnections,
  removeConnection,
  renewConnection,
} from '../../live/connection-store.ts';
import { type ConnectionDeps, closeConnection, keepAlive, openConnection } from '../../live/connections.ts';
import { answerTo, refusalOf } from '../../live/socket-messages.ts';
import { type AnswerDeps, takeAnswer } from '../../live/take-answer.ts';
import { takeTicket } from '../../live/ticket-store.ts';
import { extendWatch, readWatch, shortenWatch } from '../../live/watch-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { markWatched } from '../../stats/stats-store.ts';
import { tenantInUse } from '../../tenants/tenant-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

const deps: ConnectionDeps & AnswerDeps = {
  now: Date.now,
  tickets: bind({ takeTicket }, stateTable),
  connections: bind(
    { addConnection, findConnection, listConnections, removeConnection, renewConnection },
    stateTable,
  ),
  watches: bind({ extendWatch, readWatch, shortenWatch }, stateTable),
  marks: bind({ markWatched }, requireEnv('LOG_TABLE')),
  listeners: bind({ connectListener, disconnectListener, getListener, renewListener }, stateTable),
  requests: bind({ answerRequest }, stateTable),
  credentials: {
    ...bind({ getSession, tenantInUse }, configTable),
    getKey: (tenant, id) => getEntity(configTable, API_KEY, tenant, id),
    getGrant: (tenant, id) => getEntity(configTable, PORTAL_GRANT, tenant, id),
  },
};

/** API Gateway gives the query of the handshake, and no other. */
type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
};

/** Opens, keeps and closes the connections of the live channel, and takes what listeners answer. */
export async function handler(event: SocketEvent): Promise<APIGatewayProxyResult> {
  const { connectionId, routeKey } = event.requestContext;
  switch (routeKey) {
    case '$connect':
      return refusalOf(await openConnection(deps, connectionId, event.queryStringParameters?.ticket));
    case '$disconnect':
      await closeConnection(deps, connectionId);
      return { statusCode: 200, body: '' };
    default:
      return answerTo(event.body, {
        keepAlive: () => keepAlive(deps, connectionId),
        takeAnswer: (message) => takeAnswer(deps, connectionId, message),
      });
  }
}
