import { describe, expect, it } from 'vitest';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import type { DeliveryView } from '../../../local/api-client.ts';
import { createClock } from '../../../local/cloud.ts';
import { withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type HttpAnswer, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Endpoint, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { makeTenant, type TestTenant } from '../../helpers/tenant.ts';

/** With a clock that can jump, and caches as they are deployed: a target is remembered for 10 seconds. */
const clock = createClock();
const cloud = await startCloud({ clock, edit: withoutWindows });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly sent: number;
  readonly looked: number;
  readonly skippedFor: Record<string, number>;
}

interface Mendable extends Endpoint {
  /** The ids of the requests that it has answered well. */
  readonly taken: () => unknown[];
  answer(status: number, afterMs?: number): void;
}

async function startMendable(): Promise<Mendable> {
  let answer = { status: 503, afterMs: 0 };
  const good: unknown[] = [];
  const endpoint = await startEndpoint((_, { headers }) => {
    if (answer.status === 200) good.push(headers['webhook-id']);
    return answer;
  });
  return {
    ...endpoint,
    taken: () => good,
    answer(status, afterMs = 0) {
      answer = { status, afterMs };
    },
  };
}

/** A tenant with a target that fails, and whose retries wait so many seconds. */
async function withFailing(waitSeconds: number) {
  const [tenant, endpoint] = [await makeTenant(cloud), await startMendable()];
  const retry = { schedule: [waitSeconds, waitSeconds, waitSeconds], jitter: 0 };
  const url = `${endpoint.url}?token=1`;
  const { id, targetId } = await tenant.api.subscribe({ url, events: ['try.**'], retry });
  const publish = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 100) {
      const events = Array.from({ length: Math.min(left, 100) }, (_, n) => ({
        type: 'try.now',
        data: { n },
      }));
      await tenant.api.publishBatch(JSON.stringify({ events }));
    }
  };
  /** The subscription's deliveries, once there are so many of a status. */
  const deliveries = (count: number, status: string): Promise<DeliveryView[]> =>
    eventually(
      async () => {
        const all = (await tenant.api.deliveriesOf(id)).filter((one) => one.status === status);
        expect(all).toHaveLength(count);
        return all;
      },
      { timeout: 20_000 },
    );
  return { tenant, endpoint, subscription: id, targetId, publish, deliveries };
}

const post = ({ key }: TestTenant, path: string, body?: object, headers = {}): Promise<HttpAnswer> =>
  cloud.request('POST', path, body, { authorization: `Bearer ${key}`, ...headers });

const jobOf = async (tenant: TestTenant, path: string, body?: object): Promise<Job> => {
  const { status, body: job } = await post(tenant, path, body);
  expect([status, job]).toMatchObject([202, { deliveries: 'waiting', state: 'running' }]);
  return job as Job;
};

const ended = ({ api }: TestTenant, { id }: Job, state = 'completed'): Promise<Job> =>
  eventually(
    async () => {
      const job = await api.call<Job>('GET', `/v1/replays/${id}`);
      expect(job.state).toBe(state);
      return job;
    },
    { timeout: 30_000 },
  );

/** Messages that were dropped because their delivery was sent meanwhile. */
const superseded = (): number =>
  cloud.lines
    .flatMap(({ text }) => /"Superseded":(\d+)/.exec(text)?.[1] ?? [])
    .reduce((sum, count) => sum + Number(count), 0);

