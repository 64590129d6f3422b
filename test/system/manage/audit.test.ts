import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { AuditEntryView } from '../../../lambdas/api/audit.ts';
import { isAudited, type Route } from '../../../lambdas/api/route.ts';
import { type OperationName, ROUTES } from '../../../lambdas/api/routes.ts';
import { ADMINISTRATORS_TRAIL, auditPartition } from '../../../lambdas/audit/audit-keys.ts';
import { apiClient } from '../../../local/api-client.ts';
import { edits, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type List, sharedCloud, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout, makeTenant, putItem, type TestTenant } from '../../helpers/tenant.ts';

const { operator: cloud, ...mine } = await sharedCloud();
const { api, tenant } = mine;
const endpoint = await startEndpoint();
const gone = await startEndpoint(() => ({ status: 410 }));
const broken = await startEndpoint(() => ({ status: 500 }));
const HIDDEN = '[hidden]';

interface Made {
  readonly id: string;
  readonly [member: string]: string;
}
type Page = List<AuditEntryView>;

const audit = (query = '', of = api): Promise<Page> => of.call('GET', `/v1/audit${query}`);
const environmentAudit = (query = ''): Promise<Page> =>
  cloud.api.call('GET', `/v1/environment/audit${query}`);
const url = endpoint.url;
const filter = { events: ['audit.**'] };
const rule = { name: 'Audited', when: { metric: 'deadLetters', atLeast: 2 } };

const make = {
  target: (more: object = {}) => api.call<Made>('POST', '/v1/targets', { url, ...more }),
  filter: () => api.call<Made>('POST', '/v1/filters', filter),
  subscription: () => api.call<Made>('POST', '/v1/subscriptions', { target: { url }, filter }),
  rule: () => api.call<Made>('POST', '/v1/alert-rules', rule),
  key: () => api.call<Made>('POST', '/v1/keys', { name: 'Audited', scopes: ['read'] }),
  type: async () => {
    const name = `audit.${ulid().toLowerCase()}`;
    await api.call('PUT', `/v1/event-types/${name}`, { description: 'x' });
    return { id: name };
  },
  tenant: () => cloud.api.call<Made>('POST', '/v1/tenants', { name: 'Audited' }),
  /** A dead delivery, by its id, with its event and subscription. */
  async dead() {
    const { id: subscription } = await api.call<Made>('POST', '/v1/subscriptions', {
      target: { url: gone.url, retry: { schedule: [] } },
      filter: { events: ['audit.dead'] },
    });
    const { id: event } = await api.publish('audit.dead', {});
    const { id } = await mine.delivery(event, 'dead');
    await api.call('POST', `/v1/subscriptions/${subscription}/pause`);
    await api.call('PATCH', `/v1/subscriptions/${subscription}`, { url });
    const { targetId } = await api.call<Made>('GET', `/v1/subscriptions/${subscription}`);
    await api.call('POST', `/v1/targets/${targetId}/enable`);
    return { id, event, subscription };
  },
  /** A delivery that waits for its next attempt. */
  async waiting() {
    const { id: subscription } = await api.call<Made>('POST', '/v1/subscriptions', {
      target: { url: broken.url, retry: { schedule: [600], jitter: 0 } },
      filter: { events: ['audit.waiting'] },
    });
    const { id: event } = await api.publish('audit.waiting', {});
    const { id } = await mine.delivery(event, 'retrying');
    await api.call('POST', `/v1/subscriptions/${subscription}/pause`);
    return { id };
  },
};

/** How each audited route is called so that it succeeds: the id of its path, and a body. */
interface Request {
  readonly id?: string;
  readonly body?: object;
  /** With this session instead of the tenant's key. */
  readonly session?: string;
}
const about = (made: Promise<Made> | Promise<{ id: string }>, body?: object): Promise<Request> =>
  made.then(({ id }) => ({ id, ...(body && { body }) }));

