import { describe, expect, it } from 'vitest';
import type { CostsView } from '../../../lambdas/api/costs.ts';
import { PRICES } from '../../../lambdas/costs/prices.ts';
import { countersKey } from '../../../lambdas/stats/counter-keys.ts';
import { DEFAULT_LIMITS, FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { apiClient } from '../../../local/api-client.ts';
import { edits, forgetful, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type HttpAnswer, type List, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout, makeTenant, putItem } from '../../helpers/tenant.ts';

interface TenantView {
  readonly id: string;
  readonly name: string;
  readonly deletedAt?: string;
}

const cloud = await startCloud({ edit: edits(withoutWindows, forgetful(1)) });
const { api } = cloud;

const create = (settings: object = {}): Promise<TenantView> =>
  api.call('POST', '/v1/tenants', { name: 'A tenant', ...settings });

const as = (
  key: string,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> => cloud.request(method, path, body, { ...headers, authorization: `Bearer ${key}` });

describe('a tenant', () => {
  it('is created, read, changed and listed by an administrator', async () => {
    const settings = {
      name: 'Acme',
      contact: 'ops@acme.example',
      schemaCheck: 'warn',
      logRetentionHours: 168,
      metadata: { plan: 'gold', 'crm.id': '17' },
    };
    const made = await create({ ...settings, limits: { keys: 5 } });
    expect(made).toEqual({
      id: expect.stringMatching(/^ten_[0-9A-Z]{26}$/),
      ...settings,
      limits: { ...DEFAULT_LIMITS, keys: 5 },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const path = `/v1/tenants/${made.id}`;
    expect(await api.call('GET', path)).toEqual(made);

    const patch = {
      name: 'Acme Ltd',
      contact: null,
      limits: { keys: null, targets: 7 },
      metadata: { plan: null },
    };
    const { contact: _, ...kept } = made as TenantView & { contact: string };
    const changed = {
      ...kept,
      name: 'Acme Ltd',
      limits: { ...DEFAULT_LIMITS, targets: 7 },
      metadata: { 'crm.id': '17' },
      updatedAt: expect.any(String),
    };
    expect(await api.call('PATCH', path, patch)).toEqual(changed);
    expect(await api.call('GET', path)).toEqual(changed);

    const pages = await pagesOf(2);
    expect(pages[0]![0]).toMatchObject({ id: FIRST_TENANT, name: 'First tenant' });
    expect(pages.flat().filter(({ id }) => id === made.id)).toHaveLength(1);
  });

  async function pagesOf(limit: number): Promise<TenantView[][]> {
    const pages: TenantView[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor && `&cursor=${cursor}`;
      const page: List<TenantView> = await api.call('GET', `/v1/tenants?limit=${limit}${after}`);
      pages.push([...page.items]);
      cursor = page.next;
    }
    return pages;
  }

  it('is not changed by a request based on another state', async () => {
    const { id } = await create();
    const path = `/v1/tenants/${id}`;
    const etag = await etagOf(path);
    const change = (ifMatch: string): Promise<HttpAnswer> =>
      cloud.request('PATCH', path, { name: 'Changed' }, { 'if-match': ifMatch });
    expect(await change(etag)).toMatchObject({ status: 200 });
    expect(await change(etag)).toMatchObject({ status: 412, body: { error: 'precondition_failed' } });
    expect(await change(await etagOf(path))).toMatchObject({ status: 200 });
  });

  async function etagOf(path: string): Promise<string> {
    const headers = { authorization: `Bearer ${cloud.key}`, origin: 'https://portal.example.com' };
    const response = await fetch(`${cloud.apiUrl}${path}`, { headers });
    expect(response.headers.get('access-control-expose-headers')).toBe('etag,link');
    return response.headers.get('etag')!;
  }

  it('changes its own settings', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const own = { name: 'Ours', contact: 'us@example.com', schemaCheck: 'enforce', metadata: { a: 'b' } };
    expect(await as(tenant.key, 'PATCH', '/v1/tenant', own)).toMatchObject({ status: 200, body: own });
    expect(await as(tenant.key, 'GET', '/v1/tenant')).toMatchObject({
      status: 200,
      body: { id: tenant.id, ...own, limits: DEFAULT_LIMITS },
    });
    for (const [field, value] of [
      ['limits', { keys: 1000 }],
      ['logRetentionHours', 168],
      ['id', FIRST_TENANT],
    ] as const) {
      const answer = await as(tenant.key, 'PATCH', '/v1/tenant', { [field]: value });
      expect(answer, field).toMatchObject({ status: 422, body: { field } });
    }
  });

  it('can not change what the administrator set', async () => {
    const agreed = { limits: { keys: 3 }, logRetentionHours: 100 };
    const tenant = await makeTenant(cloud, ['manage'], agreed);
    await as(tenant.key, 'PATCH', '/v1/tenant', { name: 'Ours' });
    expect(await api.call('GET', `/v1/tenants/${tenant.id}`)).toMatchObject({ name: 'Ours', ...agreed });
  });

  it('is not visible to another tenant', async () => {
    const [one, other] = [await makeTenant(cloud, ['manage', 'publish']), await makeTenant(cloud)];
    for (const [method, path] of [
      ['GET', '/v1/tenants'],
      ['POST', '/v1/tenants'],
      ['GET', `/v1/tenants/${other.id}`],
      ['PATCH', `/v1/tenants/${other.id}`],
      ['DELETE', `/v1/tenants/${other.id}`],
      ['GET', `/v1/tenants/${one.id}`],
      ['GET', '/v1/environment'],
      ['GET', '/v1/environment/costs'],
    ] as const) {
      expect(await as(one.key, method, path), `${method} ${path}`).toMatchObject({ status: 403 });
    }
  });

  it('publishes no more at once than its limit', async () => {
    const tenant = await makeTenant(cloud, ['publish'], { limits: { payloadBytes: 100 } });
    const publish = (length: number): Promise<HttpAnswer> =>
      as(tenant.key, 'POST', '/v1/events', { type: 'a', data: 'x'.repeat(length) });
    expect(await publish(50)).toMatchObject({ status: 202 });
    expect(await publish(200)).toMatchObject({ status: 413 });
  });
});

it('refuses wrong tenants and says what was expected (D8)', async () => {
  const { id } = await create();
  const wrong: [string, string, object, number, string | undefined][] = [
    ['POST', '/v1/tenants', {}, 422, 'name'],
    ['POST', '/v1/tenants', { name: '' }, 422, 'name'],
    ['POST', '/v1/tenants', { name: 'x'.repeat(129) }, 422, 'name'],
    ['POST', '/v1/tenants', { name: 'x', contact: 'nobody' }, 422, 'contact'],
    ['POST', '/v1/tenants', { name: 'x', logRetentionHours: 47 }, 422, 'logRetentionHours'],
    ['POST', '/v1/tenants', { name: 'x', logRetentionHours: 169 }, 422, 'logRetentionHours'],
    ['POST', '/v1/tenants', { name: 'x', schemaCheck: 'maybe' }, 422, 'schemaCheck'],
    ['POST', '/v1/tenants', { name: 'x', limits: { keys: -1 } }, 422, 'limits.keys'],
    ['POST', '/v1/tenants', { name: 'x', limits: { payloadBytes: 4_500_001 } }, 422, 'limits.payloadBytes'],
    ['POST', '/v1/tenants', { name: 'x', limits: { planes: 1 } }, 422, 'limits.planes'],
    ['POST', '/v1/tenants', { name: 'x', metadata: { 'a b': 'c' } }, 422, 'metadata.a b'],
    ['POST', '/v1/tenants', { name: 'x', metadata: { a: 'x'.repeat(513) } }, 422, 'metadata.a'],
    ['POST', '/v1/tenants', { name: 'x', id: 'ten_1' }, 422, 'id'],
    ['PATCH', `/v1/tenants/${id}`, { name: null }, 422, 'name'],
    ['PATCH', `/v1/tenants/${id}`, { logRetentionHours: 1000 }, 422, 'logRetentionHours'],
    ['PATCH', '/v1/tenants/nobody', { name: 'x' }, 404, undefined],
    ['PATCH', '/v1/tenants/ten_01ARZ3NDEKTSV4RRFFQ69G5FAV', { name: 'x' }, 404, undefined],
    ['DELETE', '/v1/tenants/ten_01ARZ3NDEKTSV4RRFFQ69G5FAV', {}, 404, undefined],
    ['DELETE', `/v1/tenants/${FIRST_TENANT}`, {}, 409, undefined],
  ];
  for (const [method, path, body, status, field] of wrong) {
    const answer = await cloud.request(method, path, body);
    expect(answer, `${method} ${path} ${JSON.stringify(body)}`).toMatchObject({ status });
    expect((answer.body as { field?: string }).field).toBe(field);
  }
});

describe('a tenant that is deleted', () => {
  it('is refused once the API’s cache has expired, and is gone in the end', async () => {
    const endpoint = await startEndpoint();
    const { id } = await create();
    const { key } = await api.call<{ key: string }>('POST', '/v1/keys', {
      name: 'Its key',
      scopes: ['manage', 'publish'],
      tenantId: id,
    });
    const own = apiClient(cloud.apiUrl, key);
    await own.subscribe({ url: endpoint.url, events: ['**'] });
    await own.publish('its.event', {});
    await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
    await cloud.settled();

    const deleted = await api.call<TenantView>('DELETE', `/v1/tenants/${id}`);
    expect(deleted).toMatchObject({ id, deletedAt: expect.any(String) });
    expect(await cloud.request('DELETE', `/v1/tenants/${id}`)).toEqual({ status: 202, body: deleted });
    await eventually(async () => expect(await as(key, 'GET', '/v1/tenant')).toMatchObject({ status: 403 }));
    expect(await cloud.request('PATCH', `/v1/tenants/${id}`, { name: 'x' })).toMatchObject({ status: 409 });
    expect(
      await cloud.request('POST', '/v1/keys', { name: 'x', scopes: ['read'], tenantId: id }),
    ).toMatchObject({ status: 422, body: { field: 'tenantId' } });

    await cloud.runSchedule('Erase');
    expect(await api.call('GET', `/v1/tenants/${id}`)).toEqual(deleted);
    const startedAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
    await putItem(cloud, 'State', { pk: 'erasure', sk: id, startedAt, sweptAt: startedAt });
    await cloud.runSchedule('Erase');
    expect(await cloud.request('GET', `/v1/tenants/${id}`)).toMatchObject({ status: 404 });
    const left = await Promise.all(
      (['Config', 'Log', 'State'] as const).map((table) => itemsAbout(cloud, table, id)),
    );
    // Administrators still see who did what to it, without what that was.
    const trail = left.flat().filter(({ pk }) => pk === 'environment-audit');
    expect(trail.filter((entry) => /"(fields|before|after)"/.test(String(entry.entities)))).toEqual([]);
    const rest = left.flat().filter((item) => !trail.includes(item));
    expect(rest.filter(({ pk }) => pk !== `tenant#${FIRST_TENANT}`)).toEqual([]);
  });
});

describe('what tenants cost (E2)', () => {
  const DAY = 24 * 3_600_000;
  const now = Date.now();
  const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);
  const costs = (query = ''): Promise<CostsView> =>
    api.call('GET', `/v1/environment/costs?limit=200${query}`);
  const rowOf = ({ items }: CostsView, id: string) => items.find(({ tenant }) => tenant.id === id);

  /** Counters of five minutes, as record writes them: so many delivered at once, in two batches. */
  const count = (tenant: string, at: number, delivered: number): Promise<void> =>
    putItem(cloud, 'Log', {
      ...countersKey({ kind: 'tenant', tenant }, at),
      f0: delivered,
      A0: delivered * 20,
      B0: 2,
      ttl: Math.floor(at / 1000) + 31 * 24 * 3600,
    });

  it('is estimated from what was counted, with prices and their date', async () => {
    const tenant = await makeTenant(cloud);
    const { url } = await startEndpoint();
    await tenant.api.subscribe({ url, events: ['cost.of'] });
    for (let n = 0; n < 3; n++) await tenant.api.publish('cost.of', { n });
    await cloud.settled();
    const answer = await costs();
    const row = rowOf(answer, tenant.id)!;
    expect(row).toMatchObject({ isComplete: true, missingDays: [] });
    expect(row.counted).toMatchObject({ deliveries: 3, attempts: 3, delivered: 3, retries: 0, dead: 0 });
    expect(row.dollars).toBeGreaterThan(0);
    const parts = Object.values(row.parts).reduce((sum, part) => sum + part, 0);
    expect(parts).toBeCloseTo(row.dollars, 5);
    const sum = answer.items.reduce((dollars, item) => dollars + item.dollars, answer.total.idleDollars);
    expect(answer).toMatchObject({
      month: monthOf(Date.now()),
      next: null,
      total: { tenants: answer.items.length, dollars: expect.closeTo(sum, 5) },
      prices: { asOf: PRICES.asOf, region: 'us-east-1' },
    });
  });

  it('adds up over pages, each tenant once, in either order', async () => {
    await makeTenant(cloud);
    const whole = await costs();
    for (const order of ['oldest', 'newest']) {
      const pages: CostsView[] = [];
      for (let next: string | null = ''; next !== null; next = pages.at(-1)!.next) {
        const query = `order=${order}&limit=3${next && `&cursor=${next}`}`;
        pages.push(await api.call('GET', `/v1/environment/costs?${query}`));
      }
      const ids = pages.flatMap(({ items }) => items.map(({ tenant }) => tenant.id));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.toSorted()).toEqual(whole.items.map(({ tenant }) => tenant.id).toSorted());
      const { idleDollars, ...total } = pages.at(-1)!.total;
      expect(total.tenants).toBe(ids.length);
      expect(total.dollars - idleDollars).toBeCloseTo(whole.total.dollars - whole.total.idleDollars, 6);
      expect(pages.slice(0, -1).filter((page) => page.total.isComplete)).toEqual([]);
    }
  });

  it('is known of a month that is over as long as its days were asked for, and says which are missing', async () => {
    const createdAt = new Date(now - 100 * DAY).toISOString();
    const tenant = await makeTenant(cloud, ['manage'], { createdAt });
    // Long over, and within the 31 days.
    const day = now - 10 * DAY - (now % DAY);
    await count(tenant.id, day, 500);
    const read = async () => rowOf(await costs(`&month=${monthOf(day)}`), tenant.id)!;
    const first = await read();
    expect(first.counted).toMatchObject({ deliveries: 500, answerMs: 10_000, batches: 2 });
    expect(await itemsAbout(cloud, 'Log', `days#${tenant.id}`)).not.toEqual([]);
    // The day's totals are kept: what comes later is not counted any more.
    await count(tenant.id, day, 9000);
    expect((await read()).counted).toEqual(first.counted);

    const old = now - 60 * DAY;
    const before = rowOf(await costs(`&month=${monthOf(old)}`), tenant.id)!;
    expect(before).toMatchObject({ isComplete: false, dollars: 0 });
    expect(before.missingDays).toContain(new Date(old).toISOString().slice(0, 10));
    // It was not there yet: nothing is missing.
    const young = await makeTenant(cloud, ['manage'], { createdAt: new Date(now).toISOString() });
    expect(rowOf(await costs(`&month=${monthOf(old)}`), young.id)).toMatchObject({ isComplete: true });
  });

  it('is a table for a spreadsheet', async () => {
    const headers = { authorization: `Bearer ${cloud.key}` };
    const answer = await fetch(`${cloud.apiUrl}/v1/environment/costs?format=csv&limit=2`, { headers });
    const [columns, ...rows] = (await answer.text()).trim().split('\r\n');
    expect(columns).toMatch(/^tenant\.id,tenant\.name,dollars,atLeast,atMost,parts\.api,/);
    expect(rows).toHaveLength(2);
    expect(answer.headers.get('link')).toContain('/v1/environment/costs?');
  });

  it.each([
    ['month=2026-13', 'month'],
    ['month=november', 'month'],
    ['month=2199-01', 'month'],
    ['month=2020-01', 'month'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${'0'.repeat(26)}`, 'cursor'],
    [`month=${monthOf(now)}&cursor=${'0'.repeat(26)}.2026-01.1.1.1.1.1`, 'cursor'],
  ])('refuses %s', async (query, field) =>
    expect(await cloud.request('GET', `/v1/environment/costs?${query}`)).toMatchObject({
      status: 422,
      body: { field },
    }),
  );
});

it('answers the preflight of any origin, where the environment allows it', async () => {
  const response = await fetch(`${cloud.apiUrl}/v1/tenant`, {
    method: 'OPTIONS',
    headers: { origin: 'https://portal.example.com', 'access-control-request-method': 'PATCH' },
  });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
  expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
  // With these another site's page could act with a browser's session: see decision 40.
  expect(response.headers.get('access-control-allow-headers')).not.toMatch(/posthorn-console|\*/i);
  expect(response.headers.get('access-control-allow-credentials')).toBeNull();
});

it('needs no permission that it lacks', () => expect(cloud.denials).toEqual([]));
