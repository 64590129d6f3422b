import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { certificateSecrets } from '../../../lambdas/destinations/certificate-secrets.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { expectNowhere } from '../../helpers/nowhere.ts';
import { type Asked, type Reaction, serveApi } from '../../helpers/servers/api.ts';
import { certificateSecret, startMutualTls, tlsFixture } from '../../helpers/servers/mutual-tls.ts';

const cloud = await sharedCloud();
const { api } = cloud;

interface TargetView {
  readonly targetId: string;
}

/** A subscription with a target of kind http. */
const subscribe = (url: string, type: string, http: object, more: object = {}): Promise<TargetView> =>
  api.call('POST', '/v1/subscriptions', { kind: 'http', url, http, events: [type], ...more });

/** A service with an API at `/hook`, which repeats what it gets, and a token endpoint at `/token`. */
async function serveService(
  hook: (asked: Asked, count: number) => Reaction = () => ({ status: 200 }),
  token: (asked: Asked, count: number) => Reaction = (_, count) => ({
    body: { access_token: `t0ken-${count}`, token_type: 'bearer', expires_in: 3600 },
  }),
) {
  const hooks: Asked[] = [];
  const tokens: Asked[] = [];
  const { url } = await serveApi((asked) => {
    if (asked.path === '/token') return token(asked, tokens.push(asked));
    const reaction = hook(asked, hooks.push(asked));
    return typeof reaction === 'object' && reaction.body === undefined
      ? { ...reaction, body: asked.headers }
      : reaction;
  });
  return { url: `${url}/hook`, tokenUrl: `${url}/token`, hooks, tokens };
}

const client = (tokenUrl: string, more: object = {}) => ({
  auth: { type: 'oauth2', tokenUrl, clientId: 'posthorn', clientSecret: 'cl1ent-s3cret', ...more },
});

