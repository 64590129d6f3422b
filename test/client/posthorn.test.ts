import { describe, expect, it } from 'vitest';
import {
  ApiError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  NotAllowedError,
  NotFoundError,
  OPERATIONS,
  Posthorn,
  PosthornError,
  PreconditionFailedError,
  RateLimitedError,
  ServerError,
  TimeoutError,
  TooLargeError,
} from '../../client/index.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { type Reaction, serveApi } from '../helpers/servers/api.ts';

const KEY = 'phk_key';

/** A client of an API that reacts so. */
async function clientOf(react: Reaction | Parameters<typeof serveApi>[0], more: object = {}) {
  const api = await serveApi(typeof react === 'function' ? react : () => react);
  return { ...api, posthorn: new Posthorn({ url: api.url, key: KEY, maxRetries: 0, ...more }) };
}

describe('a method for each route', () => {
  it('has the name of its operation', () => {
    const posthorn = new Posthorn({ url: 'http://127.0.0.1:1' }) as unknown as Record<string, unknown>;
    expect(Object.keys(OPERATIONS).sort()).toEqual(Object.keys(ROUTES).sort());
    for (const name of Object.keys(ROUTES)) expect(typeof posthorn[name], name).toBe('function');
  });

  it('sends path, query, body and options where they belong', async () => {
    const { posthorn, asked } = await clientOf({ body: { id: 'tgt_1' } });
    await posthorn.listDeliveries({ status: 'dead', limit: 5 });
    await posthorn.patchTarget(
      { id: 'tgt_1', body: { active: false } },
      { ifMatch: '"3"', headers: { 'x-a': 'b' } },
    );
    await posthorn.createTarget({ body: { url: 'https://example.com' } }, { idempotencyKey: 'one' });
    const [list, patch, create] = asked;
    expect(list).toMatchObject({ method: 'GET', path: '/v1/deliveries?limit=5&status=dead', body: '' });
    expect(list!.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
    expect(patch).toMatchObject({ method: 'PATCH', path: '/v1/targets/tgt_1', body: '{"active":false}' });
    expect(patch!.headers).toMatchObject({
      'if-match': '"3"',
      'x-a': 'b',
      'content-type': 'application/json',
    });
    expect(create!.headers).toMatchObject({ 'idempotency-key': 'one' });
  });

  it.each([
    ['order/17?x=1%', '/v1/events/order%252F17%253Fx%3D1%2525'],
    ['a b#c', '/v1/events/a%20b%23c'],
    ['evt_1', '/v1/events/evt_1'],
  ])('escapes the id %s so that it arrives', async (id, path) => {
    const { posthorn, asked } = await clientOf({ body: {} });
    await posthorn.getEvent({ id });
    expect(asked[0]!.path).toBe(path);
  });

  it('sends bytes as they are, and gives bytes back', async () => {
    const { posthorn, asked } = await clientOf({
      headers: { 'content-type': 'image/png' },
      body: Uint8Array.of(0, 255),
    });
    await posthorn
      .publish(
        { body: '<order/>', contentType: 'application/xml' },
        { headers: { 'ce-type': 'order.created' } },
      )
      .catch(() => undefined);
    expect(asked[0]).toMatchObject({ body: '<order/>' });
    expect(asked[0]!.headers).toMatchObject({
      'content-type': 'application/xml',
      'ce-type': 'order.created',
    });
    expect(await posthorn.getEventPayload({ id: 'evt_1' })).toEqual(Uint8Array.of(0, 255));
  });

  it('gives a list in another form as its text', async () => {
    const { posthorn } = await clientOf({ body: 'id,url\n', headers: { 'content-type': 'text/csv' } });
    expect(await posthorn.listTargets({ format: 'csv' })).toBe('id,url\n');
  });

  it('gives the HTTP answer as well', async () => {
    const { posthorn } = await clientOf({ headers: { etag: '"7"' }, body: { id: 'tgt_1' } });
    const { data, response } = await posthorn.getTarget({ id: 'tgt_1' }).withResponse();
    expect([data.id, response.headers.get('etag')]).toEqual(['tgt_1', '"7"']);
  });

  it('gives nothing for an answer without a body', async () => {
    const { posthorn } = await clientOf({ status: 204 });
    expect(await posthorn.deleteTarget({ id: 'tgt_1' })).toBeUndefined();
  });

  it('asks for the key before each request', async () => {
    let count = 0;
    const { posthorn, asked } = await clientOf({ body: {} }, { key: async () => `phk_${++count}` });
    await posthorn.getHealth();
    await posthorn.getHealth();
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer phk_1', 'Bearer phk_2']);
  });

  it.each([
    [
      'an argument that it does not have',
      { id: 'tgt_1', limt: 3 },
      'getTarget takes no argument limt, but id',
    ],
    ['a parameter that is missing', {}, 'expected a value for id'],
    ['an id that no path carries', { id: '..' }, 'expected another id than .., which no path carries'],
  ])('refuses %s', async (_, args, message) => {
    const { posthorn, asked } = await clientOf({ body: {} });
    await expect(posthorn.call('getTarget', args)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  it('refuses options that the operation does not take', async () => {
    const { posthorn } = await clientOf({ body: {} });
    await expect(posthorn.call('createTarget', { body: {} }, { ifMatch: '"1"' })).rejects.toThrow(
      'takes no ifMatch',
    );
    await expect(posthorn.call('getTarget', { id: 'a' }, { idempotencyKey: 'k' })).rejects.toThrow(
      'takes no idempotencyKey',
    );
    await expect(posthorn.call('getTargets' as 'getTarget', {})).rejects.toThrow(
      'there is no operation getTargets',
    );
    expect(() => new Posthorn({ url: 'example.com' })).toThrow("expected the API's address");
    expect(() => new Posthorn({ url: 'file:///etc/passwd' })).toThrow("expected the API's address");
    const withPassword = () => new Posthorn({ url: 'https://ada:hunter2@example.com' });
    expect(withPassword).toThrow('without user and password');
    expect(withPassword).not.toThrow('hunter2');
  });
});

describe('a list', () => {
  const PAGES = [
    { items: [{ id: 'a' }, { id: 'b' }], next: 'second' },
    { items: [], next: 'third' },
    { items: [{ id: 'c' }], next: null },
  ];

  const paged = () =>
    clientOf(({ path }) => ({ body: PAGES[path.includes('third') ? 2 : path.includes('second') ? 1 : 0] }));

  it('is a promise of its first page', async () => {
    const { posthorn, asked } = await paged();
    expect(await posthorn.listTargets({ state: 'failing' })).toEqual(PAGES[0]);
    expect(asked.map(({ path }) => path)).toEqual(['/v1/targets?state=failing']);
  });

  it('is all its entries, page after page, each asked for once', async () => {
    const { posthorn, asked } = await paged();
    const ids: string[] = [];
    for await (const { id } of posthorn.listTargets({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/targets?limit=2',
      '/v1/targets?limit=2&cursor=second',
      '/v1/targets?limit=2&cursor=third',
    ]);
  });

  it('asks for no page that nobody reads', async () => {
    const { posthorn, asked } = await paged();
    for await (const { id } of posthorn.listTargets()) if (id === 'b') break;
    expect(asked).toHaveLength(1);
    for await (const page of posthorn.listTargets().pages()) if (page.next === 'third') break;
    expect(asked).toHaveLength(3);
  });
});

describe('errors', () => {
  it.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, NotAllowedError],
    [404, NotFoundError],
    [409, ConflictError],
    [412, PreconditionFailedError],
    [413, TooLargeError],
    [415, BadRequestError],
    [418, ApiError],
    [422, BadRequestError],
    [429, RateLimitedError],
    [500, ServerError],
    [503, ServerError],
  ])('of status %i have a class', async (status, expected) => {
    const problems = [{ message: 'one', field: 'a' }, { message: 'two' }];
    const { posthorn } = await clientOf({
      status,
      headers: { 'apigw-requestid': 'req=', 'retry-after': '2' },
      body: { error: 'some_kind', message: 'expected more', field: 'a', problems, timestamp: '' },
    });
    const error = await posthorn.getTarget({ id: 'tgt_1' }).catch((each) => each);
    expect(error).toBeInstanceOf(expected);
    expect(error).toMatchObject({
      name: expected.name,
      status,
      kind: 'some_kind',
      message: 'expected more',
      field: 'a',
      problems,
      requestId: 'req=',
      operation: 'getTarget',
      retryAfterMs: 2000,
    });
  });

  it('read what API Gateway and proxies say', async () => {
    const { posthorn } = await clientOf(({ path }) =>
      path === '/health' ? { status: 403, body: { message: 'Forbidden' } } : { status: 502, body: '<html>' },
    );
    expect(await posthorn.getHealth().catch((error) => error)).toMatchObject({
      kind: '',
      message: 'Forbidden',
    });
    expect(await posthorn.getEgress().catch((error) => error)).toMatchObject({
      kind: '',
      message: 'the API answered with status 502',
    });
  });

  it('say that something else is at the address', async () => {
    const { posthorn } = await clientOf({ body: '<!doctype html>' });
    await expect(posthorn.getHealth()).rejects.toThrow(PosthornError);
    await expect(posthorn.getHealth()).rejects.toThrow('is this its address?');
  });

  it('say why no answer came', async () => {
    const { posthorn } = await clientOf('cut');
    const error = (await posthorn.getHealth().catch((each) => each)) as ConnectionError;
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.cause).toBeInstanceOf(Error);
    const refused = new Posthorn({ url: 'http://127.0.0.1:1', maxRetries: 0 });
    await expect(refused.getHealth()).rejects.toThrow(/no answer from the API: .*(ECONNREFUSED|bad port)/);
  });

  it('say that time is up', async () => {
    const { posthorn } = await clientOf('hang', { timeoutMs: 30 });
    await expect(posthorn.getHealth()).rejects.toThrow(new TimeoutError('getHealth: no answer within 30 ms'));
  });
});

describe('a signal', () => {
  it('ends a call with its reason', async () => {
    const { posthorn } = await clientOf('hang');
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    const call = posthorn.getHealth({}, { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('lets nothing be sent that has been ended before', async () => {
    const { posthorn, asked } = await clientOf({ body: {} });
    const reason = new Error('too late');
    await expect(posthorn.getHealth({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });
});

describe('hooks', () => {
  it('see each try, without the credential', async () => {
    const seen: unknown[] = [];
    const { posthorn } = await clientOf(
      (_, count) => (count === 1 ? { status: 503 } : { body: { id: 'flt_1' } }),
      {
        maxRetries: 1,
        onRequest: ({ method, headers, text }: never) =>
          seen.push([method, (headers as Headers).get('authorization'), text]),
        onResponse: ({ status, text }: never) => seen.push([status, text]),
      },
    );
    expect(await posthorn.createFilter({ body: { events: ['a.*'] } })).toMatchObject({ id: 'flt_1' });
    const texts = await Promise.all(
      (seen as unknown[][]).map((each) => (each.at(-1) as () => Promise<string>)()),
    );
    expect((seen as unknown[][]).map((each) => each.slice(0, -1))).toEqual([
      ['POST', 'Bearer ***'],
      [503],
      ['POST', 'Bearer ***'],
      [200],
    ]);
    expect(texts).toEqual(['{"events":["a.*"]}', '', '{"events":["a.*"]}', '{"id":"flt_1"}']);
  });
});
