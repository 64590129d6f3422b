import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { mailPartition } from '../../../lambdas/alerting/mail-allowance-store.ts';
import { addressKey, tenantKey } from '../../../lambdas/config/config-keys.ts';
import { DRAIN_SCHEDULE, holdPartitions, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import { relayPartition } from '../../../lambdas/listeners/listener-keys.ts';
import { alertPartition } from '../../../lambdas/notifications/alert-claim-store.ts';
import { ratePartition } from '../../../lambdas/rate-limit/rate-slot-store.ts';
import { challengePartition } from '../../../lambdas/targets/challenge-store.ts';
import { edits, impatient, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type List, startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { type Item, itemsAbout, makeTenant, putItem, type TestTenant } from '../../helpers/tenant.ts';

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

const erasureOf = ({ id }: TestTenant): Item => ({ pk: 'erasure', sk: id });

const cloud = await startCloud();

/** A tenant with data of every kind: events small, large and with an id; delivered, parked and dead deliveries. */
async function busyTenant(on: TestCloud): Promise<TestTenant> {
  const tenant = await makeTenant(on);
  const { api } = tenant;
  const good = await startEndpoint();
  const away = await startEndpoint(() => ({ status: 503 }));
  const gone = await startEndpoint(() => ({ status: 410 }));
  const made = [
    await api.subscribe({ url: good.url, events: ['**'] }),
    await api.subscribe({ url: away.url, events: ['**'], retry: { schedule: [3600], jitter: 0 } }),
    await api.subscribe({ url: gone.url, events: ['**'], retry: { schedule: [] } }),
  ];
  for (const { id } of made.slice(0, 2)) {
    await putItem(on, 'Config', { ...addressKey(id), tenant: tenant.id });
  }
  const challenge = { pk: challengePartition(tenant.id), sk: made[0]!.targetId, token: 'x', passed: true };
  await putItem(on, 'State', challenge);
  await putItem(on, 'State', { pk: ratePartition(tenant.id), sk: made[0]!.targetId, free: 1 });
  await putItem(on, 'State', { pk: alertPartition(tenant.id), sk: made[0]!.targetId, toldAt: 1 });
  await putItem(on, 'State', { pk: mailPartition(tenant.id), sk: '2026-11-21', sent: 1 });
  const ref = { tenant: tenant.id, target: made[0]!.targetId };
  await putItem(on, 'State', { pk: DRAIN_SCHEDULE, sk: scheduleName(ref), at: Date.now() + HOUR_MS });
  for (const pk of holdPartitions(ref)) await putItem(on, 'State', { pk, sk: 'a delivery', message: '{}' });
  await api.call('POST', '/v1/listeners', { events: ['no.event'] });
  await putItem(on, 'State', { pk: relayPartition(tenant.id), sk: 'a request', until: 1 });
  await api.call('POST', '/v1/alert-rules', { name: 'dead', when: { metric: 'deadLetters' } });
  await api.call('POST', '/v1/dead-letters/purge', { all: true, reason: 'expired' });
  for (const event of [
    { type: 'erase.small', data: 1 },
    { type: 'erase.named', data: 2, id: 'order-17' },
    { type: 'erase.large', data: 'x'.repeat(9000) },
  ]) {
    await api.call('POST', '/v1/events', event);
  }
  await on.settled();
  await eventually(async () => {
    const { items } = await api.call<List<{ id: string }>>('GET', '/v1/events');
    expect(items).toHaveLength(3);
    expect(await api.deliveriesOf(made[1]!.id)).toHaveLength(3);
  });
  // Its deliveries are found without it.
  await api.call('DELETE', `/v1/subscriptions/${made[2]!.id}`);
  return tenant;
}

/** A tenant's data in the cloud, without its parked deliveries. */
async function dataOf(on: TestCloud, { id }: TestTenant) {
  const { Contents = [] } = await on.s3.send(
    new ListObjectsV2Command({ Bucket: on.resource('Payloads').physicalId, Prefix: `payloads/${id}/` }),
  );
  return {
    config: await itemsAbout(on, 'Config', id),
    log: await itemsAbout(on, 'Log', id),
    payloads: Contents.map(({ Key }) => Key),
  };
}

/** As the API does it when a tenant is deleted. */
async function beginErasure(on: TestCloud, tenant: TestTenant, startedAt = hoursAgo(0)): Promise<void> {
  const [item] = (await itemsAbout(on, 'Config', tenant.id)).filter(({ pk }) => pk === 'tenants');
  await putItem(on, 'Config', { ...item, deletedAt: startedAt });
  await putItem(on, 'State', { ...erasureOf(tenant), startedAt });
}

async function run(on: TestCloud): Promise<void> {
  expect(await on.runSchedule('Erase')).toMatchObject([{ kind: 'returned' }]);
}

describe.concurrent('a tenant that is deleted', () => {
  it('is erased with all its data, and no other tenant loses any', async () => {
    const [leaving, staying] = await Promise.all([busyTenant(cloud), busyTenant(cloud)]);
    const kept = await dataOf(cloud, staying);
    const before = await dataOf(cloud, leaving);
    expect(before.config.length).toBeGreaterThan(8);
    expect(before.log.length).toBeGreaterThan(15);
    expect(before.payloads).toHaveLength(1);
    expect(await itemsAbout(cloud, 'State', leaving.keyId)).toHaveLength(1);
    expect([...kindsOf(await itemsAbout(cloud, 'State', leaving.id))]).toEqual(
      expect.arrayContaining([
        'alert',
        'alert-rules',
        'challenge',
        'listeners',
        'mail',
        'rate',
        'relay',
        'room',
        'rooms',
        'standing',
      ]),
    );

    await beginErasure(cloud, leaving);
    await run(cloud);

    expect(await dataOf(cloud, leaving)).toEqual({
      config: [expect.objectContaining(tenantKey(leaving.id))],
      log: [],
      payloads: [],
    });
    expect(await itemsAbout(cloud, 'State', leaving.keyId)).toEqual([]);
    const [erasure] = (await itemsAbout(cloud, 'State', leaving.id)).filter(({ pk }) => pk === 'erasure');
    expect(erasure).toMatchObject({ sweptAt: expect.any(String) });
    expect(await cloud.request('GET', '/v1/events', undefined, bearer(leaving))).toMatchObject({
      status: 200,
    });

    await putItem(cloud, 'State', { ...erasure, startedAt: hoursAgo(24) });
    await writeLate(leaving);
    await run(cloud);
    expect((await dataOf(cloud, leaving)).log).not.toEqual([]);

    await putItem(cloud, 'State', { ...erasure, startedAt: hoursAgo(25) });
    await run(cloud);
    expect(await dataOf(cloud, leaving)).toEqual({ config: [], log: [], payloads: [] });
    const rest = await itemsAbout(cloud, 'State', leaving.id);
    expect(rest.filter(({ pk }) => !String(pk).startsWith('parked#'))).toEqual([]);
    expect(await dataOf(cloud, staying)).toEqual(kept);
    expect(cloud.denials).toEqual([]);
  });

  /** The writes of a retry that ends after the sweep: an outcome and a counter. */
  async function writeLate({ id }: TestTenant): Promise<void> {
    const leads = (await itemsAbout(cloud, 'State', id)).filter(({ pk }) => pk === `erasure#${id}`);
    const named = leads.map(({ sk }) => String(sk).split('#') as [string, string, string]);
    expect(named.map(([stage, kind]) => `${stage} ${kind}`).sort()).toEqual([
      ...Array(4).fill('followed subscription'),
      ...Array(4).fill('followed target'),
    ]);
    for (const [, kind, lead] of named) {
      const pk = kind === 'target' ? `stats#${id}#${lead}` : `delivery#${id}#${lead.slice('sub_'.length)}#0`;
      await putItem(cloud, 'Log', { pk, sk: 'late', target: 'tgt_late', ttl: 4_000_000_000 });
    }
  }

  const kindsOf = (items: Item[]): Set<string> => new Set(items.map(({ pk }) => String(pk).split('#')[0]!));
  const bearer = ({ key }: TestTenant) => ({ authorization: `Bearer ${key}` });
});

it.concurrent('is erased by several runs where one has too little time', async () => {
  // The timeout equals the margin that a run keeps, so each run stops as soon as it can.
  await using hurried = await startCloud({ edit: edits(withoutWindows, impatient(15)) });
  const tenant = await busyTenant(hurried);
  await beginErasure(hurried, tenant);
  const remaining = async (): Promise<number> =>
    Object.values(await dataOf(hurried, tenant)).flat().length +
    (await itemsAbout(hurried, 'State', 'open#')).length;
  const counts: number[] = [];
  // Each run removes a page of items, or follows a lead: items fall on shards by chance, but runs are fewer than items.
  const most = await remaining();
  for (let left = most; left > 1; left = await remaining()) {
    counts.push(left);
    expect(counts.length).toBeLessThan(most);
    await run(hurried);
  }
  expect(counts.length).toBeGreaterThan(10);
  await run(hurried);
  await putItem(hurried, 'State', { ...erasureOf(tenant), startedAt: hoursAgo(26), sweptAt: hoursAgo(25) });
  for (let i = 0; i < 10; i++) await run(hurried);
  expect(await dataOf(hurried, tenant)).toEqual({ config: [], log: [], payloads: [] });
  expect(await itemsAbout(hurried, 'State', 'erasure')).toEqual([]);
});

it.concurrent('fails visibly, and keeps its work, when a grant is missing', async () => {
  await using broken = await startCloud({
    edit: edits(withoutWindows, withoutGrant('Erase', 's3:DeleteObject', 'Payloads')),
  });
  const tenant = await busyTenant(broken);
  await beginErasure(broken, tenant);
  expect(await broken.runSchedule('Erase')).toMatchObject([{ kind: 'failed' }]);
  await eventually(() => {
    expect(broken.warnings('erasing failed')).toMatchObject([{ tenant: tenant.id }]);
  });
  expect(await dataOf(broken, tenant)).toMatchObject({ log: [], payloads: [expect.any(String)] });
  const [erasure] = await itemsAbout(broken, 'State', `"startedAt"`);
  expect(erasure).toMatchObject(erasureOf(tenant));
  expect(erasure).not.toHaveProperty('sweptAt');
});

it.concurrent('does nothing where no erasure is due', async () => {
  await using quiet = await startCloud();
  await run(quiet);
  expect(quiet.denials).toEqual([]);
});
