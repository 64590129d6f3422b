import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { getEntity } from '../../config/entity-store.ts';
import type { Request } from '../../http/body.ts';
import { ApiError, errorResponse, unavailable } from '../../http/errors.ts';
import { disconnectListener, getListener } from '../../listeners/listener-store.ts';
import { type RelayDeps, relay } from '../../listeners/relay.ts';
import { beginRequest, endRequest, openRequest, readAnswer } from '../../listeners/request-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { socketPoster } from '../../platform/sockets.ts';
import { TARGET } from '../../targets/target.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

/** API Gateway takes a message within milliseconds. What takes longer is as a connection that is away. */
const POST_MS = 2000;

const deps: RelayDeps = {
  now: Date.now,
  sleep,
  getTarget: (tenant, id) => getEntity(configTable, TARGET, tenant, id),
  listeners: bind({ disconnectListener, getListener }, stateTable),
  requests: bind({ beginRequest, endRequest, openRequest, readAnswer }, stateTable),
  post: socketPoster(requireEnv('LIVE_URL'), POST_MS),
};

/** Passes deliveries on to developers' machines. Dispatch posts them here as to any endpoint. */
export async function handler(request: Request): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const response = await relay(deps, request);
    if (response.statusCode! >= 500) emitMetrics({ RelayedFailures: 1 });
    return response;
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error, Date.now());
    // It is well-formed by now: a path that is not was refused.
    warn('request not relayed', { tenant: request.pathParameters?.tenant, ...errorFields(error) });
    return errorResponse(unavailable(), Date.now());
  }
}
