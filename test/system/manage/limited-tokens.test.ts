import { describe, expect, it } from 'vitest';
import { type Route, routeKey } from '../../../lambdas/api/route.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import { type DeliveryView, type HttpAnswer, type List, sharedCloud } from '../../helpers/cloud.ts';
import { bodyFor } from '../../helpers/route-bodies.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

/**
 * Calls every route with a portal token that is limited to the target of one consumer, and the ids of another consumer of the
 * same tenant. Routes come from the table: one that does not say how it keeps such a token within its targets has to refuse
 * it, and one that says so has to do it. A path parameter of a new kind fails here until it has values below.
 */
const cloud = await sharedCloud();

interface Made {
  readonly id: string;
  readonly token?: string;
}

/** What one consumer has. Events of type `both` and `<name>` are delivered to it. */
async function consumerOf(name: string) {
  const endpoint = await startEndpoint((_, { body }) => ({
    status: body.includes('"dead":true') ? 400 : 200,
    body: `answer of ${name}`,
  }));
  const about = `of ${name}`;
  const url = `${endpoint.url}/${name}`;
  const target = await cloud.api.call<Made>('POST', '/v1/targets', { url, description: about });
  const filter = await cloud.api.call<Made>('POST', '/v1/filters', { events: ['both', name], name: about });
  const bound = { name: about, targetId: target.id, filterId: filter.id };
  const subscription = await cloud.api.call<Made>('POST', '/v1/subscriptions', bound);
  return { name, endpoint, target: target.id, filter: filter.id, subscription: subscription.id };
}
type Consumer = Awaited<ReturnType<typeof consumerOf>>;

const [mine, other] = [await consumerOf('mine'), await consumerOf('other')];

async function tokenFor(targetIds: readonly string[] | undefined, scopes = ['manage']): Promise<string> {
  const made = await cloud.api.call<Made>('POST', '/v1/portal-tokens', { scopes, targetIds });
  return made.token!;
}
const token = await tokenFor([mine.target]);
const unlimited = await cloud.api.call<Made>('POST', '/v1/portal-tokens', {});
const key = await cloud.api.call<Made>('POST', '/v1/keys', { name: 'a key', scopes: ['read'] });

await cloud.api.call('PUT', '/v1/event-types/both', { description: 'for both' });
const both = await cloud.api.publish('both', { for: 'both' });
const dead = await cloud.api.publish('both', { dead: true });
const foreign = await cloud.api.publish('other', { for: 'other' });
const named = await cloud.api.publish('other', { for: 'other' }, 'named-by-its-producer');
await cloud.settled();
const job = await cloud.api.call<Made>('POST', `/v1/events/${foreign.id}/replay`, {});
await cloud.settled();

/** Each is told of what is about the other consumer. */
const ruleAbout = async ({ target, name }: Consumer): Promise<string> =>
  (
    await cloud.api.call<Made>('POST', '/v1/alert-rules', {
      name: `of ${name}`,
      targetId: target,
      when: { metric: 'deadLetters' },
      notify: { targetId: other.target },
    })
  ).id;
const rules = { mine: await ruleAbout(mine), other: await ruleAbout(other) };

const deliveryTo = async (event: Made, { target }: Consumer): Promise<string> =>
  (await cloud.deliveriesOfEvent(event.id)).find(({ targetId }) => targetId === target)!.id;

const listener = await cloud.api.call<Made>('POST', '/v1/listeners', { events: ['nothing.comes'] });

