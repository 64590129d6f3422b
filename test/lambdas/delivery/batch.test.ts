import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  type BatchEntry,
  batchBody,
  batchId,
  bytesOf,
  inRequests,
  MAX_BATCH_BYTES,
  withinBytes,
} from '../../../lambdas/delivery/batch.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { batchHeaders } from '../../builders/signed.ts';

const ULID = '01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const entry = (payload: string | Uint8Array, event: object = {}, ulid = ULID): BatchEntry => ({
  delivery: {
    subscription: `sub_${ULID}`,
    event: { id: `evt_${ulid}`, ulid, type: 'order.placed', contentType: 'application/json', ...event },
  } as unknown as DeliveryMessage,
  payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
});

const parsed = (...entries: BatchEntry[]) => JSON.parse(batchBody(entries).toString());

describe('the body of a batch (A21, D10)', () => {
  it('says of each event what headers say of one that goes alone', () => {
    const about = { source: 'shop', test: true, ce: { subject: 'order 7' } };
    expect(parsed(entry('{"n": 1}', about))).toEqual([
      {
        id: `evt_${ULID}`,
        type: 'order.placed',
        time: '2025-11-21T11:29:56.676Z',
        source: 'shop',
        test: true,
        cloudEvent: { subject: 'order 7' },
        contentType: 'application/json',
        data: { n: 1 },
      },
    ]);
  });

  it('keeps JSON as it was written, numbers that no program could hold among it', () => {
    const text = '{"n":1.00, "big":12345678901234567890, "n":2}';
    expect(batchBody([entry(text)]).toString()).toContain(`"data":${text}}`);
    expect(batchBody([entry(` ${text}\n`)]).toString()).toContain(`"data":${text}}`);
  });

  it.each<[string, string | Uint8Array, object]>([
    ['text', 'hello', { contentType: 'text/plain' }],
    ['text that could be JSON', '1', { contentType: 'text/plain' }],
    ['a type that ends like JSON', '1', { contentType: 'x-application/json' }],
    ['a type that begins like JSON', '1', { contentType: 'application/jsonx' }],
    ['bytes', Uint8Array.of(0, 255, 1), { contentType: 'application/octet-stream' }],
    ['what is no JSON though its type says so', '{"a":', {}],
    ['what is not UTF-8 though its type says so', Uint8Array.of(34, 255, 34), {}],
    ['JSON behind a byte order mark', '\ufeff{}', {}],
  ])('carries %s as base64', (_, payload, about) => {
    const [element] = parsed(entry(payload, about));
    expect(Buffer.from(element.data_base64, 'base64')).toEqual(Buffer.from(payload as string));
    expect(element).not.toHaveProperty('data');
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json ;charset=utf-8',
    'application/cloudevents+json',
    'APPLICATION/JSON',
  ])('takes %s for JSON', (contentType) => {
    expect(parsed(entry('[1]', { contentType }))[0].data).toEqual([1]);
  });

  it('is JSON whatever is in it, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 1, maxLength: 5 }), (texts) => {
        const elements = parsed(...texts.map((text) => entry(text)));
        expect(elements.map((element: { data: unknown }) => element.data)).toEqual(
          texts.map((text) => JSON.parse(text)),
        );
      }),
    );
  });
});

describe('the trace of a request with several events', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const traced = { traceparent, tracestate: 'rojo=1' };
  const other = { traceparent: traceparent.replace('0af7', 'ffff') };
  const traceOf = (...events: object[]): object => {
    const entries = events.map((about) => entry('1', about));
    const { traceparent, tracestate } = batchHeaders(
      { signature: 'standard', secrets: [{ value: SECRET, createdAt: '' }] },
      entries,
      batchBody(entries),
      0,
    );
    return { traceparent, tracestate };
  };

  it('is that of its events where all share one, and each event says its own', () => {
    expect(traceOf(traced)).toEqual(traced);
    expect(traceOf(traced, traced)).toEqual(traced);
    expect(traceOf(traced, other)).toEqual({});
    expect(traceOf(traced, { traceparent })).toEqual({});
    expect(traceOf(traced, {})).toEqual({});
    expect(traceOf({}, traced)).toEqual({});
    expect(traceOf({}, {})).toEqual({});
    expect(parsed(entry('1', traced), entry('2', other), entry('3'))).toMatchObject([traced, other, {}]);
    expect(parsed(entry('3'))[0]).not.toHaveProperty('traceparent');
  });
});

describe('a request with several events (A21, D10)', () => {
  it('is signed as a whole, under an id that follows from what is in it', () => {
    const entries = [entry('1'), entry('2', {}, '01KAK2V5E4V2N9CR0Q6WV7Z1QZ')];
    const body = batchBody(entries);
    const secrets = [{ value: SECRET, createdAt: '2026-01-01T00:00:00Z' }];
    const target = { signature: 'standard', secrets, headers: { 'X-Key': 'a' } } as const;
    const headers = batchHeaders(target, entries, body, Date.now());
    expect(headers).toMatchObject({
      'x-key': 'a',
      'posthorn-batch': '2',
      'content-type': 'application/json',
    });
    expect(headers['webhook-id']).toBe(batchId(entries));
    new Webhook(SECRET).verify(body.toString(), headers);
    expect(batchId(entries)).toMatch(/^bat_[0-9a-f]{32}$/);
    expect(batchId(entries)).toBe(batchId([...entries]));
    expect(batchId(entries)).not.toBe(batchId(entries.slice(1)));
  });

  it('holds no more events than its target wants, and no more bytes than a request should have', () => {
    const large = new Uint8Array(MAX_BATCH_BYTES - 10);
    expect(
      inRequests(
        [1, 2, 3, 4, 5].map((n) => entry(String(n))),
        2,
      ).map((one) => one.length),
    ).toEqual([2, 2, 1]);
    expect(inRequests([entry('1'), entry(large), entry(large)], 10).map((one) => one.length)).toEqual([2, 1]);
    expect(
      inRequests([entry(new Uint8Array(2 * MAX_BATCH_BYTES)), entry('1')], 10).map((one) => one.length),
    ).toEqual([1, 1]);
    const rest = (bytes: number) => [entry('1'), entry(new Uint8Array(MAX_BATCH_BYTES - 1 + bytes))];
    expect([0, 1].map((bytes) => inRequests(rest(bytes), 10).length)).toEqual([1, 2]);
    expect(inRequests([], 5)).toEqual([]);
  });
});

it('as many are taken as fit into memory, but always one', () => {
  const ofBytes = (bytes: number) => entry('', { payload: { kind: 'stored', key: 'a', bytes } });
  const all = [ofBytes(5), ofBytes(3), ofBytes(4), ofBytes(1)];
  expect(bytesOf(all)).toBe(13);
  expect([0, 7, 8, 12, 100].map((most) => withinBytes(all, most).length)).toEqual([1, 1, 2, 3, 4]);
  expect(withinBytes([], 8)).toEqual([]);
});
