import { randomUUID } from 'node:crypto';
import type { OperationsOf } from '../../lambdas/api/routes.ts';
import type { ApiClient } from '../../local/api-client.ts';

/** One call of the API as it is measured. */
export interface Request {
  /** The value of the path's parameter. */
  readonly id?: string | undefined;
  readonly query?: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** A call to measure, each time on entities of its own. */
export interface MeasuredCall {
  /** Distinguishes several calls of one operation. */
  readonly variant?: string;
  readonly operation: OperationsOf<'manage'>;
  /** Creates what the call needs, unmeasured. */
  prepare?(there: There): Promise<Request>;
  /** The call, where it needs no preparation. */
  request?(there: There): Request;
}

/** What calls work on. */
export interface There {
  /** Entities created through it are deleted after the call. */
  readonly api: ApiClient;
  /** The URL of an endpoint that answers. */
  readonly hookUrl: string;
  /** A subscription with many deliveries. */
  readonly busyId: string;
}

const FILTER = {
  events: ['bench.order.*'],
  where: { data: { currency: ['EUR', 'CHF'] } },
};
const EVENT = { type: 'bench.order.placed', data: { amount: 250, currency: 'EUR' } };

const settings = ({ hookUrl }: Pick<There, 'hookUrl'>) => ({
  url: hookUrl,
  description: 'Orders',
  timeoutSeconds: 10,
});
/** With its own target and filter; no event of the benchmark matches it. */
export const newSubscription = (there: Pick<There, 'hookUrl'>) => ({
  target: settings(there),
  filter: FILTER,
});
const name = (): string => `bench.${randomUUID().replaceAll('-', '')}`;

/** Entities for one call. */
const make = {
  target: async (there: There) =>
    (await there.api.call<{ id: string }>('POST', '/v1/targets', settings(there))).id,
  filter: async ({ api }: There) => (await api.call<{ id: string }>('POST', '/v1/filters', FILTER)).id,
  subscription: async (there: There) =>
    (await there.api.call<{ id: string }>('POST', '/v1/subscriptions', newSubscription(there))).id,
};

const onTarget = (rest: Omit<Request, 'id'> = {}) => ({
  prepare: async (there: There) => ({ id: await make.target(there), ...rest }),
});
const onFilter = (rest: Omit<Request, 'id'> = {}) => ({
  prepare: async (there: There) => ({ id: await make.filter(there), ...rest }),
});
const onSubscription = (rest: Omit<Request, 'id'> = {}) => ({
  prepare: async (there: There) => ({ id: await make.subscription(there), ...rest }),
});

let asked = 0;
/** A delivery of a subscription, each time another one. */
async function deliveryOf(api: ApiClient, subscription: string): Promise<string> {
  const deliveries = await api.deliveriesOf(subscription);
  return deliveries[asked++ % deliveries.length]!.id;
}

/** Representative calls; others cost as much as a similar one here. */
export const MEASURED_CALLS: readonly MeasuredCall[] = [
  { operation: 'createTarget', request: (there) => ({ body: settings(there) }) },
  { operation: 'getTarget', ...onTarget() },
  { operation: 'listTargets', request: () => ({}) },
  { operation: 'listTargets', variant: 'with health', request: () => ({ query: '?include=health' }) },
  { operation: 'listTargets', variant: 'in trouble', request: () => ({ query: '?state=troubled' }) },
  { operation: 'listTroubledTargets', request: () => ({}) },
  { operation: 'listTenants', variant: 'with health', request: () => ({ query: '?include=health' }) },
  { operation: 'patchTarget', ...onTarget({ body: { timeoutSeconds: 5 } }) },
  { operation: 'rotateSecret', ...onTarget({ body: {} }) },
  { operation: 'deleteTarget', ...onTarget() },
  { operation: 'createFilter', request: () => ({ body: FILTER }) },
  { operation: 'getFilter', ...onFilter() },
  { operation: 'listFilters', request: () => ({}) },
  { operation: 'patchFilter', ...onFilter({ body: { events: ['bench.order.placed'] } }) },
  { operation: 'deleteFilter', ...onFilter() },
  { operation: 'testFilter', request: () => ({ body: { filter: FILTER, event: EVENT } }) },
  {
    operation: 'createSubscription',
    variant: 'all in one',
    request: (there) => ({ body: newSubscription(there) }),
  },
  {
    operation: 'createSubscription',
    variant: 'by ids',
    prepare: async (there) => ({
      body: { targetId: await make.target(there), filterId: await make.filter(there) },
    }),
  },
  {
    operation: 'createSubscription',
    variant: 'Idempotency-Key',
    request: (there) => ({ body: newSubscription(there), headers: { 'idempotency-key': randomUUID() } }),
  },
  {
    operation: 'createSubscription',
    variant: 'Idempotency-Key, repeated',
    prepare: async (there) => {
      const again = { body: newSubscription(there), headers: { 'idempotency-key': randomUUID() } };
      await there.api.call('POST', '/v1/subscriptions', again.body, again.headers);
      return again;
    },
  },
  { operation: 'getSubscription', ...onSubscription() },
  { operation: 'listSubscriptions', request: () => ({}) },
  { operation: 'patchSubscription', ...onSubscription({ body: { name: 'Orders' } }) },
  {
    operation: 'patchSubscription',
    variant: 'its filter',
    ...onSubscription({ body: { events: ['bench.order.placed'] } }),
  },
  { operation: 'deleteSubscription', ...onSubscription() },
  { operation: 'putEventType', variant: 'new', request: () => ({ id: name(), body: { schema: {} } }) },
  { operation: 'testSubscription', request: ({ busyId }) => ({ id: busyId, body: {} }) },
  { operation: 'listEvents', request: () => ({}) },
  { operation: 'listSubscriptionDeliveries', request: ({ busyId }) => ({ id: busyId }) },
  { operation: 'listDeliveries', variant: 'of the tenant', request: () => ({}) },
  {
    operation: 'listDeliveries',
    variant: 'undelivered',
    request: () => ({ query: '?status=retrying,parked,dead' }),
  },
  { operation: 'getDelivery', prepare: async ({ api, busyId }) => ({ id: await deliveryOf(api, busyId) }) },
  {
    operation: 'replayDelivery',
    prepare: async ({ api, busyId }) => ({ id: await deliveryOf(api, busyId), body: {} }),
  },
  {
    operation: 'getEventTimeline',
    prepare: async ({ api }) => {
      const { items } = await api.call<{ items: { id: string }[] }>('GET', '/v1/events?limit=1');
      return { id: items[0]!.id };
    },
  },
  { operation: 'previewFilter', variant: 'of 200 events', request: () => ({ body: { filter: FILTER } }) },
  { operation: 'createPortalToken', request: () => ({ body: {} }) },
  { operation: 'listPortalTokens', request: () => ({}) },
  { operation: 'getStats', request: () => ({}) },
  { operation: 'getOverview', request: () => ({}) },
  { operation: 'getMetrics', variant: 'a day by hour', request: () => ({}) },
  { operation: 'getMetrics', variant: '30 days', request: () => ({ query: '?interval=day' }) },
  {
    operation: 'getMetrics',
    variant: 'an event type',
    request: () => ({ query: `?eventType=${EVENT.type}` }),
  },
  { operation: 'getMetricsBreakdown', variant: 'by target', request: () => ({ query: '?by=target' }) },
  { operation: 'getMetricsBreakdown', variant: 'by type', request: () => ({ query: '?by=eventType' }) },
  { operation: 'listAudit', request: () => ({}) },
  {
    operation: 'listAudit',
    variant: 'of an entity',
    prepare: async (there) => ({ query: `?entityId=${await make.target(there)}` }),
  },
];
