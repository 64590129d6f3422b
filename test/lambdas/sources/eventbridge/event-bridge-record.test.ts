import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { eventBridgeRecord } from '../../../../lambdas/sources/eventbridge/event-bridge-record.ts';
import type { EventBridgeSource } from '../../../../lambdas/sources/eventbridge/event-bridge-source.ts';

const A = 'ten_00000000000000000000000001';
const ID = '6a7e8feb-b491-4cf7-a9f1-bf3703467718';

/** As the user guide shows it. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const envelope = (more: object = {}): string =>
  JSON.stringify({
    version: '0',
    id: ID,
    'detail-type': 'Order Created',
    source: 'shop',
    account: '111122223333',
    time: '2026-11-28T12:00:00Z',
    region: 'us-west-1',
    resources: [],
    detail: { tenant: A },
    ...more,
  });

const read = (body: string, changes: Partial<EventBridgeSource> = {}) =>
  eventBridgeRecord({ name: 'shop', tenant: A, ...changes })({ messageId: 'm1', body } as SQSRecord);

describe('an event of EventBridge (A8)', () => {
  it('is an event: its detail as it stands there, its id that of EventBridge', () => {
    const body = envelope().replace(`{"tenant":"${A}"}`, '{ "price": 1.10, "n": 12345678901234567890 }');
    const record = read(body);
    expect(record.at).toBe(ID);
    expect(record.event(1000)).toEqual({
      ok: true,
      value: {
        id: ID,
        type: 'order-created',
        contentType: 'application/json',
        body: Buffer.from('{ "price": 1.10, "n": 12345678901234567890 }'),
        at: 'detail',
        source: 'shop',
        priority: undefined,
        region: undefined,
      },
    });
  });

  it('has type, payload, priority and region as its source says', () => {
    const text = envelope();
    const settings = { type: 'order.new', payload: 'envelope', priority: 'low', region: 'eu' } as const;
    expect(read(text, settings).event(1000)).toMatchObject({
      value: { type: 'order.new', body: Buffer.from(text), priority: 'low', region: 'eu' },
    });
  });

  it('names its tenant where a path leads', () => {
    const tenant = { path: 'detail.tenant', of: [A] };
    expect(read(envelope(), { tenant }).tenant).toEqual({ ok: true, value: A });
    expect(read(envelope({ detail: { tenant: { id: A } } }), { tenant }).tenant).toMatchObject({
      problem: { field: 'detail.tenant', message: 'expected the id of a tenant' },
    });
    expect(read(envelope({ detail: [] }), { tenant }).tenant).toMatchObject({
      problem: { message: 'expected this field, which is missing' },
    });
  });

  it.each([
    ['no JSON', 'no', undefined, 'expected JSON'],
    ['no event of EventBridge', '{"id": "1"}', 'source', 'expected a text'],
    ['no detail', envelope({ detail: undefined }), 'detail', 'expected a member'],
    ['a large detail', envelope({ detail: { text: 'x'.repeat(1000) } }), 'detail', 'at most 1000 bytes'],
    ['a detail type that makes no type', envelope({ 'detail-type': '…' }), 'detail-type', 'expected'],
    ['a source of Posthorn’s own', envelope({ source: 'posthorn.prod' }), 'source', 'not sent itself'],
  ])('is none with %s', (_, body, field, message) => {
    const record = read(body);
    expect(record.event(1000)).toMatchObject({
      ok: false,
      problem: { ...(field && { field }), message: expect.stringContaining(message) },
    });
    expect(record.raw()).toBe(body);
  });

  it('that is none is found by its message', () => expect(read('no').at).toBe('message m1'));
});
