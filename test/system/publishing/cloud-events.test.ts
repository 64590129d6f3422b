import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { beforeEach, describe, expect, it } from 'vitest';
import { cloudEventId } from '../../../lambdas/events/event-id.ts';
import { inlineBytes } from '../../../lambdas/events/payload.ts';
import { type HttpAnswer, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startHeldCloud } from '../../helpers/held-events.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const held = await startHeldCloud();

beforeEach(async () => {
  await held.heldMessages();
});

const event = (more: object = {}): CloudEvent<unknown> =>
  new CloudEvent({
    id: '17',
    source: '/shop/orders',
    type: 'order.created',
    time: '2026-11-21T10:00:00.000Z',
    subject: 'order/4711',
    dataschema: 'https://example.com/order.json',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { order: 4711 },
    ...more,
  });

const ID = cloudEventId('/shop/orders', '17');

const send = ({ headers, body }: Message, path = '/v1/events'): Promise<HttpAnswer> =>
  held.request('POST', path, body as string, headers as Record<string, string>);

const batchOf = (events: readonly unknown[]): Message => ({
  headers: { 'content-type': 'application/cloudevents-batch+json' },
  body: JSON.stringify(events),
});

const EXPECTED = {
  id: ID,
  ulid: expect.any(String),
  type: 'order.created',
  contentType: expect.stringMatching(/^application\/json/),
  source: '/shop/orders',
  payload: { kind: 'text', text: '{"order":4711}' },
  digest: expect.any(String),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  ce: {
    id: '17',
    source: '/shop/orders',
    time: '2026-11-21T10:00:00.000Z',
    subject: 'order/4711',
    dataschema: 'https://example.com/order.json',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
};

describe('a CloudEvent as its SDK sends it', () => {
  it.each([
    ['binary', HTTP.binary],
    ['structured', HTTP.structured],
  ])('is an event: %s mode', async (_, mode) => {
    expect(await send(mode(event()))).toEqual({ status: 202, body: { id: ID } });
    expect(await held.heldEvents()).toEqual([EXPECTED]);
  });

  it.each(['/v1/events', '/v1/events/batch'])('is an event: batch mode, %s', async (path) => {
    const wrong = { ...event().toJSON(), id: '18', type: 'no type' };
    expect(await send(batchOf([event(), wrong]), path)).toEqual({
      status: 202,
      body: {
        accepted: 1,
        rejected: 1,
        events: [
          { id: ID },
          { error: { error: 'validation_failed', message: expect.any(String), field: '[1].type' } },
        ],
      },
    });
    expect(await held.heldEvents()).toEqual([EXPECTED]);
    expect(await send(batchOf([]), path)).toMatchObject({ status: 202, body: { accepted: 0 } });
    expect(await send(batchOf([wrong]), path)).toMatchObject({ status: 422, body: { field: '[0].type' } });
  });

  it('keeps bytes, in each mode (B6)', async () => {
    const bytes = new Uint8Array([0, 255, 128, 10]);
    const png = event({ data: bytes, datacontenttype: 'image/png' });
    await send({ headers: { ...HTTP.binary(png).headers }, body: Buffer.from(bytes) });
    await send(HTTP.structured(png));
    const events = await held.heldEvents();
    expect(events.map(({ contentType }) => contentType)).toEqual(['image/png', 'image/png']);
    for (const { payload } of events) {
      expect(inlineBytes(payload as never)).toEqual(Buffer.from(bytes));
    }
  });

  it('has its priority and region from extensions', async () => {
    await send(HTTP.binary(event({ priority: 'low', region: 'apac' })));
    expect(await held.heldEvents()).toMatchObject([{ priority: 'low', region: 'apac' }]);
  });

  it.each<[string, Record<string, string>, string | object, number, string | undefined]>([
    ['another version', { 'ce-specversion': '0.3', 'ce-id': '1' }, 'x', 422, 'ce-specversion'],
    ['no id', { 'ce-specversion': '1.0', 'ce-type': 'a', 'ce-source': '/s' }, 'x', 422, 'ce-id'],
    ['another format', { 'content-type': 'application/cloudevents+avro' }, 'x', 415, undefined],
    ['no JSON', { 'content-type': 'application/cloudevents+json' }, '{', 400, undefined],
    ['no attributes', { 'content-type': 'application/cloudevents+json' }, {}, 422, 'specversion'],
    ['no list', { 'content-type': 'application/cloudevents-batch+json' }, {}, 422, undefined],
  ])('is refused: %s (D8)', async (_, headers, body, status, field) => {
    const answer = await held.request('POST', '/v1/events', body, headers);
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(/expected/) } });
    expect((answer.body as { field?: string }).field).toBe(field);
  });

  it('is refused by the batch route in another mode', async () => {
    expect(await send(HTTP.structured(event()), '/v1/events/batch')).toMatchObject({ status: 415 });
  });

  it('leaves older clients their form: a type, and perhaps an id, beside raw bytes', async () => {
    const headers = { 'content-type': 'text/plain', 'ce-type': 'raw.note', 'ce-id': 'note-1' };
    const answer = await held.request('POST', '/v1/events', 'hello', headers);
    expect(answer).toEqual({ status: 202, body: { id: 'note-1' } });
    expect((await held.heldEvents())[0]).not.toHaveProperty('ce');
  });
});