/** A session of a key, by its text, which is in the cookie alone. */
async function sessionOf(key: string, body: object = {}): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${cloud.apiUrl}/v1/session`, request);
  return /=(phs_[\w-]+)/.exec(answer.headers.get('set-cookie') ?? '')![1]!;
}

const REQUESTS: { readonly [O in OperationName]?: () => Promise<Request> } = {
  replayDelivery: () => make.dead().then(({ id }) => ({ id })),
  replayEvent: () => make.dead().then(({ event: id }) => ({ id, body: {} })),
  replaySubscription: () =>
    make.dead().then(({ subscription: id }) => ({ id, body: { deliveries: 'dead' } })),
  retryDelivery: () => about(make.waiting()),
  retryDeliveries: async () => ({ body: { all: true } }),
  retryTarget: () => about(make.target(), {}),
  retrySubscription: () => about(make.subscription(), {}),
  redriveDeadLetters: () => make.dead().then(({ id }) => ({ body: { ids: [id] } })),
  purgeDeadLetters: () => make.dead().then(({ id }) => ({ body: { ids: [id] } })),
  cancelReplay: () => about(api.call<Made>('POST', '/v1/dead-letters/redrive', { all: true })),
  createTarget: async () => ({ body: { url } }),
  patchTarget: () => about(make.target(), { timeoutSeconds: 5 }),
  putTarget: () => about(make.target(), { url, name: 'Put' }),
  deleteTarget: () => about(make.target()),
  getSecrets: () => about(make.target()),
  rotateSecret: () => about(make.target(), {}),
  enableTarget: () => about(make.target({ active: false })),
  disableTarget: () => about(make.target()),
  challengeTarget: () => about(make.target({ challengeRequired: true })),
  createFilter: async () => ({ body: filter }),
  patchFilter: () => about(make.filter(), { name: 'Patched' }),
  putFilter: () => about(make.filter(), { ...filter, name: 'Put' }),
  deleteFilter: () => about(make.filter()),
  createEventType: async () => ({ body: { name: `audit.${ulid().toLowerCase()}` } }),
  patchEventType: () => about(make.type(), { description: 'Patched' }),
  putEventType: () => about(make.type(), { description: 'Put' }),
  deleteEventType: () => about(make.type()),
  createAlertRule: async () => ({ body: rule }),
  patchAlertRule: () => about(make.rule(), { when: { atLeast: 3 } }),
  putAlertRule: () => about(make.rule(), { ...rule, active: false }),
  deleteAlertRule: () => about(make.rule()),
  createListener: async () => ({ body: filter }),
  deleteListener: () => about(api.call<Made>('POST', '/v1/listeners', filter)),
  createSubscription: async () => ({ body: { target: { url }, filter } }),
  deleteSubscription: () => about(make.subscription()),
  pauseSubscription: () => about(make.subscription()),
  resumeSubscription: async () => {
    const { id } = await make.subscription();
    await api.call('POST', `/v1/subscriptions/${id}/pause`);
    return { id };
  },
  patchSubscription: () => about(make.subscription(), { name: 'Patched' }),
  putSubscription: () => about(make.subscription(), { target: { url }, filter, name: 'Put' }),
  testSubscription: () => about(make.subscription(), {}),
  createTenant: async () => ({ body: { name: 'Audited' } }),
  patchTenant: () => about(make.tenant(), { limits: { keys: 3 } }),
  deleteTenant: () => about(make.tenant()),
  patchOwnTenant: async () => ({ body: { metadata: { at: ulid() } } }),
  createKey: async () => ({ body: { name: 'Audited', scopes: ['read'] } }),
  patchKey: () => about(make.key(), { name: 'Patched' }),
  rotateKey: () => about(make.key(), {}),
  deleteKey: () => about(make.key()),
  createPortalToken: async () => ({ body: {} }),
  deletePortalToken: () => about(api.call<Made>('POST', '/v1/portal-tokens', {})),
  createSession: async () => ({ body: {} }),
  createSignInLink: async () => ({ body: {} }),
  redeemSignInLink: async () => ({
    body: { token: (await api.call<Made>('POST', '/v1/sign-in-links')).token! },
  }),
  putBranding: async () => ({ body: { name: ulid() } }),
  deleteSession: async () => ({ session: await sessionOf(mine.key) }),
  leaveTenant: async () => ({ session: await sessionOf(cloud.key, { tenantId: tenant }) }),
};

/** Signing in at a provider needs one: see oidc.test.ts. */
const auditedRoutes = Object.entries<Route>(ROUTES).filter(
  ([name, route]) => route.function === 'manage' && isAudited(route) && name !== 'signInWithOidc',
);

describe('each call that changes something leaves one entry (E5)', () => {
  it.each(auditedRoutes)('%s', async (operation, route) => {
    const request = REQUESTS[operation as OperationName];
    if (!request) throw new Error(`say in REQUESTS how ${operation} is called, so that its entry is tested`);
    const { id, body, session } = await request();
    const own = session === undefined ? api : apiClient(cloud.apiUrl, session);
    const caller = route.scope === 'admin' ? cloud.api : own;
    const path = route.path.replace(/\{\w+\}/, id ?? '');
    const [last] = (await audit('?limit=1')).items;
    const answer = await caller.call<{ id?: string } | undefined>(route.method, path, body);
    const items =
      route.scope === 'admin'
        ? (await environmentAudit(`?tenantId=${id ?? answer!.id}&operation=${operation}`)).items
        : (await audit('?limit=5')).items.filter((entry) => entry.id > (last?.id ?? ''));
    expect(items).toMatchObject([{ operation, address: '127.0.0.1', requestId: expect.any(String) }]);
    const [entry] = items;
    if (id) expect(entry!.entities.map((one) => one.id)).toContain(id);
    const isAdministrators = route.scope === 'admin' || operation === 'leaveTenant';
    expect(entry!.credential).toEqual(isAdministrators ? 'first' : expect.stringMatching(/^key_/));
    if (!isAdministrators) expect(entry!.credentialName).toBe('A key');
    const hasSession = session !== undefined || operation === 'redeemSignInLink';
    expect(entry!.sessionId).toEqual(hasSession ? expect.stringMatching(/^ses_/) : undefined);
  });

  it('an entity that was changed can be asked for by its id, and what it was and is can be read', async () => {
    const { id } = await make.target({ name: 'Before', headers: { 'x-key': 'sesame' } });
    await make.target();
    await api.call('PATCH', `/v1/targets/${id}`, { name: 'After', headers: { 'x-key': 'opensesame' } });
    await api.call('DELETE', `/v1/targets/${id}`);
    const { items, next } = await audit(`?entityId=${id}`);
    expect(items.map(({ operation }) => operation)).toEqual(['deleteTarget', 'patchTarget', 'createTarget']);
    expect(next).toBeNull();
    expect(items[1]!.entities).toEqual([
      {
        kind: 'target',
        id,
        action: 'changed',
        fields: expect.arrayContaining([
          { field: 'name', before: 'Before', after: 'After' },
          { field: 'headers.x-key', before: HIDDEN, after: HIDDEN },
        ]),
      },
    ]);
    expect(await itemsAbout(cloud, 'Log', 'opensesame')).toEqual([]);
    expect(await audit(`?entityId=${id}&operation=patchTarget`)).toMatchObject({
      items: [{ id: items[1]!.id }],
    });
    expect(await audit(`?entityId=${id.slice(0, -1)}`)).toEqual({ items: [], next: null });
  });

  it('a request that is repeated with its Idempotency-Key leaves no second one', async () => {
    const headers = { 'idempotency-key': ulid() };
    const { id } = await api.call<Made>('POST', '/v1/filters', filter, headers);
    expect(await api.call('POST', '/v1/filters', filter, headers)).toMatchObject({ id });
    expect((await audit(`?entityId=${id}`)).items).toHaveLength(1);
  });

  it('a call that is refused leaves none', async () => {
    const before = await audit('?limit=1');
    expect((await mine.request('DELETE', `/v1/targets/tgt_${ulid()}`)).status).toBe(404);
    expect((await mine.request('POST', '/v1/tenants', { name: 'x' })).status).toBe(403);
    expect((await mine.request('POST', '/v1/filters', {})).status).toBe(422);
    expect(await audit('?limit=1')).toEqual(before);
  });
});

describe('the trail', () => {
  /** A tenant whose trail has this many entries, with the ids of the filters that they made. */
  async function busy(count: number): Promise<{ one: TestTenant; made: string[] }> {
    const one = await makeTenant(cloud);
    const made: string[] = [];
    for (let i = 0; i < count; i++) made.push((await one.api.call<Made>('POST', '/v1/filters', filter)).id);
    return { one, made };
  }
  const idsIn = ({ items }: Page): (string | undefined)[] => items.map(({ entities }) => entities[0]?.id);

  it('is read page by page, newest first, while entries are added', async () => {
    const { one, made } = await busy(5);
    const read: (string | undefined)[] = [];
    let cursor = '';
    do {
      const page = await audit(`?limit=2${cursor}`, one.api);
      read.push(...idsIn(page));
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
      await one.api.call('POST', '/v1/filters', filter);
    } while (cursor);
    expect(read).toEqual(made.toReversed());
  });

  it('of an entity is read page by page too', async () => {
    const { one, made } = await busy(1);
    for (const name of ['a', 'b', 'c']) await one.api.call('PATCH', `/v1/filters/${made[0]}`, { name });
    const first = await audit(`?entityId=${made[0]}&limit=3`, one.api);
    expect(first.items.map(({ operation }) => operation)).toEqual(Array(3).fill('patchFilter'));
    const rest = await audit(`?entityId=${made[0]}&limit=3&cursor=${first.next}`, one.api);
    expect(rest.items.map(({ operation }) => operation)).toEqual(['createFilter']);
  });

  it('is read oldest first, and exported', async () => {
    const { one, made } = await busy(3);
    expect(idsIn(await audit('?order=oldest', one.api))).toEqual(made);
    const csv = await fetch(`${cloud.apiUrl}/v1/audit?format=csv&order=oldest`, {
      headers: { authorization: `Bearer ${one.key}` },
    });
    expect((await csv.text()).match(/flt_\w+/g)).toEqual(made);
    expect(await audit(`?entityId=${made[0]}&limit=1`, one.api)).toMatchObject({ next: null });
  });

  it('is filtered by credential, operation and time', async () => {
    const { one, made } = await busy(2);
    const key = await one.api.call<Made>('POST', '/v1/keys', { name: 'Other', scopes: ['manage'] });
    const other = apiClient(cloud.apiUrl, key.key!);
    await other.call('PATCH', `/v1/filters/${made[0]}`, { name: 'By the other' });
    const all = await audit('', one.api);
    expect(all.items.map(({ operation }) => operation)).toEqual([
      'patchFilter',
      'createKey',
      'createFilter',
      'createFilter',
    ]);
    expect(idsIn(await audit(`?credential=${key.id}`, one.api))).toEqual([made[0]]);
    expect((await audit('?operation=createFilter', one.api)).items).toHaveLength(2);
    const to = encodeURIComponent(all.items[2]!.at);
    expect(idsIn(await audit(`?to=${to}`, one.api))).toEqual([made[0]]);
    expect(idsIn(await audit(`?from=${to}&operation=createFilter`, one.api))).toEqual([made[1]]);
    expect(JSON.stringify(all)).not.toContain(key.key);
  });

  it.each([
    ['?operation=nonsense', 422, 'operation'],
    ['?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 422, 'from'],
    ['?entity=x', 422, 'entity'],
    ['?cursor=x', 422, 'cursor'],
  ])('refuses %s', async (query, status, field) => {
    expect(await mine.request('GET', `/v1/audit${query}`)).toMatchObject({ status, body: { field } });
  });

  it('of one entity is there for administrators, of its tenant (D6)', async () => {
    const one = await makeTenant(cloud);
    const { id } = await one.api.call<Made>('POST', '/v1/filters', filter);
    await one.api.call('POST', '/v1/filters', filter);
    const found = await cloud.api.call('GET', `/v1/environment/audit?tenantId=${one.id}&entityId=${id}`);
    expect(found).toMatchObject({
      items: [{ tenantId: one.id, operation: 'createFilter', entities: [{ id }] }],
      next: null,
    });
    const other = await makeTenant(cloud);
    const query = `?tenantId=${other.id}&entityId=${id}`;
    expect(await cloud.api.call('GET', `/v1/environment/audit${query}`)).toEqual({ items: [], next: null });
    expect(await cloud.request('GET', `/v1/environment/audit?entityId=${id}`)).toMatchObject({
      status: 422,
      body: { field: 'entityId', message: expect.stringContaining('tenantId') },
    });
  });

  it('is not for portal tokens, nor the administrators’ for tenants', async () => {
    const { token } = await api.call<{ token: string }>('POST', '/v1/portal-tokens', { scopes: ['manage'] });
    const portal = { authorization: `Bearer ${token}` };
    expect(await mine.request('GET', '/v1/audit', undefined, portal)).toMatchObject({ status: 403 });
    expect(await mine.request('GET', '/v1/environment/audit')).toMatchObject({ status: 403 });
  });

  it('names portal tokens by their ids and names, and shows none', async () => {
    const body = { scopes: ['manage'], name: 'Jane' };
    const { id: tokenId, token } = await api.call<Made & { token: string }>(
      'POST',
      '/v1/portal-tokens',
      body,
    );
    const { id } = await apiClient(cloud.apiUrl, token).call<Made>('POST', '/v1/filters', filter);
    const { items } = await audit(`?entityId=${id}`);
    expect(items).toMatchObject([{ credential: tokenId, credentialName: 'Jane' }]);
    await api.call('DELETE', `/v1/portal-tokens/${tokenId}`);
    const trail = await audit(`?entityId=${tokenId}`);
    expect(trail.items).toMatchObject([
      { operation: 'deletePortalToken', entities: [{ kind: 'portal-token', action: 'removed' }] },
      { operation: 'createPortalToken', entities: [{ kind: 'portal-token', action: 'created' }] },
    ]);
    expect(JSON.stringify(trail)).not.toContain(token.slice(token.lastIndexOf('.')));
  });

  it('shows nothing that is older than it is kept', async () => {
    const one = await makeTenant(cloud);
    const entry = { tenant: one.id, operation: 'createTarget', credential: 'first' };
    const key = { pk: auditPartition(one.id), sk: ulid() };
    const entities = JSON.stringify([{ kind: 'target', id: 'tgt_1' }]);
    const now = Math.floor(Date.now() / 1000);
    await putItem(cloud, 'Log', { ...key, ...entry, entities, ttl: now - 10 });
    await putItem(cloud, 'Log', { pk: key.pk, sk: `entity#tgt_1#${key.sk}`, ttl: now - 10 });
    expect(await audit('', one.api)).toEqual({ items: [], next: null });
    expect(await audit('?entityId=tgt_1', one.api)).toEqual({ items: [], next: null });
  });

  it('is kept for 90 days', async () => {
    const { one } = await busy(1);
    const items = await itemsAbout(cloud, 'Log', auditPartition(one.id));
    const days = items.map(({ ttl }) => Math.round((Number(ttl) - Date.now() / 1000) / 86_400));
    expect(days).toEqual([90, 90]);
  });
});

