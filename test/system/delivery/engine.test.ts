import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { mostWithin } from '../../../bench/rig/most-within.ts';
import { forgotten } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { MANY_RETRIES, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await startCloud();
const { api } = cloud;

const publishAll = (type: string, count: number, about: object = {}): Promise<{ events: { id: string }[] }> =>
  api.publishBatch(
    JSON.stringify({ events: Array.from({ length: count }, (_, n) => ({ type, data: { n }, ...about })) }),
  );

const statusesOf = async (subscription: string): Promise<string[]> =>
  (await api.deliveriesOf(subscription)).map(({ status }) => status);

const invocationsOf = (name: string): number => cloud.functions.get(name)!.stats().invocations;

/** The sum of a metric over all functions. */
const metric = (name: string): number =>
  cloud.lines.reduce((sum, { text }) => sum + Number(text.match(`"${name}":(\\d+)`)?.[1] ?? 0), 0);

/** How many deliveries fanout has held, without the way through the slow lane. */
const heldByFanout = (): number =>
  cloud.lines
    .filter((line) => line.kind === 'function' && line.functionName === 'Fanout')
    .reduce((sum, { text }) => sum + Number(text.match(/"HeldAtOnce":(\d+)/)?.[1] ?? 0), 0);

interface Timeline {
  readonly items: readonly { readonly kind: string }[];
  readonly deliveries: readonly object[];
}

describe.concurrent('the engine', () => {
  it('stops posting to an endpoint that fails, holds its deliveries, and drains them when it has recovered, losing none (A13, E4)', async () => {
    const EVENTS = { first: 12, later: 30 };
    const all = EVENTS.first + EVENTS.later;
    let isDown = true;
    let wasted = 0;
    const endpoint = await startEndpoint(() => {
      wasted += Number(isDown);
      return { status: isDown ? 503 : 200 };
    });
    const retry = { schedule: [3, 60], jitter: 0 };
    const { id } = await api.subscribe({ url: endpoint.url, events: ['breaker.*'], retry });
    await publishAll('breaker.first', EVENTS.first);
    await eventually(() => expect(metric('BreakerOpened')).toBe(1));
    // Other functions cache the endpoint's old health.
    await forgotten();
    const { events } = await publishAll('breaker.later', EVENTS.later);
    await eventually(async () => {
      const waiting = (await statusesOf(id)).filter((status) => status === 'parked');
      expect(waiting.length).toBeGreaterThanOrEqual(EVENTS.later);
    });
    expect(heldByFanout()).toBe(EVENTS.later);
    // Probes take the oldest, so the newest waits as it came.
    const { deliveries: followed } = await eventually(async () => {
      const timeline = await api.call<Timeline>('GET', `/v1/events/${events.at(-1)!.id}/timeline`);
      expect(timeline.items.map(({ kind }) => kind)).toEqual(['accepted', 'matched', 'waiting']);
      return timeline;
    });
    expect(followed).toMatchObject([
      {
        status: 'parked',
        waitingFor: 'recovery',
        upcoming: { kind: 'probe', text: expect.stringMatching(/^A probe, the \d+\w\w, /) },
      },
    ]);
    isDown = false;
    await eventually(async () => expect(await statusesOf(id)).toEqual(Array(all).fill('delivered')));
    // The attempts that opened the breaker, and probes; holding cost none.
    expect(wasted).toBeLessThan(20);
    const deliveries = await api.deliveriesOf(id);
    expect(deliveries.reduce((sum, { attempts }) => sum + attempts.length, 0)).toBe(all + wasted);
    expect(new Set(endpoint.arrivals.map(({ headers }) => headers['webhook-id'])).size).toBe(all);
    expect([metric('BreakerOpened'), metric('BreakerClosed')]).toEqual([1, 1]);
  });

  it('makes all attempts of a schedule, more than Lambda allows in a chain by default', async () => {
    const endpoint = await startEndpoint(() => ({ status: 400 }));
    const { id } = await api.subscribe({ url: endpoint.url, events: ['long.chain'], ...MANY_RETRIES });
    const event = await api.publish('long.chain', 1);
    const dead = await cloud.delivery(event.id, 'dead');
    expect(dead).toMatchObject({ subscriptionId: id, reason: 'exhausted' });
    expect(dead.attempts).toHaveLength(20);
    expect(endpoint.arrivals).toHaveLength(20);
  });

  it('posts no faster than a target allows, and not much slower (C6, D9)', async () => {
    const endpoint = await startEndpoint();
    const perSecond = 20;
    const count = 60;
    const { id } = await api.subscribe({ url: endpoint.url, events: ['limited'], rateLimit: { perSecond } });
    await publishAll('limited', count);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(count));
    await eventually(async () => expect(await statusesOf(id)).toEqual(Array(count).fill('delivered')));
    const attempts = (await api.deliveriesOf(id)).map((delivery) => delivery.attempts);
    expect(attempts.filter(({ length }) => length !== 1)).toEqual([]);
    const posted = attempts.map(([first]) => Date.parse(first!.at));
    expect(mostInSecond(posted)).toBeLessThanOrEqual(1.1 * perSecond);
    // This process is busy, so the recorded times of some requests fall into one moment.
    const arrived = endpoint.arrivals.map(({ at }) => at);
    expect(mostWithin(arrived, 1000)).toBeLessThanOrEqual(1.5 * perSecond);
    const idealMs = (1000 * (count - 1)) / perSecond;
    const tookMs = Math.max(...arrived) - Math.min(...arrived);
    expect(tookMs).toBeGreaterThan(0.9 * idealMs);
    expect(tookMs).toBeLessThan(5 * idealMs);

    function mostInSecond(times: readonly number[]): number {
      const bySecond = Map.groupBy(times, (at) => Math.floor(at / 1000));
      return Math.max(...[...bySecond.values()].map(({ length }) => length));
    }
  });

  it('posts several events in one signed request, and knows the outcome of each (A21, D10)', async () => {
    const endpoint = await startEndpoint();
    const batching = { maxEvents: 5, maxSeconds: 2 };
    const { id, secret } = await api.subscribe({ url: endpoint.url, events: ['batched'], batching });
    const { events } = await publishAll('batched', 12);
    await eventually(() => expect(bodies()).toHaveLength(12));
    expect(
      bodies()
        .map((each) => each.id)
        .sort(),
    ).toEqual(events.map((event) => event.id).sort());
    expect(bodies()[0]).toMatchObject({
      type: 'batched',
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

  it('moves an endpoint that has become slow out of the fast lanes (A22, D12)', async () => {
    const endpoint = await startEndpoint((_, { body }) => ({
      status: 200,
      afterMs: body.toString().includes('slow') ? 3000 : 0,
    }));
    await api.subscribe({ url: endpoint.url, events: ['patience'] });
    const first = await api.publish('patience', 'fast');
    await cloud.delivery(first.id, 'delivered');
    await forgotten();
    const second = await api.publish('patience', 'slow');
    const delivered = await cloud.delivery(second.id, 'delivered');
    expect(delivered.attempts).toMatchObject([{ error: 'timeout' }, { statusCode: 200 }]);
  });

  it('has lanes for urgent and for other deliveries (A22, D12)', async () => {
    const endpoint = await startEndpoint();
    await api.subscribe({ url: endpoint.url, events: ['lanes'] });
    await cloud.delivery((await api.publish('lanes', 1)).id, 'delivered');
    await forgotten();
    const before = { critical: invocationsOf('DispatchCritical'), bulk: invocationsOf('DispatchBulk') };
    const urgent = await publishAll('lanes', 1, { priority: 'critical' });
    await cloud.delivery(urgent.events[0]!.id, 'delivered');
    expect(invocationsOf('DispatchCritical')).toBe(before.critical + 1);
    const low = await publishAll('lanes', 1, { priority: 'low' });
    await cloud.delivery(low.events[0]!.id, 'delivered');
    expect(invocationsOf('DispatchBulk')).toBeGreaterThan(before.bulk);
  });
});

it('needed no permission that it lacks', () => expect(cloud.denials).toEqual([]));
