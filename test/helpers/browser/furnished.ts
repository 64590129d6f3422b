import { expect } from 'vitest';
import type { DeliveryView, List, TestCloud } from '../cloud.ts';
import { eventually } from '../eventually.ts';
import { startEndpoint } from '../servers/endpoint.ts';

/** Texts that somebody outside chooses. */
export interface Words {
  readonly name: string;
  /** An event type. */
  readonly type: string;
  readonly payload: unknown;
  /** The value of a header. */
  readonly header: string;
  /** What a failing endpoint answers. */
  readonly answer: string;
}

export const PLAIN: Words = {
  name: 'Warehouse',
  type: 'order.created',
  payload: { order: 4711, total: 120.5, lines: [{ sku: 'A-1', count: 2 }] },
  header: 'orders',
  answer: 'out of order',
};

/** The id of the trace that the event belongs to. */
export const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** Something of everything that pages show. */
export interface Furnished {
  /** Each page of the console that a tenant has, with a name for messages. */
  readonly paths: Readonly<Record<string, string>>;
  readonly ids: Readonly<
    Record<'healthy' | 'failing' | 'dead' | 'event' | 'delivery' | 'letter' | 'subscription', string>
  >;
}

interface Made {
  readonly id: string;
  readonly targetId: string;
}

/** Fills a tenant: an endpoint that works, one that fails, one that refuses; events, a filter, an event type, a job. */
export async function furnish(cloud: TestCloud, words: Words = PLAIN): Promise<Furnished> {
  const { api } = cloud;
  const { name, type, payload, header, answer } = words;
  const works = await startEndpoint(() => ({ status: 200, body: answer, headers: { 'x-from': 'works' } }));
  const fails = await startEndpoint(() => ({ status: 503, body: answer }));
  const refuses = await startEndpoint(() => ({ status: 400, body: answer }));
  await api.call('POST', '/v1/event-types', { name: type, description: name, sample: payload, schema: true });
  const subscribe = (url: string, more: object = {}): Promise<Made> =>
    api.call('POST', '/v1/subscriptions', {
      name,
      filter: { events: [type] },
      target: { url, name, description: name, headers: { 'x-team': header }, ...more },
    });
  const healthy = await subscribe(works.url);
  const failing = await subscribe(fails.url, { retry: { schedule: [3600], jitter: 0 } });
  const dead = await subscribe(refuses.url);
  await api.call('POST', '/v1/filters', { name, events: ['**'], where: { data: { name: [name] } } });
  const { id: rule } = await api.call<{ id: string }>('POST', '/v1/alert-rules', {
    name,
    description: name,
    targetId: failing.targetId,
    when: { metric: 'successRate', below: 0.95 },
    notify: { targetId: healthy.targetId },
  });
  await api.call('POST', '/v1/alert-rules', { name, when: { metric: 'silence', hours: 6, eventType: type } });
  const traced = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
  const { id: event } = await api.call<{ id: string }>('POST', '/v1/events', { type, data: payload }, traced);
  const all = await eventually(async () => {
    const deliveries = await cloud.deliveriesOfEvent(event);
    expect(deliveries.map(({ status }) => status).sort()).toEqual(['dead', 'delivered', 'parked']);
    return deliveries;
  });
  const of = ({ id }: Made): DeliveryView => all.find(({ subscriptionId }) => subscriptionId === id)!;
  const { id: job } = await api.call<{ id: string }>('POST', `/v1/targets/${dead.targetId}/retry`);
  const { items: filters } = await api.call<List<{ id: string }>>('GET', '/v1/filters');
  const event_ = encodeURIComponent(event);
  return {
    ids: {
      healthy: healthy.targetId,
      failing: failing.targetId,
      dead: dead.targetId,
      event,
      delivery: of(failing).id,
      letter: of(dead).id,
      subscription: healthy.id,
    },
    paths: {
      overview: '/',
      events: '/events',
      event: `/events/${event_}`,
      deliveries: '/deliveries',
      'deliveries with a panel': `/deliveries?open=${of(failing).id}`,
      delivery: `/deliveries/${of(failing).id}`,
      'delivery, its request': `/deliveries/${of(healthy).id}?show=request`,
      'delivery, to verify': `/deliveries/${of(healthy).id}?show=verify`,
      endpoints: '/endpoints',
      'endpoints with a panel': `/endpoints?open=${failing.targetId}`,
      'endpoint, failing': `/endpoints/${failing.targetId}`,
      'endpoint, settings': `/endpoints/${healthy.targetId}?tab=settings`,
      'endpoint, secrets': `/endpoints/${healthy.targetId}?tab=secrets`,
      'endpoint, recover': `/endpoints/${dead.targetId}?tab=recover`,
      'endpoint, test event': `/endpoints/${healthy.targetId}?do=test`,
      subscriptions: '/subscriptions',
      'subscriptions with a panel': `/subscriptions?open=${healthy.id}`,
      filters: '/subscriptions?tab=filters',
      subscription: `/subscriptions/${healthy.id}`,
      'filter workbench': `/subscriptions/${healthy.id}?tab=filter`,
      filter: `/subscriptions/filters/${filters[0]!.id}`,
      'new subscription': '/subscriptions/new',
      'event types': '/event-types',
      'event type': `/event-types/${encodeURIComponent(type)}`,
      'dead letters': '/dead-letters',
      replays: '/replays',
      'replay’s panel': `/replays?open=${job}`,
      alerts: '/alerts',
      'alerts with a panel': `/alerts?open=${rule}`,
      'alerts, a new one': '/alerts?do=create&kind=timeToDelivery',
      'no such page': '/nowhere',
    },
  };
}

/** Pages of the one who may everything. */
export const ADMIN_PATHS: Readonly<Record<string, string>> = {
  health: '/admin',
  tenants: '/admin?tab=tenants',
  'endpoints in trouble': '/admin?tab=endpoints',
  costs: '/admin?tab=costs',
  'trail of all': '/admin?tab=audit',
};

export const SETTINGS_PATHS: Readonly<Record<string, string>> = {
  keys: '/settings',
  'portal links': '/settings?tab=portal',
  'portal look': '/settings?tab=look',
  tenant: '/settings?tab=tenant',
  'audit trail': '/settings?tab=audit',
};
