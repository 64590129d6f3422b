import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { signPortalToken } from '../../../lambdas/access/portal-jwt.ts';
import type { Scope } from '../../../lambdas/access/scopes.ts';
import { configKey } from '../../../lambdas/config/config-keys.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { createMeter } from '../../../local/core/meter.ts';
import { edits, forgetful, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type HttpAnswer, type List, startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { itemsAbout, makeTenant, putItem } from '../../helpers/tenant.ts';

interface KeyView {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenantId: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly key: string;
}

/** API Gateway's cache time for callers in this test. */
const TTL_SECONDS = 1;
const forgotten = (): Promise<void> => sleep(TTL_SECONDS * 1000 + 100);

const meter = createMeter();
const cloud = await startCloud({ edit: edits(withoutWindows, forgetful(TTL_SECONDS)), meter });

/** A request with a given key. */
const as = (
  key: string,
  method: string,
  path: string,
  body?: object,
  on: TestCloud = cloud,
): Promise<HttpAnswer> => on.request(method, path, body, { authorization: `Bearer ${key}` });

const create = (scopes: readonly Scope[], more: object = {}): Promise<KeyView> =>
  cloud.api.call('POST', '/v1/keys', { name: 'A key', scopes, ...more });

const REFUSED = { status: 403, body: { message: 'Forbidden' } };
const INSUFFICIENT = { status: 403, body: { error: 'insufficient_scope' } };

// Together, since several wait for the cache.
describe.concurrent('a key', () => {
  it('is shown once, and later only by its prefix', async () => {
    const { key, ...shown } = await create(['read'], { name: 'Once' });
    expect(shown).toEqual({
      id: expect.stringMatching(/^key_[0-9A-Z]{26}$/),
      prefix: `phk_${shown.id.slice('key_'.length)}`,
      name: 'Once',
      scopes: ['read'],
      tenantId: FIRST_TENANT,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(key.startsWith(`${shown.prefix}_`)).toBe(true);
    expect(await cloud.api.call('GET', `/v1/keys/${shown.id}`)).toEqual(shown);
    const list = await cloud.api.call<List<KeyView>>('GET', '/v1/keys?limit=200');
    expect(list.items).toContainEqual(shown);
    expect(JSON.stringify(list)).not.toMatch(/hash|phk_[^"]*_/);
    // It may have a _ of its own.
    const secret = key.slice(`${shown.prefix}_`.length);
    expect(await itemsAbout(cloud, 'Config', secret)).toEqual([]);
    expect(await as(key, 'GET', '/v1/events')).toMatchObject({ status: 200 });
    expect(cloud.lines.filter(({ text }) => text.includes(secret))).toEqual([]);
  });

  it('is not shown again to a request that is repeated', async () => {
    const headers = { 'idempotency-key': 'make-a-key' };
    const body = { name: 'Repeated', scopes: ['read'] };
    const [first, second] = [
      await cloud.api.call<KeyView>('POST', '/v1/keys', body, headers),
      await cloud.api.call<KeyView>('POST', '/v1/keys', body, headers),
    ];
    expect(first.key).toBeDefined();
    const { key: _, ...rest } = first;
    expect(second).toEqual(rest);
  });

  it('that was revoked stops working once the API’s cache has expired', async () => {
    const { id, key } = await create(['read']);
    expect(await as(key, 'GET', '/v1/events')).toMatchObject({ status: 200 });
    expect(await cloud.request('DELETE', `/v1/keys/${id}`)).toEqual({ status: 204 });
    await forgotten();
    expect(await as(key, 'GET', '/v1/events')).toMatchObject(REFUSED);
    for (const method of ['GET', 'DELETE']) {
      expect(await cloud.request(method, `/v1/keys/${id}`)).toMatchObject({ status: 404 });
    }
  });

  it('ends at its expiry', async () => {
    const { id, key } = await create(['read'], { expiresAt: new Date(Date.now() + 3000).toISOString() });
    expect(await as(key, 'GET', '/v1/events')).toMatchObject({ status: 200 });
    await eventually(async () => expect(await as(key, 'GET', '/v1/events')).toMatchObject(REFUSED));
    await cloud.api.call('PATCH', `/v1/keys/${id}`, { expiresAt: null, name: 'For ever' });
    await forgotten();
    expect(await as(key, 'GET', '/v1/events')).toMatchObject({ status: 200 });
    expect(await cloud.api.call('GET', `/v1/keys/${id}`)).toMatchObject({ name: 'For ever' });
  });

  it('is replaced with an overlap in which both work, and never three', async () => {
    const { id, key: first } = await create(['read']);
    const { key: second, ...rest } = await cloud.api.call<KeyView>('POST', `/v1/keys/${id}/rotate`);
    expect(rest.id).toBe(id);
    const answers = async (...keys: string[]): Promise<number[]> => {
      await forgotten();
      return Promise.all(keys.map(async (key) => (await as(key, 'GET', '/v1/events')).status));
    };
    expect(await answers(first, second)).toEqual([200, 200]);
    const { key: third } = await cloud.api.call<KeyView>('POST', `/v1/keys/${id}/rotate`, {
      overlapHours: 1,
    });
    expect(await answers(first, second, third)).toEqual([403, 200, 200]);
    const { key: fourth } = await cloud.api.call<KeyView>('POST', `/v1/keys/${id}/rotate`, {
      overlapHours: 0,
    });
    expect(await answers(second, third, fourth)).toEqual([403, 403, 200]);

    const Key = configKey(FIRST_TENANT, 'key', id);
    const TableName = cloud.resource('Config').physicalId;
    const { Item } = await cloud.dynamo.send(new GetCommand({ TableName, Key }));
    expect(Item!.secrets).toHaveLength(1);
  });

  it('shows when it was last used', async () => {
    const { id, key } = await create(['read']);
    await as(key, 'GET', '/v1/events');
    const { lastUsedAt } = await cloud.api.call<KeyView>('GET', `/v1/keys/${id}`);
    expect(Math.abs(Date.parse(lastUsedAt!) - Date.now())).toBeLessThan(10_000);
  });

  it('of another tenant is visible only to an administrator', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const path = `/v1/keys/${tenant.keyId}`;
    expect(await cloud.request('GET', path)).toMatchObject({ status: 404 });
    expect(await cloud.request('GET', `${path}?tenantId=${tenant.id}`)).toMatchObject({
      status: 200,
      body: { tenantId: tenant.id },
    });
    const made = await create(['publish'], { tenantId: tenant.id });
    const { items } = await tenant.api.call<List<KeyView>>('GET', '/v1/keys');
    expect(items.map(({ id }) => id).sort()).toEqual([tenant.keyId, made.id].sort());
    expect(await as(tenant.key, 'GET', `/v1/keys?tenantId=${FIRST_TENANT}`)).toMatchObject(INSUFFICIENT);
    expect(
      await as(tenant.key, 'POST', '/v1/keys', { name: 'x', scopes: ['read'], tenantId: FIRST_TENANT }),
    ).toMatchObject(INSUFFICIENT);
    expect(await cloud.request('GET', '/v1/keys?tenantId=ten_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toMatchObject({
      status: 422,
      body: { field: 'tenantId' },
    });
  });

  it('is refused beyond the tenant’s limit', async () => {
    const tenant = await makeTenant(cloud, ['manage'], { limits: { keys: 2 } });
    const one = { name: 'x', scopes: ['read'] };
    expect(await as(tenant.key, 'POST', '/v1/keys', one)).toMatchObject({ status: 201 });
    expect(await as(tenant.key, 'POST', '/v1/keys', one)).toMatchObject({
      status: 409,
      body: { error: 'limit_reached' },
    });
  });
});

describe('the scopes of a key', () => {
  const routes = {
    admin: ['GET', '/v1/tenants', undefined, 200],
    manage: ['GET', '/v1/keys', undefined, 200],
    read: ['GET', '/v1/tenant', undefined, 200],
    publish: ['POST', '/v1/events', { type: 'a', data: 1 }, 202],
  } as const;

  it.each<[Scope, (keyof typeof routes)[]]>([
    ['admin', ['admin', 'manage', 'read', 'publish']],
    ['manage', ['manage', 'read']],
    ['read', ['read']],
    ['publish', ['publish']],
  ])('%s: %o', async (scope, good) => {
    const { key } = await create([scope]);
    for (const [needed, [method, path, body, status]] of Object.entries(routes)) {
      const expected = (good as string[]).includes(needed) ? { status } : INSUFFICIENT;
      expect(await as(key, method, path, body), needed).toMatchObject(expected);
    }
  });

  it('are named in the error when one is missing (D8)', async () => {
    const { key } = await create(['read']);
    expect(await as(key, 'GET', '/v1/keys')).toEqual({
      status: 403,
      body: {
        error: 'insufficient_scope',
        message: 'expected a credential with the scope manage, got one with read',
        timestamp: expect.any(String),
      },
    });
  });

  it('are never more than its creator’s', async () => {
    const { key } = await create(['manage']);
    for (const scopes of [['admin'], ['publish'], ['read', 'publish']]) {
      expect(await as(key, 'POST', '/v1/keys', { name: 'x', scopes })).toMatchObject(INSUFFICIENT);
    }
    expect(await as(key, 'POST', '/v1/keys', { name: 'x', scopes: ['manage', 'read'] })).toMatchObject({
      status: 201,
    });
  });

  it('can not be gained by rotating a stronger key, and an administrator’s key can not be changed', async () => {
    const { key } = await create(['manage']);
    const [admin, publisher] = [await create(['admin']), await create(['publish'])];
    expect(await as(key, 'POST', `/v1/keys/${admin.id}/rotate`)).toMatchObject(INSUFFICIENT);
    expect(await as(key, 'POST', `/v1/keys/${publisher.id}/rotate`)).toMatchObject(INSUFFICIENT);
    expect(await as(key, 'PATCH', `/v1/keys/${admin.id}`, { name: 'x' })).toMatchObject(INSUFFICIENT);
    expect(await as(key, 'DELETE', `/v1/keys/${admin.id}`)).toMatchObject(INSUFFICIENT);
    expect(await as(key, 'DELETE', `/v1/keys/${publisher.id}`)).toMatchObject({ status: 204 });
    expect(await as(admin.key, 'GET', '/v1/tenants')).toMatchObject({ status: 200 });
  });
});

describe('a key that ends', () => {
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

  it('creates nothing that outlives it', async () => {
    const made = await cloud.request('POST', '/v1/keys', {
      name: 'ends',
      scopes: ['manage'],
      expiresAt: inHours(1),
    });
    const { id, key, expiresAt } = made.body as { id: string; key: string; expiresAt: string };
    const refusal = { status: 422, body: { field: 'expiresAt' } };
    const granted = { name: 'x', scopes: ['read'] };
    expect(await as(key, 'PATCH', `/v1/keys/${id}`, { expiresAt: null })).toMatchObject(refusal);
    expect(await as(key, 'PATCH', `/v1/keys/${id}`, { expiresAt: inHours(2) })).toMatchObject(refusal);
    expect(await as(key, 'POST', '/v1/keys', granted)).toMatchObject(refusal);
    expect(await as(key, 'POST', '/v1/keys', { ...granted, expiresAt })).toMatchObject({ status: 201 });
    const { body } = await as(key, 'POST', '/v1/portal-tokens', { expiresInSeconds: 86_400 });
    expect((body as { expiresAt: string }).expiresAt <= expiresAt).toBe(true);
  });
});

it('no key of a customer administrates the environment', async () => {
  const { id } = (await cloud.request('POST', '/v1/tenants', { name: 'A customer' })).body as { id: string };
  const wanted = { tenantId: id, name: 'x', scopes: ['admin'] };
  expect(await cloud.request('POST', '/v1/keys', wanted)).toMatchObject({
    status: 422,
    body: { field: 'scopes' },
  });
});

describe('a caller is refused', () => {
  it('with an unknown key', async () => {
    const { key, id } = await create(['read']);
    const [, keyUlid, , secret] = key.split('_');
    const elsewhere = await makeTenant(cloud);
    const wrong = [
      `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
      `phk_${keyUlid}_${elsewhere.id.slice('ten_'.length)}_${secret}`,
      key.slice(0, key.lastIndexOf('_')),
      id,
      'x'.repeat(4000),
      '%00',
      '{}',
    ];
    for (const each of wrong) expect(await as(each, 'GET', '/v1/events'), each).toMatchObject(REFUSED);
    expect(await as(key, 'GET', '/v1/events')).toMatchObject({ status: 200 });
  });

  it('after the same reads, whether or not the key exists', async () => {
    const [{ key }, deleted] = [
      await create(['read']),
      await makeTenant(cloud, ['read'], { deletedAt: new Date().toISOString() }),
    ];
    const wrongly = (text: string): string => `${text.slice(0, -1)}${text.endsWith('A') ? 'E' : 'A'}`;
    const readsFor = async (text: string): Promise<object[]> => {
      meter.reset();
      expect(await as(text, 'GET', '/v1/events')).toMatchObject(REFUSED);
      const made = meter.snapshot().filter(({ caller }) => caller === 'Authorize');
      return made.flatMap(({ service, operation, requests }) =>
        service === 'dynamodb' ? [{ operation, requests }] : [],
      );
    };
    const unknown = key.replace(/^phk_[^_]*/, `phk_${ulid()}`);
    for (const each of [unknown, wrongly(key), deleted.key, wrongly(deleted.key)]) {
      expect(await readsFor(each), each).toEqual([{ operation: 'GetItem', requests: 2 }]);
    }
  });

  it('when the tenant is deleted or gone', async () => {
    const [deleted, gone] = [
      await makeTenant(cloud, ['read'], { deletedAt: new Date().toISOString() }),
      await makeTenant(cloud, ['read']),
    ];
    const TableName = cloud.resource('Config').physicalId;
    await cloud.dynamo.send(new DeleteCommand({ TableName, Key: { pk: 'tenants', sk: gone.id } }));
    for (const { key } of [deleted, gone]) expect(await as(key, 'GET', '/v1/events')).toMatchObject(REFUSED);
  });

  it.each([['dynamodb:GetItem', 'Config'] as const, ['kms:Decrypt', 'Key'] as const])(
    'when its key can not be checked: without %s on %s',
    async (action, resource) => {
      await using broken = await startCloud({ edit: withoutGrant('Authorize', action, resource) });
      const { key } = await makeTenant(broken);
      expect(await as(key, 'GET', '/v1/events', undefined, broken)).toMatchObject({ status: 500 });
      expect(await broken.request('GET', '/v1/events')).toMatchObject({ status: 500 });
      await eventually(() => expect(broken.warnings('caller not identified')).not.toEqual([]));
      expect(broken.lines.filter(({ text }) => text.includes(key) || text.includes(broken.key))).toEqual([]);
    },
  );

  it('but not because its use can not be recorded', async () => {
    await using broken = await startCloud({ edit: withoutGrant('Authorize', 'dynamodb:PutItem', 'State') });
    const { key, keyId } = await makeTenant(broken);
    expect(await as(key, 'GET', '/v1/events', undefined, broken)).toMatchObject({ status: 200 });
    await eventually(() => expect(broken.warnings('use of a key not noted')).toMatchObject([{ key: keyId }]));
  });
});

describe.concurrent('a portal token', () => {
  interface Token {
    readonly id: string;
    readonly token: string;
    readonly expiresAt: string;
  }

  const tokenOf = (key: string, body?: object): Promise<HttpAnswer> =>
    as(key, 'POST', '/v1/portal-tokens', body);

  /** The environment's signing key, from its table. */
  async function signingKey(): Promise<Uint8Array> {
    const Key = { pk: 'environment', sk: 'portal-signing' };
    const { Item } = await cloud.dynamo.send(
      new GetCommand({ TableName: cloud.resource('Config').physicalId, Key }),
    );
    return Item!.key as Uint8Array;
  }

  it('opens its own tenant for an hour, to read', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const { status, body } = await tokenOf(tenant.key);
    expect(status).toBe(201);
    const { token, expiresAt } = body as Token;
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000)).toBeLessThan(10_000);
    expect(await as(token, 'GET', '/v1/tenant')).toMatchObject({ status: 200, body: { id: tenant.id } });
    expect(await as(token, 'PATCH', '/v1/tenant', { name: 'x' })).toMatchObject(INSUFFICIENT);
    expect(await as(token, 'GET', '/v1/tenants')).toMatchObject(INSUFFICIENT);
    expect(cloud.lines.filter(({ text }) => text.includes(token))).toEqual([]);
  });

  it('that may manage can not handle keys or the producer’s settings', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const { token } = (await tokenOf(tenant.key, { scopes: ['manage'], expiresInSeconds: 60 })).body as Token;
    expect(await as(token, 'GET', '/v1/targets')).toMatchObject({ status: 200 });
    for (const [method, path] of [
      ['GET', '/v1/keys'],
      ['POST', '/v1/keys'],
      ['GET', `/v1/keys/${tenant.keyId}`],
      ['DELETE', `/v1/keys/${tenant.keyId}`],
      ['POST', `/v1/keys/${tenant.keyId}/rotate`],
      ['POST', '/v1/portal-tokens'],
      ['PATCH', '/v1/tenant'],
      ['PUT', '/v1/event-types/a.b'],
    ] as const) {
      expect(await as(token, method, path), `${method} ${path}`).toMatchObject(INSUFFICIENT);
    }
  });

  it.each<[string, object, number, string | undefined]>([
    ['to administrate', { scopes: ['admin'] }, 422, 'scopes[0]'],
    ['to publish', { scopes: ['publish'] }, 422, 'scopes[0]'],
    ['to do nothing', { scopes: [] }, 422, 'scopes'],
    ['for less than a minute', { expiresInSeconds: 59 }, 422, 'expiresInSeconds'],
    ['for more than a day', { expiresInSeconds: 86_401 }, 422, 'expiresInSeconds'],
    ['of another tenant', { tenantId: FIRST_TENANT }, 422, 'tenantId'],
  ])('is not made %s', async (_, body, status, field) => {
    expect(await cloud.request('POST', '/v1/portal-tokens', body)).toMatchObject({ status, body: { field } });
  });

  it('is refused with a foreign signature, after its expiry, or when its tenant is deleted', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const { token, id } = (await tokenOf(tenant.key)).body as Token;
    const [header, payload] = token.split('.') as [string, string];
    const sign = (secret: string): string =>
      `${header}.${payload}.${createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')}`;
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const over = await signPortalToken(
      await signingKey(),
      { tenant: tenant.id, id },
      Date.now() - 120_000,
      Date.now() - 60_000,
    );
    for (const forged of [sign('guessed'), sign(''), `${none}.${payload}.`, `${token}x`, over]) {
      expect(await as(forged, 'GET', '/v1/tenant')).toMatchObject(REFUSED);
    }
    expect(await as(token, 'GET', '/v1/tenant')).toMatchObject({ status: 200 });
    const [item] = (await itemsAbout(cloud, 'Config', tenant.id)).filter(({ pk }) => pk === 'tenants');
    await putItem(cloud, 'Config', { ...item, deletedAt: new Date().toISOString() });
    await forgotten();
    expect(await as(token, 'GET', '/v1/tenant')).toMatchObject(REFUSED);
  });

  const made = async (key: string, body?: object): Promise<Token> => {
    const answer = await tokenOf(key, body);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as Token;
  };
  const targetOf = ({ api }: { api: typeof cloud.api }): Promise<{ id: string }> =>
    api.call('POST', '/v1/targets', { url: 'https://example.com/hook' });

  it('is listed while it is valid, without itself', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const target = await targetOf(tenant);
    const long = await made(tenant.key, {
      scopes: ['manage', 'read'],
      name: 'Acme Ltd',
      targetIds: [target.id],
    });
    const short = await made(tenant.key, { expiresInSeconds: 60 });
    const { token, ...shown } = long;
    expect(shown).toEqual({
      id: expect.stringMatching(/^ptk_[0-9A-Z]{26}$/),
      name: 'Acme Ltd',
      scopes: ['manage', 'read'],
      targetIds: [target.id],
      madeBy: tenant.keyId,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    const { token: _, ...shownShort } = short;
    const list = (query = '') => tenant.api.call<List<object>>('GET', `/v1/portal-tokens${query}`);
    // The one that ends first comes first.
    expect(await list()).toEqual({ items: [shownShort, shown], next: null });
    const { next } = await list('?limit=1');
    expect(await list(`?limit=1&cursor=${next}`)).toMatchObject({ items: [shown] });
    expect(await tenant.api.call('GET', `/v1/portal-tokens/${long.id}`)).toEqual(shown);
    const signature = token.slice(token.lastIndexOf('.') + 1);
    expect(await itemsAbout(cloud, 'Config', signature)).toEqual([]);
    expect(cloud.lines.filter(({ text }) => text.includes(signature))).toEqual([]);
    expect(await itemsAbout(cloud, 'Config', long.id)).toMatchObject([
      { ttl: Math.ceil(Date.parse(long.expiresAt) / 1000) },
    ]);
  });

  it('that is over is in no list, though the table still has it', async () => {
    const tenant = await makeTenant(cloud, ['manage'], { limits: { portalTokens: 1 } });
    const over = await made(tenant.key);
    const [item] = await itemsAbout(cloud, 'Config', over.id);
    const id = `ptk_${ulid(Date.now() - 1)}`;
    const expiresAt = new Date(Date.now() - 1).toISOString();
    await putItem(cloud, 'Config', { ...item, id, expiresAt, ...configKey(tenant.id, 'portal-token', id) });
    const Key = configKey(tenant.id, 'portal-token', over.id);
    await cloud.dynamo.send(new DeleteCommand({ TableName: cloud.resource('Config').physicalId, Key }));
    expect(await tenant.api.call('GET', '/v1/portal-tokens')).toEqual({ items: [], next: null });
    for (const method of ['GET', 'DELETE'])
      expect(await as(tenant.key, method, `/v1/portal-tokens/${id}`)).toMatchObject({ status: 404 });
    // It does not count towards the limit either.
    expect(await tokenOf(tenant.key)).toMatchObject({ status: 201 });
    expect(await tokenOf(tenant.key)).toMatchObject({
      status: 409,
      body: { error: 'limit_reached', message: 'expected at most 1 portal tokens for this tenant' },
    });
  });

  it('that was revoked stops working once the API’s cache has expired, and alone', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const [revoked, other] = [await made(tenant.key), await made(tenant.key)];
    const path = `/v1/portal-tokens/${revoked.id}`;
    expect(await as(revoked.token, 'GET', '/v1/tenant')).toMatchObject({ status: 200 });
    const stranger = await makeTenant(cloud, ['manage']);
    expect(await as(stranger.key, 'DELETE', path)).toMatchObject({ status: 404 });
    expect(await as(other.token, 'DELETE', path)).toMatchObject(INSUFFICIENT);
    expect(await as(tenant.key, 'DELETE', path)).toEqual({ status: 204 });
    for (const method of ['GET', 'DELETE'])
      expect(await as(tenant.key, method, path)).toMatchObject({ status: 404 });
    await forgotten();
    expect(await as(revoked.token, 'GET', '/v1/tenant')).toMatchObject(REFUSED);
    expect(await as(other.token, 'GET', '/v1/tenant')).toMatchObject({ status: 200 });
  });

  it('ends with the key that it was made with', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const { id, key } = await cloud.api.call<KeyView>('POST', '/v1/keys', {
      name: 'Short-lived',
      scopes: ['manage'],
      tenantId: tenant.id,
    });
    const { token } = await made(key);
    expect(await as(token, 'GET', '/v1/tenant')).toMatchObject({ status: 200 });
    await tenant.api.call('DELETE', `/v1/keys/${id}`);
    await forgotten();
    expect(await as(token, 'GET', '/v1/tenant')).toMatchObject(REFUSED);
  });

  it('with another grant’s id is refused: of another tenant, of a key, of nothing', async () => {
    const [tenant, elsewhere] = [await makeTenant(cloud, ['manage']), await makeTenant(cloud, ['manage'])];
    const [{ token }, other] = [await made(tenant.key), await made(elsewhere.key)];
    const sign = (claims: object, key: Uint8Array): string => {
      const [header, payload] = token.split('.') as [string, string];
      const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
      const signed = `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}`;
      return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    };
    const right = await signingKey();
    expect(await as(sign({}, right), 'GET', '/v1/tenant')).toMatchObject({ status: 200 });
    for (const jti of [
      other.id,
      tenant.keyId,
      tenant.keyId.replace('key', 'ptk'),
      `ptk_${ulid()}`,
      '',
      null,
    ]) {
      expect(await as(sign({ jti }, right), 'GET', '/v1/tenant'), String(jti)).toMatchObject(REFUSED);
    }
    // Even a right signature would not help a token to its own scopes or targets.
    const wide = sign({ scope: ['manage'], targets: undefined, tenant: elsewhere.id }, right);
    expect(await as(wide, 'GET', '/v1/tenant')).toMatchObject({ body: { id: tenant.id } });
    expect(await as(wide, 'POST', '/v1/targets', { url: 'https://example.com/' })).toMatchObject(
      INSUFFICIENT,
    );
    expect(await as(sign({ jti: other.id }, Buffer.alloc(32)), 'GET', '/v1/tenant')).toMatchObject(REFUSED);
  });

  it.each<[string, string]>([
    ['markup', '<script>alert(1)</script>" onload="x'],
    ['text from right to left', 'שלום example.org'],
    ['128 characters beyond U+FFFF', '🦉'.repeat(128)],
  ])('keeps a name as it is: %s', async (_, name) => {
    const { id } = (await cloud.api.call('POST', '/v1/portal-tokens', { name })) as Token;
    expect(await cloud.api.call('GET', `/v1/portal-tokens/${id}`)).toMatchObject({ name });
    await cloud.api.call('DELETE', `/v1/portal-tokens/${id}`);
  });

  it.each<[string, object, string]>([
    ['an empty name', { name: '' }, 'name'],
    ['a name that turns text around', { name: '\u202Egro.elpmaxe\u202C' }, 'name'],
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name'],
    ['a name of two lines', { name: 'a\nb' }, 'name'],
    ['no targets', { targetIds: [] }, 'targetIds'],
    ['a target twice', { targetIds: ['tgt_1', 'tgt_1'] }, 'targetIds'],
    ['a target that there is not', { targetIds: [`tgt_${ulid()}`] }, 'targetIds[0]'],
    ['an id that is none', { targetIds: ['x#y'] }, 'targetIds[0]'],
    ['101 targets', { targetIds: Array.from({ length: 101 }, () => `tgt_${ulid()}`) }, 'targetIds'],
  ])('is not made with %s', async (_, body, field) => {
    expect(await cloud.request('POST', '/v1/portal-tokens', body)).toMatchObject({
      status: 422,
      body: { field },
    });
  });

  it('is limited to a hundred targets at most, which its callers’ requests carry', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const targets = await Promise.all(Array.from({ length: 100 }, () => targetOf(tenant)));
    const targetIds = targets.map(({ id }) => id);
    const { token } = await made(tenant.key, { targetIds });
    const { body } = await as(token, 'GET', '/v1/targets?limit=200');
    expect((body as List<{ id: string }>).items.map(({ id }) => id)).toEqual(targetIds.toSorted());
    expect(await as(token, 'POST', '/v1/events', { type: 'a', data: 1 })).toMatchObject(INSUFFICIENT);
  });

  it('is not shown again to a request that is repeated, and takes up one place', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const headers = { 'idempotency-key': 'make-a-token' };
    const make = () => tenant.api.call<Token>('POST', '/v1/portal-tokens', {}, headers);
    const { token: _, ...rest } = await make();
    expect(await make()).toEqual(rest);
    expect(await tenant.api.call('GET', '/v1/portal-tokens')).toMatchObject({ items: [{ id: rest.id }] });
  });

  it('has Idempotency-Keys of its own: no other token gets its answers', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const target = await targetOf(tenant);
    const [first, second] = [
      await made(tenant.key, { scopes: ['manage'] }),
      await made(tenant.key, { scopes: ['manage'] }),
    ];
    const rotate = ({ token }: Token): Promise<HttpAnswer> =>
      cloud.request('POST', `/v1/targets/${target.id}/secrets/rotate`, undefined, {
        authorization: `Bearer ${token}`,
        'idempotency-key': 'the-same',
      });
    expect(await rotate(first)).toMatchObject({ status: 200 });
    const [answer, other] = [await rotate(first), await rotate(second)];
    // The first again gets its own answer; the second makes a rotation of its own.
    expect([answer.status, other.status]).toEqual([200, 200]);
    expect(
      await cloud.api.call<{ items: unknown[] }>('GET', `/v1/targets/${target.id}/secrets`, undefined, {
        authorization: `Bearer ${tenant.key}`,
      }),
    ).toMatchObject({ items: { length: 3 } });
  });

  it('is refused with an error, and not let in, when its grant can’t be read', async () => {
    const tenant = await makeTenant(cloud, ['manage']);
    const { id, token } = await made(tenant.key);
    const [item] = await itemsAbout(cloud, 'Config', id);
    for (const damage of [
      { scopes: 'all' },
      { targets: [] },
      { targets: null },
      { v: 2 },
      { scopes: ['admin'] },
    ]) {
      await putItem(cloud, 'Config', { ...item, ...damage });
      // The API keeps no failure.
      expect(await as(token, 'GET', '/v1/tenant'), JSON.stringify(damage)).toMatchObject({ status: 500 });
    }
    await putItem(cloud, 'Config', item!);
    expect(await as(token, 'GET', '/v1/tenant')).toMatchObject({ status: 200 });
  });
});

it('refuses wrong keys and says what was expected (D8)', async () => {
  const { id } = await create(['read']);
  const wrong: [string, string, object, number, string | undefined][] = [
    ['POST', '/v1/keys', { scopes: ['read'] }, 422, 'name'],
    ['POST', '/v1/keys', { name: 'x' }, 422, 'scopes'],
    ['POST', '/v1/keys', { name: 'x', scopes: [] }, 422, 'scopes'],
    ['POST', '/v1/keys', { name: 'x', scopes: ['write'] }, 422, 'scopes[0]'],
    ['POST', '/v1/keys', { name: 'x', scopes: ['read', 'read'] }, 422, 'scopes'],
    ['POST', '/v1/keys', { name: 'x', scopes: ['read'], expiresAt: 'tomorrow' }, 422, 'expiresAt'],
    [
      'POST',
      '/v1/keys',
      { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' },
      422,
      'expiresAt',
    ],
    ['POST', '/v1/keys', { name: 'x', scopes: ['read'], secrets: [] }, 422, 'secrets'],
    ['POST', `/v1/keys/${id}/rotate`, { overlapHours: 169 }, 422, 'overlapHours'],
    ['POST', `/v1/keys/${id}/rotate`, { overlapHours: -1 }, 422, 'overlapHours'],
    ['PATCH', `/v1/keys/${id}`, { scopes: ['admin'] }, 422, 'scopes'],
    ['PATCH', `/v1/keys/${id}`, { name: null }, 422, 'name'],
    ['PATCH', `/v1/keys/${id}`, { expiresAt: '2020-01-01T00:00:00Z' }, 422, 'expiresAt'],
    ['PATCH', '/v1/keys/nobody', { name: 'x' }, 404, undefined],
    ['PATCH', `/v1/keys/key_${'0'.repeat(2000)}`, { name: 'x' }, 404, undefined],
  ];
  for (const [method, path, body, status, field] of wrong) {
    const answer = await cloud.request(method, path, body);
    expect(answer, `${method} ${JSON.stringify(body)}`).toMatchObject({ status });
    expect((answer.body as { field?: string }).field).toBe(field);
  }
});

it('needs no permission that it lacks', () => expect(cloud.denials).toEqual([]));
