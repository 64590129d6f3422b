import { describe, expect, it } from 'vitest';
import { type Route, routeKey } from '../../../lambdas/api/route.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import { apiClient } from '../../../local/api-client.ts';
import { type List, sharedCloud } from '../../helpers/cloud.ts';
import { bodyFor } from '../../helpers/route-bodies.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

/**
 * Calls every route with the key of one tenant and the ids of another's entities. Routes come from the table, so a new
 * route is covered by itself. A path parameter of a new kind fails here until it has a value below.
 */
const { operator: cloud } = await sharedCloud();
const endpoint = await startEndpoint();

interface Made {
  readonly id: string;
  readonly [member: string]: string;
}

async function tenantWith(scopes: string[]) {
  const { id } = await cloud.api.call<Made>('POST', '/v1/tenants', { name: 'one of several' });
  const made = await cloud.api.call<Made>('POST', '/v1/keys', { tenantId: id, name: 'its key', scopes });
  return { id, keyId: made.id, key: made.key!, api: apiClient(cloud.apiUrl, made.key!) };
}

const owner = await tenantWith(['manage', 'publish']);
const stranger = await tenantWith(['manage', 'publish']);

const secretType = 'owner.secret.type';
await owner.api.call('PUT', `/v1/event-types/${secretType}`, { sample: { secret: 'sample' } });
const target = await owner.api.call<Made>('POST', '/v1/targets', {
  url: endpoint.url,
  description: 'of the owner',
});
const filter = await owner.api.call<Made>('POST', '/v1/filters', { events: ['owner.**'] });
const subscription = await owner.api.call<Made>('POST', '/v1/subscriptions', {
  name: 'of the owner',
  targetId: target.id,
  filterId: filter.id,
});
const event = await owner.api.publish(secretType, { secret: 'payload' });
const named = await owner.api.publish(secretType, {}, 'named-by-its-producer');
await cloud.settled();
const [delivery] = (await owner.api.call<List<Made>>('GET', `/v1/events/${event.id}/deliveries`)).items;
const replay = await owner.api.call<Made>('POST', '/v1/dead-letters/redrive', { all: true });

const portalToken = await owner.api.call<Made>('POST', '/v1/portal-tokens', {
  name: 'of the owner',
  targetIds: [target.id],
});

const rule = await owner.api.call<Made>('POST', '/v1/alert-rules', {
  name: 'of the owner',
  targetId: target.id,
  when: { metric: 'deadLetters' },
  notify: { targetId: target.id },
});

const listener = await owner.api.call<Made>('POST', '/v1/listeners', {
  events: ['owner.**'],
  name: 'of the owner',
});

/** Values of path parameters, by the segment before them. */
const THEIRS: Record<string, string[]> = {
  '/v1/tenants/': [owner.id],
  '/v1/keys/': [owner.keyId],
  '/v1/portal-tokens/': [portalToken.id],
  '/v1/targets/': [target.id],
  '/v1/filters/': [filter.id],
  '/v1/subscriptions/': [subscription.id],
  '/v1/event-types/': [secretType],
  '/v1/event-type-changes/': [secretType],
  '/v1/events/': [event.id, named.id],
  '/v1/deliveries/': [delivery!.id],
  '/v1/replays/': [replay.id],
  '/v1/alert-rules/': [rule.id],
  '/v1/listeners/': [listener.id],
};

const routes = Object.entries<Route>(ROUTES);
const ofOne = routes.filter(([, { path, function: behind }]) => path.includes('{') && behind !== 'docs');
const lists = routes.filter(
  ([, { method, path, scope }]) => method === 'GET' && !path.includes('{') && scope !== 'none',
);

const idsFor = (path: string): string[] => {
  const ids = THEIRS[path.slice(0, path.indexOf('{'))];
  if (!ids) throw new Error(`nothing of the owner's to put into ${path}`);
  return ids;
};

const as = (key: string, method: string, path: string, body?: object) =>
  cloud.request(method, path, body, { authorization: `Bearer ${key}` });