describe('APIs of services as targets (A25)', () => {
  it('get requests by another method, with a credential, signed; and no credential is anywhere', async () => {
    const service = await serveService();
    const basic = { type: 'basic', username: 'ada', password: 'p4ssword-of-ada' };
    const header = { type: 'header', name: 'X-Api-Key', value: 'k3y-of-the-service' };
    const bearer = { type: 'bearer', token: 'b3arer-of-the-service' };
    const { targetId } = await subscribe(service.url, 'http.basic', { method: 'PUT', auth: basic });
    await subscribe(service.url, 'http.header', { method: 'PATCH', auth: header });
    await subscribe(service.url, 'http.bearer', { auth: bearer });
    const types = ['http.basic', 'http.header', 'http.bearer'];
    const events = await Promise.all(types.map((type) => api.publish(type, { n: 1 })));
    const delivered = await Promise.all(events.map(({ id }) => cloud.delivery(id, 'delivered')));
    const asked = types.map(
      (type) => service.hooks.find((one) => one.headers['posthorn-event-type'] === type)!,
    );
    expect(
      asked.map(({ method, headers }) => [method, headers.authorization ?? headers['x-api-key']]),
    ).toEqual([
      ['PUT', `Basic ${Buffer.from('ada:p4ssword-of-ada').toString('base64')}`],
      ['PATCH', 'k3y-of-the-service'],
      ['POST', 'Bearer b3arer-of-the-service'],
    ]);
    expect(asked[0]!.headers).toMatchObject({ 'webhook-id': events[0]!.id, 'webhook-signature': /^v1,/ });
    const shown = await api.call<{ attempts: readonly object[] }>(
      'GET',
      `/v1/deliveries/${delivered[0]!.id}`,
    );
    expect(shown.attempts).toMatchObject([
      { request: { method: 'PUT', url: service.url, headers: { authorization: '[hidden]' } } },
    ]);
    // What a caller has read, it may write back.
    const path = `/v1/targets/${targetId}`;
    const view = await api.call<{ http: object }>('GET', path);
    expect(view.http).toEqual({
      method: 'PUT',
      auth: { ...basic, username: '[hidden]', password: '[hidden]' },
    });
    await api.call('PATCH', path, { http: { method: 'POST', auth: { password: 'n3w-password' } } });
    await eventually(async () => {
      const { id } = await api.publish('http.basic', {});
      await cloud.delivery(id, 'delivered');
      const { headers } = service.hooks.find((one) => one.headers['webhook-id'] === id)!;
      expect(headers.authorization).toBe(`Basic ${Buffer.from('ada:n3w-password').toString('base64')}`);
    });
    const secrets = [
      'p4ssword-of-ada',
      'n3w-password',
      basic64('ada:p4ssword-of-ada'),
      header.value,
      bearer.token,
    ];
    await cloud.settled();
    await expectNowhere(cloud, secrets);
  });

  it('get tokens: one for many deliveries, and another once one is refused', async () => {
    const refused = new Set<string>();
    const service = await serveService(({ headers }) => ({
      status: refused.has(headers.authorization!) ? 401 : 200,
    }));
    const retry = { schedule: [0], jitter: 0 };
    await subscribe(service.url, 'http.token', client(service.tokenUrl, { scope: 'a b', audience: 'api' }), {
      retry,
    });
    const { id: first } = await api.publish('http.token', {});
    await cloud.delivery(first, 'delivered');
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => api.publish('http.token', { n })));
    await Promise.all(many.map(({ id }) => cloud.delivery(id, 'delivered')));
    // A worker of its own asks for one of its own.
    expect(service.tokens.length).toBeLessThan(service.hooks.length);
    const [request] = service.tokens as [Asked];
    expect(request).toMatchObject({
      method: 'POST',
      headers: { authorization: `Basic ${basic64('posthorn:cl1ent-s3cret')}` },
      body: 'grant_type=client_credentials&scope=a+b&audience=api',
    });
    for (const { headers } of service.hooks) refused.add(headers.authorization!);
    const before = service.tokens.length;
    const { id } = await api.publish('http.token', {});
    await cloud.delivery(id, 'delivered');
    expect(service.tokens.length).toBeGreaterThan(before);
    await cloud.settled();
    await expectNowhere(cloud, ['cl1ent-s3cret', basic64('posthorn:cl1ent-s3cret'), 't0ken-1', 't0ken-2']);
  });

  it('get nothing without a token, and the delivery is tried again', async () => {
    const service = await serveService(undefined, (_, count) =>
      count === 1
        ? { status: 400, body: { error: 'invalid_client', error_description: 'cl1ent-s3cret' } }
        : { body: { access_token: 't0ken', token_type: 'Bearer' } },
    );
    const retry = { schedule: [0], jitter: 0 };
    await subscribe(service.url, 'http.none', client(service.tokenUrl, { clientAuthentication: 'post' }), {
      retry,
    });
    const { id } = await api.publish('http.none', {});
    const { attempts } = await cloud.delivery(id, 'delivered');
    expect(attempts).toMatchObject([
      { error: 'credentials', detail: 'the token endpoint answered 400 invalid_client' },
      { statusCode: 200 },
    ]);
    expect(service.hooks).toHaveLength(1);
    await expectNowhere(cloud, ['cl1ent-s3cret']);
  });

  it('answer a challenge with their credential, and take several events at once', async () => {
    const bodies: string[] = [];
    const auth = { type: 'bearer', token: 'b3arer-of-a-challenge' };

    const service = await serveService(({ body, headers }) => {
      if (headers.authorization !== 'Bearer b3arer-of-a-challenge') return { status: 401, body: 'no' };
      bodies.push(body);
      const { challenge } = JSON.parse(body) as { challenge?: string };
      return { body: { response: challenge } };
    });
    const made = await api.call<TargetView>('POST', '/v1/subscriptions', {
      kind: 'http',
      url: service.url,
      http: { method: 'PUT', auth },
      events: ['http.batch'],
      signature: 'ed25519',
      challengeRequired: true,
      batching: { maxEvents: 2, maxSeconds: 1 },
    });

    await eventually(async () =>
      expect(await api.call('GET', `/v1/targets/${made.targetId}`)).toMatchObject({
        verification: { state: 'passed' },
      }),
    );
    await api.publish('http.batch', { n: 1 });
    const { id } = await api.publish('http.batch', { n: 2 });
    await cloud.delivery(id, 'delivered');
    expect(service.hooks.map(({ method }) => method)).toEqual(service.hooks.map(() => 'PUT'));
    expect(JSON.parse(bodies.at(-1)!)).toEqual(expect.any(Array));
  });

  it.each<[string, object, string]>([
    ['the host of its requests', { url: 'http://127.0.0.1:2001/elsewhere' }, 'http.auth.clientSecret'],
    [
      'the host of its tokens',
      { http: { auth: { tokenUrl: 'http://127.0.0.1:2001/token' } } },
      'http.auth.clientSecret',
    ],
    [
      'its type',
      {
        http: {
          auth: { type: 'bearer', token: '[hidden]', tokenUrl: null, clientId: null, clientSecret: null },
        },
      },
      'http.auth.token',
    ],
  ])('keep no hidden credential when a caller changes %s', async (what, change, field) => {
    const { targetId } = await subscribe(
      'http://127.0.0.1:2000/hook',
      `http.kept.${what.length}`,
      client('http://127.0.0.1:2000/token'),
    );
    const answer = await cloud.request('PATCH', `/v1/targets/${targetId}`, change);
    expect(answer).toMatchObject({
      status: 422,
      body: { field, message: expect.stringContaining('expected the value') },
    });
  });

  it.each<[string, object, string]>([
    ['another kind’s settings', { kind: 'webhook', http: {} }, 'http'],
    ['an unknown type', { http: { auth: { type: 'digest' } } }, 'http.auth.type'],
    [
      'a name with a colon',
      { http: { auth: { type: 'basic', username: 'a:b', password: '' } } },
      'http.auth.username',
    ],
    ['a line break in a token', { http: { auth: { type: 'bearer', token: 'a\nb' } } }, 'http.auth.token'],
    ['GET', { http: { method: 'GET' } }, 'http.method'],
    [
      'a header twice',
      { headers: { Authorization: 'x' }, http: { auth: { type: 'bearer', token: 'x' } } },
      'http.auth',
    ],
  ])('are refused with %s', async (_, more, field) => {
    const body = { kind: 'http', url: 'http://127.0.0.1:2000/hook', http: {}, ...more };
    expect(await cloud.request('POST', '/v1/targets', body)).toMatchObject({ status: 422, body: { field } });
  });
});