describe('a CloudEvent at its receiver', async () => {
  const cloud = await startCloud();
  const endpoint = await startEndpoint();
  await cloud.api.subscribe({
    url: endpoint.url,
    events: ['order.*', 'empty.*', 's3:ObjectCreated:Put', 'https://example.**'],
  });
  const arrived = async (type: string) =>
    eventually(() => {
      const found = endpoint.arrivals.filter(({ headers }) => headers['posthorn-event-type'] === type);
      expect(found.length).toBeGreaterThan(0);
      return found;
    });

  it.each([
    ['binary', HTTP.binary],
    ['structured', HTTP.structured],
  ])('arrives as one in binary mode, as its SDK reads it: %s', async (mode, serialise) => {
    const type = `order.${mode}`;
    const sent = event({ id: mode, type });
    const { headers, body } = serialise(sent);
    await cloud.request('POST', '/v1/events', body as string, headers as Record<string, string>);
    const [arrival] = await arrived(type);
    expect(arrival!.headers['webhook-id']).toBe(cloudEventId('/shop/orders', mode));
    const read = HTTP.toEvent<unknown>({ headers: arrival!.headers, body: arrival!.body.toString() });
    const { datacontenttype: _, ...attributes } = sent.toJSON();
    expect((read as CloudEvent<unknown>).toJSON()).toMatchObject(attributes);
  });

  it.each(['s3:ObjectCreated:Put', 'https://example.com/orders/v1.created'])(
    'arrives with the type that it came with: %s',
    async (type) => {
      const long = {
        id: type,
        type,
        source: `/${'x'.repeat(500)}`,
        [`x${'y'.repeat(40)}`]: 'a',
        priority: 'P1',
        n: 7,
      };
      const { headers, body } = HTTP.structured(event(long));
      await cloud.request('POST', '/v1/events', body as string, headers as Record<string, string>);
      const [arrival] = await arrived(type);
      const { n, ...texts } = long;
      for (const [name, text] of Object.entries({ ...texts, n: String(n) })) {
        expect(arrival!.headers[`ce-${name}`]).toBe(text);
      }
      const id = String(arrival!.headers['webhook-id']);
      expect(await cloud.api.call('GET', `/v1/events/${id}`)).toMatchObject({ type, source: long.source });
      const query = `type=${encodeURIComponent(type)}`;
      expect(await cloud.api.call('GET', `/v1/events?${query}`)).toMatchObject({ items: [{ id }] });
    },
  );

  it('arrives once, however often it is published, and separately from another source’s with the same id (B7)', async () => {
    const twice = event({ id: 'twice', type: 'order.twice' });
    for (const each of [twice, twice, twice.cloneWith({ source: '/other' })]) {
      const { headers, body } = HTTP.binary(each);
      await cloud.request('POST', '/v1/events', body as string, headers as Record<string, string>);
    }
    await cloud.settled();
    expect(await arrived('order.twice')).toHaveLength(2);
  });

  it('arrives without a payload when it has none (B6)', async () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'empty.note' };
    const answer = await cloud.request('POST', '/v1/events', undefined, {
      ...headers,
      'content-type': undefined,
    });
    expect(answer).toMatchObject({ status: 202 });
    const [arrival] = await arrived('empty.note');
    expect(arrival!.body).toHaveLength(0);
    const { id } = answer.body as { id: string };
    expect(await cloud.api.call('GET', `/v1/events/${id}`)).toMatchObject({ bytes: 0, matched: 1 });
    await cloud.delivery(id, 'delivered');
  });
});
