/** How a WebSocket API calls the functions of its routes. */
import type { Log } from '../core/log.ts';
import type { Invocation } from '../lambda/protocol.ts';
import type { ApiContext } from './event.ts';
import { type Verdict, verdictOf } from './handshake.ts';
import { callWithin, type Integration, logNotPermitted } from './integration.ts';
import { opaqueId } from './socket-connection.ts';
import {
  connectEvent,
  disconnectEvent,
  type Handshake,
  messageEvent,
  type SocketCall,
  type SocketClient,
} from './socket-event.ts';
import type { Ending } from './socket-registry.ts';
import { proxyAnswer } from './socket-response.ts';
import { messageRoute, type Selection } from './socket-routes.ts';

export interface SocketRoute extends Integration {
  readonly routeKey: string;
  /** Whether an AWS::Lambda::Permission lets this API call the function on this route. */
  readonly permitted: boolean;
  /** Whether the client gets the function's answer: the route has a response. */
  readonly isTwoWay: boolean;
}

export interface SocketApiDefinition {
  readonly context: ApiContext;
  readonly arn: string;
  readonly region: string;
  readonly select: Selection;
  readonly routes: ReadonlyMap<string, SocketRoute>;
}

export function createCalls({ context, routes, select }: SocketApiDefinition, log: Log) {
  const callOf = (client: SocketClient, routeKey: string): SocketCall => {
    return { api: context, client, routeKey, requestId: opaqueId(), time: Date.now() };
  };

  async function call(route: SocketRoute, event: string): Promise<Invocation | 'timeout' | 'forbidden'> {
    if (route.permitted) return callWithin(route, event);
    logNotPermitted(log, `function=${route.fn.name}`, route.routeKey);
    return 'forbidden';
  }

  return {
    /** Without $connect, everybody may connect. */
    async connect(client: SocketClient, handshake: Handshake): Promise<Verdict> {
      const route = routes.get('$connect');
      if (!route) return { kind: 'accepted', subprotocol: undefined };
      const invocation = await call(route, connectEvent(callOf(client, '$connect'), handshake));
      return invocation === 'forbidden' ? { kind: 'refused', status: 500 } : verdictOf(invocation);
    },

    disconnect(client: SocketClient, ending: Ending): void {
      const route = routes.get('$disconnect');
      if (route) void call(route, disconnectEvent(callOf(client, '$disconnect'), ending));
    },

    /** What the client gets for its message; undefined: nothing. */
    async message(client: SocketClient, body: string): Promise<string | undefined> {
      const route = messageRoute(routes, select, body);
      const message = callOf(client, route?.routeKey ?? '$default');
      const failed = (text: string): string => {
        const { connectionId } = client;
        return JSON.stringify({ message: text, connectionId, requestId: message.requestId });
      };
      if (!route) return failed('Forbidden');
      const invocation = await call(route, messageEvent(message, opaqueId(), body));
      if (invocation === 'timeout') return failed('Endpoint request timed out');
      if (invocation === 'forbidden' || invocation.kind === 'failed') return failed('Internal server error');
      const answer = proxyAnswer(invocation.payload);
      if (!answer) return failed('Internal server error');
      return route.isTwoWay && answer.body ? answer.body : undefined;
    },
  };
}
