import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_LISTENERS, RATE_PER_SECOND, UNDER_WAY } from '../../../lambdas/listeners/limits.ts';
import { listenerKey } from '../../../lambdas/listeners/listener-keys.ts';
import { standardSignature } from '../../../lambdas/targets/signature-schemes/standard.ts';
import { type HttpAnswer, type List, type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import {
  type Answering,
  type Listening,
  listen,
  type MadeListener,
  makeListener,
} from '../../helpers/listening.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { type Item, itemsAbout } from '../../helpers/tenant.ts';

const { neighbour } = await sharedCloud();

const open: Listening[] = [];
afterAll(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function listening(
  cloud: SharedCloud,
  answering?: Answering,
  listener?: MadeListener,
  ticket?: object,
): Promise<Listening> {
  const one = await listen(cloud, listener ?? (await makeListener(cloud, ['listen.**'])), answering, ticket);
  open.push(one);
  return one;
}

const publish = (cloud: SharedCloud, data: unknown = { n: 1 }, type = 'listen.first') =>
  cloud.api.publish(type, data as object);

const tableOf = (cloud: SharedCloud, name: string): string => cloud.resource(name).physicalId;

/** Moves the end of a listener. */
const endsAt = (cloud: SharedCloud, listener: string, until: number) =>
  cloud.dynamo.send(
    new UpdateCommand({
      TableName: tableOf(cloud, 'State'),
      Key: listenerKey({ tenant: cloud.tenant, listener }),
      UpdateExpression: 'SET #until = :until',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':until': until },
    }),
  );

const listed = async (cloud: SharedCloud) =>
  (await cloud.api.call<List<{ id: string; connected: boolean; expiresAt: string }>>('GET', '/v1/listeners'))
    .items;

describe.concurrent('a listener (E6)', () => {
  it('gets real deliveries, signed, and its answers are attempts like any other', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud, () => ({ status: 202, body: 'taken by Ada' }));
    const { id } = await publish(cloud);
    const delivery = await cloud.delivery(id, 'delivered');
    expect(delivery).toMatchObject({
      subscriptionId: one.listener.subscriptionId,
      targetId: one.listener.targetId,
      attempts: [{ statusCode: 202, answer: 'taken by Ada' }],
    });
    const [request] = one.requests;
    expect(request!.headers).toMatchObject({
      'webhook-id': id,
      'posthorn-event-type': 'listen.first',
      'posthorn-attempt': '1',
      'content-type': 'application/json',
      'user-agent': 'Posthorn/1',
    });
    expect(Object.keys(request!.headers).filter((name) => /^(x-|host|content-length)/.test(name))).toEqual(
      [],
    );
    expect(Buffer.from(request!.body!, 'base64').toString()).toBe('{"n":1}');
    expect(Date.parse(request!.deadline)).toBeGreaterThan(Date.now());
  });

  it('says that its own server gave no answer, and is tried again', async () => {
    const cloud = await neighbour();
    let tries = 0;
    const one = await listening(cloud, () =>
      ++tries === 1 ? { error: 'ECONNREFUSED 127.0.0.1:3000' } : { status: 204 },
    );
    const { id } = await publish(cloud);
    const { attempts } = await cloud.delivery(id, 'delivered');
    expect(attempts.map(({ statusCode }) => statusCode)).toEqual([502, 204]);
    expect(attempts[0]!.answer).toContain('ECONNREFUSED 127.0.0.1:3000');
    expect(one.requests).toHaveLength(2);
  });

  it('hands on Retry-After, and no other header', async () => {
    const cloud = await neighbour();
    let tries = 0;
    await listening(cloud, () =>
      ++tries === 1
        ? {
            status: 503,
            headers: { 'Retry-After': '2', 'Set-Cookie': 'a=b', 'X-Evil': 'a\r\nb: c' },
            body: 'soon',
          }
        : { status: 200 },
    );
    const { id } = await publish(cloud);
    const { attempts } = await cloud.delivery(id, 'delivered');
    const [first, second] = attempts.map(({ at }) => Date.parse(at));
    expect(second! - first!).toBeGreaterThanOrEqual(2000);
  });

  it('is one of several, each with its own deliveries', async () => {
    const cloud = await neighbour();
    const [one, two] = [await listening(cloud), await listening(cloud, () => ({ status: 400 }))];
    const { id } = await publish(cloud);
    await eventually(async () => {
      const deliveries = await cloud.deliveriesOfEvent(id);
      const byTarget = new Map(deliveries.map((each) => [each.targetId, each.status]));
      expect(byTarget).toEqual(
        new Map([
          [one.listener.targetId, 'delivered'],
          [two.listener.targetId, 'dead'],
        ]),
      );
    });
    expect([one, two].map(({ requests }) => requests.map(({ listener }) => listener))).toEqual([
      [one.listener.id],
      [two.listener.id],
    ]);
  });

  it('cannot answer for another, nor what nobody asks', async () => {
    const cloud = await neighbour();
    const [one, two] = [await listening(cloud, () => undefined), await listening(cloud, () => undefined)];
    const { id } = await publish(cloud);
    await eventually(() => expect([one.requests.length, two.requests.length]).toEqual([1, 1]));
    const [asked] = one.requests;
    // The same delivery to both: the ids of their requests are the same, and each answers its own.
    two.say({ type: 'answer', id: asked!.id, status: 400 });
    one.say({ type: 'answer', id: asked!.id, status: 201 });
    one.say({ type: 'answer', id: asked!.id, status: 500 });
    one.say({ type: 'answer', id: `req_${'x'.repeat(22)}`, status: 200 });
    await eventually(() => expect(one.said).toHaveLength(2));
    expect(one.said.map(({ type }) => type)).toEqual(['error', 'error']);
    await eventually(async () => {
      const codes = (await cloud.deliveriesOfEvent(id)).map(({ targetId, attempts }) => [
        targetId,
        attempts[0]?.statusCode,
      ]);
      expect(new Map(codes as [string, number][])).toEqual(
        new Map([
          [one.listener.targetId, 201],
          [two.listener.targetId, 400],
        ]),
      );
    });
  });

  it('gets a burst at its pace, without an attempt that is wasted', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud);
    const events = Array.from({ length: 2 * RATE_PER_SECOND }, (_, n) => ({ type: 'listen.burst', data: n }));
    await cloud.api.call('POST', '/v1/events/batch', { events });
    await eventually(() => expect(one.requests.length).toBeGreaterThanOrEqual(events.length));
    const bodies = one.requests.map(({ body }) => Number(Buffer.from(body!, 'base64').toString()));
    expect(bodies.sort((a, b) => a - b)).toEqual(events.map(({ data }) => data));
    expect(new Set(one.requests.map(({ headers }) => headers['posthorn-attempt']))).toEqual(new Set(['1']));
  });

  it('gets a large body by its event', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud);
    const small = await publish(cloud, 'x'.repeat(20_000));
    const large = await publish(cloud, 'y'.repeat(200_000), 'listen.large');
    await cloud.delivery(small.id, 'delivered');
    await cloud.delivery(large.id, 'delivered');
    const byEvent = new Map(one.requests.map((request) => [request.headers['webhook-id'], request]));
    expect(Buffer.from(byEvent.get(small.id)!.body!, 'base64')).toHaveLength(20_002);
    expect(byEvent.get(large.id)).toMatchObject({ bodyOf: large.id });
    expect(byEvent.get(large.id)!.body).toBeUndefined();
    const payload = await cloud.request('GET', `/v1/events/${large.id}/payload`);
    expect(JSON.stringify(payload.body)).toHaveLength(200_002);
  });
});

