import { describe, expect, it } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Asked, serveApi } from '../../helpers/servers/api.ts';

const cloud = await sharedCloud();
const { api } = cloud;

interface Shown {
  readonly id: string;
  readonly reason?: string;
  readonly attempts: readonly {
    readonly error?: string;
    readonly detail?: string;
    readonly request?: object;
  }[];
}
const shown = (id: string): Promise<Shown> => api.call('GET', `/v1/deliveries/${id}`);

async function serve() {
  const asked: Asked[] = [];
  const { url } = await serveApi((one) => {
    asked.push(one);
    return { status: 200 };
  });
  const sentFor = (id: string) => asked.find(({ headers }) => headers['webhook-id'] === id);
  return { url, sentFor };
}

const subscribe = (url: string, type: string, transform: string, more: object = {}) =>
  api.call<{ targetId: string }>('POST', '/v1/subscriptions', { url, events: [type], transform, ...more });

describe('transformations (A25)', () => {
  it('make body, headers and path, which are signed and shown as they are sent; a replay makes them again', async () => {
    const { url, sentFor } = await serve();
    const transform =
      '{"body": {"text": type & " " & data.n, "r": $random()}, "headers": {"x-n": data.n, "x-team": "b"}, "path": "/n/" & data.n & "?a=1"}';
    await subscribe(`${url}/in?key=k`, 'shape.fine', transform, { headers: { 'X-Team': 'a', 'x-own': 'o' } });
    const { id } = await api.publish('shape.fine', { n: 7, long: 'x'.repeat(300) });
    const delivered = await cloud.delivery(id, 'delivered');
    const sent = sentFor(id)!;
    expect(sent.path).toBe('/in/n/7?key=k&a=1');
    expect(sent.body).toMatch(/^\{"text":"shape\.fine 7","r":0\.\d+\}$/);
    expect(sent.headers).toMatchObject({
      'content-type': 'application/json',
      'x-n': '7',
      'x-team': 'b',
      'x-own': 'o',
      'webhook-signature': /^v1,/,
    });
    const bytes = Buffer.byteLength(sent.body);
    expect(await shown(delivered.id)).toMatchObject({
      attempts: [
        {
          request: {
            transformed: true,
            bytes,
            url: `${url}/in/n/7?key=k&a=1`,
            headers: { 'content-length': String(bytes), 'x-n': '[hidden]' },
          },
        },
      ],
    });
  });

  it('that fail make dead letters, without a value of the payload and without a count against the endpoint', async () => {
    const { url, sentFor } = await serve();
    const { targetId } = await subscribe(url, 'shape.bad', '{"body": $number(data.secret)}');
    const { id } = await api.publish('shape.bad', { secret: 's3same' });
    const dead = await shown((await cloud.delivery(id, 'dead')).id);
    expect(dead).toMatchObject({
      reason: 'transform_failed',
      attempts: [
        { error: 'transform', detail: /^Unable to cast value to a number: … \(at character \d+\)$/ },
      ],
    });
    expect(sentFor(id)).toBeUndefined();
    expect(await api.call('GET', `/v1/targets/${targetId}`)).not.toHaveProperty('disabled');
    await api.call('PATCH', `/v1/targets/${targetId}`, { transform: '{"body": data}' });
    await api.call('POST', '/v1/dead-letters/redrive', { ids: [dead.id] });
    await cloud.delivery(id, 'delivered');
    expect(sentFor(id)!.body).toBe('{"secret":"s3same"}');
  });

  it('of a tenant that would never end leave others alone', async () => {
    const { url, sentFor } = await serve();
    await subscribe(url, 'shape.endless', '($f := function($n){ $f($n + 1) }; $f(0))');
    await subscribe(url, 'shape.quick', '{"body": type}');
    const hostile = await Promise.all(Array.from({ length: 5 }, () => api.publish('shape.endless', {})));
    const { id } = await api.publish('shape.quick', {});
    await cloud.delivery(id, 'delivered');
    expect(sentFor(id)!.body).toBe('shape.quick');
    const dead = await Promise.all(hostile.map((one) => cloud.delivery(one.id, 'dead')));
    const details = await Promise.all(dead.map(async (one) => (await shown(one.id)).attempts[0]!.detail));
    expect(details.filter((one) => /^it (took more|is not run)/.test(one!))).toHaveLength(5);
  });

  it('are checked when they are written, and can be tried', async () => {
    const { url } = await serve();
    const wrong = { url, transform: '{"body": ' };
    for (const [method, path, body, field] of [
      ['POST', '/v1/targets', wrong, 'transform'],
      ['POST', '/v1/subscriptions', { ...wrong, events: ['a'] }, 'transform'],
      ['POST', '/v1/subscriptions', { target: wrong, filter: { events: ['a'] } }, 'target.transform'],
      [
        'POST',
        '/v1/targets',
        { url, transform: '{}', batching: { maxEvents: 2, maxSeconds: 1 } },
        'transform',
      ],
    ] as const) {
      const answer = await cloud.request(method, path, body);
      expect({ status: answer.status, ...(answer.body as object) }).toMatchObject({
        status: 422,
        field,
      });
    }
    const { id } = await api.call<{ id: string }>('POST', '/v1/targets', {
      url,
      transform: '{"body": data.a}',
    });
    const test = (body?: object) => api.call('POST', `/v1/targets/${id}/transform/test`, body);
    expect(await test({ data: { a: [1] } })).toMatchObject({
      ok: true,
      request: { method: 'POST', url, body: '[1]', bytes: 3, headers: { 'webhook-signature': '[hidden]' } },
    });
    const event = await api.publish('shape.none', { a: 2 });
    await eventually(async () =>
      expect(await test({ event: event.id })).toMatchObject({ request: { body: '2' } }),
    );
    expect(await test({ transform: '$number(data.a)', data: { a: 'x' } })).toEqual({
      ok: false,
      problem: { message: 'Unable to cast value to a number: "x" (at character 8)', position: 8 },
    });
    const view = await api.call<{ transform: string }>('GET', `/v1/targets/${id}`);
    expect(view.transform).toBe('{"body": data.a}');
    await api.call('PUT', `/v1/targets/${id}`, { url });
    expect(await api.call('GET', `/v1/targets/${id}`)).not.toHaveProperty('transform');
  });
});
