import { createHash, createHmac } from 'node:crypto';
import { verify } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type List, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Arrival, type Endpoint, refusingUrl, startEndpoint } from '../../helpers/servers/endpoint.ts';

/** Posthorn replaces three webhook systems. These are their clients' requests, with only address and key changed. */

const cloud = await sharedCloud();
const { api } = cloud;
const nowhere = await refusingUrl();

interface View {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly [member: string]: unknown;
}

/** The arrivals at an endpoint once all queues are empty. */
async function arrivedAt(endpoint: Endpoint): Promise<readonly Arrival[]> {
  await cloud.settled();
  return endpoint.arrivals;
}

const bodiesOf = (arrivals: readonly Arrival[]): unknown[] =>
  arrivals.map(({ body }) => JSON.parse(body.toString()));

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
const times = { createdAt: TIME, updatedAt: TIME };

describe('a log-driven system: {name, url, events, filters: {source}}', () => {
  const failures = {
    name: 'payment failures',
    url: nowhere,
    events: ['payment.processor.failure'],
    filters: { source: 'payment-service' },
  };
  const record = {
    level: 'ERROR',
    source: 'payment-service',
    message: 'card declined',
    event_type: 'payment.processor.failure',
    metadata: { order: 4711, amount: 1200.5 },
    timestamp: '2026-11-21T10:00:00Z',
  };

  it('subscribes, reads, replaces, changes and unsubscribes (A1)', async () => {
    const { secret, ...made } = await api.call<View>('POST', '/v1/subscriptions', failures);
    expect(secret).toMatch(/^whsec_/);
    expect(made).toMatchObject({
      id: expect.stringMatching(/^sub_/),
      name: failures.name,
      url: nowhere,
      events: failures.events,
      where: { source: ['payment-service'] },
      active: true,
      ...times,
    });
    const path = `/v1/subscriptions/${made.id}`;
    expect(await api.call('GET', path)).toEqual(made);
    const { items } = await api.call<List<View>>('GET', '/v1/subscriptions?limit=200');
    expect(items).toContainEqual(made);

    const replaced = await api.call<View>('PUT', path, {
      ...failures,
      name: 'stock',
      events: ['inventory.stock.critical'],
      filters: { source: 'inventory-service', level: 'FATAL' },
    });
    expect(replaced).toMatchObject({
      id: made.id,
      name: 'stock',
      events: ['inventory.stock.critical'],
      where: { source: ['inventory-service'], data: { level: ['FATAL'] } },
      createdAt: made.createdAt,
    });
    const refused = await cloud.request('PATCH', path, { filters: { source: null } });
    expect(refused).toMatchObject({ status: 422, body: { field: 'filters.source' } });
    const changed = await api.call<View>('PATCH', path, { filters: { source: 'warehouse' } });
    expect(changed).toEqual({ ...replaced, where: { source: ['warehouse'] }, updatedAt: TIME });

    expect(await cloud.request('DELETE', path)).toEqual({ status: 204 });
    expect(await cloud.request('GET', path)).toMatchObject({ status: 404 });
  });

  it('gets only the records of its source, verifiable by its secret (A1)', async () => {
    const endpoint = await startEndpoint();
    const wanted = { ...failures, url: endpoint.url };
    const { secret } = await api.call<{ secret: string }>('POST', '/v1/subscriptions', wanted);
    await api.call('POST', '/v1/logs', [
      record,
      { ...record, source: 'another-service' },
      { ...record, source: undefined },
      { ...record, event_type: 'payment.processor.success' },
    ]);
    const arrivals = await arrivedAt(endpoint);
    expect(bodiesOf(arrivals)).toEqual([record]);
    const [{ headers, body }] = arrivals as [Arrival];
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(record);
  });

  it('sends a test event to one subscription, marked as a test (D7)', async () => {
    const [endpoint, other] = [await startEndpoint(), await startEndpoint()];
    const { id } = await api.subscribe({ ...failures, url: endpoint.url });
    await api.subscribe({ ...failures, url: other.url });
    const sent = await api.call<{ id: string; type: string }>('POST', `/v1/subscriptions/${id}/test`);
    expect(sent.type).toBe('payment.processor.failure');
    await cloud.delivery(sent.id, 'delivered');
    expect(await arrivedAt(other)).toEqual([]);
    expect(endpoint.arrivals).toMatchObject([
      { headers: { 'posthorn-test': 'true', 'webhook-id': sent.id, 'posthorn-event-type': sent.type } },
    ]);
  });
});