/** Lets parked deliveries and delayed messages fall due. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await cloud.runSchedule('EveryMinute');
}

describe('try now (A15, E3)', () => {
  it('posts what is parked for hours at once, where its target leads now, and never again at its time', async () => {
    const { tenant, targetId, endpoint, publish, deliveries } = await withFailing(7 * 3600);
    const mended = await startEndpoint();
    await publish(1);
    const [parked] = await deliveries(1, 'parked');
    await tenant.api.call('PATCH', `/v1/targets/${targetId}`, { url: mended.url });

    const { status, body } = await post(tenant, `/v1/deliveries/${parked!.id}/retry`);

    expect([status, body]).toMatchObject([202, { id: parked!.id, status: 'attempting' }]);
    // All that whoever may change the target sees of it elsewhere.
    expect(body).toMatchObject({
      attempts: [{ request: { url: `${endpoint.url}?token=1`, headers: { 'posthorn-attempt': '1' } } }],
    });
    const [delivered] = await deliveries(1, 'delivered');
    expect(delivered!.attempts.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
    const before = superseded();
    await pass(7 * HOUR);
    await eventually(() => expect(superseded()).toBe(before + 1));
    await cloud.settled();
    expect([endpoint.arrivals.length, mended.arrivals.length]).toEqual([1, 1]);
    expect(await deliveries(1, 'delivered')).toEqual([delivered]);
  });

  it('lets exactly one schedule go on, when what waits in a queue is tried and fails', async () => {
    const { tenant, endpoint, publish, deliveries } = await withFailing(600);
    await publish(1);
    const [retrying] = await deliveries(1, 'retrying');
    clock.advance(5 * MINUTE);
    // So that the first has no outcome yet when the second comes.
    endpoint.answer(503, 1500);
    const path = `/v1/deliveries/${retrying!.id}/retry`;
    const both = await Promise.all([post(tenant, path), post(tenant, path)]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(both.find(({ status }) => status === 409)).toMatchObject({ body: { error: 'under_way' } });
    await eventually(() => expect(endpoint.arrivals).toHaveLength(2));
    const [again] = await eventually(async () => {
      const [one] = await deliveries(1, 'retrying');
      expect(one!.attempts).toHaveLength(2);
      return [one!];
    });
    expect(Date.parse(again.nextAttemptAt!) - Date.now()).toBeGreaterThan(8 * MINUTE);

    // The time of the old message, then that of the new one.
    const before = superseded();
    await pass(5 * MINUTE + 5000);
    await eventually(() => expect(superseded()).toBe(before + 1));
    expect(endpoint.arrivals).toHaveLength(2);
    endpoint.answer(200);
    await pass(5 * MINUTE);
    const [delivered] = await deliveries(1, 'delivered');
    expect(delivered!.attempts).toHaveLength(3);
    await cloud.settled();
    expect(endpoint.arrivals).toHaveLength(3);
  });

  it('refuses what does not wait, and says what to do', async () => {
    const { tenant, targetId, endpoint, publish, deliveries } = await withFailing(3600);
    await publish(1);
    const [parked] = await deliveries(1, 'parked');
    const path = `/v1/deliveries/${parked!.id}/retry`;
    expect(await post(tenant, path, undefined, { 'if-match': '"99"' })).toMatchObject({ status: 412 });
    expect(await post(tenant, `/v1/deliveries/${parked!.id}/replay`)).toMatchObject({
      status: 409,
      body: { error: 'under_way', message: expect.stringContaining('/retry') },
    });
    await tenant.api.call('POST', `/v1/targets/${targetId}/disable`);
    for (const refused of [path, `/v1/targets/${targetId}/retry`]) {
      expect(await post(tenant, refused)).toMatchObject({ status: 409, body: { error: 'target_disabled' } });
    }
    await tenant.api.call('POST', `/v1/targets/${targetId}/enable`);
    endpoint.answer(200);
    expect(await post(tenant, path)).toMatchObject({ status: 202 });
    await deliveries(1, 'delivered');
    expect(await post(tenant, path)).toMatchObject({
      status: 409,
      body: { error: 'not_waiting', message: expect.stringContaining('/replay') },
    });
    const stranger = await makeTenant(cloud);
    expect(await post(stranger, path)).toMatchObject({ status: 404 });
    for (const [body, field] of [
      [{ targetId: 'sub_1' }, 'targetId'],
      [{ subscriptionId: 'x' }, 'subscriptionId'],
      [{ status: ['dead'] }, 'status[0]'],
      [{ status: [] }, 'status'],
      [{}, 'all'],
      [{ all: false }, 'all'],
      [{ from: '2999-01-01T00:00:00Z' }, 'from'],
    ] as const) {
      expect(await post(tenant, '/v1/deliveries/retry', body)).toMatchObject({
        status: 422,
        body: { field },
      });
    }
  });

  it('is refused of what is not there', async () => {
    const { tenant } = await withFailing(300);
    for (const body of [
      { targetId: `tgt_${lowestUlidAt(1)}` },
      { subscriptionId: `sub_${lowestUlidAt(1)}`, all: true },
    ]) {
      expect(await post(tenant, '/v1/deliveries/retry', body)).toMatchObject({ status: 404 });
    }
    expect(await post(tenant, '/v1/deliveries/retry')).toMatchObject({ status: 400 });
  });

  it('posts one though the breaker is open, which closes it: all that is held follows, once (A13)', async () => {
    const { tenant, endpoint, publish, deliveries } = await withFailing(3600);
    await publish(10);
    await deliveries(10, 'parked');
    await publish(5);
    const held = await eventually(async () => {
      const all = (await deliveries(15, 'parked')).filter(({ nextAttemptAt }) => nextAttemptAt === undefined);
      expect(all).toHaveLength(5);
      return all;
    });
    // Between two probes.
    endpoint.answer(200);
    expect(await post(tenant, `/v1/deliveries/${held[0]!.id}/retry`)).toMatchObject({ status: 202 });
    await deliveries(5, 'delivered');
    expect(endpoint.taken()[0]).toBe(held[0]!.event.id);
    const job = await ended(tenant, await jobOf(tenant, '/v1/deliveries/retry', { status: ['parked'] }));
    expect(job).toMatchObject({ sent: 10, skippedFor: {} });
    await deliveries(15, 'delivered');
    await pass(2 * HOUR);
    await cloud.settled();
    expect(endpoint.taken()).toHaveLength(15);
    expect(new Set(endpoint.taken()).size).toBe(15);
  });

  it('of a target probes it at once, drains its hold queue, and sends what waits for a time', async () => {
    const { tenant, targetId, endpoint, publish, deliveries } = await withFailing(3600);
    await publish(200);
    await deliveries(200, 'parked');
    endpoint.answer(200);
    const job = await ended(tenant, await jobOf(tenant, `/v1/targets/${targetId}/retry`));
    await deliveries(200, 'delivered');
    expect(job.sent).toBeGreaterThanOrEqual(10);
    // The drain is at work meanwhile: what it has delivered waits no more.
    const byDrain = ['held', 'not_waiting'];
    expect(Object.keys(job.skippedFor).filter((reason) => !byDrain.includes(reason))).toEqual([]);
    await pass(2 * HOUR);
    await cloud.settled();
    expect(endpoint.taken()).toHaveLength(200);
    expect(new Set(endpoint.taken()).size).toBe(200);
    const { items } = await tenant.api.call<{ items: Job[] }>('GET', '/v1/replays');
    expect(items).toMatchObject([{ id: job.id, deliveries: 'waiting', targetId }]);
  });

  it('of a subscription goes to its present target, and is cancelled between two pages', async () => {
    const { tenant, subscription, endpoint, publish, deliveries } = await withFailing(3600);
    await publish(60);
    await deliveries(60, 'parked');
    const other = await startEndpoint();
    const made = await tenant.api.call<{ id: string }>('POST', '/v1/targets', {
      url: other.url,
      rateLimit: { perSecond: 2 },
    });
    await tenant.api.call('PATCH', `/v1/subscriptions/${subscription}`, { targetId: made.id });
    const job = await jobOf(tenant, `/v1/subscriptions/${subscription}/retry`, { eventType: 'try.now' });
    await eventually(() => expect(other.arrivals.length).toBeGreaterThan(0), { timeout: 20_000 });
    await tenant.api.call('POST', `/v1/replays/${job.id}/cancel`);
    const cancelled = await ended(tenant, job, 'cancelled');
    expect(cancelled.sent).toBeLessThan(60);
    expect(endpoint.taken()).toEqual([]);
  });
});
