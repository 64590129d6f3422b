import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { EndpointHealth } from '../../../lambdas/endpoint-health/health.ts';
import { healthPartition } from '../../../lambdas/endpoint-health/health-store.ts';
import { DRAIN_SCHEDULE, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import { type List, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { sendByHand } from '../../helpers/guide/by-hand.ts';
import { type Answer, type Endpoint, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { deleteItem, itemsAbout, makeTenant, putItem, type TestTenant } from '../../helpers/tenant.ts';

const cloud = await startCloud();

interface OperationalEvent {
  readonly id: string;
  readonly data: Record<string, unknown>;
}

const operationalEventsAt = ({ arrivals }: Endpoint): OperationalEvent[] =>
  arrivals.map(({ headers, body }) => ({
    id: String(headers['webhook-id']),
    data: JSON.parse(body.toString()),
  }));

const typesAt = (endpoint: Endpoint): string[] =>
  operationalEventsAt(endpoint)
    .map(({ id }) => id.split(':')[0]!)
    .sort();

/** An endpoint that answers as a test says. */
async function switchable(first: Answer) {
  let answer = first;
  const endpoint = await startEndpoint(() => answer);
  const answerWith = (next: Answer): void => {
    answer = next;
  };
  return { endpoint, answerWith };
}

const subscribe = ({ api }: TestTenant, { url }: Endpoint, events: string[], more: object = {}) =>
  api.subscribe({ url, events, retry: { schedule: [] }, ...more });

const healthOf = ({ api }: TestTenant, targetId: string) =>
  api.call<Record<string, unknown>>('GET', `/v1/targets/${targetId}/health`);

const typesLogged = async ({ api }: TestTenant, pattern = '**'): Promise<string[]> => {
  const { items } = await api.call<List<{ type: string }>>('GET', `/v1/events?type=${pattern}`);
  return items.map(({ type }) => type).sort();
};

/** Stores endpoint health, as if the engine had observed it. */
const putHealth = (tenant: TestTenant, sk: string, about: Partial<EndpointHealth>): Promise<void> =>
  putItem(cloud, 'State', {
    pk: healthPartition(tenant.id),
    sk,
    failed: 0,
    ok: 0,
    countedSince: 0,
    revision: 1,
    ...about,
  });

const alertsAbout = (text: string) => cloud.alerts.filter(({ message }) => message.includes(text));

describe('a target that answers 410 (A13, D6, E8)', async () => {
  const tenant = await makeTenant(cloud);
  const { api } = tenant;
  const [owner, everything] = [await startEndpoint(), await startEndpoint()];
  const { endpoint: gone, answerWith } = await switchable({ status: 410 });
  const { secret } = await subscribe(tenant, owner, ['posthorn.**']);
  await subscribe(tenant, everything, ['**']);
  const shop = await subscribe(tenant, gone, ['shop.*']);
  const path = `/v1/targets/${shop.targetId}`;

  it('is disabled, and its tenant and the operator are notified', async () => {
    const first = await api.publish('shop.order', 1);
    await eventually(() =>
      expect(typesAt(owner)).toEqual(['posthorn.delivery.dead', 'posthorn.target.disabled']),
    );
    const disabled = { at: expect.any(String), reason: 'gone' };
    expect(await api.call('GET', path)).toMatchObject({ active: true, disabled });
    expect(await api.call('GET', `/v1/subscriptions/${shop.id}`)).toMatchObject({ active: true, disabled });
    expect(await healthOf(tenant, shop.targetId)).toMatchObject({ state: 'disabled', disabled, waiting: 0 });

    const [dead, off] = operationalEventsAt(owner).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(off!.data).toMatchObject({
      targetId: shop.targetId,
      url: `${gone.url}/`,
      reason: 'gone',
      lastAttempt: { statusCode: 410 },
    });
    expect(dead!.data).toMatchObject({
      event: { id: first.id, type: 'shop.order' },
      subscriptionId: shop.id,
      reason: 'rejected',
      attempts: 1,
    });
    for (const { headers, body } of owner.arrivals) {
      new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
    }
    await eventually(() =>
      expect(
        alertsAbout(tenant.id)
          .map(({ subject }) => subject)
          .sort(),
      ).toEqual([
        `Posthorn: dead letters of target ${shop.targetId} (rejected)`,
        `Posthorn: target ${shop.targetId} is disabled (gone)`,
      ]),
    );
  });

  it('makes dead letters until its tenant enables it', async () => {
    await api.publish('shop.order', 2);
    await eventually(() =>
      expect(operationalEventsAt(owner).at(-1)!.data).toMatchObject({
        reason: 'target_disabled',
        attempts: 0,
      }),
    );
    answerWith({ status: 200 });
    expect(await api.call('PATCH', path, { active: true })).toHaveProperty('disabled');
    const enabled = await api.call<object>('POST', `${path}/enable`);
    expect(enabled).toMatchObject({ active: true });
    expect(enabled).not.toHaveProperty('disabled');
    await api.publish('shop.order', 3);
    await eventually(() => {
      expect(gone.arrivals.map(({ body }) => body.toString())).toEqual(['1', '3']);
      expect(
        operationalEventsAt(owner).find(({ id }) => id.startsWith('posthorn.target.recovered'))!.data,
      ).toMatchObject({
        by: 'owner',
        disabledFor: 'gone',
      });
      expect(alertsAbout(tenant.id)).toHaveLength(3);
    });
    expect(alertsAbout(tenant.id).at(-1)!.subject).toContain('enabled again');
  });

  it('does not reach a subscription to everything else (A2)', async () => {
    await cloud.settled();
    expect(await typesLogged(tenant)).toEqual(Array(3).fill('shop.order'));
    expect(everything.arrivals.map(({ body }) => body.toString()).sort()).toEqual(['1', '2', '3']);
    expect(await typesLogged(tenant, 'posthorn.**')).toEqual([
      'posthorn.delivery.dead',
      'posthorn.delivery.dead',
      'posthorn.target.disabled',
      'posthorn.target.recovered',
    ]);
    expect(cloud.denials).toEqual([]);
  });
});

describe("operational events that can't be delivered, or match no subscription (D6)", () => {
  it('lead to no further ones, and to no entry in the log', async () => {
    const [heard, unheard] = [await makeTenant(cloud), await makeTenant(cloud)];
    const { endpoint: gone } = await switchable({ status: 410 });
    const both = await subscribe(heard, gone, ['**', 'posthorn.**']);
    await subscribe(unheard, gone, ['**']);
    await heard.api.publish('shop.order', 1);
    await unheard.api.publish('shop.order', 1);
    await cloud.settled();
    await eventually(async () => {
      const deliveries = await heard.api.deliveriesOf(both.id);
      expect(deliveries.map(({ reason }) => reason)).toEqual([
        'target_disabled',
        'target_disabled',
        'rejected',
      ]);
    });
    expect(await typesLogged(heard, 'posthorn.**')).toEqual([
      'posthorn.delivery.dead',
      'posthorn.target.disabled',
    ]);
    expect(await typesLogged(unheard, 'posthorn.**')).toEqual([]);
    expect(await itemsAbout(cloud, 'Log', 'posthorn.delivery.dead:')).not.toEqual([]);
    const claims = (await itemsAbout(cloud, 'Log', unheard.id)).filter((item) =>
      JSON.stringify(item).includes('posthorn.'),
    );
    expect(claims).toEqual([]);
  });

  it('can be tried, and not forged', async () => {
    const tenant = await makeTenant(cloud);
    const owner = await startEndpoint();
    const { id } = await subscribe(tenant, owner, ['posthorn.target.disabled']);
    await tenant.api.call('POST', `/v1/subscriptions/${id}/test`, {});
    await eventually(() => expect(operationalEventsAt(owner)[0]?.data).toMatchObject({ reason: 'failing' }));
    const answer = await cloud.request('POST', '/v1/events', { type: 'posthorn.target.disabled', data: {} });
    expect(answer).toMatchObject({ status: 422, body: { error: 'validation_failed', field: 'type' } });
    const named = { type: 'a', id: 'posthorn.delivery.dead:dlv_x:0', data: {} };
    expect(await cloud.request('POST', '/v1/events', named)).toMatchObject({
      status: 422,
      body: { field: 'id' },
    });
  });
});

describe('a target that keeps failing (A13, D6)', () => {
  it('is disabled after five days without a success', async () => {
    const tenant = await makeTenant(cloud);
    const owner = await startEndpoint();
    const { endpoint: failing } = await switchable({ status: 500 });
    await subscribe(tenant, owner, ['posthorn.target.*']);
    const { targetId } = await subscribe(tenant, failing, ['shop.*'], { retry: { schedule: [60] } });
    const failingSince = Date.now() - 5 * 24 * 3600_000 - 1000;
    await putHealth(tenant, targetId, { failingSince });
    await tenant.api.publish('shop.order', 1);
    await eventually(() =>
      expect(operationalEventsAt(owner)[0]?.data).toMatchObject({
        reason: 'failing',
        failingSince: new Date(failingSince).toISOString(),
        lastAttempt: { statusCode: 500 },
      }),
    );
    expect(await healthOf(tenant, targetId)).toMatchObject({
      state: 'disabled',
      disabled: { reason: 'failing' },
    });
    expect(alertsAbout(targetId)).toHaveLength(1);
  });

  const since = Date.now() - 60_000;

  /** A target with an open breaker and a held delivery. */
  async function waitingTarget() {
    const tenant = await makeTenant(cloud);
    const [owner, endpoint] = [await startEndpoint(), await startEndpoint()];
    await subscribe(tenant, owner, ['posthorn.target.*']);
    const { targetId, id } = await subscribe(tenant, endpoint, ['shop.*']);
    await putHealth(tenant, targetId, { open: { since, probes: 8 }, failed: 10 });
    await tenant.api.publish('shop.order', 1);
    await eventually(async () =>
      expect(await tenant.api.deliveriesOf(id)).toMatchObject([{ status: 'parked' }]),
    );
    return { tenant, owner, endpoint, targetId };
  }

  it('recovers by a probe', async () => {
    const { tenant, owner, endpoint, targetId } = await waitingTarget();
    const health = await healthOf(tenant, targetId);
    const breaker = { openSince: new Date(since).toISOString(), failedProbes: 8 };
    expect(health).toMatchObject({ state: 'open', waiting: 1, breaker });
    const { nextProbeAt } = health.breaker as { nextProbeAt: string };
    // As if the drain were due.
    const drain = { tenant: tenant.id, target: targetId, at: Date.parse(nextProbeAt) };
    await sendByHand(cloud, 'SlowLane', { v: 1, kind: 'call', ...drain });
    await eventually(() =>
      expect(operationalEventsAt(owner)[0]?.data).toMatchObject({
        by: 'probe',
        since: new Date(since).toISOString(),
      }),
    );
    expect(endpoint.arrivals).toHaveLength(1);
    expect(alertsAbout(targetId)).toEqual([]);
  });

  it('gets its held deliveries as soon as its tenant enables it (E3)', async () => {
    const { tenant, endpoint, targetId } = await waitingTarget();
    // As after many failed probes.
    const at = Date.now() + 900_000;
    await putItem(cloud, 'State', {
      pk: DRAIN_SCHEDULE,
      sk: scheduleName({ tenant: tenant.id, target: targetId }),
      at,
    });
    await tenant.api.call('POST', `/v1/targets/${targetId}/enable`);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
    expect(await healthOf(tenant, targetId)).not.toHaveProperty('breaker');
  });

  it('leaves nothing behind when it is deleted', async () => {
    const tenant = await makeTenant(cloud);
    const endpoint = await startEndpoint();
    const { targetId, id } = await subscribe(tenant, endpoint, ['shop.*'], { rateLimit: { perSecond: 5 } });
    await tenant.api.publish('shop.order', 1);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
    await eventually(async () => expect(await itemsAbout(cloud, 'State', targetId)).toHaveLength(2));
    await tenant.api.call('DELETE', `/v1/subscriptions/${id}`);
    expect(await itemsAbout(cloud, 'State', targetId)).toEqual([]);
    expect(cloud.denials).toEqual([]);
  });
});

describe('a target that fails a third of its requests (D14)', async () => {
  const tenant = await makeTenant(cloud);
  const owner = await startEndpoint();
  let requests = 0;
  let isRepaired = false;
  const endpoint = await startEndpoint(() => ({ status: !isRepaired && requests++ % 3 === 0 ? 503 : 200 }));
  const { secret } = await subscribe(tenant, owner, ['posthorn.target.*']);
  const { targetId } = await subscribe(tenant, endpoint, ['shop.*']);
  const neighbour = await makeTenant(cloud);
  const heardByOthers = await startEndpoint();
  await subscribe(neighbour, heardByOthers, ['posthorn.target.*']);
  const assess = () => cloud.runSchedule('AssessRegularly');
  const counters = `counts#${tenant.id}#${targetId}`;

  let published = 0;
  /** Publishes events, and waits until their deliveries are counted. @param passed those before whose time has passed */
  async function publish(count: number, passed = 0): Promise<void> {
    for (let n = 0; n < count; n++) await tenant.api.publish('shop.order', n);
    published += count;
    await eventually(async () =>
      expect(await healthOf(tenant, targetId)).toMatchObject({ attempts: published - passed }),
    );
  }

  /** The time passes for what was counted, by whole items of five minutes. */
  async function passMinutes(minutes: number): Promise<void> {
    for (const item of await itemsAbout(cloud, 'Log', counters)) {
      if (item.pk !== counters) continue;
      const at = new Date(Date.parse(`${item.sk}:00Z`) - minutes * 60_000).toISOString().slice(0, 16);
      await deleteItem(cloud, 'Log', item);
      await putItem(cloud, 'Log', { ...item, sk: at });
    }
  }

  it('is told to its owner and to the operator, once', async () => {
    await publish(45);
    await assess();
    await assess();
    const told = await eventually(() => {
      const [event, ...others] = operationalEventsAt(owner);
      expect([event?.id, others]).toEqual([
        expect.stringMatching(`^posthorn.target.failing:${targetId}:`),
        [],
      ]);
      return event!.data;
    });
    expect(told).toMatchObject({
      targetId,
      url: `${endpoint.url}/`,
      attempts: 45,
      failedAttempts: 15,
      share: 0.3333,
      failures: [{ name: '503', failedAttempts: 15 }],
    });
    const { headers, body } = owner.arrivals[0]!;
    new Webhook(secret).verify(body.toString(), headers as Record<string, string>);

    const line = {
      tenant: tenant.id,
      target: targetId,
      attempts: 45,
      failedAttempts: 15,
      failures: '503 15',
    };
    const lines = cloud.warnings('target failing').filter(({ target }) => target === targetId);
    expect(lines).toMatchObject([line]);
    const mails = alertsAbout(targetId).filter(({ message }) => message.includes('of the last 15 minutes'));
    expect(mails.map(({ subject }) => subject)).toEqual([
      `Posthorn: 33 % of the attempts of target ${targetId} fail`,
    ]);
    expect(gauge()).toEqual([1, 1]);
    expect(await healthOf(tenant, targetId)).toMatchObject({
      manyFailures: { since: told.since, attempts: 45, failedAttempts: 15, share: 0.3333 },
    });
    expect(operationalEventsAt(owner)).toHaveLength(1);
    expect(heardByOthers.arrivals).toEqual([]);
  });

  it('is over when it is well for half an hour', async () => {
    isRepaired = true;
    await passMinutes(10);
    await publish(5);
    await assess();
    expect(gauge()).toEqual([1, 1, 1]);
    await passMinutes(35);
    await publish(5);
    await assess();
    await eventually(() => expect(operationalEventsAt(owner)).toHaveLength(2));
    const [failing, healthy] = operationalEventsAt(owner);
    expect(healthy!.id).toMatch(`posthorn.target.healthy:${targetId}:`);
    expect(healthy!.data).toMatchObject({
      reason: 'recovered',
      since: failing!.data.since,
      attempts: 5,
      failedAttempts: 0,
    });
    const lines = cloud.warnings('target failing no more').filter(({ target }) => target === targetId);
    expect(lines).toMatchObject([{ tenant: tenant.id, end: 'recovered' }]);
    expect(await healthOf(tenant, targetId)).not.toHaveProperty('manyFailures');
    const left = await itemsAbout(cloud, 'State', targetId);
    expect(left.map(({ pk }) => pk)).not.toContain('failing-targets');
    expect(gauge()).toEqual([1, 1, 1]);
    expect(cloud.denials).toEqual([]);
  });

  /** What each run has said of how many targets fail. */
  function gauge(): number[] {
    return cloud.lines.flatMap(({ text }) =>
      text.includes('"TargetsFailing":')
        ? [(JSON.parse(text) as { TargetsFailing: number }).TargetsFailing]
        : [],
    );
  }
});

it('a target that fails on operational events alone leads to no further one, and the operator hears of it (D6, D14)', async () => {
  const tenant = await makeTenant(cloud);
  const [shop, owner] = [await switchable({ status: 404 }), await switchable({ status: 503 })];
  const ordinary = await subscribe(tenant, shop.endpoint, ['shop.*']);
  const operational = await subscribe(tenant, owner.endpoint, ['posthorn.**']);
  for (let n = 0; n < 14; n++) await tenant.api.publish('shop.order', n);
  const failedAt = async (targetId: string) => {
    const counted = await tenant.api.call<{ items: { failedAttempts: number }[] }>(
      'GET',
      `/v1/metrics/breakdown?by=error&targetId=${targetId}`,
    );
    return counted.items.reduce((sum, { failedAttempts }) => sum + failedAttempts, 0);
  };
  await eventually(async () => {
    expect(await failedAt(ordinary.targetId)).toBe(14);
    expect(await failedAt(operational.targetId)).toBeGreaterThanOrEqual(10);
  });
  for (let run = 0; run < 2; run++) await cloud.runSchedule('AssessRegularly');
  const told = cloud.warnings('target failing').filter((line) => line.tenant === tenant.id);
  expect(told.map(({ target }) => target).sort()).toEqual([ordinary.targetId, operational.targetId].sort());
  await eventually(async () =>
    expect(await typesLogged(tenant, 'posthorn.target.failing')).toEqual(['posthorn.target.failing']),
  );
  const sentAbout = (targetId: string) => itemsAbout(cloud, 'Log', `posthorn.target.failing:${targetId}:`);
  expect(await sentAbout(ordinary.targetId)).not.toEqual([]);
  expect(await sentAbout(operational.targetId)).toEqual([]);
});

it('a target can ask for retries after other answers of 4xx (A12)', async () => {
  const tenant = await makeTenant(cloud);
  const { endpoint, answerWith } = await switchable({ status: 404 });
  const { targetId } = await subscribe(tenant, endpoint, ['shop.*'], {
    retry: { schedule: [1], jitter: 0 },
    retryClientErrors: true,
  });
  expect(await tenant.api.call('GET', `/v1/targets/${targetId}`)).toMatchObject({ retryClientErrors: true });
  await tenant.api.publish('shop.order', 1);
  await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
  answerWith({ status: 200 });
  await eventually(() => expect(endpoint.arrivals).toHaveLength(2));
});