describe('a system of targets, filters and subscriptions: {targetId, filterId, active}', () => {
  const TYPE = 'order.shipped';

  async function makeAll(url: string): Promise<Record<'targets' | 'filters' | 'subscriptions', View>> {
    const targets = await api.call<View>('POST', '/v1/targets', { url, active: true });
    const filters = await api.call<View>('POST', '/v1/filters', { events: [TYPE] });
    const binding = { targetId: targets.id, filterId: filters.id, active: true };
    const subscriptions = await api.call<View>('POST', '/v1/subscriptions', binding);
    return { targets, filters, subscriptions };
  }

  it('creates, reads, lists, changes and deletes each of them (B2)', async () => {
    const made = await makeAll(nowhere);
    // The subscription is deleted before its target and filter.
    const changes = [
      ['subscriptions', { active: false }],
      ['targets', { active: false, url: `${nowhere}/moved` }],
      ['filters', { events: ['order.*'] }],
    ] as const;
    for (const [kind, change] of changes) {
      const { secret, ...view } = made[kind];
      const path = `/v1/${kind}/${view.id}`;
      expect(view).toMatchObject(times);
      expect(await api.call('GET', path)).toEqual(view);
      expect((await api.call<List<View>>('GET', `/v1/${kind}?limit=200`)).items).toContainEqual(view);

      const changed = await api.call<View>('PATCH', path, change);
      expect(changed).toEqual({ ...view, ...change, updatedAt: TIME });
      expect(changed.updatedAt > view.updatedAt).toBe(true);
      expect(await api.call('GET', path)).toEqual(changed);

      expect(await cloud.request('DELETE', path)).toEqual({ status: 204 });
      expect(await cloud.request('GET', path)).toMatchObject({ status: 404, body: { error: 'not_found' } });
    }
  });

  it('delivers the bound filter’s events to the bound target, and only while active (B3)', async () => {
    const endpoint = await startEndpoint();
    const { subscriptions, targets } = await makeAll(endpoint.url);
    const path = `/v1/subscriptions/${subscriptions.id}`;
    const published = async (data: unknown): Promise<string> => (await api.publish(TYPE, data)).id;

    await cloud.delivery(await published('active'), 'delivered');
    expect(await api.call('PATCH', path, { active: false })).toMatchObject({ active: false });
    const unheard = await published('paused');
    await cloud.settled();
    expect(await api.call('GET', `/v1/events/${unheard}`)).toMatchObject({ matched: 0 });
    await api.call('PATCH', path, { active: true });
    const heard = await cloud.delivery(await published('active again'), 'delivered');

    expect(heard).toMatchObject({ subscriptionId: subscriptions.id, targetId: targets.id });
    expect(bodiesOf(await arrivedAt(endpoint))).toEqual(['active', 'active again']);
  });
});

describe('a system in snake case: {target_url, secret_key, event_types, is_active}', () => {
  const secret = 'shop-secret-4711';
  const wanted = { secret_key: secret, event_types: ['order.created', 'order.updated'], is_active: true };
  const body = '{"order": 4711,  "total": 19.90}';
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  const ingest = (id: string) =>
    cloud.request('POST', `/v1/subscriptions/${id}/ingest?event_type=order.created`, body, {
      authorization: undefined,
      'x-hub-signature-256': signature,
    });

  it('subscribes, reads, replaces and unsubscribes (C1)', async () => {
    const made = await api.call<View>('POST', '/v1/subscriptions', { target_url: nowhere, ...wanted });
    expect(made).toMatchObject({
      url: nowhere,
      events: wanted.event_types,
      active: true,
      signature: 'sha256',
      secret,
      ...times,
    });
    const path = `/v1/subscriptions/${made.id}`;
    const put = { target_url: `${nowhere}/moved`, event_types: ['order.paid'], is_active: false };
    const replaced = await api.call<View>('PUT', path, put);
    expect(replaced).toMatchObject({ url: `${nowhere}/moved`, events: ['order.paid'], active: false });
    const secrets = await api.call('GET', `/v1/targets/${made.targetId}/secrets`);
    const keyId = createHash('sha256').update(secret).digest('hex').slice(0, 8);
    expect(secrets).toEqual({ items: [{ secret, keyId, createdAt: TIME }] });
    expect(await api.call('GET', path)).toEqual(replaced);
    expect(await api.call('PATCH', path, { is_active: true })).toMatchObject({ active: true });
    expect(await cloud.request('DELETE', path)).toEqual({ status: 204 });
    expect(await cloud.request('GET', path)).toMatchObject({ status: 404 });
  });

  it('takes an event by its signature, and delivers it with the same kind of signature (C2)', async () => {
    const endpoint = await startEndpoint();
    const subscription = { target_url: endpoint.url, ...wanted };
    const { id } = await api.call<View>('POST', '/v1/subscriptions', subscription);
    const answer = await ingest(id);
    expect(answer).toEqual({ status: 202, body: { id: expect.stringMatching(/^evt_/) } });
    await cloud.delivery((answer.body as { id: string }).id, 'delivered');

    const [arrival] = endpoint.arrivals;
    expect(arrival!.body.toString()).toBe(body);
    expect(arrival!.headers).toMatchObject({
      'x-hub-signature-256': signature,
      'posthorn-event-type': 'order.created',
      'content-type': 'application/json',
    });
    const delivered = String(arrival!.headers['x-hub-signature-256']);
    expect(await verify(secret, arrival!.body.toString(), delivered)).toBe(true);
  });

  it('gets nothing once it is not active (C1, C2)', async () => {
    const endpoint = await startEndpoint();
    const subscription = { target_url: endpoint.url, ...wanted };
    const { id } = await api.call<View>('POST', '/v1/subscriptions', subscription);
    await api.call('PUT', `/v1/subscriptions/${id}`, { ...subscription, is_active: false });
    await api.publish('order.created', {});
    // An event that is addressed to it is kept as a dead letter.
    expect((await ingest(id)).status).toBe(202);
    await eventually(async () => {
      const deliveries = await api.deliveriesOf(id);
      expect(deliveries).toMatchObject([{ status: 'dead', reason: 'subscription_paused' }]);
    });
    expect(await arrivedAt(endpoint)).toEqual([]);
  });
});