/** A signed request to a listener's route, as dispatch makes it. */
async function post(
  cloud: SharedCloud,
  { id, secret }: Pick<MadeListener, 'id' | 'secret'>,
  {
    body = '{}',
    at = Date.now(),
    signedBody = body,
    path = `/v1/listeners/${cloud.tenant}/${id}/requests`,
  }: { body?: string; at?: number; signedBody?: string; path?: string } = {},
): Promise<HttpAnswer> {
  const timestamp = Math.floor(at / 1000);
  const message = { id: 'evt_forged', timestamp, body: Buffer.from(signedBody) };
  return cloud.request('POST', path, Buffer.from(body), {
    authorization: undefined,
    'content-type': 'application/json',
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(secret, message),
  });
}

/** What is under way is counted by the minute in which it began. */
async function clearOfTheMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 5000) await sleep(left);
}

describe.concurrent('the route of a listener (E6)', () => {
  it('lets nobody through who does not know the secret', async () => {
    const cloud = await neighbour();
    const other = await neighbour();
    const one = await listening(cloud);
    const { secret } = await makeListener(cloud, ['another.**']);
    const { id } = one.listener;
    expect(await post(cloud, { id, secret })).toMatchObject({
      status: 401,
      body: { error: 'invalid_signature' },
    });
    const changed = await post(cloud, one.listener, { body: '{"a":1}', signedBody: '{}' });
    expect(changed.status).toBe(401);
    expect((await post(cloud, one.listener, { at: Date.now() - 400_000 })).status).toBe(401);
    const bare = await cloud.request('POST', `/v1/listeners/${cloud.tenant}/${id}/requests`, '{}', {
      authorization: undefined,
    });
    expect(bare.status).toBe(401);
    const elsewhere = `/v1/listeners/${other.tenant}/${id}/requests`;
    expect((await post(cloud, one.listener, { path: elsewhere })).status).toBe(404);
    for (const wrong of ['lsn_1', id.replace('EPHEMERA', '00000000'), one.listener.targetId]) {
      expect((await post(cloud, { id: wrong, secret: one.listener.secret })).status).toBe(404);
    }
    expect(one.requests).toEqual([]);
  });

  it('passes a request on once, and answers a repetition with the same', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud, () => ({ status: 201, body: '"once"' }));
    const at = Date.now();
    const first = await post(cloud, one.listener, { at });
    const again = await post(cloud, one.listener, { at });
    expect([first, again]).toEqual([
      { status: 201, body: 'once' },
      { status: 201, body: 'once' },
    ]);
    expect(one.requests).toHaveLength(1);
  });

  it('says quickly that nobody is connected, and that nobody listens', async () => {
    const cloud = await neighbour();
    const listener = await makeListener(cloud, ['listen.**']);
    const began = Date.now();
    expect(await post(cloud, listener)).toMatchObject({ status: 503, body: { error: 'listener_away' } });
    expect(Date.now() - began).toBeLessThan(3000);
    await endsAt(cloud, listener.id, Date.now() - 1);
    expect(await post(cloud, listener, { at: Date.now() - 5000 })).toMatchObject({
      status: 410,
      body: { error: 'listener_over' },
    });
  });

  it('keeps few requests under way for one listener', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud, () => undefined);
    await clearOfTheMinute();
    const beyond = 2;
    const statuses: number[] = [];
    const sent = Array.from({ length: UNDER_WAY.ofListener + beyond }, async (_, n) => {
      const { status } = await post(cloud, one.listener, { at: Date.now() - n * 1000 });
      statuses.push(status);
    });
    await eventually(() => expect(statuses).toEqual(Array.from({ length: beyond }, () => 429)));
    expect(one.requests).toHaveLength(UNDER_WAY.ofListener);
    for (const { id } of one.requests) one.say({ type: 'answer', id, status: 200 });
    await Promise.all(sent);
    // There is room again.
    const next = post(cloud, one.listener, { at: Date.now() - 60_000 });
    await eventually(() => expect(one.requests).toHaveLength(UNDER_WAY.ofListener + 1));
    one.say({ type: 'answer', id: one.requests.at(-1)!.id, status: 204 });
    expect((await next).status).toBe(204);
  });
});

