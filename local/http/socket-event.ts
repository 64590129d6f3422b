/**
 * The events that a WebSocket API passes to a function. Pure. AWS documents the variables
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html)
 * and not the events. Their form is that of events that others captured on AWS: only $connect has the client's headers
 * and query, $disconnect has four of the gateway's own, a message has none.
 */
import { type ApiContext, requestTime, splitUrl } from './event.ts';

/** What the handshake says about a client, as every later event repeats it. */
export interface SocketClient {
  readonly connectionId: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** The Host header. */
  readonly domainName: string;
}

/** One call of a function. */
export interface SocketCall {
  readonly api: ApiContext;
  readonly client: SocketClient;
  readonly routeKey: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

export interface Handshake {
  /** Path and query as received. */
  readonly url: string;
  /** Name, value, name, value, as received. */
  readonly rawHeaders: readonly string[];
}

/** The event of $connect, as JSON text. */
export function connectEvent(call: SocketCall, { url, rawHeaders }: Handshake): string {
  const headers = [...passedHeaders(rawHeaders), ...gatewayHeaders(call, rawHeaders)];
  const query = [...new URLSearchParams(splitUrl(url).query)];
  return JSON.stringify({
    headers: Object.fromEntries(headers),
    multiValueHeaders: multiValue(headers),
    ...(query.length > 0 && {
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: multiValue(query),
    }),
    requestContext: requestContext(call, 'CONNECT'),
    isBase64Encoded: false,
  });
}

/** The event of a message, as JSON text. */
export function messageEvent(call: SocketCall, messageId: string, body: string): string {
  const context = { ...requestContext(call, 'MESSAGE'), messageId };
  return JSON.stringify({ requestContext: context, body, isBase64Encoded: false });
}

/**
 * The event of $disconnect, as JSON text.
 * @param ending its code is 1005 where the close frame has none, 1006 without a close frame
 */
export function disconnectEvent(
  call: SocketCall,
  { code, reason }: { readonly code: number; readonly reason: string },
): string {
  const headers = { Host: call.client.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return JSON.stringify({
    headers,
    multiValueHeaders: multiValue(Object.entries(headers)),
    requestContext: {
      ...requestContext(call, 'DISCONNECT'),
      disconnectStatusCode: code,
      disconnectReason: reason || REASONS[code] || '',
    },
    isBase64Encoded: false,
  });
}

/** As they stood in events that were captured. */
const REASONS: Readonly<Record<number, string>> = {
  1001: 'Going away',
  1005: 'Client-side close frame status not set',
};

function requestContext({ api, client, routeKey, requestId, time }: SocketCall, eventType: string) {
  const { connectionId, connectedAt, sourceIp, userAgent, domainName } = client;
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(time),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt,
    requestTimeEpoch: time,
    identity: { ...(userAgent !== undefined && { userAgent }), sourceIp },
    requestId,
    domainName,
    connectionId,
    apiId: api.apiId,
  };
}

type Pair = readonly [name: string, value: string];

const NOT_PASSED = new Set([
  'connection',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

function passedHeaders(rawHeaders: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (!NOT_PASSED.has(name.toLowerCase())) pairs.push([name, rawHeaders[index + 1]!]);
  }
  return pairs;
}

function gatewayHeaders({ client, time, requestId }: SocketCall, rawHeaders: readonly string[]): Pair[] {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^x-forwarded-for$/i.test(name));
  const before = at < 0 ? '' : `${rawHeaders[at + 1]}, `;
  const trace = Buffer.from(requestId).toString('hex').slice(0, 24);
  return [
    ['X-Amzn-Trace-Id', `Root=1-${Math.floor(time / 1000).toString(16)}-${trace}`],
    ['X-Forwarded-For', before + client.sourceIp],
    ['X-Forwarded-Port', /:(\d+)$/.exec(client.domainName)?.[1] ?? '80'],
    ['X-Forwarded-Proto', 'http'],
  ];
}

function multiValue(pairs: readonly Pair[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of pairs) values[name] = [...(values[name] ?? []), value];
  return values;
}
