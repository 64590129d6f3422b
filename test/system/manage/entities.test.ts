import { createHash, createHmac } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { configKey } from '../../../lambdas/config/config-keys.ts';
import { type List, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const { api } = cloud;
const endpoint = await startEndpoint();

interface Entity {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly [member: string]: unknown;
}

/** An answer with its headers, for a request that may be refused. */
async function send(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${cloud.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : undefined) as Entity & {
      error: string;
      field?: string;
      message: string;
    },
  };
}

interface KindOfEntity {
  readonly path: string;
  readonly made: Record<string, unknown>;
  /** Fields that are shown otherwise than they were sent. */
  readonly shown?: Record<string, unknown>;
  readonly patch: Record<string, unknown>;
  readonly patched: Record<string, unknown>;
  readonly gone: string;
}

const KINDS: KindOfEntity[] = [
  {
    path: '/v1/targets',
    made: { url: endpoint.url, name: 'Orders', description: 'first', headers: { 'x-team': 'orders' } },
    shown: { headers: { 'x-team': '[hidden]' } },
    patch: { description: null, headers: { 'x-team': null, 'x-other': '1' } },
    patched: { name: 'Orders', headers: { 'x-other': '[hidden]' } },
    gone: 'description',
  },
  {
    path: '/v1/filters',
    made: { name: 'Errors', events: ['a.*'], where: { data: { level: ['ERROR'] } }, metadata: { a: 'b' } },
    patch: { where: null, metadata: { c: 'd' } },
    patched: { name: 'Errors', events: ['a.*'], metadata: { a: 'b', c: 'd' } },
    gone: 'where',
  },
  {
    path: '/v1/subscriptions',
    made: { name: 'first', url: endpoint.url, events: ['never.sent'] },
    patch: { name: null, events: ['never.either'], timeoutSeconds: 3 },
    patched: { events: ['never.either'], timeoutSeconds: 3, url: endpoint.url },
    gone: 'name',
  },
  {
    path: '/v1/alert-rules',
    made: {
      name: 'Failures',
      description: 'first',
      when: { metric: 'deadLetters', atLeast: 5, minutes: 30 },
    },
    patch: { description: null, when: { atLeast: 6 } },
    patched: { name: 'Failures', when: { metric: 'deadLetters', atLeast: 6, minutes: 30 } },
    gone: 'description',
  },
];

describe.each(KINDS)('$path as entities (B2)', ({ path, made, shown = {}, patch, patched, gone }) => {
  it('are created, read, listed, changed, replaced and deleted', async () => {
    const created = await send('POST', path, made);
    expect(created.status).toBe(201);
    const { secret: _, ...view } = created.body;
    expect(view).toMatchObject({ ...made, ...shown });
    expect(view.createdAt).toBe(view.updatedAt);

    const one = `${path}/${view.id}`;
    const read = await send('GET', one);
    expect(read.body).toEqual(view);
    const etag = read.headers.get('etag')!;
    expect(created.headers.get('etag')).toBe(etag);
    expect((await api.call<List<Entity>>('GET', `${path}?limit=200`)).items).toContainEqual(view);

    const changed = await send('PATCH', one, patch);
    expect(changed.body).toMatchObject(patched);
    expect(changed.body).not.toHaveProperty(gone);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(changed.body.updatedAt > view.updatedAt).toBe(true);
    expect((await send('GET', one)).body).toEqual(changed.body);

    const replaced = await send('PUT', one, made);
    expect(replaced.body).toEqual({ ...view, updatedAt: expect.any(String) });

    expect((await send('DELETE', one)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await send(method, one)).status).toBe(404);
    expect((await send('PATCH', one, patch)).status).toBe(404);
  });

  it('lose no update: a write based on another state is refused', async () => {
    const { body, headers } = await send('POST', path, made);
    const one = `${path}/${body.id}`;
    await send('PATCH', one, patch);
    const stale = { 'if-match': headers.get('etag')! };
    const etag = async () => ({ 'if-match': (await send('GET', one)).headers.get('etag')! });
    for (const [method, sent] of [
      ['PATCH', patch],
      ['PUT', made],
      ['DELETE', undefined],
    ] as const) {
      expect(await send(method, one, sent, stale)).toMatchObject({
        status: 412,
        body: { error: 'precondition_failed', field: 'If-Match' },
      });
    }
    expect((await send('PATCH', one, patch, await etag())).status).toBe(200);
    expect((await send('DELETE', one, undefined, { 'if-match': 'oops' })).status).toBe(422);
    expect((await send('DELETE', one, undefined, await etag())).status).toBe(204);
  });

  it('keep every change when many are made at once', async () => {
    const { body } = await send('POST', path, made);
    const one = `${path}/${body.id}`;
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      names.map((name) => send('PATCH', one, { metadata: { [name]: name } })),
    );
    const done = names.filter((_, i) => answers[i]!.status === 200);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const { metadata } = (await send('GET', one)).body;
    expect(Object.keys(metadata as object)).toEqual(expect.arrayContaining(done));
  });

  it('are created once for an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': `${path}-1` };
    const [first, second] = [
      await send('POST', path, made, headers),
      await send('POST', path, made, headers),
    ];
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await send('POST', path, { ...made, metadata: { x: 'y' } }, headers)).toMatchObject({
      status: 422,
      body: { error: 'idempotency_key_reused', field: 'Idempotency-Key' },
    });
    expect((await send('POST', path, made, { 'idempotency-key': 'ä' })).status).toBe(422);
  });

  it('are created once when the same request comes many times at once', async () => {
    const headers = { 'idempotency-key': `${path}-2` };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send('POST', path, made, headers)));
    const created = answers.filter(({ status }) => status === 201);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(created.map(({ body }) => body.id)).size).toBe(1);
  });

  it('can be refused with a key, and corrected with the same key', async () => {
    const headers = { 'idempotency-key': `${path}-3` };
    expect((await send('POST', path, { ...made, unknown: 1 }, headers)).status).toBe(422);
    expect((await send('POST', path, made, headers)).status).toBe(201);
  });
});