describe('the administrators’ trail', () => {
  it('has what they did to tenants, and so has the trail of each tenant', async () => {
    const { id } = await make.tenant();
    const key = await cloud.api.call<Made>('POST', '/v1/keys', {
      tenantId: id,
      name: 'Its key',
      scopes: ['manage'],
    });
    await cloud.api.call('PATCH', `/v1/tenants/${id}`, { limits: { keys: 7 } });
    const own = apiClient(cloud.apiUrl, key.key!);
    await own.call('POST', '/v1/filters', filter);
    const operations = ({ items }: Page): string[] => items.map(({ operation }) => operation);

    const all = ['createFilter', 'patchTenant', 'createKey', 'createTenant'];
    expect(operations(await audit('', own))).toEqual(all);
    expect(operations(await environmentAudit(`?tenantId=${id}`))).toEqual(all);
    const administrators = (await environmentAudit('?limit=200')).items.filter(
      ({ tenantId }) => tenantId === id,
    );
    expect(administrators.map(({ operation }) => operation)).toEqual(all.slice(1));
    expect(administrators[0]).toMatchObject({
      credential: 'first',
      entities: [{ kind: 'tenant', id, fields: [{ field: 'limits.keys', after: 7 }] }],
    });
  });

  it('keeps who did what when the tenant is erased, and none of its data', async () => {
    const contact = `${ulid().toLowerCase()}@acme.example`;
    const { id } = await cloud.api.call<Made>('POST', '/v1/tenants', { name: 'To go', contact });
    expect(JSON.stringify(await environmentAudit(`?tenantId=${id}`))).toContain(contact);
    await cloud.api.call('DELETE', `/v1/tenants/${id}`);
    expect(await cloud.runSchedule('Erase')).toMatchObject([{ kind: 'returned' }]);
    expect(await itemsAbout(cloud, 'Log', auditPartition(id))).toEqual([]);
    expect(await itemsAbout(cloud, 'Log', contact)).toEqual([]);
    const left = await itemsAbout(cloud, 'Log', id);
    expect(left.map(({ pk }) => pk)).toEqual([ADMINISTRATORS_TRAIL, ADMINISTRATORS_TRAIL]);
    expect((await environmentAudit(`?tenantId=${id}`)).items).toMatchObject([
      { operation: 'deleteTenant', entities: [{ kind: 'tenant', id, action: 'changed' }] },
      { operation: 'createTenant', entities: [{ kind: 'tenant', id, action: 'created' }] },
    ]);
  });
});

