import { afterAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../../lambdas/live/frame.ts';
import { apiClient } from '../../../local/api-client.ts';
import { type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import {
  handshakeStatus,
  outcomesIn,
  ticketFor,
  type Watching,
  watchLive,
} from '../../helpers/live-socket.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

// Each test has a tenant of its own, since a tenant gets one frame a second.
const { neighbour } = await sharedCloud();
const endpoint = await startEndpoint((_, { body }) => {
  const text = body.toString();
  return { status: text.includes('"gone"') ? 410 : text.includes('"refused"') ? 400 : 200 };
});

interface Made {
  readonly id: string;
  readonly token?: string;
  readonly key?: string;
}

interface Frames {
  readonly items: readonly Frame[];
  readonly complete: boolean;
}

const open: Watching[] = [];
afterAll(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function watching(cloud: SharedCloud, credential = cloud.key): Promise<Watching> {
  const one = await watchLive(cloud, credential);
  open.push(one);
  return one;
}

/** A subscription of a type of its own. */
async function subscriptionTo(cloud: SharedCloud, type: string) {
  const target = await cloud.api.call<Made>('POST', '/v1/targets', { url: endpoint.url });
  const subscription = await cloud.api.call<Made>('POST', '/v1/subscriptions', {
    name: type,
    targetId: target.id,
    filter: { events: [type] },
  });
  return { target: target.id, subscription: subscription.id };
}

const tokenFor = async (cloud: SharedCloud, target: string): Promise<string> =>
  (await cloud.api.call<Made>('POST', '/v1/portal-tokens', { targetIds: [target] })).token!;

const framesAfter = async (cloud: SharedCloud, id: string, credential = cloud.key): Promise<Frames> =>
  apiClient(cloud.apiUrl, credential).call<Frames>('GET', `/v1/live/frames?after=${id}`);

const seen = ({ frames }: Watching, eventId: string) =>
  outcomesIn(frames).filter((one) => one.eventId === eventId);

const arrives = (watcher: Watching, eventId: string) =>
  eventually(() => {
    const [outcome] = seen(watcher, eventId);
    if (!outcome) throw new Error(`expected an outcome of ${eventId}`);
    return outcome;
  });

describe.concurrent('a connection (A19)', () => {
  it('gets outcomes as they are recorded, with their counts', async () => {
    const cloud = await neighbour();
    const { target, subscription } = await subscriptionTo(cloud, 'live.first');
    const watcher = await watching(cloud);
    const { id } = await cloud.api.publish('live.first', { n: 1 });
    const outcome = await arrives(watcher, id);
    expect(outcome).toMatchObject({
      type: 'live.first',
      targetId: target,
      subscriptionId: subscription,
      status: 'delivered',
      attempt: 1,
      statusCode: 200,
      ms: expect.any(Number),
    });
    const { items } = await cloud.api.call<{ items: Made[] }>('GET', `/v1/events/${id}/deliveries`);
    expect(items.map((one) => one.id)).toEqual([outcome.deliveryId]);
    const counts = watcher.frames.map((frame) => frame.counts?.delivered ?? 0);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(1);
  });

  it('gets at most one frame a second, with ids that rise, and loses no count', async () => {
    const cloud = await neighbour();
    await subscriptionTo(cloud, 'live.many');
    const watcher = await watching(cloud);
    const count = 120;
    for (let sent = 0; sent < count; sent += 40) {
      const events = Array.from({ length: 40 }, () => ({ type: 'live.many', data: {} }));
      await cloud.api.call('POST', '/v1/events/batch', { events });
      await eventually(() => expect(watcher.frames.length).toBeGreaterThan(sent / 40));
    }
    const total = (name: 'delivered' | 'leftOut') =>
      watcher.frames.reduce((sum, { counts }) => sum + (counts?.[name] ?? 0), 0);
    await eventually(() => expect(total('delivered')).toBe(count));
    expect(outcomesIn(watcher.frames).length + total('leftOut')).toBe(count);
    const ids = watcher.frames.map((frame) => frame.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    const times = watcher.frames.map(({ at }) => Date.parse(at));
    for (const [i, time] of times.slice(1).entries()) expect(time - times[i]!).toBeGreaterThanOrEqual(1000);
  });

  it('says that it is alive, and what it expected', async () => {
    const cloud = await neighbour();
    const watcher = await watching(cloud);
    watcher.say('{"type":"ping"}');
    watcher.say('hello');
    await eventually(() => expect(watcher.said.map(({ type }) => type).sort()).toEqual(['error', 'pong']));
    expect(watcher.said.find(({ type }) => type === 'error')!.message).toBe(
      'expected {"type":"ping"}, or {"type":"answer", …} of a listener',
    );
  });

  it('opens once with a ticket, and not without one', async () => {
    const cloud = await neighbour();
    const { url, ticket } = await ticketFor(cloud, cloud.key);
    expect(url).toMatch(new RegExp(`/live\\?ticket=${ticket}$`));
    const bare = url.slice(0, url.indexOf('?'));
    const refused = [bare, `${bare}?ticket=`, `${bare}?ticket=tkt_wrong`, `${bare}?ticket=${cloud.key}`];
    for (const address of refused) expect(await handshakeStatus(address)).toBe(401);
    expect(await handshakeStatus(url)).toBe(101);
    expect(await handshakeStatus(url)).toBe(401);
  });

  it('ends with its credential: a ping is refused, and no frame comes any more', async () => {
    const cloud = await neighbour();
    await subscriptionTo(cloud, 'live.revoked');
    const key = await cloud.api.call<Made>('POST', '/v1/keys', { name: 'watcher', scopes: ['read'] });
    const [revoked, other] = [await watching(cloud, key.key!), await watching(cloud)];
    await cloud.api.call('DELETE', `/v1/keys/${key.id}`);
    revoked.say('{"type":"ping"}');
    await eventually(() => expect(revoked.said).toMatchObject([{ type: 'error' }]));
    const { id } = await cloud.api.publish('live.revoked', {});
    await arrives(other, id);
    expect(seen(revoked, id)).toEqual([]);
  });
});

describe.concurrent('those who watch see (A19, B11)', () => {
  it('nothing of another tenant, nor of another target', async () => {
    const cloud = await neighbour();
    const stranger = await neighbour();
    const [mine, others] = [
      await subscriptionTo(cloud, 'live.mine'),
      await subscriptionTo(cloud, 'live.others'),
    ];
    const token = await tokenFor(cloud, mine.target);
    const [all, own, foreign] = [
      await watching(cloud),
      await watching(cloud, token),
      await watching(cloud, stranger.key),
    ];
    const before = all.frames.at(-1)?.id ?? '01KAK2V5E4V2N9CR0Q6WV7Z1QX';
    const [first, second] = [
      await cloud.api.publish('live.others', {}),
      await cloud.api.publish('live.mine', {}),
    ];
    await arrives(all, first.id);
    await arrives(all, second.id);
    await arrives(own, second.id);
    expect(foreign.frames).toEqual([]);
    expect(JSON.stringify(own.frames)).not.toMatch(new RegExp(`${others.target}|${first.id}|live\\.others`));
    const counted = own.frames.reduce((sum, { counts }) => sum + (counts?.delivered ?? 0), 0);
    expect(counted).toBe(1);

    const caughtUp = await framesAfter(cloud, before, token);
    expect(outcomesIn(caughtUp.items).map(({ eventId }) => eventId)).toEqual([second.id]);
    expect(JSON.stringify(caughtUp)).not.toMatch(new RegExp(`${others.target}|${first.id}|live\\.others`));
    expect(await framesAfter(cloud, before, stranger.key)).toMatchObject({ items: [] });
  });
});

describe.concurrent('after a break (A19)', () => {
  it('what was missed is there: no gap, and each frame once', async () => {
    const cloud = await neighbour();
    await subscriptionTo(cloud, 'live.break');
    const watcher = await watching(cloud);
    const first = await cloud.api.publish('live.break', { n: 1 });
    await arrives(watcher, first.id);
    const last = watcher.frames.at(-1)!.id;
    watcher.socket.terminate();
    const missed = await cloud.api.publish('live.break', { n: 2 });
    await eventually(async () => {
      expect(outcomesIn((await framesAfter(cloud, last)).items).map(({ eventId }) => eventId)).toEqual([
        missed.id,
      ]);
    });
    const again = await watching(cloud);
    const third = await cloud.api.publish('live.break', { n: 3 });
    await arrives(again, third.id);
    const { items, complete } = await framesAfter(cloud, last);
    expect(complete).toBe(true);
    const all = new Map([...items, ...again.frames].map((frame) => [frame.id, frame]));
    expect(outcomesIn([...all.values()]).map(({ eventId }) => eventId)).toEqual([missed.id, third.id]);
    // What was shown at once is what can be fetched.
    for (const frame of again.frames) expect(items).toContainEqual(frame);
  });

  it('a client is told when frames are missing', async () => {
    const cloud = await neighbour();
    await subscriptionTo(cloud, 'live.kept');
    const watcher = await watching(cloud);
    await arrives(watcher, (await cloud.api.publish('live.kept', {})).id);
    const longAgo = '01KAK2V5E4V2N9CR0Q6WV7Z1QX';
    expect(await framesAfter(cloud, longAgo)).toMatchObject({ complete: false });
    const unwatched = await neighbour();
    const now = (await framesAfter(cloud, longAgo)).items.at(-1)?.id ?? longAgo;
    expect(await framesAfter(cloud, now, unwatched.key)).toEqual({ items: [], complete: false });
    const { status } = await cloud.request('GET', '/v1/live/frames?after=yesterday');
    expect(status).toBe(422);
  });
});

describe.concurrent('what else happens is told (A19)', () => {
  const told = (watcher: Watching, check: (frame: Frame) => boolean) =>
    eventually(() => {
      const frame = watcher.frames.find(check);
      if (!frame) throw new Error(`expected a frame among ${JSON.stringify(watcher.frames)}`);
      return frame;
    });

  it('a target that is disabled, with the delivery that showed it', async () => {
    const cloud = await neighbour();
    const { target } = await subscriptionTo(cloud, 'live.gone');
    const watcher = await watching(cloud);
    const { id } = await cloud.api.publish('live.gone', { what: 'gone' });
    expect(await arrives(watcher, id)).toMatchObject({ status: 'dead', reason: 'rejected', statusCode: 410 });
    const frame = await told(watcher, ({ targets = [] }) =>
      targets.some(({ targetId }) => targetId === target),
    );
    expect(frame.targets).toMatchObject([{ targetId: target, state: 'disabled', reason: 'gone' }]);
    await cloud.api.call('POST', `/v1/targets/${target}/enable`);
    await told(watcher, ({ changed = [] }) => changed.includes('targets'));
  });

  it('what calls change, to those who may see it', async () => {
    const cloud = await neighbour();
    const stranger = await neighbour();
    const [mine, others] = [
      await subscriptionTo(cloud, 'live.changes'),
      await subscriptionTo(cloud, 'live.other.changes'),
    ];
    // What making them has changed may be told to others before.
    await cloud.settled();
    const [all, own, foreign] = [
      await watching(cloud),
      await watching(cloud, await tokenFor(cloud, mine.target)),
      await watching(cloud, stranger.key),
    ];
    await cloud.api.call('PATCH', `/v1/targets/${others.target}`, { description: 'changed' });
    await told(all, ({ changed = [] }) => changed.includes('targets'));
    await cloud.api.call('POST', `/v1/subscriptions/${mine.subscription}/pause`);
    await told(own, ({ changed = [] }) => changed.includes('subscriptions'));
    expect(own.frames.flatMap(({ changed = [] }) => changed)).not.toContain('targets');
    expect(foreign.frames).toEqual([]);
  });

  it('how far a job has come, and that it has ended', async () => {
    const cloud = await neighbour();
    const { subscription } = await subscriptionTo(cloud, 'live.replay');
    const event = await cloud.api.publish('live.replay', { what: 'refused' });
    await cloud.delivery(event.id, 'dead');
    const watcher = await watching(cloud);
    const job = await cloud.api.call<Made>('POST', `/v1/subscriptions/${subscription}/replay`, {
      deliveries: 'dead',
    });
    const frame = await told(watcher, ({ replays = [] }) =>
      replays.some(({ id, status }) => id === job.id && status === 'completed'),
    );
    expect(frame.replays!.find(({ id }) => id === job.id)).toMatchObject({ done: 1, looked: 1 });
  });
});
