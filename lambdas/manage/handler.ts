import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json, notFound } from '../adapters/http.ts';
import { type Operation, ROUTES, routeKey } from '../api/routes.ts';
import { apiErrors } from './api-errors.ts';
import { getEventById, listEventDeliveries, listRecentEvents } from './events.ts';
import { getHealth } from './health.ts';
import type { ManageOperation, ManageRequest } from './request.ts';
import { getStats } from './stats.ts';
import {
  createSubscription,
  deleteSubscription,
  getSubscriptionById,
  listSubscriptionDeliveries,
  listSubscriptionsOfTenant,
} from './subscriptions.ts';

/** What each operation of this function's routes answers: a status and a body. */
const OPERATIONS: Record<ManageRoute, ManageOperation> = {
  listEvents: listRecentEvents,
  getEvent: getEventById,
  listEventDeliveries,
  createSubscription,
  listSubscriptions: listSubscriptionsOfTenant,
  getSubscription: getSubscriptionById,
  deleteSubscription,
  listSubscriptionDeliveries,
  getStats,
  getHealth,
};

type ManageRoute = {
  [O in Operation]: (typeof ROUTES)[O]['function'] extends 'manage' ? O : never;
}[Operation];

const byRouteKey = new Map(
  Object.entries(OPERATIONS).map(([name, operation]) => [routeKey(ROUTES[name as ManageRoute]), operation]),
);

/** API Gateway has matched the route already; its key leads to the operation. */
async function route(request: ManageRequest): Promise<APIGatewayProxyStructuredResultV2> {
  const operation = byRouteKey.get(request.routeKey);
  if (!operation) throw notFound('route');
  const { status, body } = await operation(request);
  return body === undefined ? { statusCode: status } : json(status, body);
}

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(apiErrors())
  .handler((event) => route(event as ManageRequest));