const secretsManager = new SecretsManagerClient(cloud.awsClientConfig());

/** As an operator does it. */
const putCertificate = (name: string, secret: string, tenant = cloud.tenant) =>
  secretsManager.send(
    new CreateSecretCommand({
      Name: `${certificateSecrets('local')}${tenant}/${name}`,
      SecretString: secret,
    }),
  );

describe('mutual TLS (A25)', () => {
  it('proves who sends, for webhooks and APIs of services, and no key is anywhere', async () => {
    const { url, clients } = await startMutualTls();
    await putCertificate('good', certificateSecret('client'));
    await putCertificate('other', certificateSecret('other-client'));
    await api.subscribe({ url, events: ['tls.webhook'], clientCertificate: 'good' });
    const auth = { type: 'bearer', token: 'b3arer-over-tls' };
    const { targetId } = await subscribe(
      url,
      'tls.http',
      { method: 'PUT', auth },
      { clientCertificate: 'other' },
    );
    const events = await Promise.all(['tls.webhook', 'tls.http'].map((type) => api.publish(type, {})));
    for (const { id } of events) await cloud.delivery(id, 'delivered');
    expect(clients.map(({ name }) => name).sort()).toEqual(['client', 'other-client']);
    expect(await api.call('GET', `/v1/targets/${targetId}`)).toMatchObject({ clientCertificate: 'other' });
    const denied = cloud.denials.filter(({ action }) => action.startsWith('secretsmanager:'));
    expect(denied).toEqual([]);
    await cloud.settled();
    const keys = ['client', 'other-client'].map((name) => tlsFixture(`${name}-key`).split('\n')[1]!);
    await expectNowhere(cloud, [...keys, 'BEGIN PRIVATE KEY', 'b3arer-over-tls']);
  });

  it.each<[string, string, string | undefined, object]>([
    [
      'is tried again without a secret',
      'missing',
      undefined,
      { error: 'credentials', detail: 'client certificate missing: there is no secret of that name' },
    ],
    [
      'is tried again with a broken one',
      'broken',
      '{"certificate": "x"}',
      {
        error: 'credentials',
        detail: expect.stringMatching(/^client certificate broken: its secret is wrong/),
      },
    ],
    [
      'fails where the endpoint’s authority is not trusted',
      'strange',
      certificateSecret('client', { ca: tlsFixture('stranger') }),
      { error: 'tls' },
    ],
  ])('%s', async (_, name, secret, attempt) => {
    const { url, clients } = await startMutualTls();
    if (secret !== undefined) await putCertificate(name, secret);
    const type = `tls.${name}`;
    await api.subscribe({ url, events: [type], clientCertificate: name, retry: { schedule: [3600] } });
    const { id } = await api.publish(type, {});
    expect((await cloud.delivery(id, 'parked')).attempts).toMatchObject([attempt]);
    expect(clients).toEqual([]);
  });

  it('has certificates of its own for each tenant', async () => {
    const { url, clients } = await startMutualTls();
    const neighbour = await cloud.neighbour();
    await putCertificate('neighbours', certificateSecret('client'), neighbour.tenant);
    const settings = {
      url,
      events: ['tls.mine'],
      clientCertificate: 'neighbours',
      retry: { schedule: [3600] },
    };
    await api.subscribe(settings);
    const { id } = await api.publish('tls.mine', {});
    expect((await cloud.delivery(id, 'parked')).attempts).toMatchObject([{ error: 'credentials' }]);
    expect(clients).toEqual([]);
    await neighbour.api.subscribe(settings);
    const theirs = await neighbour.api.publish('tls.mine', {});
    await neighbour.delivery(theirs.id, 'delivered');
    expect(clients).toMatchObject([{ name: 'client' }]);
    const path = { ...settings, clientCertificate: `../${neighbour.tenant}/neighbours` };
    expect(await cloud.request('POST', '/v1/subscriptions', path)).toMatchObject({
      status: 422,
      body: { field: 'clientCertificate' },
    });
  });

  it('is refused without TLS', async () => {
    const body = { url: 'http://127.0.0.1:2000/hook', clientCertificate: 'good' };
    expect(await cloud.request('POST', '/v1/targets', body)).toMatchObject({
      status: 422,
      body: { field: 'clientCertificate' },
    });
  });
});

const basic64 = (text: string): string => Buffer.from(text).toString('base64');
