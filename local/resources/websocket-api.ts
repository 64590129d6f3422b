/** The resources of a WebSocket API, as CDK's WebSocketApi and WebSocketStage make them. */
import { z } from 'zod';
import { routeSelection } from '../http/socket-routes.ts';
import { addApi, functionOf } from './api.ts';
import { noted, resourceType } from './resource.ts';
import type { WebSocketApi, World } from './world.ts';

const api = resourceType(
  {
    Name: noted('for people').optional(),
    ProtocolType: z.literal('WEBSOCKET'),
    RouteSelectionExpression: z.string(),
    Description: noted('for people').optional(),
    DisableExecuteApiEndpoint: z.literal(false).optional(),
    IpAddressType: noted('the loopback').optional(),
    Tags: noted('labels for bills').optional(),
  },
  async (properties, { identity, world }) => {
    const select = routeSelection(properties.RouteSelectionExpression);
    const { id, url } = await addApi(world, identity, 0, (common): WebSocketApi => {
      return { ...common, protocol: 'WEBSOCKET', stage: '', select, routes: [], answered: new Set() };
    });
    // Clients and functions reach it here, so this is its true address, in the form of AWS's.
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: url.replace('http:', 'ws:') } };
  },
);

const stage = resourceType(
  {
    ApiId: z.string(),
    StageName: z.string().regex(/^[\w-]{1,128}$/, 'expected 1 to 128 letters, digits, _ or -'),
    AutoDeploy: z.literal(true, 'deployments by hand are not implemented'),
    AccessLogSettings: z
      .undefined(
        'not implemented: a WebSocket API logs with a role of the whole account and region, which a stack should not set',
      )
      .optional(),
    DefaultRouteSettings: noted('throttling: one machine is throttled enough').optional(),
    RouteSettings: noted('throttling: one machine is throttled enough').optional(),
    Description: noted('for people').optional(),
    Tags: noted('labels for bills').optional(),
  },
  ({ ApiId, StageName }, { world }) => {
    const found = webSocketApi(world, ApiId);
    if (found.stage) throw new Error(`one stage is implemented, and there is ${found.stage}`);
    found.stage = StageName;
    return { ref: StageName };
  },
);

const integration = resourceType(
  {
    ApiId: z.string(),
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('1.0', 'a WebSocket API has only 1.0').optional(),
    TimeoutInMillis: z.number().int().min(50).max(29_000).default(29_000),
    Description: noted('for people').optional(),
    IntegrationMethod: noted('Lambda is always posted to').optional(),
  },
  ({ ApiId, IntegrationUri, TimeoutInMillis }, { identity, world }) => {
    const fn = functionOf(world, IntegrationUri);
    webSocketApi(world, ApiId).integrations.set(identity.logicalId, { fn, timeoutMs: TimeoutInMillis });
    return { ref: identity.logicalId };
  },
);

const route = resourceType(
  {
    ApiId: z.string(),
    RouteKey: z.string().min(1),
    Target: z.string().startsWith('integrations/'),
    AuthorizationType: z.literal('NONE', 'authorizers of WebSocket APIs are not implemented').optional(),
    RouteResponseSelectionExpression: z.literal('$default').optional(),
    OperationName: noted('for people').optional(),
  },
  ({ ApiId, RouteKey, Target, RouteResponseSelectionExpression }, { identity, world }) => {
    const { routes } = webSocketApi(world, ApiId);
    if (routes.some(({ routeKey }) => routeKey === RouteKey))
      throw new Error(`there is a route ${RouteKey} already`);
    routes.push({
      id: identity.logicalId,
      routeKey: RouteKey,
      integrationId: Target.slice('integrations/'.length),
      selectsResponse: RouteResponseSelectionExpression !== undefined,
    });
    return { ref: identity.logicalId };
  },
);

const routeResponse = resourceType(
  { ApiId: z.string(), RouteId: z.string(), RouteResponseKey: z.literal('$default') },
  ({ ApiId, RouteId }, { identity, world }) => {
    const { routes, answered } = webSocketApi(world, ApiId);
    if (!routes.some(({ id }) => id === RouteId)) throw new Error(`no route ${RouteId}`);
    answered.add(RouteId);
    return { ref: identity.logicalId };
  },
);

function webSocketApi(world: World, id: string): WebSocketApi {
  const found = world.apis.get(id);
  if (found?.protocol !== 'WEBSOCKET') throw new Error(`no WebSocket API ${id}`);
  return found;
}

export const webSocketApiTypes = { api, stage, integration, route, routeResponse };
