import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { configKey } from '../../../lambdas/config/config-keys.ts';
import type { ReplayMessage } from '../../../lambdas/delivery/messages.ts';
import { type DeliveryView, type HttpAnswer, type List, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Endpoint, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout, makeTenant, type TestTenant } from '../../helpers/tenant.ts';

const cloud = await sharedCloud();

interface Job {
  readonly id: string;
  readonly state: string;
  readonly problem?: string;
  readonly looked: number;
  readonly sent: number;
  readonly purged: number;
  readonly skipped: number;
  readonly skippedFor: Record<string, number>;
  readonly reachedAt?: string;
}

/** An endpoint that refuses everything until it recovers. */
interface Patient extends Endpoint {
  recover(): void;
}

async function startPatient(): Promise<Patient> {
  let status = 400;
  const endpoint = await startEndpoint(() => ({ status }));
  const recover = (): void => {
    status = 200;
  };
  return { ...endpoint, recover };
}

const as = (
  { key }: TestTenant,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> => cloud.request(method, path, body, { authorization: `Bearer ${key}`, ...headers });

const deadLetters = async ({ api }: TestTenant, query = ''): Promise<readonly DeliveryView[]> =>
  (await api.call<List<DeliveryView>>('GET', `/v1/dead-letters${query}`)).items;

/**
 * Publishes events that all of so many subscriptions refuse, and waits for their dead letters.
 * @returns these, oldest first
 */
async function die(
  tenant: TestTenant,
  type: string,
  events: number,
  subscriptions = 1,
): Promise<DeliveryView[]> {
  const known = (await deadLetters(tenant, '?limit=200')).length;
  const all = Array.from({ length: events }, (_, n) => ({ type, data: { n } }));
  await tenant.api.publishBatch(JSON.stringify({ events: all }));
  const count = events * subscriptions;
  return eventually(async () => {
    const dead = await deadLetters(tenant, '?limit=200');
    expect(dead).toHaveLength(known + count);
    return dead.slice(0, count).reverse();
  });
}

const ended = ({ api }: TestTenant, { id }: Job, state = 'completed'): Promise<Job> =>
  eventually(async () => {
    const job = await api.call<Job>('GET', `/v1/replays/${id}`);
    expect(job.state).toBe(state);
    return job;
  });

const idsOf = ({ arrivals }: Endpoint): unknown[] => arrivals.map(({ headers }) => headers['webhook-id']);

async function withPatient() {
  const [tenant, patient] = [await makeTenant(cloud), await startPatient()];
  const { id: subscription, targetId } = await tenant.api.subscribe({
    url: patient.url,
    events: ['replay.**'],
  });
  return { tenant, patient, subscription, targetId };
}

describe('replay (A15)', () => {
  it('sends one delivery again, once, with its history', async () => {
    const { tenant, patient } = await withPatient();
    const [dead] = await die(tenant, 'replay.one', 1);
    expect(dead).toMatchObject({ status: 'dead', reason: 'rejected' });
    patient.recover();
    const path = `/v1/deliveries/${dead!.id}`;
    const read = await fetch(`${cloud.apiUrl}${path}`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    const etag = read.headers.get('etag')!;

    const both = await Promise.all([1, 2].map(() => as(tenant, 'POST', `${path}/replay`)));

    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const delivered = await eventually(async () => {
      const delivery = await tenant.api.call<DeliveryView>('GET', path);
      expect(delivery.status).toBe('delivered');
      return delivery;
    });
    expect(delivered.attempts.map(({ number, statusCode }) => [number, statusCode])).toEqual([
      [1, 400],
      [2, 200],
    ]);
    expect(await deadLetters(tenant)).toEqual([]);
    // A consumer may have lost it; and with a key for it, repeating the request is no second replay.
    const keyed = [1, 2].map(() =>
      as(tenant, 'POST', `${path}/replay`, undefined, { 'idempotency-key': 'k' }),
    );
    expect((await Promise.all(keyed)).map(({ status }) => status)).toContain(202);
    await eventually(() => expect(patient.arrivals).toHaveLength(3));
    expect(await as(tenant, 'POST', `${path}/replay`, undefined, { 'if-match': etag })).toMatchObject({
      status: 412,
    });
    const stranger = await makeTenant(cloud);
    for (const [method, of] of [
      ['GET', path],
      ['POST', `${path}/replay`],
    ] as const) {
      expect(await as(stranger, method, of)).toMatchObject({ status: 404 });
    }
  });

  it('lists deliveries of a tenant by state, target, answer and type, in pages (C5)', async () => {
    const { tenant, patient, targetId } = await withPatient();
    const dead = await die(tenant, 'replay.refused', 2);
    patient.recover();
    await tenant.api.publishBatch(JSON.stringify({ events: [{ type: 'replay.arrived', data: {} }] }));
    const list = (query: string, of = tenant) =>
      of.api.call<List<DeliveryView>>('GET', `/v1/deliveries?${query}`);
    const typesOf = async (query: string) => (await list(query)).items.map(({ event }) => event.type);
    await eventually(async () => expect(await typesOf('status=delivered')).toEqual(['replay.arrived']));

    const first = await list('status=dead&order=oldest&limit=1');
    const second = await list(`status=dead&order=oldest&limit=1&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(dead.map(({ id }) => id));
    expect(await typesOf('statusCode=2xx')).toEqual(['replay.arrived']);
    expect(await typesOf(`targetId=${targetId}`)).toHaveLength(3);
    expect(await typesOf('eventType=replay.refused')).toHaveLength(2);
    expect(await typesOf('eventType=replay.arrived&status=dead')).toEqual([]);
    expect((await list('status=dead', await makeTenant(cloud))).items).toEqual([]);
  });

  it('sends what was addressed to a paused subscription once that is resumed (C2)', async () => {
    const { tenant, patient, subscription, targetId } = await withPatient();
    patient.recover();
    const secrets = `/v1/targets/${targetId}/secrets`;
    const { items } = await tenant.api.call<List<{ secret: string }>>('GET', secrets);
    await tenant.api.call('POST', `/v1/subscriptions/${subscription}/pause`);
    const body = '{"order":4711}';
    const signature = createHmac('sha256', items[0]!.secret).update(body).digest('hex');
    const url = `${cloud.apiUrl}/v1/subscriptions/${subscription}/ingest?event_type=replay.paused`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
    const accepted = await fetch(url, { method: 'POST', headers, body });
    expect(accepted.status).toBe(202);
    const { id: event } = (await accepted.json()) as { id: string };

    const dead = await eventually(async () => {
      const [one] = await deadLetters(tenant, '?reason=subscription_paused');
      expect(one).toMatchObject({
        event: { id: event, type: 'replay.paused' },
        subscriptionId: subscription,
        reason: 'subscription_paused',
        attempts: [],
      });
      return one!;
    });
    const listed = await tenant.api.call<List<DeliveryView>>('GET', `/v1/events/${event}/deliveries`);
    expect(listed.items).toMatchObject([{ id: dead.id, status: 'dead' }]);
    const replay = () => as(tenant, 'POST', `/v1/deliveries/${dead.id}/replay`);
    expect(await replay()).toMatchObject({ status: 409, body: { error: 'subscription_paused' } });
    const redrive = { ids: [dead.id] };
    expect(await tenant.api.call('POST', '/v1/dead-letters/redrive', redrive)).toEqual({
      items: [{ id: dead.id, done: false, reason: 'subscription_paused' }],
    });
    const job = await tenant.api.call<Job>('POST', '/v1/dead-letters/redrive', { all: true });
    expect(await ended(tenant, job)).toMatchObject({ sent: 0, skippedFor: { subscription_paused: 1 } });

    await tenant.api.call('POST', `/v1/subscriptions/${subscription}/resume`);
    expect(await replay()).toMatchObject({ status: 202 });
    await eventually(() => expect(idsOf(patient)).toEqual([event]));
    expect(patient.arrivals[0]!.body.toString()).toBe(body);
    await eventually(async () =>
      expect(await tenant.api.call('GET', `/v1/deliveries/${dead.id}`)).toMatchObject({
        status: 'delivered',
      }),
    );
  });

  it('refuses a delivery in progress, and one without a target or subscription', async () => {
    const { tenant, patient, subscription, targetId } = await withPatient();
    const away = await startEndpoint(() => ({ status: 503 }));
    await tenant.api.subscribe({ url: away.url, events: ['replay.slowly'], retry: { schedule: [3600] } });
    const [dead] = await die(tenant, 'replay.slowly', 1);
    const { items } = await eventually(async () => {
      const list = await tenant.api.call<List<DeliveryView>>(
        'GET',
        `/v1/events/${dead!.event.id}/deliveries`,
      );
      expect(list.items.map(({ status }) => status).sort()).toEqual(['dead', 'parked']);
      return list;
    });
    const parked = items.find(({ status }) => status === 'parked')!;
    const replayed = (id: string) => as(tenant, 'POST', `/v1/deliveries/${id}/replay`);
    expect(await replayed(parked.id)).toMatchObject({ status: 409, body: { error: 'under_way' } });
    await tenant.api.call('POST', `/v1/targets/${targetId}/disable`);
    expect(await replayed(dead!.id)).toMatchObject({ status: 409, body: { error: 'target_disabled' } });
    await tenant.api.call('DELETE', `/v1/subscriptions/${subscription}`);
    expect(await replayed(dead!.id)).toMatchObject({ status: 409, body: { error: 'subscription_deleted' } });
    expect(patient.arrivals).toHaveLength(1);

    const job = await tenant.api.call<Job>('POST', `/v1/events/${dead!.event.id}/replay`);
    expect(await ended(tenant, job)).toMatchObject({
      looked: 2,
      sent: 0,
      skippedFor: { under_way: 1, subscription_deleted: 1 },
    });
    expect(away.arrivals).toHaveLength(1);
  });

  it.each(['subscription', 'target'] as const)('skips what leads to a damaged %s', async (kind) => {
    const { tenant, subscription, targetId } = await withPatient();
    const other = await startEndpoint();
    await tenant.api.subscribe({ url: other.url, events: ['replay.damaged'] });
    const [dead] = await die(tenant, 'replay.damaged', 1);
    await cloud.settled();
    await cloud.dynamo.send(
      new UpdateCommand({
        TableName: cloud.resource('Config').physicalId,
        Key: configKey(tenant.id, kind, kind === 'target' ? targetId : subscription),
        UpdateExpression: 'SET active = :damaged',
        ExpressionAttributeValues: { ':damaged': 'perhaps' },
      }),
    );
    const job = await tenant.api.call<Job>('POST', `/v1/events/${dead!.event.id}/replay`);
    expect(await ended(tenant, job)).toMatchObject({ looked: 2, sent: 1, skippedFor: { unreadable: 1 } });
    await eventually(() => expect(other.arrivals).toHaveLength(2));
    const one = await as(tenant, 'POST', `/v1/deliveries/${dead!.id}/replay`);
    expect(one).toMatchObject({ status: 500, body: { error: 'unreadable_item' } });
    const some = await as(tenant, 'POST', '/v1/dead-letters/redrive', { ids: [dead!.id] });
    expect(some).toMatchObject({
      status: 200,
      body: { items: [{ id: dead!.id, done: false, reason: 'unreadable' }] },
    });
  });

  it('sends an event to all its subscriptions again, or to one of them', async () => {
    const { tenant, patient, subscription } = await withPatient();
    const other = await startEndpoint();
    await tenant.api.subscribe({ url: other.url, events: ['replay.event'] });
    const [dead] = await die(tenant, 'replay.event', 1);
    patient.recover();
    await cloud.settled();
    const path = `/v1/events/${dead!.event.id}/replay`;
    const job = await tenant.api.call<Job>('POST', path);
    expect(await ended(tenant, job)).toMatchObject({ looked: 2, sent: 2, skipped: 0 });
    await eventually(() => {
      expect([patient.arrivals.length, other.arrivals.length]).toEqual([2, 2]);
    });
    await eventually(async () => {
      expect((await tenant.api.deliveriesOf(subscription))[0]!.status).toBe('delivered');
    });
    const one = await tenant.api.call<Job>('POST', path, { subscriptionId: subscription });
    expect(await ended(tenant, one)).toMatchObject({ looked: 1, sent: 1 });
    await eventually(() => expect(patient.arrivals).toHaveLength(3));
    expect(other.arrivals).toHaveLength(2);
    const never = await tenant.api.subscribe({ url: other.url, events: ['another'] });
    expect(await as(tenant, 'POST', path, { subscriptionId: never.id })).toMatchObject({ status: 422 });
  });

  it('sends a subscription its failures since a time', async () => {
    const { tenant, patient, subscription } = await withPatient();
    const bystander = await startPatient();
    await tenant.api.subscribe({ url: bystander.url, events: ['replay.since'] });
    await die(tenant, 'replay.before', 2);
    await sleep(5);
    const from = new Date().toISOString();
    await die(tenant, 'replay.since', 3, 2);
    const wanted = await deadLetters(tenant, `?subscriptionId=${subscription}&from=${from}`);
    expect(wanted).toHaveLength(3);
    patient.recover();
    const path = `/v1/subscriptions/${subscription}/replay`;
    const job = await tenant.api.call<Job>('POST', path, { deliveries: 'dead', from });
    expect(await ended(tenant, job)).toMatchObject({ looked: 3, sent: 3, reachedAt: expect.any(String) });
    await eventually(async () => {
      expect(idsOf(patient).slice(5).sort()).toEqual(wanted.map(({ event }) => event.id).sort());
      expect(await deadLetters(tenant)).toHaveLength(5);
    });
    expect(bystander.arrivals).toHaveLength(3);
    const longAgo = new Date(Date.now() - 80 * 3600_000).toISOString();
    expect(await as(tenant, 'POST', path, { deliveries: 'dead', from: longAgo })).toMatchObject({
      status: 422,
      body: { field: 'from' },
    });
  });

  it('sends a new subscription the past events that its filter matches', async () => {
    const tenant = await makeTenant(cloud);
    const { api } = tenant;
    const first = await startEndpoint();
    const known = await api.subscribe({ url: first.url, events: ['order.**'] });
    const large = 'x'.repeat(9000);
    const wanted = await api.publish('order.paid', { total: 100 });
    await api.publish('order.paid', { total: 5 });
    const stored = await api.publish('order.paid', { total: 200, large });
    const gone = await api.publish('order.paid', { total: 300, large });
    await api.publish('other', { total: 100 });
    await api.call('POST', `/v1/subscriptions/${known.id}/test`, {
      type: 'order.paid',
      data: { total: 100 },
    });
    await eventually(() => expect(first.arrivals).toHaveLength(5));
    const ulid = gone.id.slice('evt_'.length);
    const Key = `payloads/${tenant.id}/${ulid}`;
    await cloud.s3.send(new DeleteObjectCommand({ Bucket: cloud.resource('Payloads').physicalId, Key }));
    const fresh = await startEndpoint();
    const { id } = await api.subscribe({
      url: fresh.url,
      events: ['order.*'],
      where: { data: { total: [{ numeric: ['>=', 100] }] } },
    });

    const job = await api.call<Job>('POST', `/v1/subscriptions/${id}/replay`, { deliveries: 'all' });

    expect(await ended(tenant, job)).toMatchObject({
      looked: 6,
      sent: 2,
      skippedFor: { payload_missing: 1 },
    });
    await eventually(() => expect(idsOf(fresh).sort()).toEqual([wanted.id, stored.id].sort()));
    await eventually(async () => {
      const { items } = await api.call<List<DeliveryView>>('GET', `/v1/events/${wanted.id}/deliveries`);
      expect(items.map((one) => [one.subscriptionId, one.status])).toEqual([
        [known.id, 'delivered'],
        [id, 'delivered'],
      ]);
    });
    expect(await api.call('GET', `/v1/events/${wanted.id}`)).toMatchObject({ matched: 1 });
    expect(first.arrivals).toHaveLength(5);
  });

  // These two wait for seconds, so they run at the same time.
  it.concurrent('keeps to the rate limit of the target, and goes on page by page (C6, D9)', async () => {
    const perSecond = 2;
    const { tenant, patient, targetId } = await withPatient();
    await die(tenant, 'replay.much', 12);
    patient.recover();
    await tenant.api.call('PATCH', `/v1/targets/${targetId}`, { rateLimit: { perSecond } });
    // Dispatch knows the limit once its cache has expired; the job knows it at once.
    const job = await tenant.api.call<Job>('POST', '/v1/dead-letters/redrive', { all: true });
    await eventually(async () => {
      const { state, sent } = await tenant.api.call<Job>('GET', `/v1/replays/${job.id}`);
      expect({ state, sent }).toEqual({ state: 'running', sent: 10 });
    });
    const begun = Date.now();
    expect(await ended(tenant, job)).toMatchObject({ looked: 12, sent: 12 });
    expect(Date.now() - begun).toBeGreaterThan(2000);
    await eventually(() => expect(new Set(idsOf(patient).slice(12)).size).toBe(12));
    expect(patient.arrivals).toHaveLength(24);
  });

  it.concurrent('is cancelled between two pages', async () => {
    const { tenant, patient, targetId } = await withPatient();
    await die(tenant, 'replay.cancelled', 7);
    patient.recover();
    await tenant.api.call('PATCH', `/v1/targets/${targetId}`, { rateLimit: { perSecond: 1 } });
    const job = await tenant.api.call<Job>('POST', '/v1/dead-letters/redrive', {
      all: true,
      reason: 'rejected',
    });
    await eventually(async () => {
      expect(await tenant.api.call('GET', `/v1/replays/${job.id}`)).toMatchObject({ sent: 5 });
    });
    const cancel = `/v1/replays/${job.id}/cancel`;
    const stale = await as(tenant, 'POST', cancel, undefined, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
    expect(await tenant.api.call('POST', cancel)).toMatchObject({ state: 'cancelled', sent: 5 });
    // The message for the next page is still in flight; its handling is tested without a cloud.
    expect(await ended(tenant, job, 'cancelled')).toMatchObject({ sent: 5, looked: 5 });
    expect(await deadLetters(tenant)).toHaveLength(2);
    expect(await tenant.api.call('GET', '/v1/replays')).toMatchObject({ items: [{ id: job.id }] });
  });

  it('shows its failure when the message of a page ends as a dead letter', async () => {
    const { tenant, targetId } = await withPatient();
    await die(tenant, 'replay.given-up', 2);
    await tenant.api.call('PATCH', `/v1/targets/${targetId}`, { rateLimit: { perSecond: 0.01 } });
    const job = await tenant.api.call<Job>('POST', '/v1/dead-letters/redrive', { all: true });
    await eventually(async () => {
      expect(await tenant.api.call('GET', `/v1/replays/${job.id}`)).toMatchObject({ sent: 1 });
    });
    const message: ReplayMessage = { v: 1, kind: 'replay', tenant: tenant.id, job: job.id, page: 1 };
    await cloud.sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.resource('DeadLetters').physicalId,
        MessageBody: JSON.stringify(message),
      }),
    );
    expect(await ended(tenant, job, 'failed')).toMatchObject({ problem: 'infrastructure', sent: 1 });
  });
});

describe('dead letters (A15, C5)', () => {
  it('are listed, filtered, read, redriven and purged, some or all', async () => {
    const { tenant, patient, subscription, targetId } = await withPatient();
    const { api } = tenant;
    const dead = await die(tenant, 'replay.listed', 5);
    const ids = dead.map(({ id }) => id);
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor && `&cursor=${cursor}`;
      const page: List<DeliveryView> = await api.call('GET', `/v1/dead-letters?limit=2${query}`);
      pages.push(page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(pages.flat()).toEqual(ids.toReversed());
    expect(await deadLetters(tenant, `?targetId=${targetId}&reason=rejected`)).toHaveLength(5);
    expect(await deadLetters(tenant, '?reason=exhausted')).toEqual([]);
    const none = 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY';
    expect(await deadLetters(tenant, `?subscriptionId=${none}`)).toEqual([]);

    const stranger = await makeTenant(cloud);
    expect((await as(stranger, 'POST', '/v1/dead-letters/redrive', { ids })).body).toEqual({
      items: ids.map((id) => ({ id, done: false, reason: 'not_found' })),
    });
    const theirs = await as(stranger, 'POST', '/v1/dead-letters/purge', { all: true });
    expect(await ended(stranger, theirs.body as Job)).toMatchObject({ looked: 0 });

    const purged = await api.call('POST', '/v1/dead-letters/purge', { ids: ids.slice(0, 2) });
    expect(purged).toEqual({ items: ids.slice(0, 2).map((id) => ({ id, done: true })) });
    await eventually(async () => expect(await deadLetters(tenant)).toHaveLength(3));
    expect(await api.call('GET', `/v1/deliveries/${ids[0]}`)).toMatchObject({ status: 'dead' });

    patient.recover();
    const two = [ids[2]!, ids[3]!];
    const redriven = await Promise.all(
      [1, 2].map(() =>
        api.call<{ items: { done: boolean; reason?: string }[] }>('POST', '/v1/dead-letters/redrive', {
          ids: two,
        }),
      ),
    );
    const done = redriven.flatMap(({ items }) => items).filter((one) => one.done);
    expect(done).toHaveLength(2);
    const all = await api.call<Job>('POST', '/v1/dead-letters/redrive', {
      all: true,
      subscriptionId: subscription,
    });
    expect(await ended(tenant, all)).toMatchObject({ sent: 1 });
    await eventually(() => expect(patient.arrivals).toHaveLength(5 + 3));
    await eventually(async () => expect(await deadLetters(tenant)).toEqual([]));

    // A purged one is not lost.
    expect((await as(tenant, 'POST', `/v1/deliveries/${ids[0]}/replay`)).status).toBe(202);
    await eventually(() => expect(patient.arrivals).toHaveLength(5 + 4));
    const rest = await api.call<Job>('POST', '/v1/dead-letters/purge', { all: true });
    expect(await ended(tenant, rest)).toMatchObject({ looked: 0, purged: 0 });
    await eventually(async () => expect(await itemsAbout(cloud, 'State', rest.id)).toHaveLength(1));
  });

  it('can all be purged', async () => {
    const { tenant } = await withPatient();
    const dead = await die(tenant, 'replay.purged', 3);
    const job = await tenant.api.call<Job>('POST', '/v1/dead-letters/purge', { all: true });
    expect(await ended(tenant, job)).toMatchObject({ looked: 3, purged: 3, sent: 0 });
    await eventually(async () => expect(await deadLetters(tenant)).toEqual([]));
    const again = await tenant.api.call<Job>('POST', '/v1/dead-letters/redrive', { all: true });
    expect(await ended(tenant, again)).toMatchObject({ looked: 0, sent: 0 });
    const { id } = dead[0]!;
    expect(await as(tenant, 'POST', '/v1/dead-letters/purge', { ids: [id, 'nothing'] })).toMatchObject({
      body: { items: [{ reason: 'not_dead' }, { reason: 'not_found' }] },
    });
  });
});

it('needs no permission that it lacks', () => {
  expect(cloud.denials).toEqual([]);
});
