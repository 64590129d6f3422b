import { createHash, createHmac, randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { Webhooks } from '@octokit/webhooks';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, it } from 'vitest';
import { deliveryKey } from '../../../lambdas/events/log-keys.ts';
import { MAX_PAYLOAD_BYTES } from '../../../lambdas/events/payload.ts';
import { RETRY_PRESETS } from '../../../lambdas/targets/retry-policy.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { timeOfUlid } from '../../../lambdas/values/ids.ts';
import { createMeter } from '../../../local/cloud.ts';
import { anyBytes, stringBytes } from '../../helpers/arbitrary/arbitrary-bytes.ts';
import { type DeliveryView, type List, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { CONTENT_TYPES, JSON_FORMS, type Published, RAW_FORMS } from '../../helpers/publishing-forms.ts';
import { runs } from '../../helpers/runs.ts';
import { refusingUrl, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { type Behaviour, type RawServer, serveRaw } from '../../helpers/servers/odd-server.ts';

const meter = createMeter();
const cloud = await startCloud({ meter });
const { api } = cloud;

describe('signatures, checked by the official libraries (K2, K3, A16)', () => {
  it('signs by Standard Webhooks, with the time against replay', async () => {
    const endpoint = await startEndpoint();
    const { secret } = await api.subscribe({ url: endpoint.url, events: ['signed.standard'] });
    const { id } = await api.publish('signed.standard', { amount: 1 });
    await cloud.delivery(id, 'delivered');
    const [{ headers, body }] = endpoint.arrivals as [(typeof endpoint.arrivals)[0]];
    const verify = (text: string): unknown =>
      new Webhook(secret).verify(text, headers as Record<string, string>);
    expect(verify(body.toString())).toEqual({ amount: 1 });
    expect(() => verify(`${body} `)).toThrow();
    expect(headers).toMatchObject({
      'webhook-id': id,
      'posthorn-event-type': 'signed.standard',
      'posthorn-attempt': '1',
      'content-type': 'application/json',
    });
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('signs as GitHub does, with sha256=<hex>', async () => {
    const endpoint = await startEndpoint();
    const secret = 'a secret that the receiver chose';
    await api.subscribe({ url: endpoint.url, events: ['signed.sha256'], signature: 'sha256', secret });
    const { id } = await api.publish('signed.sha256', { amount: 1 });
    await cloud.delivery(id, 'delivered');
    const [{ headers, body }] = endpoint.arrivals as [(typeof endpoint.arrivals)[0]];
    const signature = headers['x-hub-signature-256'] as string;
    expect(signature).toMatch(/^sha256=[0-9a-f]{64}$/);
    const webhooks = new Webhooks({ secret });
    expect(await webhooks.verify(body.toString(), signature)).toBe(true);
    expect(await webhooks.verify(`${body} `, signature)).toBe(false);
  });
});

describe('what was sent can be compared with what arrived (A9)', () => {
  it('headers, URL, keys, address and times of an attempt', async () => {
    const endpoint = await startEndpoint();
    const { targetId } = await api.subscribe({
      url: `${endpoint.url}?token=1`,
      events: ['compared.event'],
      headers: { 'X-Team': 'a secret of the endpoint' },
    });
    const { id } = await api.publish('compared.event', { amount: 1 });
    const delivered = await cloud.delivery(id, 'delivered');
    const path = `/v1/targets/${targetId}/secrets`;
    const { items } = await api.call<List<{ keyId: string; secret: string }>>('GET', path);
    const [{ keyId, secret }] = items as [(typeof items)[0]];
    const [{ headers }] = endpoint.arrivals as [(typeof endpoint.arrivals)[0]];

    const { attempts } = await api.call<DeliveryView>('GET', `/v1/deliveries/${delivered.id}`);
    expect(attempts[0]!.request).toMatchObject({
      url: `${endpoint.url}?token=1`,
      headers: { ...headers, 'x-team': '[hidden]' },
      signature: { scheme: 'standard', keyIds: [keyId] },
      remoteAddress: '127.0.0.1',
      times: { firstByteMs: expect.any(Number) },
    });
    expect(Object.keys(attempts[0]!.request!.headers!).sort()).toEqual(Object.keys(headers).sort());
    expect(keyId).toBe(createHash('sha256').update(secret).digest('hex').slice(0, 8));

    const reader = await api.call<{ key: string }>('POST', '/v1/keys', { name: 'reader', scopes: ['read'] });
    const authorization = `Bearer ${reader.key}`;
    const shown = await cloud.request('GET', `/v1/events/${id}/deliveries`, undefined, { authorization });
    expect(shown.body).toMatchObject({
      items: [
        { attempts: [{ request: { url: `${endpoint.url}?[hidden]`, headers: { 'webhook-id': id } } }] },
      ],
    });
    expect(JSON.stringify(shown.body)).not.toMatch(/token=1|a secret of/);
  });

  it('how far a request came that got no answer', async () => {
    const url = await refusingUrl();
    await api.subscribe({ url, events: ['compared.refused'], retry: { schedule: [3600] } });
    const { id } = await api.publish('compared.refused', {});
    const { attempts } = await cloud.delivery(id, 'parked');
    expect(attempts[0]).toMatchObject({
      error: 'refused',
      request: { remoteAddress: '127.0.0.1', failedIn: 'connect' },
    });
  });
});

describe('the body arrives byte for byte (B6)', () => {
  it('keeps the data of a JSON request as it was written', async () => {
    const endpoint = await startEndpoint();
    await api.subscribe({ url: endpoint.url, events: ['bytes.json'] });
    const data =
      '{ "price": 1.10,\n\t"big": 12345678901234567890123, "e": 1E400, "s": "\\u00e9é\\/" , "a":[ ] }';
    const { id } = await api.call<{ id: string }>(
      'POST',
      '/v1/events',
      `{"data" : ${data} ,"type":"bytes.json"}`,
    );
    await cloud.delivery(id, 'delivered');
    expect(endpoint.arrivals[0]!.body.toString()).toBe(data);
  });

  it.each<[string, string, Uint8Array]>([
    ['form', 'application/x-www-form-urlencoded', Buffer.from('a=1&b=%20')],
    ['xml', 'application/xml; charset=utf-8', Buffer.from('<a>ü</a>\r\n')],
    ['text', 'text/plain', Buffer.from('\u0000\ufffe\uffff\ud83d\ude00')],
    ['avro', 'avro/binary', randomBytes(1000)],
    ['invalid', 'application/octet-stream', Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80)],
    ['random', 'application/octet-stream', randomBytes(100_000)],
    ['json', 'application/json', Buffer.from(' {"kept":  "as it is"} ')],
    ['empty', 'application/octet-stream', new Uint8Array()],
  ])('takes a raw body of any kind: %s, %s', async (name, contentType, body) => {
    const endpoint = await startEndpoint();
    const type = `bytes.raw.${name}`;
    const { secret } = await api.subscribe({ url: endpoint.url, events: [type] });
    const headers = { 'content-type': contentType, 'ce-type': type, 'ce-id': `raw-${name}` };
    const answer = await cloud.request('POST', '/v1/events', body, headers);
    expect(answer).toEqual({ status: 202, body: { id: `raw-${name}` } });
    await cloud.delivery(`raw-${name}`, 'delivered');
    const [arrival] = endpoint.arrivals;
    expect(arrival!.body.equals(body)).toBe(true);
    expect(arrival!.headers).toMatchObject({ 'content-type': contentType, 'webhook-id': `raw-${name}` });
    const signed = new Webhook(secret).sign(
      `raw-${name}`,
      new Date(Number(arrival!.headers['webhook-timestamp']) * 1000),
      // The library signs text; unit tests of the signature cover bytes that are not UTF-8.
      arrival!.body.toString(),
    );
    if (Buffer.from(arrival!.body.toString()).equals(body)) {
      expect(arrival!.headers['webhook-signature']).toBe(signed);
    }
  });
});

describe('any bytes, in any form, arrive as they were sent or are refused (B6)', () => {
  /** Another seed sends other bytes. */
  const seed = Number(process.env.FUZZ_SEED ?? 20_261_127);
  const secret = 'what the sender of addressed events knows';

  const sending = fc.constantFrom(...Object.keys(RAW_FORMS), ...Object.keys(JSON_FORMS)).chain((form) =>
    fc.record({
      form: fc.constant(form),
      content: form in RAW_FORMS ? anyBytes : stringBytes,
      contentType: fc.constantFrom(...CONTENT_TYPES),
      isChunked: fc.boolean(),
      inBase64: fc.boolean(),
    }),
  );

  interface Sending {
    readonly isChunked: boolean;
    readonly inBase64: boolean;
    readonly subscription: string;
  }

  async function send(
    published: Published,
    { isChunked, inBase64, subscription }: Sending,
  ): Promise<Response> {
    const { operation, contentType, headers, body } = published;
    const wire = inBase64 ? Buffer.from(body.toString('base64')) : body;
    const path = {
      publish: '/v1/events',
      publishBatch: '/v1/events/batch',
      publishLogs: '/v1/logs',
      publishToSubscription: `/v1/subscriptions/${subscription}/ingest?event_type=a`,
    }[operation];
    const signature = createHmac('sha256', secret).update(wire).digest('hex');
    const init = {
      method: 'POST',
      headers: {
        ...headers,
        ...(contentType !== undefined && { 'content-type': contentType }),
        ...(inBase64 && { 'content-transfer-encoding': 'base64' }),
        ...(operation === 'publishToSubscription'
          ? { 'x-hub-signature-256': `sha256=${signature}` }
          : { authorization: `Bearer ${cloud.key}` }),
      },
      body: isChunked ? ReadableStream.from([wire]) : new Uint8Array(wire),
      duplex: 'half',
    };
    return fetch(`${cloud.apiUrl}${path}`, init as RequestInit);
  }

  it(`seed ${seed}`, async () => {
    const endpoint = await startEndpoint();
    const events = ['a', 'b', 'a.b', 'log.**'];
    const { id: subscription } = await api.subscribe({
      url: endpoint.url,
      events,
      signature: 'sha256',
      secret,
    });
    const expected = new Map<string, string>();
    const refused: unknown[] = [];
    const samples = fc.sample(sending, { seed, numRuns: runs(150) });
    for (const [i, { form, content, contentType, ...how }] of samples.entries()) {
      const published = { ...RAW_FORMS, ...JSON_FORMS }[form]!(content, contentType, `fuzz-${i}`);
      const answer = await send(published, { ...how, subscription });
      const body = (await answer.json()) as { id: string; events?: { id: string }[] };
      if (answer.status === 202) {
        const ids = (body.events ?? [body]).map(({ id }) => id);
        for (const [n, id] of ids.entries()) expected.set(id, published.payloads[n]!.toString('hex'));
      } else {
        refused.push(body);
        expect({ form, status: answer.status, body }).toMatchObject({
          status: expect.toBeOneOf([400, 415]),
          body: { message: expect.stringMatching(/^expected /) },
        });
      }
    }
    await cloud.settled();
    const arrived = endpoint.arrivals.map(({ headers, body }) => [
      headers['webhook-id'],
      body.toString('hex'),
    ]);
    expect(Object.fromEntries(arrived)).toEqual(Object.fromEntries(expected));
    // Both happen often enough to be meaningful.
    expect([expected.size > 75, refused.length > 15]).toEqual([true, true]);
  });
});

describe('large payloads (K2, B5)', () => {
  it.each([9 * 1024, 300_000, MAX_PAYLOAD_BYTES])('carries %i bytes through the bucket', async (bytes) => {
    const endpoint = await startEndpoint();
    const type = `large.b${bytes}`;
    await api.subscribe({ url: endpoint.url, events: [type] });
    const body = randomBytes(bytes);
    const headers = { 'content-type': 'image/png', 'ce-type': type };
    const { body: accepted } = await cloud.request('POST', '/v1/events', body, headers);
    const { id } = accepted as { id: string };
    await cloud.delivery(id, 'delivered');
    expect(endpoint.arrivals[0]!.body.equals(body)).toBe(true);
    expect(await api.call('GET', `/v1/events/${id}`)).toMatchObject({ bytes, contentType: 'image/png' });
  });

  it('refuses more, and names the limit', async () => {
    const body = randomBytes(MAX_PAYLOAD_BYTES + 1);
    const headers = { 'content-type': 'image/png', 'ce-type': 'large.beyond' };
    const answer = await cloud.request('POST', '/v1/events', body, headers);
    expect(answer).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
    expect(answer.body).toHaveProperty('message', expect.stringContaining(String(MAX_PAYLOAD_BYTES)));
  });
});

describe('identity (B7)', () => {
  it('drops an event with a known id, alone or in a batch', async () => {
    const endpoint = await startEndpoint();
    await api.subscribe({ url: endpoint.url, events: ['same.**'] });
    const published = [
      await api.publish('same.one', 1, 'order-1'),
      await api.publish('same.one', 1, 'order-1'),
      ...(
        await api.publishBatch(
          '{"events":[{"type":"same.two","data":3,"id":"order-2"},{"type":"same.two","data":3,"id":"order-2"}]}',
        )
      ).events,
    ];
    expect(published.map(({ id }) => id)).toEqual(['order-1', 'order-1', 'order-2', 'order-2']);
    await cloud.settled();
    const ids = endpoint.arrivals.map(({ headers }) => headers['webhook-id']);
    expect(ids.sort()).toEqual(['order-1', 'order-2']);
    expect(await api.call('GET', '/v1/events/order-1')).toMatchObject({ id: 'order-1', type: 'same.one' });
  });

  const keyed = { 'idempotency-key': 'one of mine' };
  const cloudEvent = (data: number, more: Record<string, string> = {}) => [
    '/v1/events',
    String(data),
    {
      'content-type': 'application/json',
      ...{ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/reused', 'ce-type': 'reused.ce', ...more },
    },
  ];
  type Request = [path: string, body: string | object, headers?: Record<string, string>];
  it.each<[string, Request, Request, string, string]>([
    [
      'an id',
      ['/v1/events', { type: 'reused.id', data: 1, id: 'reused-1' }],
      ['/v1/events', { type: 'reused.id', data: 2, id: 'reused-1' }],
      'event_id_reused',
      'id',
    ],
    [
      'an id of raw bytes',
      ['/v1/events', 'one', { 'ce-type': 'reused.raw', 'ce-id': 'reused-2', 'content-type': 'text/plain' }],
      ['/v1/events', 'two', { 'ce-type': 'reused.raw', 'ce-id': 'reused-2', 'content-type': 'text/plain' }],
      'event_id_reused',
      'id',
    ],
    [
      'source and id of a CloudEvent',
      cloudEvent(1, { 'ce-time': '2026-11-21T10:00:00Z' }) as Request,
      cloudEvent(2) as Request,
      'event_id_reused',
      'id',
    ],
    [
      'a key',
      ['/v1/events', { type: 'reused.key', data: 1 }, keyed],
      ['/v1/events', { type: 'reused.key', data: 2 }, keyed],
      'idempotency_key_reused',
      'Idempotency-Key',
    ],
    [
      'a key of log records',
      ['/v1/logs', [{ level: 'a' }, { level: 'b' }], keyed],
      ['/v1/logs', [{ level: 'c' }, { level: 'd' }], keyed],
      'idempotency_key_reused',
      'Idempotency-Key',
    ],
  ])('refuses another event under %s, and takes the same', async (_, first, second, error, field) => {
    const send = ([path, body, headers]: Request) => cloud.request('POST', path, body, headers);
    const accepted = await send(first);
    expect(accepted).toMatchObject({ status: 202 });
    await cloud.settled();
    expect(await send(first)).toEqual(accepted);
    const refusal = { error, message: expect.stringMatching(/^expected a new (id|key): /), field };
    expect(await send(second)).toMatchObject({ status: 422, body: refusal });
  });

  it('costs one read for a request with ids, and none without', async () => {
    const events = Array.from({ length: 40 }, (_, i) => ({ type: 'read.batch', data: i, id: `read-${i}` }));
    const readsOf = async (path: string, body: object, headers = {}): Promise<[string, number, number][]> => {
      meter.reset();
      expect(await cloud.request('POST', path, body, headers)).toMatchObject({ status: 202 });
      return meter
        .snapshot()
        .filter(({ caller, service }) => caller === 'Ingest' && service === 'dynamodb')
        .map(({ operation, requests, units }) => [operation, requests, units]);
    };
    const one = { type: 'read.one', data: 1 };
    expect(await readsOf('/v1/events', one)).toEqual([]);
    expect(await readsOf('/v1/events/batch', { events: [one, one] })).toEqual([]);
    expect(await readsOf('/v1/logs', { level: 'a' })).toEqual([]);
    expect(await readsOf('/v1/events', { ...one, id: 'read-1' })).toEqual([['BatchGetItem', 1, 0.5]]);
    expect(await readsOf('/v1/events', one, { 'idempotency-key': 'read' })).toEqual([
      ['BatchGetItem', 1, 0.5],
    ]);
    const unknown = events.map((event) => ({ ...event, id: `unread-${event.data}` }));
    expect(await readsOf('/v1/events/batch', { events: unknown })).toEqual([['BatchGetItem', 1, 20]]);
  });

  it('says of each event of a batch whether its id is another event’s', async () => {
    const batch = (...data: number[]) =>
      cloud.request('POST', '/v1/events/batch', {
        events: data.map((n, i) => ({ type: 'reused.batch', data: n, id: `batch-${i % 3}` })),
      });
    expect(await batch(0, 1)).toMatchObject({ status: 202, body: { accepted: 2 } });
    await cloud.settled();
    const error = (i: number) => ({
      error: { error: 'event_id_reused', message: expect.any(String), field: `events[${i}].id` },
    });
    expect(await batch(0, 7, 2, 0, 1, 8)).toEqual({
      status: 202,
      body: {
        accepted: 4,
        rejected: 2,
        events: [
          { id: 'batch-0' },
          error(1),
          { id: 'batch-2' },
          { id: 'batch-0' },
          { id: 'batch-1' },
          error(5),
        ],
      },
    });
  });

  it('gives every attempt of a delivery the same id', async () => {
    const endpoint = await startEndpoint((attempt) => ({ status: attempt < 3 ? 500 : 200 }));
    await api.subscribe({ url: endpoint.url, events: ['identity.attempts'], retry: { schedule: [0, 0] } });
    const { id } = await api.publish('identity.attempts', {});
    await cloud.delivery(id, 'delivered');
    expect(endpoint.arrivals.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(endpoint.arrivals.map(({ headers }) => headers['posthorn-attempt'])).toEqual(['1', '2', '3']);
  });
});

describe('which subscriptions get an event (A2, B3)', () => {
  it('sends an event to each subscription whose pattern fits, once', async () => {
    const patterns: [string[], string[]][] = [
      [['pay.card.ok'], ['pay.card.ok']],
      [['pay.*.ok'], ['pay.card.ok', 'pay.sepa.ok']],
      [['pay.**'], ['pay', 'pay.card.ok', 'pay.sepa.ok', 'pay.sepa.late.again']],
      [
        ['pay.**.again', 'pay'],
        ['pay', 'pay.sepa.late.again'],
      ],
      [
        ['pay.card.ok', 'pay.card.*', 'pay.**.ok'],
        ['pay.card.ok', 'pay.sepa.ok'],
      ],
      [['*.*.*'], ['pay.card.ok', 'pay.sepa.ok']],
      // Alone, `*` matches everything.
      [['*'], ['pay', 'pay.card.ok', 'pay.sepa.ok', 'pay.sepa.late.again']],
    ];
    const subscribed = await Promise.all(
      patterns.map(async ([events, expected]) => {
        const endpoint = await startEndpoint();
        const { id } = await api.subscribe({ url: endpoint.url, events });
        return { id, endpoint, expected };
      }),
    );
    const events = ['pay', 'pay.card.ok', 'pay.sepa.ok', 'pay.sepa.late.again'].map((type) => ({
      type,
      data: 1,
    }));
    await api.publishBatch(JSON.stringify({ events }));
    await cloud.settled();
    for (const { id, endpoint, expected } of subscribed) {
      const types = endpoint.arrivals.map(({ headers }) => headers['posthorn-event-type']);
      expect(types.sort()).toEqual(expected.sort());
      await api.call('DELETE', `/v1/subscriptions/${id}`);
    }
  });

  it('sends nothing to a subscription that is not active', async () => {
    const [active, inactive] = [await startEndpoint(), await startEndpoint()];
    const events = ['binding.made'];
    const off = await api.subscribe({ url: inactive.url, events, active: false });
    await api.subscribe({ url: active.url, events });
    const { id } = await api.publish('binding.made', {});
    await cloud.delivery(id, 'delivered');
    await cloud.settled();
    expect(inactive.arrivals).toEqual([]);
    expect(await api.deliveriesOf(off.id)).toEqual([]);
  });
});

describe('throughput', () => {
  it('takes a hundred events in one request, and delivers each', async () => {
    const endpoint = await startEndpoint();
    const { id } = await api.subscribe({ url: endpoint.url, events: ['batch.**'] });
    const events = Array.from({ length: 100 }, (_, i) => ({ type: `batch.n${i}`, data: { i } }));
    const accepted = await api.publishBatch(JSON.stringify({ events }));
    await cloud.settled();
    const ids = accepted.events.map((event) => event.id);
    expect(new Set(ids).size).toBe(100);
    expect(endpoint.arrivals.map(({ headers }) => headers['webhook-id']).sort()).toEqual(ids.sort());
    const deliveries = await api.deliveriesOf(id);
    expect(deliveries.map(({ status }) => status)).toEqual(Array(100).fill('delivered'));
  });

  it('posts many at once over connections that are used again (A14)', async () => {
    const endpoint = await startEndpoint(() => ({ status: 200, body: 'thank you', afterMs: 20 }));
    await api.subscribe({ url: endpoint.url, events: ['pool.**'] });
    const batch = JSON.stringify({
      events: Array.from({ length: 100 }, () => ({ type: 'pool.x', data: 1 })),
    });
    for (let i = 0; i < 4; i++) await api.publishBatch(batch);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(400));
    expect(endpoint.mostAtOnce()).toBeGreaterThan(3);
    expect(endpoint.sockets()).toBeLessThan(200);
  });

  it('keeps subscriptions in memory, and knows a new one at once (B9)', async () => {
    const first = await startEndpoint();
    const second = await startEndpoint();
    await api.subscribe({ url: first.url, events: ['heart.beat'] });
    const warm = await api.publishBatch(
      JSON.stringify({ events: Array.from({ length: 100 }, () => ({ type: 'heart.beat', data: 1 })) }),
    );
    await cloud.settled();
    meter.reset();
    for (let i = 0; i < 30; i++) await api.publish('heart.beat', i);
    await eventually(() => expect(first.arrivals).toHaveLength(warm.events.length + 30));
    const fanout = cloud.functions.get('Fanout')!.stats();
    const reads = (operation: string): number =>
      meter.snapshot().find((entry) => entry.caller === 'Fanout' && entry.operation === operation)
        ?.requests ?? 0;
    // A worker that was not used since the last change loads the index once; no event does.
    expect(reads('Query')).toBeLessThanOrEqual(fanout.workers);
    // One for versions and one for endpoint health, which is cached for a moment.
    expect(reads('BatchGetItem')).toBeLessThanOrEqual(2 * fanout.invocations);

    await api.subscribe({ url: second.url, events: ['heart.beat'] });
    const { id } = await api.publish('heart.beat', 'now');
    await eventually(() => expect(second.arrivals).toHaveLength(1));
    expect(second.arrivals[0]!.headers['webhook-id']).toBe(id);
  });
});

describe.concurrent('failures of endpoints (K4, A9, A12)', () => {
  it('retries, and keeps time, duration, status and answer of every attempt (C5)', async () => {
    const endpoint = await startEndpoint((attempt) =>
      attempt === 1 ? { status: 503, body: 'down for maintenance' } : { status: 201, body: 'thanks' },
    );
    const subscription = await api.subscribe({
      url: endpoint.url,
      events: ['retry.later'],
      retry: { schedule: [1], jitter: 0 },
    });
    const { id } = await api.publish('retry.later', {});
    const delivery = await cloud.delivery(id, 'delivered');
    expect(delivery).toMatchObject({
      event: { id, type: 'retry.later' },
      subscriptionId: subscription.id,
      targetId: subscription.targetId,
      attempts: [
        { number: 1, statusCode: 503, answer: 'down for maintenance' },
        { number: 2, statusCode: 201, answer: 'thanks' },
      ],
    });
    const [first, second] = delivery.attempts;
    expect(first!.durationMs).toBeGreaterThanOrEqual(0);
    expect(Date.parse(second!.at) - Date.parse(first!.at)).toBeGreaterThan(400);
    const history = await api.call<List<DeliveryView>>(
      'GET',
      `/v1/subscriptions/${subscription.id}/deliveries`,
    );
    // Headers need the event, which this list does not read.
    const attempts = delivery.attempts.map(({ request, ...attempt }) => {
      const { headers: _, ...withoutHeaders } = request!;
      return { ...attempt, request: withoutHeaders };
    });
    expect(history).toEqual({ items: [{ ...delivery, attempts }], next: null });
  });

  it('logs every attempt for 72 hours (C4)', async () => {
    const endpoint = await startEndpoint((attempt) => ({ status: attempt === 1 ? 500 : 200 }));
    const to = await api.subscribe({ url: endpoint.url, events: ['retry.logged'], retry: { schedule: [0] } });
    const { id } = await api.publish('retry.logged', {});
    await cloud.delivery(id, 'delivered');
    const ulid = id.slice('evt_'.length);
    const { Item } = await cloud.dynamo.send(
      new GetCommand({
        TableName: cloud.resource('Log').physicalId,
        Key: deliveryKey(FIRST_TENANT, to.id, ulid),
      }),
    );
    expect(Item!.attempts).toHaveLength(2);
    expect(Item!.ttl - timeOfUlid(ulid) / 1000).toBeCloseTo(72 * 3600, -1);
  });

  it('makes a dead letter at the end of the schedule, with the reason (K4)', async () => {
    const endpoint = await startEndpoint(() => ({ status: 500 }));
    await api.subscribe({ url: endpoint.url, events: ['retry.never'], retry: { schedule: [0, 1] } });
    const { id } = await api.publish('retry.never', {});
    const delivery = await cloud.delivery(id, 'dead');
    expect(delivery.reason).toBe('exhausted');
    expect(delivery.attempts.map(({ statusCode }) => statusCode)).toEqual([500, 500, 500]);
    expect(endpoint.arrivals).toHaveLength(3);
  });

  it.each([400, 404, 410])('makes a dead letter at once when the answer is %i (A12)', async (status) => {
    const endpoint = await startEndpoint(() => ({ status }));
    const type = `retry.rejected${status}`;
    await api.subscribe({ url: endpoint.url, events: [type], retry: { schedule: [0, 0] } });
    const { id } = await api.publish(type, {});
    const delivery = await cloud.delivery(id, 'dead');
    expect(delivery).toMatchObject({ reason: 'rejected', attempts: [{ number: 1, statusCode: status }] });
    expect(endpoint.arrivals).toHaveLength(1);
  });

  it('does not follow a redirect', async () => {
    const endpoint = await startEndpoint(() => ({ status: 302 }));
    await api.subscribe({ url: endpoint.url, events: ['retry.redirect'], retry: { schedule: [] } });
    const { id } = await api.publish('retry.redirect', {});
    const delivery = await cloud.delivery(id, 'dead');
    expect(delivery).toMatchObject({ reason: 'exhausted', attempts: [{ statusCode: 302 }] });
  });

  it.each<[string, () => Promise<string>]>([
    ['refused', refusingUrl],
    ['timeout', async () => (await startEndpoint(() => ({ status: 200, afterMs: 3000 }))).url],
    ['dns', async () => 'http://nobody.invalid/'],
  ])('names the error of an endpoint without an answer, and retries: %s', async (error, urlOf) => {
    const type = `retry.${error}`;
    await api.subscribe({ url: await urlOf(), events: [type], retry: { schedule: [0] }, timeoutSeconds: 1 });
    const { id } = await api.publish(type, {});
    const delivery = await cloud.delivery(id, 'dead');
    expect(delivery).toMatchObject({ reason: 'exhausted', attempts: [{ error }, { error }] });
    expect(delivery.attempts[0]!.statusCode).toBeUndefined();
    expect(delivery.attempts[0]!.detail).not.toBe('');
  });
});

describe('connections of endpoints', () => {
  const servers: RawServer[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** Publishes a body by which the server knows that the request is whole. */
  async function deliverTo(type: string, behaviour: Behaviour) {
    const server = await serveRaw(behaviour);
    servers.push(server);
    await api.subscribe({ url: `http://127.0.0.1:${server.port}/`, events: [type], retry: { schedule: [] } });
    return async (): Promise<DeliveryView> => {
      const { id } = await api.publish(type, 'hello');
      return cloud.delivery(id, 'delivered');
    };
  }

  it('may answer 100 unasked, and with folded headers', async () => {
    const deliver = await deliverTo('odd.answer', (socket) =>
      socket.write(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-a: b\r\n c\r\ncontent-length: 2\r\n\r\nok',
      ),
    );
    expect((await deliver()).attempts).toMatchObject([{ number: 1, statusCode: 200, answer: 'ok' }]);
  });

  it('may be closed when they are used again, which costs no attempt', async () => {
    const deliver = await deliverTo('odd.close', (socket, count) => {
      if (count > 1) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    // The first goes through another lane, and so through another function, than those that follow.
    await eventually(async () => {
      const { attempts } = await deliver();
      expect(attempts).toMatchObject([{ number: 1, statusCode: 200, answer: 'ok' }]);
      expect(attempts[0]).toMatchObject({ reconnected: true });
    });
    await eventually(() => {
      expect(cloud.lines.some(({ text }) => /"Reconnected":[1-9]/.test(text))).toBe(true);
    });
  });
});

it.each(Object.entries(RETRY_PRESETS))(
  'takes the retry policy %s by its name (A11, C3, D5)',
  async (retry, policy) => {
    const view = await api.call<{ retry: object }>('POST', '/v1/subscriptions', {
      url: await refusingUrl(),
      events: [`preset.${retry}`],
      retry,
    });
    expect(view.retry).toEqual(policy);
    const { id } = await api.publish(`preset.${retry}`, {});
    const delivery = await eventually(async () => {
      const [found] = await cloud.deliveriesOfEvent(id);
      expect(found!.attempts).not.toEqual([]);
      return found!;
    });
    const waited = Date.parse(delivery.nextAttemptAt!) - Date.parse(delivery.attempts.at(-1)!.at);
    const asked = policy.schedule[delivery.attempts.length - 1]! * 1000;
    expect(waited).toBeGreaterThanOrEqual(asked * (1 - policy.jitter));
    expect(waited).toBeLessThan(asked * (1 + policy.jitter) + 10_000);
  },
);