it('of another tenant is not seen', async () => {
  const stranger = await makeTenant(cloud);
  const { id } = await make.filter();
  expect(await audit('', stranger.api)).toEqual({ items: [], next: null });
  expect(await audit(`?entityId=${id}`, stranger.api)).toEqual({ items: [], next: null });
  expect(await audit(`?cursor=${(await audit('?limit=1')).next}`, stranger.api)).toEqual({
    items: [],
    next: null,
  });
  expect(tenant).not.toBe(stranger.id);
});

it('a change whose entry can’t be written stands, and the log has the entry without secrets', async () => {
  await using broken = await startCloud({
    edit: edits(withoutWindows, withoutGrant('Manage', 'dynamodb:PutItem', 'Log')),
  });
  const wanted = { url: `${url}?token=opensesame`, headers: { 'x-key': 'opensesame' } };
  const { id } = await broken.api.call<Made>('POST', '/v1/targets', wanted);
  expect(await broken.api.call('GET', `/v1/targets/${id}`)).toMatchObject({ url: wanted.url });
  expect(await broken.api.call('GET', `/v1/audit?entityId=${id}`)).toEqual({ items: [], next: null });
  await eventually(() => {
    const [{ entry }, ...more] = broken.warnings('audit entry not written') as [{ entry: string }];
    expect(JSON.parse(entry)).toMatchObject({
      operation: 'createTarget',
      entities: [{ id, action: 'created' }],
    });
    expect(more).toEqual([]);
  });
  const printed = broken.lines.map(({ text }) => text);
  expect(printed.filter((text) => text.includes('"AuditEntriesUnwritten":1'))).toHaveLength(1);
  expect(printed.filter((text) => text.includes('opensesame'))).toEqual([]);
});
