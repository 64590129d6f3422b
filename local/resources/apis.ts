/** The resource types of API Gateway v2. Which properties one has depends on the protocol of its API. */
import { httpApiTypes as http } from './http-api.ts';
import type { ResourceType } from './resource.ts';
import { webSocketApiTypes as webSocket } from './websocket-api.ts';
import type { World } from './world.ts';

type Protocol = (properties: unknown, world: World) => unknown;

const ownProtocol: Protocol = (properties) => (properties as { ProtocolType?: unknown }).ProtocolType;

const protocolOfApi: Protocol = (properties, { apis }) => {
  const { ApiId } = properties as { ApiId?: unknown };
  const api = apis.get(String(ApiId));
  if (!api) throw new Error(`no API ${ApiId}`);
  return api.protocol;
};

function byProtocol(
  protocol: Protocol,
  types: { HTTP?: ResourceType; WEBSOCKET?: ResourceType },
): ResourceType {
  return {
    create(properties, surroundings) {
      const name = protocol(properties, surroundings.world);
      const type = name === 'HTTP' || name === 'WEBSOCKET' ? types[name] : undefined;
      if (!type)
        throw new Error(`expected an API with protocol ${Object.keys(types).join(' or ')}, got ${name}`);
      return type.create(properties, surroundings);
    },
  };
}

export const apiTypes: Record<string, ResourceType> = {
  'AWS::ApiGatewayV2::Api': byProtocol(ownProtocol, { HTTP: http.api, WEBSOCKET: webSocket.api }),
  'AWS::ApiGatewayV2::Stage': byProtocol(protocolOfApi, { HTTP: http.stage, WEBSOCKET: webSocket.stage }),
  'AWS::ApiGatewayV2::Integration': byProtocol(protocolOfApi, {
    HTTP: http.integration,
    WEBSOCKET: webSocket.integration,
  }),
  'AWS::ApiGatewayV2::Route': byProtocol(protocolOfApi, { HTTP: http.route, WEBSOCKET: webSocket.route }),
  'AWS::ApiGatewayV2::Authorizer': byProtocol(protocolOfApi, { HTTP: http.authorizer }),
  'AWS::ApiGatewayV2::RouteResponse': byProtocol(protocolOfApi, { WEBSOCKET: webSocket.routeResponse }),
};
