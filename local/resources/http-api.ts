/** The resources of an HTTP API. */
import { z } from 'zod';
import { addApi, functionOf } from './api.ts';
import { checkAccessLog } from './logs.ts';
import { known, noted, resourceType } from './resource.ts';
import type { HttpApi, World } from './world.ts';

const strings = z.array(z.string()).optional();

const api = resourceType(
  {
    Name: noted('for people').optional(),
    ProtocolType: z.literal('HTTP'),
    CorsConfiguration: known({
      AllowOrigins: strings,
      AllowMethods: strings,
      AllowHeaders: strings,
      ExposeHeaders: strings,
      AllowCredentials: z.boolean().optional(),
      MaxAge: z.number().optional(),
    }).optional(),
    Description: noted('for people').optional(),
    DisableExecuteApiEndpoint: z.literal(false).optional(),
    IpAddressType: noted('the loopback').optional(),
    Tags: noted('labels for bills').optional(),
  },
  async (properties, { identity, world }) => {
    const { id } = await addApi(world, identity, world.apiPort, (common): HttpApi => {
      const cors = properties.CorsConfiguration;
      return { ...common, protocol: 'HTTP', stage: '$default', cors, authorizers: new Map(), routes: [] };
    });
    return {
      ref: id,
      attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${identity.region}.amazonaws.com` },
    };
  },
);

const stage = resourceType(
  {
    ApiId: z.string(),
    StageName: z.string(),
    AutoDeploy: z.literal(true, 'deployments by hand are not implemented'),
    DefaultRouteSettings: noted('throttling: one machine is throttled enough').optional(),
    RouteSettings: noted('throttling: one machine is throttled enough').optional(),
    AccessLogSettings: known({ DestinationArn: z.string(), Format: z.string() }).optional(),
    Description: noted('for people').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { world }) => {
    const { AccessLogSettings: log } = properties;
    if (log) checkAccessLog(log.DestinationArn, log.Format);
    httpApi(world, properties.ApiId).stage = properties.StageName;
    return { ref: properties.StageName };
  },
);

const integration = resourceType(
  {
    ApiId: z.string(),
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('2.0'),
    TimeoutInMillis: z.number().int().min(50).max(30_000).default(30_000),
    Description: noted('for people').optional(),
    IntegrationMethod: noted('Lambda is always posted to').optional(),
  },
  (properties, { identity, world }) => {
    const fn = functionOf(world, properties.IntegrationUri);
    const id = identity.logicalId;
    httpApi(world, properties.ApiId).integrations.set(id, { fn, timeoutMs: properties.TimeoutInMillis });
    return { ref: id };
  },
);

const authorizer = resourceType(
  {
    ApiId: z.string(),
    Name: noted('for people'),
    AuthorizerType: z.literal('REQUEST', 'only Lambda authorizers are implemented'),
    AuthorizerUri: z.string(),
    AuthorizerPayloadFormatVersion: z.literal('2.0'),
    EnableSimpleResponses: z.literal(true, 'only simple responses are implemented'),
    IdentitySource: z.array(z.string()).default([]),
    AuthorizerResultTtlInSeconds: z.number().int().min(0).max(3600).default(300),
  },
  (properties, { identity, world }) => {
    const id = identity.logicalId;
    if (properties.AuthorizerResultTtlInSeconds > 0 && properties.IdentitySource.length === 0) {
      throw new Error('a cached authorizer needs an identity source');
    }
    httpApi(world, properties.ApiId).authorizers.set(id, {
      fn: functionOf(world, properties.AuthorizerUri),
      identitySources: properties.IdentitySource,
      ttlMs: properties.AuthorizerResultTtlInSeconds * 1000,
    });
    return { ref: id, attributes: { AuthorizerId: id } };
  },
);

const route = resourceType(
  {
    ApiId: z.string(),
    // API Gateway takes no other path that ends with a slash than `/` itself.
    RouteKey: z
      .string()
      .regex(
        /^(\$default|[A-Z]+ \/(.*[^/])?)$/,
        'expected $default or METHOD /path, without a slash at its end',
      ),
    Target: z.string().startsWith('integrations/'),
    AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
    AuthorizerId: z.string().optional(),
    OperationName: noted('for people').optional(),
  },
  (properties, { identity, world }) => {
    const custom = properties.AuthorizationType === 'CUSTOM';
    if (custom !== (properties.AuthorizerId !== undefined))
      throw new Error('CUSTOM authorization and an AuthorizerId go together');
    httpApi(world, properties.ApiId).routes.push({
      routeKey: properties.RouteKey,
      integrationId: properties.Target.slice('integrations/'.length),
      authorizerId: properties.AuthorizerId,
    });
    return { ref: identity.logicalId };
  },
);

function httpApi(world: World, id: string): HttpApi {
  const found = world.apis.get(id);
  if (found?.protocol !== 'HTTP') throw new Error(`no HTTP API ${id}`);
  return found;
}

export const httpApiTypes = { api, stage, integration, authorizer, route };
