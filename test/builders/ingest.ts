import type { EventType } from '../../lambdas/config/entities.ts';
import type { EventsMessage } from '../../lambdas/delivery/messages.ts';
import type { EventInFlight } from '../../lambdas/events/event.ts';
import type { Request } from '../../lambdas/http/body.ts';
import type { Caller } from '../../lambdas/http/caller.ts';
import type { Outgoing } from '../../lambdas/platform/sqs.ts';
import { type AddressConfig, createAddresses } from '../../lambdas/publishing/address.ts';
import { createPayloadCheck } from '../../lambdas/publishing/check-payloads.ts';
import { type IngestDeps, ingest } from '../../lambdas/publishing/ingest.ts';
import { createPublish } from '../../lambdas/publishing/publish.ts';
import { addressed } from '../../lambdas/publishing/publish-to-subscription.ts';
import { haveReusedIds } from '../../lambdas/publishing/reused-ids.ts';
import { ulidSource } from '../../lambdas/values/ids.ts';

export const TENANT = 'ten_01M7YZPEDCV2N9CR0Q6WV7Z1QX';
/** The time at which a test begins, in milliseconds since the epoch. */
export const NOW = Date.parse('2026-11-27T12:00:00Z');

const ROUTES: IngestDeps['routes'] = {
  'POST /v1/events': ['publish', 'publish'],
  'POST /v1/events/batch': ['publishBatch', 'publish'],
  'POST /v1/logs': ['publishLogs', 'publish'],
  'POST /v1/subscriptions/{id}/ingest': ['publishToSubscription', 'none'],
};

const NO_ADDRESSES: AddressConfig = {
  getTenantOfSubscription: async () => undefined,
  getSubscription: async () => undefined,
  getTarget: async () => undefined,
  tenantInUse: async () => undefined,
};

/** Ingest with its real code, and a queue, a bucket and tables in memory. */
export function inMemoryIngest() {
  const clock = { now: NOW };
  const messages: Outgoing[] = [];
  const payloads = new Map<string, Uint8Array>();
  const types = new Map<string, EventType>();
  const digests = new Map<string, string>();
  /** A test replaces members to count calls or to make them fail. */
  const stores = {
    sendMessages: async (sent: readonly Outgoing[]): Promise<void> => void messages.push(...sent),
    putPayload: async (key: string, bytes: Uint8Array): Promise<void> => void payloads.set(key, bytes),
    getEventType: async (tenant: string, name: string) => types.get(`${tenant} ${name}`),
    digestsOfIds: async (_: string, ids: readonly string[], __: number): Promise<Map<string, string>> =>
      new Map([...digests].filter(([id]) => ids.includes(id))),
    addresses: NO_ADDRESSES,
  };
  const elapsed = (): number => clock.now;
  const publish = createPublish({
    now: () => clock.now,
    nextUlid: ulidSource(() => 0.5),
    putPayload: (...given) => stores.putPayload(...given),
    checkPayloads: createPayloadCheck({
      getEventType: (...given) => stores.getEventType(...given),
      freshMs: 30_000,
      elapsed,
    }),
    haveReusedIds: (...given) =>
      haveReusedIds({ digestsOfIds: (...asked) => stores.digestsOfIds(...asked), waitMs: 50 }, ...given),
    sendMessages: (sent) => stores.sendMessages(sent),
  });
  const lookUp = createAddresses(
    {
      getTenantOfSubscription: (...given) => stores.addresses.getTenantOfSubscription(...given),
      getSubscription: (...given) => stores.addresses.getSubscription(...given),
      getTarget: (...given) => stores.addresses.getTarget(...given),
      tenantInUse: (...given) => stores.addresses.tenantInUse(...given),
    },
    10_000,
    elapsed,
  );
  const deps: IngestDeps = {
    now: () => clock.now,
    routes: ROUTES,
    publish,
    publishAddressed: (request, operation) =>
      addressed({ now: () => clock.now, lookUp, publish }, request, operation),
  };
  return {
    clock,
    stores,
    messages,
    payloads,
    types,
    digests,
    /** The events that were sent, of all messages. */
    sent: (): EventInFlight[] => messages.flatMap(({ body }) => (body as EventsMessage).events),
    async send(request: Request): Promise<{ status: number; body: unknown }> {
      const { statusCode, body } = await ingest(deps, request);
      const { timestamp: _, ...answer } = JSON.parse(body!) as Record<string, unknown>;
      return { status: statusCode!, body: answer };
    },
  };
}

/** Differences from a JSON request with all rights. */
export interface Sent {
  readonly headers?: Record<string, string>;
  readonly caller?: Partial<Caller>;
  readonly query?: Record<string, string>;
  readonly id?: string;
}

export function requestOf(
  routeKey: string,
  body: unknown,
  { headers, caller, query, id }: Sent = {},
): Request {
  const lambda: Caller = {
    tenant: TENANT,
    credential: 'key_1',
    scopes: ['publish'],
    schemaCheck: 'off',
    maxPayloadBytes: 4_500_000,
    ...caller,
  };
  return {
    routeKey,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    rawQueryString: new URLSearchParams(query).toString(),
    ...(query && { queryStringParameters: query }),
    ...(id !== undefined && { pathParameters: { id } }),
    requestContext: { authorizer: { lambda } },
  } as unknown as Request;
}