it('a request that was refused as a whole may be repeated, corrected, with the same key', async () => {
  const headers = { 'idempotency-key': 'put-right' };
  const wrong = { targetId: 'tgt_none', filter: { events: ['x'] } };
  expect((await send('POST', '/v1/subscriptions', wrong, headers)).status).toBe(422);
  const right = { target: { url: endpoint.url }, filter: { events: ['x'] } };
  expect((await send('POST', '/v1/subscriptions', right, headers)).status).toBe(201);
});

it('a subscription whose deletion was interrupted is gone, and hides none after it', async () => {
  const made = [];
  for (let i = 0; i < 3; i++) {
    made.push((await api.call<Entity>('POST', '/v1/subscriptions', { url: endpoint.url, events: ['x'] })).id);
  }
  const [first, broken, last] = made as [string, string, string];
  const TableName = cloud.resource('Config').physicalId;
  const Key = configKey(cloud.tenant, 'subscription', broken);
  const { Item } = await cloud.dynamo.send(new GetCommand({ TableName, Key }));
  await cloud.dynamo.send(
    new PutCommand({ TableName, Item: { ...Item, deletedAt: new Date().toISOString() } }),
  );
  const page = await api.call<List<Entity>>('GET', `/v1/subscriptions?limit=1&cursor=${first.slice(4)}`);
  expect(page.items.map(({ id }) => id)).toEqual([last]);
  expect((await send('GET', `/v1/subscriptions/${broken}`)).status).toBe(404);
  expect((await send('DELETE', `/v1/subscriptions/${broken}`)).status).toBe(204);
});

