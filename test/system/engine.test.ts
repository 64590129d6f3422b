import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { mostWithin } from '../../bench/most-within.ts';
import { startCloud } from '../helpers/cloud.ts';
import { startEndpoint } from '../helpers/endpoint.ts';
import { eventually } from '../helpers/eventually.ts';

const cloud = await startCloud();
const { api } = cloud;

const publishAll = (type: string, count: number, about: object = {}): Promise<{ events: { id: string }[] }> =>
  api.publishBatch(
    JSON.stringify({ events: Array.from({ length: count }, (_, n) => ({ type, data: { n }, ...about })) }),
  );

const statusesOf = async (subscription: string): Promise<string[]> =>
  (await api.deliveriesOf(subscription)).map(({ status }) => status);

const invocationsOf = (name: string): number => cloud.functions.get(name)!.stats().invocations;

describe.concurrent('the engine', () => {
  it('stops posting to an endpoint that fails, lets deliveries wait, and drains them when it has recovered (A13)', async () => {
    let isDown = true;
    const endpoint = await startEndpoint(() => ({ status: isDown ? 503 : 200 }));
    const retry = { schedule: [60, 60], jitter: 0 };
    const { id } = await api.subscribe({ url: endpoint.url, events: ['breaker.*'], retry });
    await publishAll('breaker.first', 12);
    await eventually(() => expect(endpoint.arrivals.length).toBeGreaterThanOrEqual(10));
    // As long as other functions take the endpoint for what it was.
    await sleep(2000);
    const { events } = await publishAll('breaker.later', 30);
    await eventually(async () => {
      const waiting = (await api.deliveriesOf(id)).filter(({ status }) => status === 'parked');
      expect(waiting.length).toBeGreaterThanOrEqual(30);
    });
    const wasted = endpoint.arrivals.length;
    isDown = false;
    await eventually(async () => {
      const delivered = (await statusesOf(id)).filter((status) => status === 'delivered');
      expect(delivered.length).toBeGreaterThanOrEqual(30);
    });
    expect(wasted).toBeLessThan(20);
    // Waiting used up nothing: each was delivered by its first attempt, but for those that were probes.
    const later = (await api.deliveriesOf(id)).filter(({ status }) => status === 'delivered');
    const tried = later.filter(({ attempts }) => attempts.length > 1);
    expect(tried.length).toBeLessThanOrEqual(2);
    expect(events).toHaveLength(30);
  });

  it('posts no faster than a target allows (C6, D9)', async () => {
    const endpoint = await startEndpoint();
    const perSecond = 20;
    const { id } = await api.subscribe({ url: endpoint.url, events: ['limited'], rateLimit: { perSecond } });
    await publishAll('limited', 60);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(60));
    const times = endpoint.arrivals.map(({ at }) => at);
    expect(mostWithin(times, 1000)).toBeLessThanOrEqual(perSecond * 1.1 + 1);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(2500);
    await eventually(async () => expect(new Set(await statusesOf(id))).toEqual(new Set(['delivered'])));
    const attempts = (await api.deliveriesOf(id)).map((delivery) => delivery.attempts.length);
    expect(new Set(attempts)).toEqual(new Set([1]));
  });

  it('posts several events in one signed request, and knows what became of each (D10, A21)', async () => {
    const endpoint = await startEndpoint();
    const batching = { maxEvents: 5, maxSeconds: 2 };
    const { id, secret } = await api.subscribe({ url: endpoint.url, events: ['together'], batching });
    const { events } = await publishAll('together', 12);
    await eventually(() => expect(bodies()).toHaveLength(12));
    expect(
      bodies()
        .map((each) => each.id)
        .sort(),
    ).toEqual(events.map((event) => event.id).sort());
    expect(bodies()[0]).toMatchObject({
      type: 'together',
      contentType: 'application/json',
      data: { n: expect.any(Number) },
    });
    expect(endpoint.arrivals.length).toBeLessThan(8);
    for (const { body, headers } of endpoint.arrivals) {
      expect(JSON.parse(body.toString()).length).toBeLessThanOrEqual(5);
      expect(headers['posthorn-batch']).toBe(String(JSON.parse(body.toString()).length));
      new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
    }
    await eventually(async () => expect(await statusesOf(id)).toEqual(Array(12).fill('delivered')));

    function bodies(): { id: string; type: string }[] {
      return endpoint.arrivals.flatMap(({ body }) => JSON.parse(body.toString()));
    }
  });

  it('gives an endpoint that has become slow its time elsewhere than in a fast lane (A22, D12)', async () => {
    const endpoint = await startEndpoint((_, { body }) => ({
      status: 200,
      afterMs: body.toString().includes('slow') ? 3000 : 0,
    }));
    await api.subscribe({ url: endpoint.url, events: ['patience'] });
    const first = await api.publish('patience', 'fast');
    await cloud.delivery(first.id, 'delivered');
    await sleep(2000);
    const second = await api.publish('patience', 'slow');
    const delivered = await cloud.delivery(second.id, 'delivered');
    expect(delivered.attempts).toMatchObject([{ error: 'timeout' }, { statusCode: 200 }]);
    expect(delivered.attempts[0]!.durationMs).toBeLessThan(2900);
  });

  it('has lanes for what is urgent and for what is not (A22, D12)', async () => {
    const endpoint = await startEndpoint();
    await api.subscribe({ url: endpoint.url, events: ['lanes'] });
    await cloud.delivery((await api.publish('lanes', 1)).id, 'delivered');
    await sleep(2000);
    const before = { critical: invocationsOf('DispatchCritical'), bulk: invocationsOf('DispatchBulk') };
    const urgent = await publishAll('lanes', 1, { priority: 'critical' });
    await cloud.delivery(urgent.events[0]!.id, 'delivered');
    expect(invocationsOf('DispatchCritical')).toBe(before.critical + 1);
    const low = await publishAll('lanes', 1, { priority: 'low' });
    await cloud.delivery(low.events[0]!.id, 'delivered');
    expect(invocationsOf('DispatchBulk')).toBeGreaterThan(before.bulk);
  });
});

it('has asked for no right that it was not granted', () => expect(cloud.denials).toEqual([]));