/** Values of path parameters, by the segment before them: of this consumer, of the other one, and of nobody. */
const IDS: Record<string, { mine: string[]; other: string[]; nobody: string }> = {
  '/v1/targets/': { mine: [mine.target], other: [other.target], nobody: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
  '/v1/filters/': { mine: [mine.filter], other: [other.filter], nobody: 'flt_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
  '/v1/subscriptions/': {
    mine: [mine.subscription],
    other: [other.subscription],
    nobody: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  },
  '/v1/events/': {
    mine: [both.id, dead.id],
    other: [foreign.id, named.id],
    nobody: 'evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  },
  '/v1/deliveries/': {
    mine: [await deliveryTo(both, mine), await deliveryTo(dead, mine)],
    other: [await deliveryTo(both, other), await deliveryTo(dead, other), await deliveryTo(foreign, other)],
    nobody: 'dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  },
  '/v1/event-types/': { mine: ['both'], other: [], nobody: 'nothing' },
  '/v1/event-type-changes/': { mine: ['both'], other: [], nobody: 'nothing' },
  '/v1/replays/': { mine: [], other: [job.id], nobody: 'rpl_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
  '/v1/keys/': { mine: [], other: [key.id], nobody: 'key_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
  '/v1/portal-tokens/': { mine: [], other: [unlimited.id], nobody: 'ptk_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
  '/v1/alert-rules/': { mine: [rules.mine], other: [rules.other], nobody: 'alr_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
  '/v1/listeners/': { mine: [], other: [listener.id], nobody: 'lsn_01KAK2V5E4EPHEMERA6WV7Z1QX' },
  '/v1/tenants/': { mine: [], other: [cloud.tenant], nobody: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX' },
};

/** Bodies where the example would lead out of the test. */
const BODIES: Record<string, object> = { putTarget: { url: mine.endpoint.url } };

const routes = Object.entries<Route>(ROUTES).filter(
  ([, { scope, function: behind }]) => scope !== 'none' && behind !== 'docs',
);
const limited = routes.filter(([, { limitedBy }]) => limitedBy !== undefined);
const closed = routes.filter(([, { limitedBy }]) => limitedBy === undefined);

const idsFor = (path: string) => {
  const ids = IDS[path.slice(0, path.indexOf('{'))];
  if (!ids) throw new Error(`nothing to put into ${path}`);
  return ids;
};

/** What else a route wants in its query, by its path. */
const QUERIES: Record<string, string> = {
  '/v1/metrics/breakdown': 'by=error',
  '/v1/live/frames': 'after=01KAK2V5E4V2N9CR0Q6WV7Z1QX',
};

/** The route's path with this id, and with a target where the route wants one. */
function pathOf({ path, limitedBy }: Route, id: string, targetId: string | undefined = mine.target): string {
  const named = limitedBy === 'targetId' && targetId !== '' ? [`targetId=${targetId}`] : [];
  return `${path.replace(/\{\w+\}/, id)}?${[...named, QUERIES[path] ?? []].flat().join('&')}`;
}

const as = (credential: string, method: string, path: string, body?: object): Promise<HttpAnswer> =>
  cloud.request(method, path, body, { authorization: `Bearer ${credential}` });

const call = (name: string, route: Route, path: string): Promise<HttpAnswer> =>
  as(token, route.method, path, BODIES[name] ?? bodyFor(route));

/** An answer without its time. */
const lasting = ({ status, body }: HttpAnswer) => ({ status, body: { ...(body as object), timestamp: '' } });

/** All that an answer must not show. The id of the tenant is in the token itself. */
const FOREIGN = [
  ...Object.values(IDS)
    .flatMap(({ other }) => other)
    .filter((id) => id !== cloud.tenant),
  'of other',
  '/other',
  '"for":"other"',
] as const;

function expectNothingForeign(answer: HttpAnswer): void {
  const text = JSON.stringify(answer.body ?? '');
  for (const each of FOREIGN) expect(text).not.toContain(each);
}

const idsOf = async (path: string): Promise<string[]> =>
  (await cloud.api.call<List<Made>>('GET', path)).items.map(({ id }) => id);

/** What the other consumer has, as the tenant sees it, and what the tenant has at all. */
async function stateOfOther() {
  const paths = [
    `/v1/targets/${other.target}`,
    `/v1/targets/${other.target}/secrets`,
    `/v1/subscriptions/${other.subscription}`,
    `/v1/subscriptions/${other.subscription}/deliveries`,
    `/v1/filters/${other.filter}`,
    `/v1/filters/${mine.filter}`,
    `/v1/dead-letters?targetId=${other.target}`,
    `/v1/alert-rules/${rules.mine}`,
    `/v1/alert-rules/${rules.other}`,
    '/v1/replays',
    '/v1/keys',
    '/v1/tenant',
  ];
  const lists = ['targets', 'subscriptions', 'filters', 'event-types', 'portal-tokens'];
  return Promise.all([
    ...paths.map((path) => cloud.api.call('GET', path)),
    ...lists.map((list) => idsOf(`/v1/${list}?limit=200`)),
  ]);
}

const rows = (all: typeof routes) => all.map(([name, route]) => [routeKey(route), name, route] as const);

const before = await stateOfOther();

describe('a token that is limited to targets (B11)', () => {
  it('has routes that keep it within them, and others', () => {
    expect(limited.length).toBeGreaterThan(20);
    expect(closed.length).toBeGreaterThan(20);
  });

  it.each(rows(closed))('is refused by what does not say how it is limited: %s', async (_, name, route) => {
    const ids = route.path.includes('{') ? [...idsFor(route.path).mine, ...idsFor(route.path).other] : [''];
    for (const id of ids) {
      const answer = await call(name, route, pathOf(route, id));
      expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
      expectNothingForeign(answer);
    }
  });

  it.each(rows(limited.filter(([, { path }]) => path.includes('{'))))(
    'finds nothing of other targets: %s',
    async (_, name, route) => {
      const ids = idsFor(route.path);
      const missing = await call(name, route, pathOf(route, ids.nobody));
      expect(missing).toMatchObject({ status: 404 });
      for (const id of ids.other) {
        expect(lasting(await call(name, route, pathOf(route, id)))).toEqual(lasting(missing));
      }
    },
  );

  it.each(rows(limited.filter(([, { limitedBy }]) => limitedBy === 'targetId')))(
    'has to name a target of its own: %s',
    async (_, name, route) => {
      const refused = await call(name, route, pathOf(route, '', ''));
      expect(refused).toMatchObject({ status: 422, body: { field: 'targetId' } });
      const { nobody } = IDS['/v1/targets/']!;
      const missing = await call(name, route, pathOf(route, '', nobody));
      expect(missing).toMatchObject({ status: 404 });
      const answer = await call(name, route, pathOf(route, '', other.target));
      expect(lasting(answer)).toEqual(lasting(missing));
    },
  );

  it.each(rows(limited))('sees and changes its own: %s', async (_, name, route) => {
    const ids = route.path.includes('{') ? idsFor(route.path).mine : [''];
    expect(ids).not.toEqual([]);
    for (const id of ids) {
      const answer = await call(name, route, pathOf(route, id));
      // What is already as the route would make it is a conflict, but neither forbidden nor missing.
      expect([answer.status, answer.body]).toEqual([
        expect.toSatisfy((status: number) => (status >= 200 && status < 300) || status === 409),
        answer.body,
      ]);
      expectNothingForeign(answer);
    }
  });

  it('changes nothing of other targets by all that', async () => {
    expect(await stateOfOther()).toEqual(before);
  });

  it('sees lists of its own', async () => {
    const ids = async (path: string) =>
      ((await as(token, 'GET', path)).body as List<{ id: string }>).items.map(({ id }) => id);
    expect(await ids('/v1/targets')).toEqual([mine.target]);
    expect(await ids('/v1/targets?limit=1&order=newest&include=health')).toEqual([mine.target]);
    expect(await ids('/v1/subscriptions')).toEqual([mine.subscription]);
    expect(await ids(`/v1/events/${both.id}/deliveries`)).toEqual([await deliveryTo(both, mine)]);
    expect(await as(token, 'GET', `/v1/events/${both.id}`)).toMatchObject({ body: { matched: 1 } });
    expect(await cloud.api.call('GET', `/v1/events/${both.id}`)).toMatchObject({ matched: 2 });
    const filters = `targetId=${mine.target}&subscriptionId=${other.subscription}`;
    expect(await ids(`/v1/dead-letters?${filters}`)).toEqual([]);
  });

  it('asks for no breakdown beyond its own targets', async () => {
    for (const by of ['target', 'eventType']) {
      const path = `/v1/metrics/breakdown?by=${by}`;
      expect(await as(token, 'GET', path)).toMatchObject({ status: 422 });
      expect(await as(token, 'GET', `${path}&targetId=${mine.target}`)).toMatchObject({ status: 422 });
    }
    const both = `/v1/metrics?targetId=${mine.target}&eventType=other`;
    expect(await as(token, 'GET', both)).toMatchObject({ status: 422 });
  });

  it('follows an event to its own targets alone', async () => {
    const timeline = `/v1/events/${both.id}/timeline`;
    const own = await as(token, 'GET', timeline);
    expect(own).toMatchObject({ body: { event: { matched: 1 }, deliveries: [{ targetId: mine.target }] } });
    expect((own.body as List<object>).items).toContainEqual(
      expect.objectContaining({ kind: 'matched', count: 1 }),
    );
    expect(await as(token, 'GET', `${timeline}?subscriptionId=${mine.subscription}`)).toMatchObject({
      status: 200,
    });
    const asked = (id: string) => as(token, 'GET', `${timeline}?subscriptionId=${id}`);
    const missing = await asked(IDS['/v1/subscriptions/']!.nobody);
    expect(missing).toMatchObject({ status: 422, body: { field: 'subscriptionId' } });
    expect(lasting(await asked(other.subscription))).toEqual(lasting(missing));
  });

  it('with the scope read changes not even its own', async () => {
    const reader = await tokenFor([mine.target], ['read']);
    expect(await as(reader, 'GET', `/v1/targets/${mine.target}`)).toMatchObject({ status: 200 });
    for (const [name, route] of limited.filter(([, { scope }]) => scope === 'manage')) {
      const [id = ''] = idsFor(route.path).mine;
      const answer = await as(reader, route.method, pathOf(route, id), BODIES[name] ?? bodyFor(route));
      expect([answer.status, name]).toEqual([403, name]);
    }
  });

  it('finds no queued deliveries, of which it is not known where they go', async () => {
    const refused = { status: 422, body: { field: 'status' } };
    const ofTarget = `/v1/deliveries?targetId=${mine.target}&status=queued`;
    for (const credential of [token, unlimited.token!]) {
      expect(await as(credential, 'GET', ofTarget)).toMatchObject(refused);
    }
    const ofSubscription = `/v1/subscriptions/${mine.subscription}/deliveries?status=queued,dead`;
    expect(await as(token, 'GET', ofSubscription)).toMatchObject(refused);
    expect(await as(unlimited.token!, 'GET', ofSubscription)).toMatchObject({ status: 200 });
  });

  it('gets cursors that it can’t read, and pages with them', async () => {
    for (const list of [
      `/v1/subscriptions/${mine.subscription}/deliveries`,
      `/v1/deliveries?targetId=${mine.target}`,
      `/v1/deliveries?targetId=${mine.target}&status=dead`,
    ]) {
      const path = `${list}${list.includes('?') ? '&' : '?'}limit=1`;
      const first = await as(token, 'GET', path);
      const { items, next } = first.body as List<{ id: string }>;
      expect(items).toHaveLength(1);
      if (next === null) continue;
      const plain = Buffer.from(next, 'base64url').toString('latin1');
      for (const ulid of items[0]!.id.slice(4).match(/.{26}/g)!) expect(next + plain).not.toContain(ulid);
      const second = await as(token, 'GET', `${path}&cursor=${next}`);
      expect(second.status).toBe(200);
      expect((second.body as List<{ id: string }>).items).not.toContainEqual(items[0]);
    }
    const wide = await tokenFor([other.target, mine.target]);
    const { body } = await as(wide, 'GET', '/v1/subscriptions?limit=1');
    const { items, next } = body as List<{ id: string }>;
    expect(next).not.toContain(items[0]!.id.slice(4));
    const rest = await as(wide, 'GET', `/v1/subscriptions?limit=1&cursor=${next}`);
    expect((rest.body as List<{ id: string }>).items).toHaveLength(1);
  });

  it('for several targets sees what is of any of them', async () => {
    const wide = await tokenFor([other.target, mine.target]);
    const { body } = await as(wide, 'GET', '/v1/targets');
    expect((body as List<Made>).items.map(({ id }) => id)).toEqual([mine.target, other.target].sort());
    expect(await as(wide, 'GET', `/v1/events/${both.id}`)).toMatchObject({ body: { matched: 2 } });
  });
});

describe('a subscription that gets another target', () => {
  it('takes its history to none of the tokens of the other, and can’t be used through it', async () => {
    const mover = await consumerOf('mover');
    const [moversToken, othersToken] = [await tokenFor([mover.target]), await tokenFor([other.target])];
    const event = await cloud.api.publish('mover', { n: 1 });
    await cloud.settled();
    const id = await deliveryTo(event, mover);
    const deliveries = `/v1/subscriptions/${mover.subscription}/deliveries`;
    expect(await as(moversToken, 'GET', deliveries)).toMatchObject({ body: { items: [{ id }] } });

    await cloud.api.call('PATCH', `/v1/subscriptions/${mover.subscription}`, { targetId: other.target });
    expect(await as(moversToken, 'GET', deliveries)).toMatchObject({ status: 404 });
    expect(await as(othersToken, 'GET', deliveries)).toMatchObject({ status: 200, body: { items: [] } });
    for (const path of [`/v1/deliveries/${id}`, `/v1/events/${event.id}`, `/v1/events/${event.id}/payload`]) {
      expect(await as(moversToken, 'GET', path)).toMatchObject({ status: 200 });
      expect(await as(othersToken, 'GET', path)).toMatchObject({ status: 404 });
    }
    for (const asked of ['', '&statusCode=200', '&statusCode=503', '&status=delivered', '&eventType=mover']) {
      const hidden = await as(othersToken, 'GET', `${deliveries}?limit=1${asked}`);
      expect(hidden).toMatchObject({ status: 200, body: { items: [], next: null } });
    }
    const arrived = other.endpoint.arrivals.length;
    expect(await as(moversToken, 'POST', `/v1/deliveries/${id}/replay`)).toMatchObject({ status: 403 });
    expect(await as(othersToken, 'POST', `/v1/deliveries/${id}/replay`)).toMatchObject({ status: 404 });
    await cloud.settled();
    expect(other.endpoint.arrivals).toHaveLength(arrived);
    expect((await cloud.api.call<DeliveryView>('GET', `/v1/deliveries/${id}`)).attempts).toHaveLength(1);

    // The tenant may send it again. Then it is the other's, without what the first endpoint was asked and has answered.
    await cloud.api.call('POST', `/v1/deliveries/${id}/replay`);
    await cloud.settled();
    expect((await cloud.api.call<DeliveryView>('GET', `/v1/deliveries/${id}`)).attempts).toHaveLength(2);
    expect(await as(moversToken, 'GET', `/v1/deliveries/${id}`)).toMatchObject({ status: 404 });
    const shown = [
      await as(othersToken, 'GET', `/v1/deliveries/${id}`),
      await as(othersToken, 'GET', deliveries),
      await as(othersToken, 'GET', `/v1/deliveries?targetId=${other.target}`),
      await as(othersToken, 'GET', `/v1/events/${event.id}/deliveries`),
      await as(othersToken, 'GET', `/v1/events/${event.id}/timeline`),
      await as(othersToken, 'POST', `/v1/deliveries/${id}/replay`),
    ];
    expect(shown[0]).toMatchObject({ body: { targetId: other.target, attempts: [{ number: 2 }] } });
    for (const answer of shown) {
      expect(answer.status).toBeLessThan(300);
      expect(JSON.stringify(answer.body)).not.toMatch(/answer of mover|\/mover/);
    }
  });
});

it('needs no permission that it lacks', () => expect(cloud.denials).toEqual([]));