describe('a tenant can not reach another’s entities (B11)', () => {
  it.each(ofOne.map(([, route]) => [routeKey(route), route] as const))('%s', async (_, route) => {
    for (const id of idsFor(route.path)) {
      const path = route.path.replace('{tenant}', owner.id).replace(/\{\w+\}/, id);
      const query = route.path.endsWith('/ingest') ? '?event_type=a.b' : '';
      const answer = await as(stranger.key, route.method, `${path}${query}`, bodyFor(route));
      // A PUT creates the stranger's own event type of that name.
      const isOwn = route.method === 'PUT' && route.path.startsWith('/v1/event-types/');
      expect([answer.status, route.path]).toEqual([
        isOwn ? 201 : expect.toSatisfy((status: number) => [401, 403, 404].includes(status)),
        route.path,
      ]);
      expect(JSON.stringify(answer.body)).not.toMatch(/of the owner|"secret":"(payload|sample)"/);
      if (isOwn) await stranger.api.call('DELETE', path);
    }
  });

  it.each(lists.map(([, route]) => [routeKey(route), route] as const))('%s', async (_, { path }) => {
    const answer = await as(stranger.key, 'GET', path);
    const text = JSON.stringify(answer.body);
    for (const id of Object.values(THEIRS)
      .flat()
      .filter((id) => id !== secretType))
      expect(text).not.toContain(id);
    expect(text).not.toContain('of the owner');
  });

  it('not even by an id in a body or a query', async () => {
    const url = endpoint.url;
    const own = await stranger.api.publish('of.the.stranger', {});
    await cloud.settled();
    const answers = await Promise.all([
      as(stranger.key, 'POST', '/v1/subscriptions', { targetId: target.id, filter: { events: ['a'] } }),
      as(stranger.key, 'POST', '/v1/subscriptions', { target: { url }, filterId: filter.id }),
      as(stranger.key, 'POST', '/v1/filters/test', {
        filter: { id: filter.id },
        event: { type: 'a', data: 1 },
      }),
      as(stranger.key, 'POST', '/v1/filters/preview', { filter: { id: filter.id } }),
      as(stranger.key, 'POST', '/v1/filters/preview', { filter: { events: ['**'] }, compareWith: filter.id }),
      as(stranger.key, 'POST', '/v1/filters/preview', {
        filter: { events: ['**'] },
        compareWith: subscription.id,
      }),
      as(stranger.key, 'GET', `/v1/events/${own.id}/timeline?subscriptionId=${subscription.id}`),
      as(stranger.key, 'POST', '/v1/keys', { tenantId: owner.id, name: 'mine', scopes: ['read'] }),
      as(stranger.key, 'GET', `/v1/keys?tenantId=${owner.id}`),
      as(stranger.key, 'POST', '/v1/portal-tokens', { targetIds: [target.id] }),
      as(stranger.key, 'POST', '/v1/alert-rules', {
        name: 'mine',
        targetId: target.id,
        when: { metric: 'deadLetters' },
      }),
      as(stranger.key, 'POST', '/v1/alert-rules', {
        name: 'mine',
        when: { metric: 'deadLetters' },
        notify: { targetId: target.id },
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([
      422, 422, 422, 422, 422, 422, 422, 403, 403, 422, 422, 422,
    ]);
    const preview = await as(stranger.key, 'POST', '/v1/filters/preview', { filter: { events: ['**'] } });
    expect(preview.body).toMatchObject({ matched: 1, examples: [{ id: own.id }] });
    expect((await as(stranger.key, 'GET', `/stats?targetId=${target.id}`)).body).toMatchObject({
      total_deliveries: 0,
    });
    for (const query of [
      `?targetId=${target.id}`,
      `?eventType=${secretType}`,
      '/breakdown?by=target',
      '/breakdown?by=eventType',
      '/breakdown?by=error',
    ]) {
      const { status, body } = await as(stranger.key, 'GET', `/v1/metrics${query}`);
      expect([query, status]).toEqual([query, 200]);
      if (query.startsWith('/')) expect(body).toMatchObject({ items: [], isComplete: true });
      else expect(body).toMatchObject({ total: { deliveries: 0, attempts: 0 } });
    }
    expect((await as(owner.key, 'GET', '/v1/metrics/breakdown?by=eventType')).body).toMatchObject({
      items: [{ name: secretType, values: { deliveries: 2 } }],
    });
  });

  it('not by a dry run', async () => {
    const { url } = endpoint;
    const events = ['a'];
    const calls = [
      { operation: 'putTarget', id: target.id, body: { url } },
      { operation: 'putFilter', id: filter.id, body: { events } },
      { operation: 'putSubscription', id: subscription.id, body: { url, events } },
      { operation: 'putEventType', id: secretType, body: {} },
      { operation: 'createSubscription', body: { targetId: target.id, filter: { events } } },
      { operation: 'createSubscription', body: { target: { url }, filterId: filter.id } },
    ];
    const { status, body } = await as(stranger.key, 'POST', '/v1/dry-run', { calls });
    expect([status, body]).toMatchObject([
      200,
      {
        items: [
          ...[{ error: 'not_found' }, { error: 'not_found' }, { error: 'not_found' }],
          // It would be the stranger's own event type of that name.
          { entities: [{ action: 'created' }] },
          ...[{ field: 'targetId' }, { field: 'filterId' }],
        ],
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/of the owner|"secret":"sample"/);
  });

  it('not by a cursor of the other’s list', async () => {
    const page = await owner.api.call<List<Made>>('GET', '/v1/events?limit=1');
    const answer = await as(stranger.key, 'GET', `/v1/events?cursor=${page.next}`);
    expect(answer).toMatchObject({ status: 200, body: { items: [] } });
  });

  it('while the owner still has all of them', async () => {
    for (const [prefix, ids] of Object.entries(THEIRS)) {
      if (prefix === '/v1/tenants/') continue;
      for (const id of ids)
        expect(await as(owner.key, 'GET', `${prefix}${id}`)).toMatchObject({ status: 200 });
    }
    expect(endpoint.arrivals).toHaveLength(2);
  });
});
