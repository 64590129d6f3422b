import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Route, routeKeys } from '../../api/route.ts';
import { type OperationsOf, ROUTES } from '../../api/routes.ts';
import { json, notFound } from '../../http/errors.ts';
import { etagOf } from '../../http/precondition.ts';
import { apiErrors } from '../../manage/api-errors.ts';
import { idempotently } from '../../manage/idempotent.ts';
import type { Answer, Call, Operation } from '../../manage/operation.ts';
import * as deadLetters from '../../manage/operations/dead-letters.ts';
import { getEgress } from '../../manage/operations/egress.ts';
import * as eventTypes from '../../manage/operations/event-types.ts';
import * as events from '../../manage/operations/events.ts';
import * as filters from '../../manage/operations/filters.ts';
import { getHealth } from '../../manage/operations/health.ts';
import * as keys from '../../manage/operations/keys.ts';
import { createPortalToken } from '../../manage/operations/portal.ts';
import * as replays from '../../manage/operations/replays.ts';
import { getStats } from '../../manage/operations/stats.ts';
import * as changes from '../../manage/operations/subscription-changes.ts';
import * as subscriptions from '../../manage/operations/subscriptions.ts';
import { getTargetHealth } from '../../manage/operations/target-health.ts';
import * as targets from '../../manage/operations/targets.ts';
import * as tenants from '../../manage/operations/tenants.ts';
import { testSubscription } from '../../manage/operations/test-event.ts';
import { admit, bodyOf, ifMatchOf, type ManageRequest, pathId, queryOf } from '../../manage/request.ts';
import { configTable } from '../../manage/stores.ts';

/** What answers each of this function's routes. */
const OPERATIONS: { [O in OperationsOf<'manage'>]: Operation<(typeof ROUTES)[O]> } = {
  listEvents: events.listEvents,
  getEvent: events.getEvent,
  getEventPayload: events.getEventPayload,
  listEventDeliveries: events.listEventDeliveries,
  getDelivery: replays.getDelivery,
  replayDelivery: replays.replayDelivery,
  replayEvent: replays.replayEvent,
  replaySubscription: replays.replaySubscription,
  listDeadLetters: deadLetters.listDeadLetters,
  redriveDeadLetters: deadLetters.redriveDeadLetters,
  purgeDeadLetters: deadLetters.purgeDeadLetters,
  listReplays: replays.listReplays,
  getReplay: replays.getReplay,
  cancelReplay: replays.cancelReplay,
  createTarget: targets.createTarget,
  listTargets: targets.listTargets,
  getTarget: targets.getTarget,
  patchTarget: targets.patchTarget,
  putTarget: targets.putTarget,
  deleteTarget: targets.deleteTarget,
  getSecrets: targets.getSecrets,
  rotateSecret: targets.rotateSecret,
  enableTarget: targets.enableTarget,
  disableTarget: targets.disableTarget,
  challengeTarget: targets.challengeTarget,
  getTargetHealth,
  createFilter: filters.createFilter,
  listFilters: filters.listFilters,
  getFilter: filters.getFilter,
  patchFilter: filters.patchFilter,
  putFilter: filters.putFilter,
  deleteFilter: filters.deleteFilter,
  testFilter: filters.testFilter,
  createEventType: eventTypes.createEventType,
  listEventTypes: eventTypes.listEventTypes,
  getEventType: eventTypes.getEventType,
  patchEventType: eventTypes.patchEventType,
  putEventType: eventTypes.putEventType,
  deleteEventType: eventTypes.deleteEventType,
  createSubscription: subscriptions.createSubscription,
  listSubscriptions: subscriptions.listSubscriptions,
  getSubscription: subscriptions.getSubscription,
  deleteSubscription: subscriptions.deleteSubscription,
  pauseSubscription: subscriptions.pauseSubscription,
  resumeSubscription: subscriptions.resumeSubscription,
  listSubscriptionDeliveries: subscriptions.listSubscriptionDeliveries,
  patchSubscription: changes.patchSubscription,
  putSubscription: changes.putSubscription,
  testSubscription,
  createTenant: tenants.createTenant,
  listTenants: tenants.listTenants,
  getTenant: tenants.getTenant,
  patchTenant: tenants.patchTenant,
  deleteTenant: tenants.deleteTenant,
  getOwnTenant: tenants.getOwnTenant,
  patchOwnTenant: tenants.patchOwnTenant,
  createKey: keys.createKey,
  listKeys: keys.listKeys,
  getKey: keys.getKey,
  patchKey: keys.patchKey,
  rotateKey: keys.rotateKey,
  deleteKey: keys.deleteKey,
  createPortalToken,
  getStats,
  getHealth,
  getEgress,
};

interface Served {
  readonly route: Route;
  readonly operation: (call: Call) => Promise<Answer>;
}

const byRouteKey = new Map(
  Object.entries(OPERATIONS).flatMap(([name, operation]): [string, Served][] => {
    const route: Route = ROUTES[name as keyof typeof OPERATIONS];
    // The compiler has held each operation against its own route above; from here on they are all alike.
    const served = { route, operation: operation as unknown as Served['operation'] };
    return routeKeys(route).map((key) => [key, served]);
  }),
);

/** API Gateway has matched the route already; its key leads to the operation. */
async function serve(request: ManageRequest): Promise<APIGatewayProxyStructuredResultV2> {
  const served = byRouteKey.get(request.routeKey);
  if (!served) throw notFound('route');
  const { route, operation } = served;
  const caller = admit(request, route);
  const call = {
    caller,
    tenant: caller.tenant,
    id: pathId(request),
    query: queryOf(request, route) as Call['query'],
    body: bodyOf(request, route) as Call['body'],
    ifMatch: ifMatchOf(request),
    request,
  };
  return responseOf(
    await idempotently(configTable, caller, route, request, (make) => operation({ ...call, make })),
  );
}

function responseOf({ status, body, revision, raw }: Answer): APIGatewayProxyStructuredResultV2 {
  const etag = revision === undefined ? undefined : { etag: etagOf(revision) };
  if (raw) {
    const headers = { ...raw.headers, 'cache-control': 'no-store' };
    const text = Buffer.from(raw.bytes).toString('base64');
    return { statusCode: status, headers, body: text, isBase64Encoded: true };
  }
  const response = body === undefined ? { statusCode: status } : json(status, body);
  return { ...response, headers: { ...response.headers, ...etag } };
}

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(apiErrors())
  .handler((event) => serve(event as ManageRequest));