describe('every part of a filter (A2, A3, A4, A5, A6)', () => {
  const during = { days: ['mon', 'fri'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' };
  const night = { from: '22:00', to: '06:00', timeZone: 'UTC' };
  const parts = {
    events: ['payment.**'],
    where: {
      source: [{ regex: '^payment-' }],
      data: { level: ['ERROR'], amount: [{ numeric: ['>', 1.5] }] },
    },
    jsonpath: '$[?@.metadata.amount > 1000]',
    during: [during, night],
  };

  /** The shown parts at these paths. */
  const shownAt = async (...paths: string[]) =>
    Promise.all(
      paths.map(async (path) => {
        const { events, where, jsonpath, during } = (await send('GET', path)).body;
        return { events, where, jsonpath, during };
      }),
    );

  it('is kept and shown, of a filter and of a subscription in each form, and in lists', async () => {
    const { body: filter } = await send('POST', '/v1/filters', parts);
    const written = [
      { url: endpoint.url, ...parts },
      { target: { url: endpoint.url }, filter: parts },
      { target: { url: endpoint.url }, filterId: filter.id },
    ];
    const made = await Promise.all(written.map((body) => send('POST', '/v1/subscriptions', body)));
    for (const { status, body } of made) expect({ status, ...body }).toMatchObject({ status: 201, ...parts });
    const paths = made.flatMap(({ body }) => [
      `/v1/subscriptions/${body.id}`,
      `/v1/filters/${body.filterId}`,
    ]);
    expect(await shownAt(...paths)).toEqual(paths.map(() => parts));
    for (const [path, { id }] of [
      ['/v1/filters', filter],
      ['/v1/subscriptions', made[0]!.body],
    ] as const) {
      const { items } = await api.call<List<Entity>>('GET', `${path}?limit=200`);
      expect(items.find((item) => item.id === id)).toMatchObject(parts);
    }
    expect((await send('PUT', `/v1/filters/${filter.id}`, { events: ['a'], during })).body).toMatchObject({
      events: ['a'],
      during,
    });
    expect(await shownAt(`/v1/filters/${filter.id}`)).toEqual([{ events: ['a'], during }]);
  });

  it('is accepted in the short form everywhere, and shown as where', async () => {
    const filters = { source: { prefix: 'pay' }, level: ['ERROR', 'FATAL'] };
    const where = { source: [{ prefix: 'pay' }], data: { level: ['ERROR', 'FATAL'] } };
    const short = { events: ['short.**'], filters };
    const made = await send('POST', '/v1/filters', short);
    expect(made).toMatchObject({ status: 201, body: { events: ['short.**'], where } });
    expect(made.body).not.toHaveProperty('filters');
    const path = `/v1/filters/${made.body.id}`;
    const steps: [method: string, path: string, body: object, after: object | undefined][] = [
      ['PATCH', path, { filters: { level: 'DEBUG' } }, { data: { level: ['DEBUG'] } }],
      ['PATCH', path, { name: 'Short' }, { data: { level: ['DEBUG'] } }],
      ['PATCH', path, { filters: {} }, undefined],
      ['PUT', path, short, where],
      ['PATCH', path, { filters: null }, undefined],
      ['POST', '/v1/subscriptions', { url: endpoint.url, ...short }, where],
      ['POST', '/v1/subscriptions', { target: { url: endpoint.url }, filter: short }, where],
    ];
    for (const [method, at, body, after] of steps) {
      const answer = await send(method, at, body);
      expect([method, body, answer.body.message, answer.body.where]).toEqual([
        method,
        body,
        undefined,
        after,
      ]);
    }
    const event = { type: 'short.one', source: 'pay', data: { level: 'ERROR' } };
    const tried = async (data: object) =>
      (await send('POST', '/v1/filters/test', { filter: short, event: { ...event, data } })).body;
    expect(await tried({ level: 'FATAL' })).toEqual({ matches: true });
    expect(await tried({ level: 'INFO' })).toMatchObject({ matches: false, reason: { path: 'data.level' } });
  });

  it.each<[method: string, path: string, body: object, field: string, message: string]>([
    ['POST', '/v1/filters', { where: {}, filters: {} }, 'filters', 'expected either where or filters'],
    [
      'POST',
      '/v1/filters',
      { filters: { level: { prefixes: 'x' } } },
      'filters.level.prefixes',
      'unknown operator',
    ],
    ['POST', '/v1/filters', { filters: { a: [2 ** 53] } }, 'filters.a[0]', 'between'],
    ['PUT', '', { filters: { level: [] } }, 'filters.level', '1 to 64 values'],
    ['PATCH', '', { filters: { level: null } }, 'filters.level', 'says all conditions anew'],
    ['PATCH', '', { filters: 7 }, 'filters', 'expected an object of fields'],
  ])(
    'in the short form is refused in its own words: %s %s %j',
    async (method, path, change, field, message) => {
      const { id } = await api.call<Entity>('POST', '/v1/filters', { events: ['a'] });
      const answer = await send(method, path || `/v1/filters/${id}`, { events: ['a'], ...change });
      expect(answer).toMatchObject({
        status: 422,
        body: { field, message: expect.stringContaining(message) },
      });
    },
  );

  it('has names of its own, which no other part has', async () => {
    const [target, filter] = [
      { url: endpoint.url, name: 'Ours' },
      { events: ['a'], name: 'Theirs' },
    ];
    const { body } = await send('POST', '/v1/subscriptions', { target, filter });
    expect(body).not.toHaveProperty('name');
    const one = `/v1/subscriptions/${body.id}`;
    for (const patch of [{ timeoutSeconds: 3 }, { events: ['b'] }, { name: 'Mine', filters: { a: 1 } }]) {
      expect(await send('PATCH', one, patch)).toMatchObject({ status: 200 });
    }
    expect((await send('GET', one)).body.name).toBe('Mine');
    expect((await send('GET', `/v1/targets/${body.targetId}`)).body.name).toBe('Ours');
    expect((await send('GET', `/v1/filters/${body.filterId}`)).body.name).toBe('Theirs');
    await send('PATCH', `/v1/filters/${body.filterId}`, { name: null });
    expect((await send('GET', `/v1/filters/${body.filterId}`)).body).not.toHaveProperty('name');
    const wrong = await send('POST', '/v1/targets', { url: endpoint.url, name: 'two\nlines' });
    expect(wrong).toMatchObject({ status: 422, body: { field: 'name' } });
  });

  it('matches everything for `*` alone, and shows it; a filter stored before keeps its meaning', async () => {
    const event = { type: 'two.segments', data: {} };
    const tried = async (filter: object, type = event.type) =>
      (await send('POST', '/v1/filters/test', { filter, event: { ...event, type } })).body.matches;
    const made = await Promise.all([
      send('POST', '/v1/filters', { events: ['*'] }),
      send('POST', '/v1/subscriptions', { url: endpoint.url, events: ['*'], active: false }),
      send('POST', '/v1/subscriptions', { target_url: endpoint.url, event_types: ['*'], is_active: false }),
    ]);
    expect(made.map(({ body }) => body.events)).toEqual([['**'], ['**'], ['**']]);
    expect(await tried({ events: ['*'] })).toBe(true);
    expect(await tried({ events: ['*', 'a.*'] }, 'posthorn.target.disabled')).toBe(false);

    const { id } = made[0].body;
    const TableName = cloud.resource('Config').physicalId;
    const Key = configKey(cloud.tenant, 'filter', id);
    const { Item } = await cloud.dynamo.send(new GetCommand({ TableName, Key }));
    await cloud.dynamo.send(new PutCommand({ TableName, Item: { ...Item, events: ['*'] } }));
    const path = `/v1/filters/${id}`;
    expect((await send('PATCH', path, { name: 'from before' })).body.events).toEqual(['*']);
    expect(await tried({ id })).toBe(false);
    expect(await tried({ id }, 'one')).toBe(true);
    expect((await send('PATCH', path, { events: ['*'] })).body.events).toEqual(['**']);
    expect(await tried({ id })).toBe(true);
  });

  it('is changed and removed by merge patches, through the subscription as well', async () => {
    const { body } = await send('POST', '/v1/subscriptions', { url: endpoint.url, ...parts });
    const [subscription, filter] = [`/v1/subscriptions/${body.id}`, `/v1/filters/${body.filterId}`];
    const steps: [path: string, patch: object, after: object][] = [
      [subscription, { jsonpath: '$.data', during }, { ...parts, jsonpath: '$.data', during }],
      [
        subscription,
        { during: { to: '18:00', days: null } },
        { ...parts, jsonpath: '$.data', during: { from: '09:00', to: '18:00', timeZone: 'Europe/Berlin' } },
      ],
      [
        filter,
        { during: null, where: { data: null } },
        { events: parts.events, where: { source: parts.where.source }, jsonpath: '$.data' },
      ],
      [
        subscription,
        { filters: { level: { prefix: 'E' } }, jsonpath: null },
        { events: parts.events, where: { data: { level: [{ prefix: 'E' }] } } },
      ],
      [subscription, { filters: null }, { events: parts.events }],
    ];
    for (const [path, patch, after] of steps) {
      expect((await send('PATCH', path, patch)).status).toBe(200);
      expect(await shownAt(subscription, filter)).toEqual([after, after]);
    }
    for (const path of [subscription, filter]) {
      const wrong = await send('PATCH', path, { during: [{ timeZone: 'UTC' }, { timeZone: 'Mars' }] });
      expect(wrong).toMatchObject({ status: 422, body: { field: 'during[1].timeZone' } });
    }
  });

  it('is tried, by id and written out, and the answer names the mismatch (A6, E4)', async () => {
    const { body: filter } = await send('POST', '/v1/filters', { ...parts, during });
    const event = {
      type: 'payment.failed',
      source: 'payment-service',
      data: { level: 'ERROR', amount: 2, metadata: { amount: 1000.5 } },
      at: '2026-11-23T08:00:00Z',
    };
    const tried = async (change: object, by: object = { id: filter.id }) =>
      (await send('POST', '/v1/filters/test', { filter: by, event: { ...event, ...change } })).body;
    expect(await tried({})).toEqual({ matches: true });
    expect(await tried({}, { ...parts, during })).toEqual({ matches: true });
    for (const [change, message] of [
      [{ type: 'order.paid' }, 'expected type to be one that matches payment.**, got "order.paid"'],
      [{ source: 'shop' }, 'expected source to be a text that the expression "^payment-" finds, got "shop"'],
      [
        { at: '2026-11-23T16:00:00Z' },
        'expected the time to be mon, fri from 09:00 to 17:00 in Europe/Berlin, got mon 17:00 in Europe/Berlin',
      ],
      [
        { data: { ...event.data, metadata: {} } },
        'expected something that $[?@.metadata.amount > 1000] selects, got nothing',
      ],
      [{ data: undefined }, 'expected data to be an object, got a payload that is not JSON'],
    ] as const) {
      expect(await tried(change)).toMatchObject({ matches: false, reason: { message } });
    }
  });
});

describe('targets and filters that are bound', () => {
  it('are not deleted, and the answer names the subscriptions that bind them', async () => {
    const target = await api.call<Entity>('POST', '/v1/targets', { url: endpoint.url });
    const filter = await api.call<Entity>('POST', '/v1/filters', { events: ['x'] });
    const bound = { targetId: target.id, filterId: filter.id, active: true };
    const subscription = await api.call<Entity>('POST', '/v1/subscriptions', bound);
    for (const path of [`/v1/targets/${target.id}`, `/v1/filters/${filter.id}`]) {
      const { status, body } = await send('DELETE', path);
      expect({ status, error: body.error }).toEqual({ status: 409, error: 'in_use' });
      expect(body.message).toContain(subscription.id);
    }
    await api.call('DELETE', `/v1/subscriptions/${subscription.id}`);
    for (const path of [`/v1/targets/${target.id}`, `/v1/filters/${filter.id}`]) {
      expect((await send('DELETE', path)).status).toBe(204);
    }
  });

  it('have an allowed port and an unambiguous URL', async () => {
    const target = await api.call<Entity>('POST', '/v1/targets', { url: endpoint.url });
    for (const [field, change] of [
      ['url', { url: 'https://example.com:25/' }],
      ['url', { url: 'https:example.com' }],
      ['url', { url: 'https://example.com/#' }],
      ['regions.eu', { regions: { eu: 'https://example.com:25/' } }],
      ['regions.eu', { regions: { eu: 'http:127.0.0.1/y' } }],
    ] as const) {
      const wrong = { status: 422, body: { field, message: expect.stringContaining('expected ') } };
      expect(await send('PATCH', `/v1/targets/${target.id}`, change)).toMatchObject(wrong);
    }
  });

  it('are changed under their own ids, not through one of several subscriptions', async () => {
    const target = await api.call<Entity>('POST', '/v1/targets', { url: endpoint.url });
    const made = await api.call<Entity>('POST', '/v1/subscriptions', {
      targetId: target.id,
      filter: { events: ['x'] },
    });
    const path = `/v1/subscriptions/${made.id}`;
    expect(await send('PATCH', path, { url: endpoint.url })).toMatchObject({
      status: 409,
      body: { field: 'url' },
    });
    expect(await send('PATCH', path, { events: ['y'] })).toMatchObject({
      status: 200,
      body: { events: ['y'] },
    });
    expect(await send('PATCH', path, { targetId: 'tgt_none' })).toMatchObject({
      status: 422,
      body: { field: 'targetId' },
    });
  });

  it('are deleted with the subscription that they were made with, unless another binds them', async () => {
    const owner = await api.call<Entity>('POST', '/v1/subscriptions', { url: endpoint.url, events: ['x'] });
    const other = await api.call<Entity>('POST', '/v1/subscriptions', {
      targetId: owner.targetId,
      filter: { events: ['y'] },
    });
    await api.call('DELETE', `/v1/subscriptions/${owner.id}`);
    expect((await send('GET', `/v1/targets/${owner.targetId}`)).status).toBe(200);
    expect((await send('GET', `/v1/filters/${owner.filterId}`)).status).toBe(404);
    expect((await send('GET', `/v1/subscriptions/${other.id}`)).status).toBe(200);
  });

  it('replace those that a subscription was made with, which are deleted', async () => {
    const made = await api.call<Entity>('POST', '/v1/subscriptions', { url: endpoint.url, events: ['x'] });
    const target = await api.call<Entity>('POST', '/v1/targets', { url: endpoint.url });
    const filter = await api.call<Entity>('POST', '/v1/filters', { events: ['z'] });
    const path = `/v1/subscriptions/${made.id}`;
    const rebound = await send('PUT', path, { targetId: target.id, filterId: filter.id });
    expect(rebound).toMatchObject({ status: 200, body: { targetId: target.id, events: ['z'] } });
    expect((await send('GET', `/v1/targets/${made.targetId}`)).status).toBe(404);
    expect((await send('GET', `/v1/filters/${made.filterId}`)).status).toBe(404);
  });
});

describe('changes at once', () => {
  it('of a target through its subscription and under its own id are both kept', async () => {
    const made = await api.call<Entity>('POST', '/v1/subscriptions', { url: endpoint.url, events: ['x'] });
    for (let i = 2; i < 8; i++) {
      const [changed, rotated] = await Promise.all([
        send('PATCH', `/v1/subscriptions/${made.id}`, { timeoutSeconds: i }),
        send('POST', `/v1/targets/${made.targetId}/secrets/rotate`, {}),
      ]);
      expect([changed.status, rotated.status]).toEqual([200, 200]);
      const [{ secret }] = (rotated.body as unknown as List<{ secret: string }>).items as [
        { secret: string },
      ];
      const { items } = (await send('GET', `/v1/targets/${made.targetId}/secrets`))
        .body as unknown as List<object>;
      expect(items[0]).toMatchObject({ secret });
      expect((await send('GET', `/v1/targets/${made.targetId}`)).body).toMatchObject({ timeoutSeconds: i });
    }
  });

  it('of a bound target or filter are seen by a write to the subscription', async () => {
    const made = await send('POST', '/v1/subscriptions', { url: endpoint.url, events: ['x'] });
    const path = `/v1/subscriptions/${made.body.id}`;
    await send('PATCH', `/v1/targets/${made.body.targetId}`, { timeoutSeconds: 4 });
    const stale = { 'if-match': made.headers.get('etag')! };
    for (const [method, suffix, body] of [
      ['PUT', '', { url: endpoint.url, events: ['y'] }],
      ['POST', '/pause', undefined],
      ['DELETE', '', undefined],
    ] as const) {
      expect((await send(method, `${path}${suffix}`, body, stale)).status).toBe(412);
    }
    expect((await send('GET', path)).body).toMatchObject({ events: ['x'], active: true, timeoutSeconds: 4 });
  });
});

describe('names that JavaScript has built in', () => {
  it('are names like any other', async () => {
    const names = { constructor: 'x', toString: 'y' };
    const target = await send('POST', '/v1/targets', { url: endpoint.url, metadata: names, headers: names });
    expect(target).toMatchObject({ status: 201, body: { metadata: names } });
    const where = { data: { constructor: ['x'], hasOwnProperty: ['y'] } };
    expect(await send('POST', '/v1/filters', { events: ['a'], where })).toMatchObject({
      status: 201,
      body: { where },
    });
  });

  it('damage no other event, published as attributes of a CloudEvent', async () => {
    const receiver = await startEndpoint();
    await api.subscribe({ url: receiver.url, events: ['named.**'] });
    const ce = {
      specversion: '1.0',
      id: 'c1',
      source: '/s',
      type: 'named.constructor',
      constructor: 'boo',
      data: 1,
    };
    const { body } = await send('POST', '/v1/events', ce, { 'content-type': 'application/cloudevents+json' });
    await cloud.delivery(body.id, 'delivered');
    expect(receiver.arrivals[0]!.headers).toMatchObject({ 'ce-constructor': 'boo' });
  });
});

describe('secrets (B11)', () => {
  it('are shown at creation and among the secrets, and nowhere else', async () => {
    const target = await api.call<Entity & { secret: string }>('POST', '/v1/targets', {
      url: endpoint.url,
      headers: { authorization: 'Bearer of-the-endpoint' },
    });
    const path = `/v1/targets/${target.id}`;
    const answers = [
      await send('GET', path),
      await send('GET', '/v1/targets?limit=200'),
      await send('PATCH', path, {}),
    ];
    for (const { body } of answers) {
      expect(JSON.stringify(body)).toContain(target.id);
      expect(JSON.stringify(body)).not.toMatch(/whsec_|of-the-endpoint/);
    }
    const { items } = (await send('GET', `${path}/secrets`)).body as unknown as List<{ secret: string }>;
    expect(items.map(({ secret }) => secret)).toEqual([target.secret]);
    const wrong = await send('PATCH', path, { secret: 'not-a-secret' });
    expect(wrong).toMatchObject({ status: 422, body: { field: 'secret' } });
    expect(JSON.stringify(wrong.body)).not.toContain('not-a-secret');
    expect(cloud.lines.filter(({ text }) => /whsec_|of-the-endpoint|not-a-secret/.test(text))).toEqual([]);
  });

  it('that a change made are shown in its answer', async () => {
    const made = await api.call<Entity>('POST', '/v1/subscriptions', { url: endpoint.url, events: ['x'] });
    const path = `/v1/subscriptions/${made.id}`;
    expect((await send('PATCH', path, { timeoutSeconds: 2 })).body).not.toHaveProperty('secret');
    const { secret } = (await send('PATCH', path, { signature: 'sha256', secret: 'of my own' })).body;
    expect(secret).toBe('of my own');
    const other = (
      await send('PUT', `/v1/targets/${made.targetId}`, { url: endpoint.url, signature: 'standard' })
    ).body;
    expect(other.secret).toMatch(/^whsec_/);
  });

  it('in the queries of URLs are shown to callers that may change them, and written back unchanged', async () => {
    const url = `${endpoint.url}/keyed?key=of-the-endpoint`;
    const made = await api.call<Entity>('POST', '/v1/subscriptions', { url, events: ['x'] });
    const path = `/v1/targets/${made.targetId}`;
    await send('PATCH', path, { regions: { eu: url } });
    const reader = await api.call<{ key: string }>('POST', '/v1/keys', { name: 'reader', scopes: ['read'] });
    const readings = [
      path,
      '/v1/targets?limit=200',
      `/v1/subscriptions/${made.id}`,
      '/v1/subscriptions?limit=200',
    ];
    for (const reading of readings) {
      expect(JSON.stringify((await send('GET', reading)).body)).toContain('of-the-endpoint');
      const shown = await send('GET', reading, undefined, { authorization: `Bearer ${reader.key}` });
      expect(JSON.stringify(shown.body)).toContain(`${endpoint.url}/keyed?[hidden]`);
      expect(JSON.stringify(shown.body)).not.toContain('of-the-endpoint');
    }
    const back = await send('PATCH', path, { url: `${endpoint.url}/keyed?[hidden]` });
    expect(back).toMatchObject({ status: 200, body: { url, regions: { eu: url } } });
    const elsewhere = await send('PATCH', path, { url: `${endpoint.url}/other?[hidden]` });
    expect(elsewhere).toMatchObject({ status: 422, body: { field: 'url' } });
  });

  it('of headers are sent only to the host that they were written for', async () => {
    const headers = { 'x-session': 'of-the-endpoint' };
    const { id } = await api.call<Entity>('POST', '/v1/targets', { url: endpoint.url, headers });
    const path = `/v1/targets/${id}`;
    const elsewhere = await send('PATCH', path, { url: 'http://127.0.0.1:1024/' });
    expect(elsewhere).toMatchObject({ status: 422, body: { field: 'headers.x-session' } });
    expect((await send('PATCH', path, { url: `${endpoint.url}/other` })).status).toBe(200);
    const anew = { url: 'http://127.0.0.1:1024/', headers: { 'x-session': 'another' } };
    expect((await send('PATCH', path, anew)).status).toBe(200);
  });

  it('both sign while one is replaced', async () => {
    const receiver = await startEndpoint();
    const made = await api.subscribe({ url: receiver.url, events: ['rotated'] });
    const rotated = await send('POST', `/v1/targets/${made.targetId}/secrets/rotate`, { overlapHours: 1 });
    expect((rotated.body as unknown as List<object>).items).toHaveLength(2);
    await api.publish('rotated', {});
    const arrival = await eventually(() => {
      expect(receiver.arrivals).toHaveLength(1);
      return receiver.arrivals[0]!;
    });
    expect(String(arrival.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  it('of a key pair are not shown: the public key is', async () => {
    const target = await api.call<Entity>('POST', '/v1/targets', { url: endpoint.url, signature: 'ed25519' });
    expect(target).toMatchObject({ publicKey: expect.stringMatching(/^whpk_/) });
    expect(target).not.toHaveProperty('secret');
    const { items } = (await send('GET', `/v1/targets/${target.id}/secrets`)).body as unknown as List<object>;
    const keyId = createHash('sha256').update(String(target.publicKey)).digest('hex').slice(0, 8);
    expect(items).toEqual([{ publicKey: target.publicKey, keyId, createdAt: expect.any(String) }]);
  });

  it('of a key pair show as the public key in the answers about a subscription, whenever there is a new pair', async () => {
    const own = { url: endpoint.url, events: ['signed.by.pair'], signature: 'ed25519' };
    const made = await api.call<Entity>('POST', '/v1/subscriptions', own);
    const path = `/v1/subscriptions/${made.id}`;
    const shown = async (at: string) => (await send('GET', at)).body.publicKey;
    expect(made).toMatchObject({ publicKey: expect.stringMatching(/^whpk_/) });
    expect(made).not.toHaveProperty('secret');
    expect(await shown(path)).toBe(made.publicKey);

    const rotated = await send('POST', `/v1/targets/${made.targetId}/secrets/rotate`, {});
    const { items } = rotated.body as unknown as List<{ publicKey: string }>;
    expect(items).toHaveLength(2);
    expect(items[1]!.publicKey).toBe(made.publicKey);
    expect(await shown(path)).toBe(items[0]!.publicKey);
    expect(await shown(`/v1/targets/${made.targetId}`)).toBe(items[0]!.publicKey);

    const shared = (await send('PATCH', path, { signature: 'standard' })).body;
    expect(shared).not.toHaveProperty('publicKey');
    const again = (await send('PATCH', path, { signature: 'ed25519' })).body;
    expect(again).toMatchObject({ publicKey: expect.stringMatching(/^whpk_/) });
    expect(again).not.toHaveProperty('secret');
  });
});

describe('a target that requires a challenge (B11)', () => {
  /** Answers challenges with this secret; `undefined` for an endpoint that does not know them. */
  const receiverWith = (secretOf: () => string | undefined) =>
    startEndpoint((_, { headers, body }) => {
      const secret = secretOf();
      if (headers['posthorn-event-type'] !== 'posthorn.challenge' || !secret) return { status: 200 };
      const { challenge } = JSON.parse(body.toString()) as { challenge: string };
      const response = `sha256=${createHmac('sha256', secret).update(challenge).digest('hex')}`;
      return { status: 200, body: JSON.stringify({ response }) };
    });

  it('gets deliveries once its endpoint has answered, and can be asked again', async () => {
    let secret: string | undefined;
    const receiver = await receiverWith(() => secret);
    const made = await api.subscribe({ url: receiver.url, events: ['challenged'], challengeRequired: true });
    const path = `/v1/targets/${made.targetId}`;
    const stateOf = async () => ((await send('GET', path)).body.verification as { state: string }).state;
    await eventually(async () => expect(await stateOf()).toBe('failed'));
    const early = await api.publish('challenged', {});
    expect(await cloud.delivery(early.id, 'dead')).toMatchObject({
      reason: 'target_unverified',
      attempts: [],
    });

    secret = made.secret;
    expect((await send('POST', `${path}/challenge`)).status).toBe(202);
    await eventually(async () => expect(await stateOf()).toBe('passed'));
    const event = await api.publish('challenged', {});
    await cloud.delivery(event.id, 'delivered');
    expect((await send('GET', `${path}/health`)).body).toMatchObject({
      state: expect.not.stringMatching('unverified'),
    });
  });
});

describe('switches', () => {
  it('keep events from a filter that is not active (B2)', async () => {
    const receiver = await startEndpoint();
    const made = await api.call<Entity>('POST', '/v1/subscriptions', {
      target: { url: receiver.url },
      filter: { events: ['filtered'], active: false },
    });
    for (const active of [false, true]) {
      await api.call('PATCH', `/v1/filters/${made.filterId}`, { active });
      const event = await api.publish('filtered', {});
      await cloud.settled();
      expect(await api.call('GET', `/v1/events/${event.id}`)).toMatchObject({ matched: active ? 1 : 0 });
    }
  });

  it('keep events from a paused subscription, and resume them (B3)', async () => {
    const receiver = await startEndpoint();
    const { id } = await api.subscribe({ url: receiver.url, events: ['switched'] });
    for (const [verb, matched] of [
      ['pause', 0],
      ['resume', 1],
    ] as const) {
      expect(await send('POST', `/v1/subscriptions/${id}/${verb}`)).toMatchObject({
        status: 200,
        body: { active: verb === 'resume' },
      });
      const event = await api.publish('switched', {});
      await cloud.settled();
      expect(await api.call('GET', `/v1/events/${event.id}`)).toMatchObject({ matched });
    }
  });

  it('make dead letters of deliveries to a disabled target', async () => {
    const receiver = await startEndpoint();
    const { targetId } = await api.subscribe({ url: receiver.url, events: ['disabled'] });
    expect((await send('POST', `/v1/targets/${targetId}/disable`)).body).toMatchObject({ active: false });
    const event = await api.publish('disabled', {});
    expect(await cloud.delivery(event.id, 'dead')).toMatchObject({ reason: 'target_disabled' });
    expect((await send('GET', `/v1/targets/${targetId}/health`)).body).toMatchObject({ state: 'disabled' });
    expect((await send('POST', `/v1/targets/${targetId}/enable`)).body).toMatchObject({ active: true });
  });
});

describe('a test event (D7)', () => {
  it('takes the real route to one subscription, whatever its filter says, and is marked as a test', async () => {
    const receiver = await startEndpoint();
    const other = await startEndpoint();
    const { id } = await api.subscribe({
      url: receiver.url,
      events: ['payment.failed', 'payment.*'],
      filters: { source: 'nobody' },
    });
    await api.subscribe({ url: other.url, events: ['**'] });
    await send('PUT', '/v1/event-types/payment.failed', { sample: { amount: 12.5 } });
    const { status, body } = await send('POST', `/v1/subscriptions/${id}/test`);
    expect({ status, type: body.type }).toEqual({ status: 202, type: 'payment.failed' });
    await cloud.delivery(body.id, 'delivered');
    const [arrival] = receiver.arrivals;
    expect(JSON.parse(arrival!.body.toString())).toEqual({ amount: 12.5 });
    expect(arrival!.headers).toMatchObject({
      'posthorn-test': 'true',
      'posthorn-event-type': 'payment.failed',
    });
    expect(await api.call('GET', `/v1/events/${body.id}`)).toMatchObject({ test: true, matched: 1 });
    expect(other.arrivals).toEqual([]);

    await send('POST', `/v1/subscriptions/${id}/pause`);
    expect(await send('POST', `/v1/subscriptions/${id}/test`)).toMatchObject({ status: 409 });
  });
});

describe('filters are tried on an event', () => {
  const filter = {
    events: ['payment.**'],
    where: { source: ['shop'], data: { user: { plan: ['pro', 'max'] } } },
  };
  it.each([
    ['holds', { type: 'payment.failed', source: 'shop', data: { user: { plan: 'max' } } }, undefined],
    ['another type', { type: 'order.made', source: 'shop', data: {} }, ['events', 'type']],
    ['another source', { type: 'payment.failed', source: 'blog', data: {} }, ['where', 'source']],
    ['no source', { type: 'payment.failed', data: {} }, ['where', 'source']],
    [
      'another value',
      { type: 'payment', source: 'shop', data: { user: { plan: 'free' } } },
      ['where', 'data.user.plan'],
    ],
  ])('%s', async (_, event, reason) => {
    const answer = (await send('POST', '/v1/filters/test', { filter, event })).body;
    expect(answer).toMatchObject(
      reason ? { matches: false, reason: { part: reason[0], path: reason[1] } } : { matches: true },
    );
  });

  it('by their id, too', async () => {
    const { id } = await api.call<Entity>('POST', '/v1/filters', filter);
    const event = { type: 'payment.failed', source: 'shop', data: { user: { plan: 'pro' } } };
    expect((await send('POST', '/v1/filters/test', { filter: { id }, event })).body).toEqual({
      matches: true,
    });
    expect(await send('POST', '/v1/filters/test', { filter: { id: 'flt_no' }, event })).toMatchObject({
      status: 422,
      body: { field: 'filter.id' },
    });
  });
});

describe('event types (D15, E13)', () => {
  const settings = {
    description: 'A payment could not be made.',
    schema: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
    sample: { amount: 1 },
  };

  it('are described, replaced, listed by name and deleted', async () => {
    const path = '/v1/event-types/catalogue.one';
    expect(await send('PUT', path, settings)).toMatchObject({
      status: 201,
      body: { name: 'catalogue.one', ...settings },
    });
    expect(await send('PUT', path, { ...settings, version: '2' })).toMatchObject({
      status: 200,
      body: { version: '2' },
    });
    expect(await send('PATCH', path, { deprecated: true, sample: null })).toMatchObject({
      status: 200,
      body: { deprecated: true, version: '2' },
    });
    const made = { name: 'catalogue.two', ...settings };
    expect((await send('POST', '/v1/event-types', made)).status).toBe(201);
    expect(await send('POST', '/v1/event-types', made)).toMatchObject({
      status: 409,
      body: { field: 'name' },
    });
    const pages = [];
    let next: string | null = '';
    while (next !== null) {
      const page: List<{ name: string }> = await api.call(
        'GET',
        `/v1/event-types?limit=1${next && `&cursor=${next}`}`,
      );
      pages.push(...page.items.map(({ name }) => name));
      next = page.next;
    }
    expect(pages).toEqual([...pages].sort());
    expect(pages).toEqual(expect.arrayContaining(['catalogue.one', 'catalogue.two']));
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
  });

  it.each(['s3:ObjectCreated:Put', 'https://example.com/orders/created', '/orders/created', "~!$&'()+,;=@"])(
    'may be called %s, in a path as well',
    async (name) => {
      const path = `/v1/event-types/${encodeURIComponent(name)}`;
      expect(await send('PUT', path, settings)).toMatchObject({ status: 201, body: { name } });
      expect(await send('PUT', path, settings)).toMatchObject({ status: 200, body: { name } });
      expect(await send('PATCH', path, { deprecated: true })).toMatchObject({ status: 200, body: { name } });
      expect(await send('GET', `/v1/event-types/${name}`)).toMatchObject({ status: 200, body: { name } });
      const cursor = encodeURIComponent(name.slice(0, -1));
      const list: List<{ name: string }> = await api.call('GET', `/v1/event-types?limit=1&cursor=${cursor}`);
      expect(list).toMatchObject({ items: [{ name }], next: name });
      expect(await send('GET', `${path}/`)).toMatchObject({ status: 200, body: { name } });
      expect((await send('POST', path)).status).toBe(405);
      expect((await send('DELETE', path)).status).toBe(204);
      expect((await send('GET', path)).status).toBe(404);
    },
  );

  it.each([
    ['a schema that is none', { schema: { type: 'nothing' } }],
    ['a reference to elsewhere', { schema: { $ref: 'https://example.com/schema.json' } }],
    ['too much', { sample: 'x'.repeat(70_000) }],
  ])('are refused with %s', async (_, wrong) => {
    const answer = await send('PUT', '/v1/event-types/wrong', wrong);
    expect(answer).toMatchObject({ status: 422, body: { field: Object.keys(wrong)[0] } });
  });
});

describe('events', () => {
  it('are listed by type and time', async () => {
    const before = new Date().toISOString();
    const published = [];
    for (const type of ['found.a', 'lost.a', 'found.b']) published.push((await api.publish(type, {})).id);
    await cloud.settled();
    const after = new Date(Date.now() + 1).toISOString();
    const listed = async (query: string) =>
      (await api.call<List<Entity>>('GET', `/v1/events?${query}`)).items.map(({ id }) => id);
    expect(await listed('type=found.*')).toEqual([published[2], published[0]]);
    expect(await listed(`from=${before}&to=${after}`)).toEqual([...published].reverse());
    expect(await listed(`to=${before}&type=found.*`)).toEqual([]);
    expect((await send('GET', `/v1/events?from=${after}&to=${before}`)).status).toBe(422);
  });

  it.each([
    ['small', 'a "text" in UTF-8: ä', 'text/plain; charset=utf-8'],
    ['large', `x${'ä'.repeat(20_000)}`, 'text/html'],
    ['of bytes', String.fromCharCode(0, 255, 254), 'application/octet-stream'],
  ])('give their payload back as it was sent: %s (B6)', async (_, text, contentType) => {
    const sent = Buffer.from(text, contentType === 'application/octet-stream' ? 'latin1' : 'utf8');
    const answer = await cloud.request('POST', '/v1/events', sent, {
      'ce-type': 'kept.payload',
      'content-type': contentType,
    });
    const { id } = answer.body as { id: string };
    await cloud.settled();
    const response = await fetch(`${cloud.apiUrl}/v1/events/${id}/payload`, {
      headers: { authorization: `Bearer ${cloud.key}` },
    });
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('content-disposition')).toBe('attachment');
    expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
  });
});
