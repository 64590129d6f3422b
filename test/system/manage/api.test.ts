import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import { withoutGrant } from '../../helpers/arbitrary/edits.ts';
import { type List, sharedCloud, startCloud } from '../../helpers/cloud.ts';
import { refusingUrl, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const { api } = cloud;
const nowhere = await refusingUrl();

interface SubscriptionView {
  readonly id: string;
  readonly targetId: string;
  readonly secret?: string;
}

const create = (wanted: object = {}): Promise<SubscriptionView> =>
  api.call('POST', '/v1/subscriptions', { url: nowhere, events: ['never.sent'], ...wanted });

interface MetricsView {
  readonly from: string;
  readonly to: string;
  readonly total: { readonly latencyMs: { readonly p95: number } };
  readonly series: readonly { readonly at: string; readonly attempts: number }[];
}

async function pagesOf(path: string, limit: number): Promise<{ id: string }[][]> {
  const pages: { id: string }[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor && `&cursor=${cursor}`;
    const page: List<{ id: string }> = await api.call('GET', `${path}?limit=${limit}${after}`);
    pages.push([...page.items]);
    cursor = page.next;
  }
  return pages;
}

const idsOf = (pages: { id: string }[][]): string[] => pages.flat().map(({ id }) => id);

describe('subscriptions (A1)', () => {
  it('are created, read, listed and deleted', async () => {
    const made = await create({ name: 'orders', timeoutSeconds: 2, retry: { schedule: [1, 2], jitter: 0 } });
    const { secret, ...view } = made;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(view).toEqual({
      id: expect.stringMatching(/^sub_/),
      name: 'orders',
      active: true,
      targetId: expect.stringMatching(/^tgt_/),
      filterId: expect.stringMatching(/^flt_/),
      kind: 'webhook',
      url: nowhere,
      events: ['never.sent'],
      signature: 'standard',
      retry: { schedule: [1, 2], jitter: 0 },
      timeoutSeconds: 2,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(await api.call('GET', `/v1/subscriptions/${made.id}`)).toEqual(view);

    expect(await cloud.request('DELETE', `/v1/subscriptions/${made.id}`)).toEqual({ status: 204 });
    for (const method of ['GET', 'DELETE']) {
      expect(await cloud.request(method, `/v1/subscriptions/${made.id}`)).toMatchObject({ status: 404 });
    }
  });

  it('show their secret when they are made and never again', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const made = await create({ secret });
    expect(made.secret).toBe(secret);
    for (const path of [`/v1/subscriptions/${made.id}`, '/v1/subscriptions?limit=200']) {
      const answer = JSON.stringify(await api.call('GET', path));
      expect(answer).toContain(made.id);
      expect(answer).not.toContain('whsec_');
    }
    expect(cloud.lines.filter(({ text }) => text.includes(secret))).toEqual([]);
  });

  it('are listed page by page, oldest first, each once', async () => {
    const made = [];
    for (let i = 0; i < 5; i++) made.push((await create()).id);
    const pages = await pagesOf('/v1/subscriptions', 2);
    expect(pages.slice(0, -1).every((page) => page.length === 2)).toBe(true);
    expect(idsOf(pages).slice(-5)).toEqual(made);
    expect(new Set(idsOf(pages)).size).toBe(idsOf(pages).length);
  });

  it('keep their history readable after they are deleted', async () => {
    const endpoint = await startEndpoint();
    const { id } = await create({ url: endpoint.url, events: ['history.kept'] });
    const event = await api.publish('history.kept', {});
    await cloud.delivery(event.id, 'delivered');
    await api.call('DELETE', `/v1/subscriptions/${id}`);
    expect(await api.deliveriesOf(id)).toMatchObject([{ event: { id: event.id }, status: 'delivered' }]);
  });
});

describe('events', () => {
  it('are listed page by page, newest first, with what they matched', async () => {
    const endpoint = await startEndpoint();
    const { id } = await create({ url: endpoint.url, events: ['listed.*'] });
    const published: string[] = [];
    for (const type of ['listed.a', 'listed.b', 'unmatched', 'listed.c', 'listed.d']) {
      published.unshift((await api.publish(type, { type })).id);
    }
    await cloud.settled();
    const pages = await pagesOf('/v1/events', 2);
    expect(idsOf(pages).slice(0, 5)).toEqual(published);
    expect(pages[0]).toEqual([
      {
        id: published[0],
        type: 'listed.d',
        acceptedAt: expect.any(String),
        contentType: 'application/json',
        bytes: '{"type":"listed.d"}'.length,
        matched: 1,
      },
      expect.objectContaining({ type: 'listed.c' }),
    ]);
    expect(await api.call('GET', `/v1/events/${published[0]}`)).toEqual(pages[0]![0]);
    expect(await api.call('GET', `/v1/events/${published[2]}`)).toMatchObject({
      type: 'unmatched',
      matched: 0,
    });
    const history = await pagesOf(`/v1/subscriptions/${id}/deliveries`, 3);
    expect(history.map(({ length }) => length)).toEqual([3, 1]);
  });

  it('are found by an id with characters that have a meaning in paths, escaped twice', async () => {
    const id = 'https://shop.example/orders/17?discount=5%#2';
    await api.publish('odd.id', {}, id);
    await cloud.settled();
    const path = encodeURIComponent(encodeURIComponent(id));
    expect(await api.call('GET', `/v1/events/${path}`)).toMatchObject({ id, type: 'odd.id' });
    expect(await api.call('GET', `/v1/events/${path}/payload`)).toEqual({});
    expect((await cloud.request('GET', `/v1/events/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  it('list their deliveries page by page', async () => {
    const endpoint = await startEndpoint();
    for (let i = 0; i < 3; i++) await create({ url: endpoint.url, events: ['many.subscribers'] });
    const { id } = await api.publish('many.subscribers', {});
    await cloud.settled();
    const pages = await pagesOf(`/v1/events/${id}/deliveries`, 2);
    expect(pages.map(({ length }) => length)).toEqual([2, 1]);
    expect(pages.flat()).toEqual(Array(3).fill(expect.objectContaining({ status: 'delivered' })));
  });
});

/** The mistake, the body, the status and field of the answer, and headers other than JSON's. */
type Wrong = [string, unknown, number, string | undefined, Record<string, string>?];
type Case = [string, ...Wrong];
/** A text that was cut inside a character. */
const NO_UTF8 = Buffer.from('61f09f98', 'hex');

describe('wrong input is refused, and the error says what was expected (D8)', () => {
  const json = 'application/json';
  const wrongEvents: Wrong[] = [
    ['no JSON', '{"type": "a", ', 400, undefined],
    ['empty', '', 400, undefined],
    ['an array', [], 422, undefined],
    ['no type', { data: 1 }, 422, 'type'],
    ['a type that is no text', { type: 7, data: 1 }, 422, 'type'],
    ['a type with a space', { type: 'a b', data: 1 }, 422, 'type'],
    ['a type with a wildcard', { type: 'a.*', data: 1 }, 422, 'type'],
    ['an empty segment', { type: 'a..b', data: 1 }, 422, 'type'],
    ['a long type', { type: 'a'.repeat(257), data: 1 }, 422, 'type'],
    ['no data', { type: 'a' }, 422, 'data'],
    ['an unknown field', { type: 'a', data: 1, extra: 1 }, 422, 'extra'],
    ['an id with a space', { type: 'a', data: 1, id: 'a b' }, 422, 'id'],
    ['an id that is no text', { type: 'a', data: 1, id: 7 }, 422, 'id'],
    ['an id that no path carries', { type: 'a', data: 1, id: '..' }, 422, 'id'],
    ['a raw one', 'x', 422, 'ce-id', { 'content-type': 'text/plain', 'ce-type': 'a', 'ce-id': '.' }],
    ['an id of our form', { type: 'a', data: 1, id: 'evt_01ARZ3NDEKTSV4RRFFQ69G5FAV' }, 422, 'id'],
    ['another content type', '<a/>', 415, undefined, { 'content-type': 'application/xml' }],
    ['a compressed body', 'x', 415, undefined, { 'ce-type': 'a', 'content-encoding': 'gzip' }],
    ['text not in UTF-8', NO_UTF8, 415, undefined, { 'ce-type': 'a', 'content-type': 'text/csv' }],
    ['JSON not in UTF-8', NO_UTF8, 415, undefined],
    [
      'JSON in another character set',
      '{}',
      415,
      undefined,
      { 'content-type': 'application/json; charset=utf-16' },
    ],
    ['a raw type with a space', 'x', 422, 'ce-type', { 'content-type': 'text/plain', 'ce-type': 'a b' }],
    [
      'a raw id with a space',
      'x',
      422,
      'ce-id',
      { 'content-type': 'text/plain', 'ce-type': 'a', 'ce-id': 'a b' },
    ],
  ];
  const one = { type: 'a', data: 1 };
  const wrongBatches: Wrong[] = [
    ['no JSON', '[', 400, undefined],
    ['an array', [one], 422, undefined],
    ['no events', { events: [] }, 422, 'events'],
    ['101 events', { events: Array(101).fill(one) }, 422, 'events'],
    ['an unknown field', { events: [one], more: 1 }, 422, 'more'],
    ['an event that is none', { events: [7] }, 422, 'events[0]'],
    ['an event without a type', { events: [{ data: 1 }] }, 422, 'events[0].type'],
    ['an event that is no object', { events: [7] }, 422, 'events[0]'],
    ['an event with an unknown field', { events: [{ ...one, at: 1 }] }, 422, 'events[0].at'],
  ];
  const wanted = { url: 'http://127.0.0.1:1024', events: ['a'] };
  const wrongSubscriptions: Wrong[] = [
    ['no JSON', 'url=x', 400, undefined],
    ['an array', [], 422, undefined],
    ['no url', { events: ['a'] }, 422, 'url'],
    ['no URL', { ...wanted, url: 'here' }, 422, 'url'],
    ['another protocol', { ...wanted, url: 'ftp://example.com' }, 422, 'url'],
    ['a password', { ...wanted, url: 'https://a:b@example.com' }, 422, 'url'],
    ['a fragment', { ...wanted, url: 'https://example.com/#a' }, 422, 'url'],
    ['no events', { url: wanted.url }, 422, 'events'],
    ['an empty list of events', { ...wanted, events: [] }, 422, 'events'],
    ['a wrong pattern', { ...wanted, events: ['a', 'b*'] }, 422, 'events[1]'],
    ['an empty name', { ...wanted, name: '' }, 422, 'name'],
    ['a short secret', { ...wanted, secret: 'whsec_c2hvcnQ=' }, 422, 'secret'],
    ['a short text as secret', { ...wanted, secret: 'of twenty-three bytes !' }, 422, 'secret'],
    ['an unknown signature', { ...wanted, signature: 'md5' }, 422, 'signature'],
    ['an unknown policy', { ...wanted, retry: 'often' }, 422, 'retry'],
    ['a negative wait', { ...wanted, retry: { schedule: [-1] } }, 422, 'retry.schedule[0]'],
    ['20 waits', { ...wanted, retry: { schedule: Array(20).fill(1) } }, 422, 'retry.schedule'],
    ['a wait of more than a day', { ...wanted, retry: { schedule: [86_401] } }, 422, 'retry.schedule[0]'],
    ['more than a day', { ...wanted, retry: { schedule: [43_200, 43_201] } }, 422, 'retry.schedule'],
    ['no time to answer', { ...wanted, timeoutSeconds: 0 }, 422, 'timeoutSeconds'],
    ['too much time', { ...wanted, timeoutSeconds: 31 }, 422, 'timeoutSeconds'],
    ['a text for a boolean', { ...wanted, active: 'yes' }, 422, 'active'],
    ['an unknown field', { ...wanted, colour: 'red' }, 422, 'colour'],
  ];
  const wrongQueries: [string, number, string | undefined][] = [
    ['/v1/events?limit=0', 422, 'limit'],
    ['/v1/events?limit=201', 422, 'limit'],
    ['/v1/events?limit=many', 422, 'limit'],
    ['/v1/events?cursor=next', 422, 'cursor'],
    ['/v1/subscriptions?limit=1.5', 422, 'limit'],
    ['/v1/subscriptions?cursor=sub_1', 422, 'cursor'],
    ['/v1/subscriptions/sub_01ARZ3NDEKTSV4RRFFQ69G5FAV/deliveries?limit=-1', 422, 'limit'],
    ['/stats?interval=day', 422, 'interval'],
    ['/stats?from=yesterday', 422, 'from'],
    ['/stats?to=2026-13-01T00:00:00Z', 422, 'to'],
    ['/stats?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 422, 'from'],
    ['/stats?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', 422, 'from'],
    ['/stats?targetId=me', 422, 'targetId'],
    ['/v1/metrics?targetId=me', 422, 'targetId'],
    ['/v1/metrics?interval=week', 422, 'interval'],
    ['/v1/metrics?interval=minute&eventType=a', 422, 'interval'],
    ['/v1/metrics?eventType=a*', 422, 'eventType'],
    [`/v1/metrics?eventType=a&targetId=tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QY`, 422, 'eventType'],
    ['/v1/metrics?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z', 422, 'from'],
    ['/v1/metrics?from=9999-01-01T00:00:00Z&to=9999-01-01T00:00:00Z', 422, 'from'],
    ['/v1/metrics/breakdown', 422, 'by'],
    ['/v1/metrics/breakdown?by=day', 422, 'by'],
    ['/v1/metrics/breakdown?by=target&limit=26', 422, 'limit'],
    ['/v1/metrics/breakdown?by=target&eventType=a', 422, 'eventType'],
    ['/v1/events/evt_01ARZ3NDEKTSV4RRFFQ69G5FAV', 404, undefined],
    ['/v1/events/evt_01ARZ3NDEKTSV4RRFFQ69G5FAV/deliveries', 404, undefined],
    ['/v1/events/order-4711', 404, undefined],
    ['/v1/events/%F0%9F%98%80', 404, undefined],
    ['/v1/subscriptions/sub_01ARZ3NDEKTSV4RRFFQ69G5FAV', 404, undefined],
    ['/v1/subscriptions/sub_01ARZ3NDEKTSV4RRFFQ69G5FAV/deliveries', 404, undefined],
    ['/v1/subscriptions/anything', 404, undefined],
    ['/v1/subscriptions/anything/deliveries', 404, undefined],
  ];
  const requests: Case[] = [
    ...wrongEvents.map((row): Case => ['POST /v1/events', ...row]),
    ...wrongBatches.map((row): Case => ['POST /v1/events/batch', ...row]),
    ...wrongSubscriptions.map((row): Case => ['POST /v1/subscriptions', ...row]),
    ...wrongQueries.map(([path, ...row]): Case => [`GET ${path}`, 'refused', undefined, ...row]),
    ['DELETE /v1/subscriptions/nobody', 'refused', undefined, 404, undefined],
  ];
  const CODES: Record<number, string> = {
    400: 'malformed_json',
    404: 'not_found',
    415: 'unsupported_media_type',
    422: 'validation_failed',
  };

  it.each(requests)('%s: %s', async (route, _, sent, status, field, headers = { 'content-type': json }) => {
    const [method, path] = route.split(' ') as [string, string];
    const answer = await cloud.request(method, path, sent as object | undefined, headers);
    expect(answer).toEqual({
      status,
      body: {
        error: CODES[status],
        message: expect.stringMatching(/expected|unknown|unrecognized|invalid|choose|no such/i),
        ...(field !== undefined && { field }),
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
  });
});

describe('a caller', () => {
  const closed = Object.values(ROUTES).filter((route) => route.scope !== 'none');

  it.each(closed)('needs a key: $method $path', async ({ method, path }) => {
    expect(await cloud.request(method, path, undefined, { authorization: undefined })).toMatchObject({
      status: 401,
    });
    for (const authorization of [`Bearer ${cloud.key}x`, 'Bearer', `Basic ${cloud.key}`, cloud.key]) {
      expect(await cloud.request(method, path, undefined, { authorization })).toMatchObject({ status: 403 });
    }
  });

  it('answers 404 to an unknown path, and 405 to a method that a path does not take (D8)', async () => {
    expect(await cloud.request('GET', '/v2/events')).toMatchObject({ status: 404 });
    expect(await cloud.request('PUT', '/v1/events')).toMatchObject({ status: 405 });
  });
});

it('counts deliveries, and its sums add up (A18, D13)', async () => {
  const endpoint = await startEndpoint((attempt, { headers }) => {
    if (headers['posthorn-event-type'] === 'counted.rejected') return { status: 400 };
    return { status: headers['posthorn-event-type'] === 'counted.later' && attempt === 1 ? 500 : 200 };
  });
  const { targetId } = await create({ url: endpoint.url, events: ['counted.*'], retry: { schedule: [0] } });
  const types = ['ok', 'ok', 'ok', 'later', 'later', 'rejected'];
  await api.publishBatch(
    JSON.stringify({ events: types.map((type) => ({ type: `counted.${type}`, data: 1 })) }),
  );
  await cloud.settled();

  const stats = await api.call<Record<string, number> & { series: Record<string, number>[] }>(
    'GET',
    `/stats?targetId=${targetId}&interval=minute`,
  );
  expect(stats).toMatchObject({
    total_deliveries: 6,
    delivered: 5,
    failed: 1,
    success_rate: 0.8333,
    attempts: 8,
    firstAttemptRate: 0.5,
  });
  const sum = (counter: string): number => stats.series.reduce((total, point) => total + point[counter]!, 0);
  expect([sum('deliveries'), sum('delivered'), sum('failed')]).toEqual([6, 5, 1]);
  expect([sum('attempts'), sum('failedAttempts')]).toEqual([8, 3]);
  expect(stats).toMatchObject({ failedAttempts: 3, attemptSuccessRate: 0.625, retryRate: 0.25 });
  expect(stats.averageAnswerMs).toBeGreaterThanOrEqual(0);
  expect(stats.averageLatencyMs).toBeGreaterThan(0);

  const ofTenant = await api.call<Record<string, number>>('GET', '/stats');
  expect(ofTenant.total_deliveries).toBeGreaterThanOrEqual(6);
  expect(ofTenant.success_rate).toBeCloseTo(
    ofTenant.delivered! / (ofTenant.delivered! + ofTenant.failed!),
    3,
  );
  const { total_deliveries, delivered, failed, success_rate } = ofTenant;
  const shown = await api.call<Record<string, unknown>>('GET', '/v1/stats');
  expect(shown.delivery_stats).toEqual({ total_deliveries, delivered, failed, success_rate });

  const values = {
    deliveries: 6,
    delivered: 5,
    dead: 1,
    attempts: 8,
    failedAttempts: 3,
    retries: 2,
    firstAttemptRate: 0.5,
    errors: { '4xx': 1, '5xx': 2 },
  };
  for (const interval of ['minute', 'hour', 'day']) {
    const metrics = await api.call<MetricsView>(
      'GET',
      `/v1/metrics?targetId=${targetId}&interval=${interval}`,
    );
    expect(metrics).toMatchObject({ interval, targetId, total: values });
    expect(metrics.total.latencyMs.p95).toBeGreaterThan(0);
    expect(metrics.series.reduce((all, { attempts }) => all + attempts, 0)).toBe(8);
    const times = metrics.series.map(({ at }) => Date.parse(at));
    const [step] = new Set(times.slice(1).map((at, i) => at - times[i]!));
    expect(step).toBe({ minute: 60_000, hour: 3_600_000, day: 86_400_000 }[interval]);
    expect([Date.parse(metrics.from), Date.parse(metrics.to)]).toEqual([times[0], times.at(-1)! + step!]);
    expect(Date.parse(metrics.to)).toBeGreaterThanOrEqual(Date.now() - 5000);
  }
  const ofType = await api.call<MetricsView>('GET', '/v1/metrics?eventType=counted.later');
  expect(ofType.total).toMatchObject({ deliveries: 2, attempts: 4, errors: { '5xx': 2 } });

  const by = (query: string) =>
    api.call<{ items: { name: string }[] }>('GET', `/v1/metrics/breakdown?by=${query}`);
  const rowsOf = async (query: string) =>
    (await by(query)).items.filter(({ name }) => name === targetId || name.startsWith('counted.'));
  expect(await rowsOf('target&limit=25')).toMatchObject([{ name: targetId, failedAttempts: 3, values }]);
  expect(await rowsOf('eventType&limit=25')).toMatchObject([
    { name: 'counted.later', failedAttempts: 2, values: { delivered: 2, retryRate: 0.5 } },
    { name: 'counted.rejected', failedAttempts: 1, values: { dead: 1 } },
    { name: 'counted.ok', failedAttempts: 0, values: { firstAttemptRate: 1 } },
  ]);
  expect(await by(`error&targetId=${targetId}`)).toMatchObject({
    items: [
      { name: '500', class: '5xx', failedAttempts: 2 },
      { name: '400', class: '4xx', failedAttempts: 1 },
    ],
    isComplete: true,
  });
  expect(await by('error&eventType=counted.rejected')).toMatchObject({ items: [{ name: '400' }] });
});

it('shows what is not delivered now (A18)', async () => {
  const endpoint = await startEndpoint(() => ({ status: 503 }));
  const { targetId } = await create({
    url: endpoint.url,
    events: ['outage.*'],
    retry: { schedule: [3600], jitter: 0 },
  });
  const undelivered = async (query = '') =>
    (await api.call<{ undelivered: Record<string, number> }>('GET', `/stats${query}`)).undelivered;
  const before = await undelivered();
  await api.publishBatch(JSON.stringify({ events: [1, 2, 3].map((n) => ({ type: 'outage.a', data: n })) }));
  await cloud.settled();
  expect(await undelivered(`?targetId=${targetId}`)).toEqual({ waiting: 3, isCut: false });
  expect(await undelivered()).toMatchObject({
    waiting: before.waiting! + 3,
    dead: before.dead,
    isCut: false,
  });
});

describe('health (A17)', () => {
  const COMPONENTS = [
    'api',
    'config',
    'log',
    'state',
    'payloads',
    'events',
    'critical',
    'bulk',
    'replays',
    'standard',
    'slow',
    'live',
    'outcomes',
    'deadLetters',
    'quarantine',
  ];
  const well = Object.fromEntries(COMPONENTS.map((name) => [name, 'ok']));

  it.each(['/health', '/v1/health'])('shows each component at %s, to anyone', async (path) => {
    expect(await cloud.request('GET', path, undefined, { authorization: undefined })).toEqual({
      status: 200,
      body: { status: 'ok', components: well },
    });
  });

  it.each([
    ['payloads', 's3:ListBucket', 'Payloads'],
    ['state', 'dynamodb:GetItem', 'State'],
    ['slow', 'sqs:GetQueueAttributes', 'SlowLane'],
  ])('answers 503 and names the one that fails: %s', async (component, action, resource) => {
    await using broken = await startCloud({ edit: withoutGrant('Manage', action, resource) });
    expect(await broken.request('GET', '/health')).toEqual({
      status: 503,
      body: { status: 'failing', components: { ...well, [component]: 'failing' } },
    });
    expect(broken.warnings('component fails')).toMatchObject([{ component }]);
  });
});