/** What there is of a listener beside the log. */
async function itemsOf(cloud: SharedCloud, { id }: MadeListener): Promise<Item[]> {
  const items = [
    ...(await itemsAbout(cloud, 'Config', cloud.tenant)),
    ...(await itemsAbout(cloud, 'State', cloud.tenant)),
  ];
  const ulid = id.slice('lsn_'.length);
  return items.filter(({ pk, sk }) => `${pk} ${sk}`.includes(ulid) && !`${pk}`.startsWith('relay#'));
}

const expectGone = async (cloud: SharedCloud, listener: MadeListener): Promise<void> =>
  expect(await itemsOf(cloud, listener)).toEqual([]);

const connected = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });

describe.concurrent('what a listener has (E6)', () => {
  it('is read by its id, is in no list, and is neither changed nor bound', async () => {
    const cloud = await neighbour();
    const { id, subscriptionId, targetId } = await makeListener(cloud, ['listen.**']);
    const filterId = targetId.replace('tgt', 'flt');
    const own = [`/v1/subscriptions/${subscriptionId}`, `/v1/targets/${targetId}`, `/v1/filters/${filterId}`];
    for (const path of own) {
      expect(await cloud.api.call('GET', path)).toMatchObject({ listener: id });
      const list = await cloud.api.call<List<object>>('GET', path.slice(0, path.lastIndexOf('/')));
      expect(list.items).toEqual([]);
      const changed = [
        await cloud.request('PATCH', path, { name: 'mine' }),
        await cloud.request('DELETE', path),
      ];
      expect(changed.map(({ status }) => status)).toEqual([409, 409]);
    }
    const url = 'http://127.0.0.1:9999/';
    const bindings: [string, object, string][] = [
      ['/v1/subscriptions', { targetId, filter: { events: ['a'] } }, 'targetId'],
      ['/v1/subscriptions', { target: { url }, filterId }, 'filterId'],
      ['/v1/alert-rules', { name: 'a', when: { metric: 'deadLetters' }, targetId }, 'targetId'],
      ['/v1/portal-tokens', { targetIds: [targetId] }, 'targetIds[0]'],
    ];
    for (const [path, body, field] of bindings) {
      expect(await cloud.request('POST', path, body)).toMatchObject({ status: 422, body: { field } });
    }
    expect(await cloud.request('POST', `/v1/targets/${targetId}/disable`)).toMatchObject({ status: 409 });
    expect(await cloud.api.call('GET', `/v1/listeners/${id}`)).toMatchObject({ id, connected: false });
  });

  it('counts among what the tenant may have', async () => {
    const cloud = await neighbour();
    const made = Array.from({ length: MAX_LISTENERS }, () => makeListener(cloud, ['listen.**']));
    await Promise.all(made);
    const refused = await cloud.request('POST', '/v1/listeners', { events: ['listen.**'] });
    expect(refused).toMatchObject({ status: 409, body: { error: 'limit_reached' } });
    const { id } = await made[0]!;
    await endsAt(cloud, id, Date.now() - 1);
    expect((await cloud.request('POST', '/v1/listeners', { events: ['listen.**'] })).status).toBe(201);
  });

  it('is for who may manage, in whole tenants', async () => {
    const cloud = await neighbour();
    const { id } = await makeListener(cloud, ['listen.**']);
    const reader = await cloud.api.call<{ key: string }>('POST', '/v1/keys', { name: 'r', scopes: ['read'] });
    const target = await cloud.api.call<{ id: string }>('POST', '/v1/targets', {
      url: 'http://127.0.0.1:9999/',
    });
    const tokens = [
      (await cloud.api.call<{ token: string }>('POST', '/v1/portal-tokens', { targetIds: [target.id] }))
        .token,
      (await cloud.api.call<{ token: string }>('POST', '/v1/portal-tokens', { scopes: ['manage'] })).token,
    ];
    const stranger = await neighbour();
    const ticket = async (credential: string) => {
      const headers = { authorization: `Bearer ${credential}` };
      return (await cloud.request('POST', '/v1/live/tickets', { listener: id }, headers)).status;
    };
    expect(await ticket(reader.key)).toBe(403);
    expect(await ticket(tokens[0]!)).toBe(403);
    expect(await ticket(tokens[1]!)).toBe(201);
    expect(await ticket(stranger.key)).toBe(404);
  });

  it('is quiet: 410 disables it, and tells no one', async () => {
    const cloud = await neighbour();
    const news = await startEndpoint();
    await cloud.api.subscribe({ url: news.url, events: ['posthorn.**'] });
    const one = await listening(cloud, () => ({ status: 410 }));
    const alerts = cloud.alerts.length;
    const { id } = await publish(cloud);
    await cloud.delivery(id, 'dead');
    await cloud.settled();
    expect(await cloud.api.call('GET', `/v1/targets/${one.listener.targetId}`)).toMatchObject({
      disabled: { reason: 'gone' },
    });
    expect(news.arrivals).toEqual([]);
    const about = cloud.alerts.slice(alerts).filter(({ message }) => message.includes(cloud.tenant));
    expect(about).toEqual([]);
    expect((await cloud.api.call<List<object>>('GET', '/v1/targets?state=disabled')).items).toEqual([]);
  });

  it('gets frames as well where its ticket says so', async () => {
    const cloud = await neighbour();
    const [quiet, watching] = [
      await listening(cloud),
      await listening(cloud, undefined, undefined, { frames: true }),
    ];
    await publish(cloud);
    await eventually(() => expect(watching.said.map(({ type }) => type)).toContain('frame'));
    expect(quiet.said).toEqual([]);
    const refused = await cloud.request('POST', '/v1/live/tickets', { frames: true });
    expect(refused).toMatchObject({ status: 422, body: { field: 'frames' } });
  });
});

