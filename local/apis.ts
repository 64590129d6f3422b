/** Starts the APIs that a deployment has created: their servers listen already, and answer from now on. */
import { ACCOUNT } from './core/account.ts';
import { createAuthorizer } from './http/authorizer.ts';
import { type ApiDefinition, type ApiRoute, gatewayListener } from './http/gateway.ts';
import type { Integration } from './http/integration.ts';
import type { SocketRoute } from './http/socket-calls.ts';
import { openSocketGateway, type SocketGateway } from './http/socket-gateway.ts';
import { type Api, type HttpApi, isPermitted, type WebSocketApi, type World } from './resources/world.ts';

/** A WebSocket API that runs. */
export interface LocalSocketApi extends Omit<SocketGateway, 'stop'> {
  /** `ws://127.0.0.1:<port>/<stage>`. */
  readonly url: string;
}

export interface RunningApis {
  /** Of the HTTP API; empty without one. */
  readonly apiUrl: string;
  /** By construct name; in another region an API of the same name is `eu-central-1/Live`. */
  readonly sockets: ReadonlyMap<string, LocalSocketApi>;
  /** Ends all connections of WebSocket APIs. */
  stop(): void;
}

export function startApis(world: World): RunningApis {
  const apis = [...world.apis.values()];
  const [http, ...others] = apis.filter((each) => each.protocol === 'HTTP');
  if (others.length > 0) throw new Error('more than one HTTP API is not implemented');
  if (http) {
    const listener = gatewayListener(httpDefinition(world, http), world.log, world.meter, () => world.isDown);
    http.server.on('request', listener);
  }
  const gateways: SocketGateway[] = [];
  const sockets = new Map<string, LocalSocketApi>();
  for (const api of apis.filter((each) => each.protocol === 'WEBSOCKET')) {
    const gateway = startSockets(world, api);
    const { connections, cut } = gateway;
    const name = sockets.has(api.name) ? `${api.region}/${api.name}` : api.name;
    gateways.push(gateway);
    sockets.set(name, { url: urlOf(api).replace('http:', 'ws:'), connections, cut });
  }
  return {
    apiUrl: http ? urlOf(http) : '',
    sockets,
    stop() {
      for (const gateway of gateways) gateway.stop();
    },
  };
}

const urlOf = ({ stage, url }: Api): string => (stage === '$default' ? url : `${url}/${stage}`);

const arnOf = ({ region, id }: Api): string => `arn:aws:execute-api:${region}:${ACCOUNT}:${id}`;

const contextOf = ({ id, stage }: Api) => ({ apiId: id, stage, accountId: ACCOUNT });

/** Whether the API may call a function. @param path as in the ARN of the source: `live/$connect` */
const permits = (world: World, api: Api, functionArn: string, path: string): boolean =>
  isPermitted(world, functionArn, 'apigateway.amazonaws.com', `${arnOf(api)}/${path}`);

function integrationOf(api: Api, { routeKey, integrationId }: Api['routes'][number]): Integration {
  const integration = api.integrations.get(integrationId);
  if (!integration) throw new Error(`route ${routeKey}: no integration ${integrationId}`);
  return integration;
}

function httpDefinition(world: World, api: HttpApi): ApiDefinition {
  const authorizers = new Map(
    [...api.authorizers].map(([id, settings]) => {
      const permitted = permits(world, api, settings.fn.arn, `authorizers/${id}`);
      return [id, { authorize: createAuthorizer(settings), permitted }] as const;
    }),
  );
  const routes = api.routes.map((route): ApiRoute => {
    const { routeKey, authorizerId } = route;
    const integration = integrationOf(api, route);
    const authorizer = authorizerId === undefined ? undefined : authorizers.get(authorizerId);
    if (authorizerId !== undefined && !authorizer)
      throw new Error(`route ${routeKey}: no authorizer ${authorizerId}`);
    const permitted = permits(world, api, integration.fn.arn, `${api.stage}/${sourcePath(routeKey)}`);
    return { routeKey, ...integration, permitted, authorizer };
  });
  return { context: contextOf(api), arn: arnOf(api), routes, cors: api.cors };
}

/** How API Gateway names a route when it calls a function: `POST/v1/events`, `$default`. */
function sourcePath(routeKey: string): string {
  return routeKey.replace(/^ANY /, '* ').replace(' ', '');
}

function startSockets(world: World, api: WebSocketApi): SocketGateway {
  if (!api.stage) throw new Error(`the WebSocket API ${api.name} has no stage`);
  const routes = api.routes.map((route): [string, SocketRoute] => {
    const integration = integrationOf(api, route);
    const { routeKey } = route;
    const permitted = permits(world, api, integration.fn.arn, `${api.stage}/${routeKey}`);
    const isTwoWay = route.selectsResponse && api.answered.has(route.id);
    return [routeKey, { routeKey, ...integration, permitted, isTwoWay }];
  });
  const definition = {
    context: contextOf(api),
    arn: arnOf(api),
    region: api.region,
    select: api.select,
    routes: new Map(routes),
  };
  return openSocketGateway(api.server, definition, { ...world, isDown: () => world.isDown });
}
