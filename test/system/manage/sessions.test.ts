import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../../lambdas/api/session.ts';
import { type List, sharedCloud } from '../../helpers/cloud.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const endpoint = await startEndpoint();

interface Made {
  readonly id: string;
  readonly key?: string;
  readonly token?: string;
}

interface SignedIn {
  readonly status: number;
  readonly body: SessionView & { message?: string };
  readonly cookies: readonly string[];
  /** What a browser sends back. */
  readonly text: string;
}

/** A request as a browser makes it, with the cookies that the answer sets. */
async function send(
  method: string,
  path: string,
  credential: string | undefined,
  body?: object,
  headers: Record<string, string> = {},
): Promise<SignedIn> {
  const response = await fetch(`${cloud.apiUrl}${path}`, {
    method,
    headers: {
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      'content-type': 'application/json',
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const cookies = response.headers.getSetCookie();
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    cookies,
    text: /^[\w-]+=([^;]*)/.exec(cookies[0] ?? '')?.[1] ?? '',
  };
}

const as = (credential: string, method: string, path: string, body?: object) =>
  cloud.request(method, path, body, { authorization: `Bearer ${credential}` });

const keyWith = (name: string, scopes: string[]) =>
  cloud.api.call<Made>('POST', '/v1/keys', { name, scopes });

const signIn = async (credential: string, body?: object): Promise<SignedIn> => {
  const answer = await send('POST', '/v1/session', credential, body);
  expect([answer.status, answer.body.message]).toEqual([201, undefined]);
  return answer;
};

interface Entry {
  readonly operation: string;
  readonly credential: string;
  readonly credentialName?: string;
  readonly sessionId?: string;
  readonly tenantId: string;
}
const trail = async (path = '/v1/audit', api = cloud.api): Promise<readonly Entry[]> =>
  (await api.call<List<Entry>>('GET', path)).items;

describe('a session stands for a credential (B11)', () => {
  it('of a key, in a cookie that no script reads, and in no answer', async () => {
    const { id, key } = await keyWith('back office', ['manage']);
    const { body, cookies, text } = await signIn(key!);
    expect(cookies).toEqual([
      expect.stringMatching(/^posthorn=phs_[\w-]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=28800$/),
    ]);
    expect(JSON.stringify(body)).not.toContain('phs_');
    const shown = {
      tenantId: cloud.tenant,
      environment: 'local',
      credential: { kind: 'key', id, name: 'back office' },
      scopes: ['manage'],
      isSession: true,
      logRetentionHours: 72,
      schemaCheck: 'off',
    };
    expect(body).toMatchObject(shown);
    expect(await as(text, 'GET', '/v1/session')).toEqual({ status: 200, body });
    expect(await as(key!, 'GET', '/v1/session')).toMatchObject({ body: { ...shown, isSession: false } });
  });

  it('may do what the key may, and the trail names both', async () => {
    const { id, key } = await keyWith('editor', ['manage']);
    const { text } = await signIn(key!);
    const target = await as(text, 'POST', '/v1/targets', { url: endpoint.url });
    expect(target.status).toBe(201);
    const made = await as(text, 'POST', '/v1/portal-tokens', {});
    expect(made).toMatchObject({ status: 201, body: { madeBy: id } });
    const token = (made.body as Made).token!;
    expect(await as(token, 'GET', '/v1/targets')).toMatchObject({ status: 200 });
    // Of a key without an end: such a key can be made, though the session ends.
    expect((await as(text, 'POST', '/v1/keys', { name: 'another', scopes: ['read'] })).status).toBe(201);
    expect((await as(text, 'POST', '/v1/keys', { name: 'too much', scopes: ['publish'] })).status).toBe(403);
    const secrets = await as(text, 'GET', `/v1/targets/${(target.body as Made).id}/secrets`);
    expect(secrets.status).toBe(200);
    const entries = await trail(`/v1/audit?credential=${id}`);
    expect(entries.map(({ operation }) => operation)).toEqual([
      'getSecrets',
      'createKey',
      'createPortalToken',
      'createTarget',
      'createSession',
    ]);
    for (const entry of entries) expect(entry).toMatchObject({ credentialName: 'editor' });
    for (const entry of entries.slice(0, -1)) {
      expect(entry).toMatchObject({ sessionId: expect.stringMatching(/^ses_/) });
    }
  });

  it('of a portal token stays one, with its limits', async () => {
    const target = await cloud.api.call<Made>('POST', '/v1/targets', { url: endpoint.url });
    const { token, id } = await cloud.api.call<Made>('POST', '/v1/portal-tokens', {
      name: 'Jane',
      scopes: ['manage'],
      targetIds: [target.id],
      expiresInSeconds: 600,
    });
    const { body, cookies, text } = await signIn(token!);
    expect(cookies[0]).toMatch(
      /^posthorn-portal=phs_[\w-]+; HttpOnly; Secure; SameSite=None; Partitioned; Path=\/; Max-Age=(600|5\d\d)$/,
    );
    expect(body).toMatchObject({
      credential: { kind: 'portalToken', id, name: 'Jane' },
      scopes: ['manage'],
      targetIds: [target.id],
    });
    expect(body).not.toHaveProperty('tenantName');
    expect(await as(text, 'GET', '/v1/targets')).toMatchObject({ body: { items: [{ id: target.id }] } });
    expect((await as(text, 'POST', '/v1/targets', { url: endpoint.url })).status).toBe(403);
    expect((await as(text, 'GET', '/v1/keys')).status).toBe(403);
    expect((await as(text, 'POST', '/v1/session/return')).status).toBe(403);
    expect(
      (await send('POST', '/v1/session', token, {}, { 'posthorn-console': 'console' })).cookies[0],
    ).toMatch(/^posthorn=/);
  });

  it('makes no other session, and is no key’s to end', async () => {
    const { text } = await signIn(cloud.key);
    expect(await as(text, 'POST', '/v1/session')).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('a session makes no other session') },
    });
    expect(await as(cloud.key, 'DELETE', '/v1/session')).toMatchObject({ status: 409 });
  });

  it('ends with signing out, which removes the cookie', async () => {
    const { text } = await signIn(cloud.key);
    const stored = async () => {
      const [, ulid, tenant] = text.split('_');
      const Key = { pk: `tenant#ten_${tenant}`, sk: `session#ses_${ulid}` };
      const TableName = cloud.resource('Config').physicalId;
      return (await cloud.dynamo.send(new GetCommand({ TableName, Key }))).Item;
    };
    expect(await stored()).toMatchObject({ hash: expect.any(String) });
    // The secret itself may have a _.
    expect(JSON.stringify(await stored())).not.toContain(text.split('_').slice(3).join('_'));
    const out = await send('DELETE', '/v1/session', text);
    expect(out).toMatchObject({
      status: 204,
      cookies: [expect.stringMatching(/^posthorn=; .*Max-Age=0$/)],
    });
    expect(await stored()).toBeUndefined();
  });

  /** Of sessions that were not used before: API Gateway remembers nothing of them. */
  it.each<[string, (made: Made) => Promise<unknown>]>([
    ['is revoked', ({ id }) => cloud.api.call('DELETE', `/v1/keys/${id}`)],
    ['is replaced at once', ({ id }) => cloud.api.call('POST', `/v1/keys/${id}/rotate`, { overlapHours: 0 })],
  ])('ends when its key %s', async (_, end) => {
    const made = await keyWith('soon gone', ['read']);
    const [before, after] = [await signIn(made.key!), await signIn(made.key!)];
    expect(await as(before.text, 'GET', '/v1/session')).toMatchObject({ status: 200 });
    await end(made);
    expect(await as(after.text, 'GET', '/v1/session')).toMatchObject({ status: 403 });
  });

  it('ends when its portal token is revoked', async () => {
    const { id, token } = await cloud.api.call<Made>('POST', '/v1/portal-tokens', {});
    const { text } = await signIn(token!);
    await cloud.api.call('DELETE', `/v1/portal-tokens/${id}`);
    expect(await as(text, 'GET', '/v1/session')).toMatchObject({ status: 403 });
  });

  it.each<[string, object]>([
    ['a tenant that does not exist', { tenantId: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX' }],
    ['what is no tenant', { tenantId: 'else' }],
    ['members that it does not know', { tenant: 'x' }],
  ])('is not made for %s', async (_, body) => {
    expect(await send('POST', '/v1/session', cloud.operator.key, body)).toMatchObject({ status: 422 });
  });
});

describe('an administrator acts for a tenant (B11)', () => {
  const { operator } = cloud;

  it('as the tenant may, which both trails say, and comes back', async () => {
    const own = await signIn(operator.key);
    expect(own.body).toMatchObject({ credential: { kind: 'firstKey' }, scopes: ['admin'] });
    const acting = await send('POST', '/v1/session', own.text, { tenantId: cloud.tenant });
    expect(acting.status).toBe(201);
    expect(acting.cookies[0]).toMatch(/^posthorn=phs_.*SameSite=Strict/);
    expect(acting.body).toMatchObject({
      tenantId: cloud.tenant,
      scopes: ['manage', 'publish', 'read'],
      credential: { kind: 'firstKey' },
      actingFor: { tenantId: cloud.tenant, ownTenantId: own.body.tenantId },
      expiresAt: own.body.expiresAt,
    });
    expect((await as(acting.text, 'GET', '/v1/tenants')).status).toBe(403);
    const target = await as(acting.text, 'POST', '/v1/targets', { url: endpoint.url });
    expect(target.status).toBe(201);
    expect(await cloud.api.call('GET', `/v1/targets/${(target.body as Made).id}`)).toMatchObject({});

    // What the tenant gives consumers then works, though the key behind is another tenant's.
    const { body } = await as(acting.text, 'POST', '/v1/portal-tokens', { scopes: ['read'] });
    expect(await as((body as Made).token!, 'GET', '/v1/tenant')).toMatchObject({
      body: { id: cloud.tenant },
    });

    const back = await send('POST', '/v1/session/return', acting.text);
    expect(back).toMatchObject({
      status: 200,
      body: { tenantId: own.body.tenantId, scopes: ['admin'], expiresAt: own.body.expiresAt },
    });
    expect(back.body).not.toHaveProperty('actingFor');
    expect((await as(back.text, 'GET', '/v1/tenants')).status).toBe(200);
    // Both sessions before have ended.
    expect(await as(acting.text, 'POST', '/v1/session/return')).toMatchObject({ status: 409 });
    const again = await send('POST', '/v1/session', own.text, { tenantId: cloud.tenant });
    expect(again).toMatchObject({ status: 409, body: { message: expect.stringContaining('just ended') } });

    const by = (operation: string) => ({
      ...{ operation, credential: 'first', tenantId: cloud.tenant },
      ...(operation !== 'createSession' && { sessionId: expect.stringMatching(/^ses_/) }),
    });
    const expected = ['leaveTenant', 'createPortalToken', 'createTarget', 'createSession'].map(by);
    expect((await trail('/v1/audit?credential=first')).slice(0, 4)).toMatchObject(expected);
    const theirs = `/v1/environment/audit?tenantId=${cloud.tenant}&credential=first`;
    expect((await trail(theirs, operator.api)).slice(0, 4)).toMatchObject(expected);
  });

  it('with a bare key as well', async () => {
    const { status, body } = await send('POST', '/v1/session', operator.key, { tenantId: cloud.tenant });
    expect(status).toBe(201);
    expect(body).toMatchObject({ tenantId: cloud.tenant, scopes: ['manage', 'publish', 'read'] });
  });

  it('and nobody else does', async () => {
    const { body } = await operator.request('POST', '/v1/tenants', { name: 'another' });
    const asked = { tenantId: (body as Made).id };
    const { text } = await signIn(cloud.key);
    for (const credential of [cloud.key, text]) {
      expect(await send('POST', '/v1/session', credential, asked)).toMatchObject({
        status: 403,
        body: { message: expect.stringContaining('scope admin') },
      });
    }
    expect((await as(text, 'POST', '/v1/session/return')).status).toBe(409);
  });
});

describe('a sign-in link (B11)', () => {
  interface Link {
    readonly token: string;
    readonly expiresAt: string;
  }
  const linkOf = (key: string, body: object = {}) => as(key, 'POST', '/v1/sign-in-links', body);
  const redeem = (token: string) => send('POST', '/v1/session/redeem', undefined, { token });

  it('signs in once, as the key that made it', async () => {
    const { id, key } = await keyWith('linker', ['manage']);
    const { status, body } = await linkOf(key!, { expiresInSeconds: 60 });
    expect(status).toBe(201);
    const { token, expiresAt } = body as Link;
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const [one, two] = await Promise.all([redeem(token), redeem(token)]);
    const [right, wrong] = one.status === 201 ? [one, two] : [two, one];
    expect(right).toMatchObject({
      status: 201,
      cookies: [expect.stringMatching(/^posthorn=phs_/)],
      body: { tenantId: cloud.tenant, credential: { id, name: 'linker' }, scopes: ['manage'] },
    });
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_link' }, cookies: [] });
    expect(await as(right.text, 'GET', '/v1/session')).toMatchObject({ status: 200 });
    const entries = await trail(`/v1/audit?credential=${id}`);
    expect(entries).toMatchObject([
      { operation: 'redeemSignInLink', credentialName: 'linker', tenantId: cloud.tenant },
      { operation: 'createSignInLink' },
    ]);
    expect(JSON.stringify(entries)).not.toContain('phl_');
  });

  it('is worth nothing once it is over, or its key is', async () => {
    const { id, key } = await keyWith('short', ['read']);
    const [late, ended] = [(await linkOf(key!)).body as Link, (await linkOf(key!)).body as Link];
    const [, ulid] = late.token.split('_');
    await cloud.dynamo.send(
      new UpdateCommand({
        TableName: cloud.resource('Config').physicalId,
        Key: { pk: `tenant#${cloud.tenant}`, sk: `sign-in-link#lnk_${ulid}` },
        UpdateExpression: 'SET expiresAt = :past',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00.000Z' },
      }),
    );
    expect(await redeem(late.token)).toMatchObject({ status: 401, cookies: [] });
    await cloud.api.call('DELETE', `/v1/keys/${id}`);
    expect(await redeem(ended.token)).toMatchObject({ status: 401, cookies: [] });
  });

  it('is refused alike whatever is wrong with it', async () => {
    const { token } = (await linkOf(cloud.key)).body as Link;
    const changed = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    const unknown = token.replace(/^phl_.{26}/, 'phl_01KAK2V5E4V2N9CR0Q6WV7Z1QX');
    for (const wrong of [changed, unknown, token.replace('phl', 'phs'), 'phl_', '', 'x'.repeat(200)]) {
      const { status, body, cookies } = await redeem(wrong);
      expect([wrong, status, body.message]).toEqual([wrong, 401, expect.stringContaining('sign-in link')]);
      expect(cookies).toEqual([]);
    }
    // A wrong guess uses nothing up.
    expect(await redeem(token)).toMatchObject({ status: 201 });
  });

  it('is made by keys alone', async () => {
    const { token } = await cloud.api.call<Made>('POST', '/v1/portal-tokens', { scopes: ['manage'] });
    const { text } = await signIn(cloud.key);
    for (const credential of [token!, text]) {
      expect(await linkOf(credential)).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
    }
    expect(await linkOf(cloud.key, { expiresInSeconds: 601 })).toMatchObject({ status: 422 });
  });

  it('leaves no trace of an Idempotency-Key, which nobody has without a credential', async () => {
    const { token } = (await linkOf(cloud.key)).body as Link;
    const named = { 'idempotency-key': 'mine' };
    const first = await send('POST', '/v1/session/redeem', undefined, { token }, named);
    expect(first.status).toBe(201);
    const again = await send('POST', '/v1/session/redeem', undefined, { token }, named);
    expect(again).toMatchObject({ status: 401, cookies: [] });
  });
});

describe('how the portal looks (B11)', () => {
  const logo = 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=';

  it('is set by keys, and read by each portal token', async () => {
    expect(await as(cloud.key, 'GET', '/v1/branding')).toEqual({ status: 200, body: {} });
    const look = { name: 'Acme <b>webhooks</b>', logo, accent: '#3B4cca', cornerRadius: 0 };
    expect(await as(cloud.key, 'PUT', '/v1/branding', look)).toEqual({ status: 200, body: look });
    const target = await cloud.api.call<Made>('POST', '/v1/targets', { url: endpoint.url });
    const { token } = await cloud.api.call<Made>('POST', '/v1/portal-tokens', {
      scopes: ['manage'],
      targetIds: [target.id],
    });
    expect(await as(token!, 'GET', '/v1/branding')).toEqual({ status: 200, body: look });
    expect(await as(token!, 'PUT', '/v1/branding', {})).toMatchObject({ status: 403 });
    const [entry] = await cloud.api
      .call<List<{ entities: object[] }>>('GET', '/v1/audit?operation=putBranding&limit=1')
      .then(({ items }) => items);
    expect(entry!.entities).toMatchObject([{ kind: 'branding', action: 'created' }]);
    expect(JSON.stringify(entry)).not.toContain(logo);
    // What is left out is gone.
    expect(await as(cloud.key, 'PUT', '/v1/branding', { accent: '#000000' })).toEqual({
      status: 200,
      body: { accent: '#000000' },
    });
  });

  it('is not overwritten unseen', async () => {
    const put = (tag: string) => cloud.request('PUT', '/v1/branding', { name: tag }, { 'if-match': tag });
    const { status } = await put('"0"');
    expect(status).toBe(412);
    const response = await fetch(`${cloud.apiUrl}/v1/branding`, {
      headers: { authorization: `Bearer ${cloud.key}` },
    });
    expect(await put(response.headers.get('etag')!)).toMatchObject({ status: 200 });
  });

  it.each<[string, object]>([
    ['accent', { accent: 'red' }],
    ['accent', { accent: '#fff;background:url(x)' }],
    ['logo', { logo: 'https://example.com/a.png' }],
    ['logo', { logo: `data:image/png;base64,${'A'.repeat(60_000)}` }],
    ['cornerRadius', { cornerRadius: 17 }],
    ['colour', { colour: '#ffffff' }],
  ])('refuses a wrong %s', async (field, body) => {
    expect(await as(cloud.key, 'PUT', '/v1/branding', body)).toMatchObject({ status: 422, body: { field } });
  });
});

it('needs no permission that it lacks', () => expect(cloud.denials).toEqual([]));