describe('a listener whose client has gone (E6)', () => {
  it('keeps its deliveries for a client that comes back', async () => {
    const cloud = await neighbour();
    const first = await listening(cloud);
    first.cut();
    const { id } = await publish(cloud);
    await eventually(async () => {
      const [delivery] = await cloud.deliveriesOfEvent(id);
      expect(delivery?.attempts[0]).toMatchObject({ statusCode: 503 });
    });
    const second = await listening(cloud, undefined, first.listener);
    await cloud.delivery(id, 'delivered');
    expect(second.requests).toHaveLength(1);
  });

  it('gets a request again that was posted to a connection that was dead', async () => {
    const cloud = await neighbour();
    const first = await listening(cloud, () => undefined);
    const { id } = await publish(cloud);
    await eventually(() => expect(first.requests).toHaveLength(1));
    const second = await listening(cloud, undefined, first.listener);
    await cloud.delivery(id, 'delivered');
    expect(second.requests.map((request) => request.id)).toContain(first.requests[0]!.id);
  });

  it('survives a network that breaks', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud);
    const mend = cloud.cutOff();
    await eventually(() => expect(one.socket.readyState).toBe(one.socket.CLOSED));
    mend();
    const again = await listening(cloud, undefined, one.listener);
    const { id } = await publish(cloud);
    await cloud.delivery(id, 'delivered');
    expect(again.requests).toHaveLength(1);
  });

  it('expires, and leaves nothing but its log', async () => {
    const cloud = await neighbour();
    const one = await listening(cloud, () => undefined);
    const { listener } = one;
    one.cut();
    const { id } = await publish(cloud);
    await eventually(async () => expect((await cloud.deliveriesOfEvent(id))[0]?.status).toBe('retrying'));
    await endsAt(cloud, listener.id, Date.now() - 1);
    expect(await listed(cloud)).toEqual([]);
    await expect(listening(cloud, undefined, listener)).rejects.toThrow(/404|not_found/);
    await cloud.runSchedule('Erase');
    await expectGone(cloud, listener);
    // What was on its way ends without a word to anybody.
    await cloud.delivery(id, 'dead');
    await cloud.settled();
    const letters = await cloud.api.call<List<object>>('GET', '/v1/dead-letters');
    expect(letters.items).toEqual([]);
    const events = await cloud.api.call<List<{ type: string }>>('GET', '/v1/events');
    expect(events.items.map(({ type }) => type)).toEqual(['listen.first']);
  });

  it('ends at once where it is ended', async () => {
    const cloud = await neighbour();
    const { listener } = await listening(cloud);
    // Itself, its subscription, target and filter.
    expect(await itemsOf(cloud, listener)).toHaveLength(4);
    await cloud.api.call('DELETE', `/v1/listeners/${listener.id}`);
    await expectGone(cloud, listener);
    expect((await cloud.request('DELETE', `/v1/listeners/${listener.id}`)).status).toBe(404);
  });

  it('ends with its credential', async () => {
    const cloud = await neighbour();
    const { id, key } = await cloud.api.call<{ id: string; key: string }>('POST', '/v1/keys', {
      name: 'laptop',
      scopes: ['manage'],
    });
    const listener = await makeListener(cloud, ['listen.**']);
    const { url } = (
      await cloud.request(
        'POST',
        '/v1/live/tickets',
        { listener: listener.id },
        { authorization: `Bearer ${key}` },
      )
    ).body as { url: string };
    const one = await connected(url);
    await cloud.api.call('DELETE', `/v1/keys/${id}`);
    one.send('{"type":"ping"}');
    await eventually(async () => expect(await listed(cloud)).toEqual([]));
    one.terminate();
  });
});
