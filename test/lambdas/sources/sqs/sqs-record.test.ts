import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { sqsRecord } from '../../../../lambdas/sources/sqs/sqs-record.ts';
import type { SqsSource } from '../../../../lambdas/sources/sqs/sqs-source.ts';

const A = 'ten_00000000000000000000000001';
const ID = '4f1c2d8e-1111-4222-8333-0123456789ab';
const MOST = 1000;

const messageOf = (attributes: Readonly<Record<string, string>>, body = '{"n":1}'): SQSRecord => ({
  messageId: ID,
  receiptHandle: 'handle',
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'someone',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
  ),
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:orders',
  awsRegion: 'us-east-1',
});

const source = (changes: Partial<SqsSource> = {}): SqsSource => ({ name: 'orders', tenant: A, ...changes });
const eventOf = (settings: SqsSource, message: SQSRecord) => sqsRecord(settings)(message).event(MOST);

describe('a message of a source’s queue (A8)', () => {
  it('is an event: its body as it was sent, its id that of the message', () => {
    const read = eventOf(source(), messageOf({ 'posthorn-event-type': 'order.created' }, '{ "n": 1.0 }'));
    expect(read).toEqual({
      ok: true,
      value: {
        id: ID,
        type: 'order.created',
        contentType: 'application/json',
        body: Buffer.from('{ "n": 1.0 }'),
        at: 'body',
        source: undefined,
        priority: undefined,
        region: undefined,
      },
    });
  });

  it('says by its attributes what it is', () => {
    const attributes = {
      'posthorn-event-type': 'note.written',
      'posthorn-event-id': 'note-1',
      'posthorn-content-type': 'text/plain',
      'posthorn-source': 'notes',
      'posthorn-priority': 'critical',
      'posthorn-region': 'eu',
    };
    const defaults = {
      type: 'x',
      contentType: 'text/html',
      source: 'x',
      priority: 'low',
      region: 'us',
    } as const;
    expect(eventOf(source({ defaults }), messageOf(attributes, 'Hello'))).toMatchObject({
      value: {
        id: 'note-1',
        type: 'note.written',
        contentType: 'text/plain',
        source: 'notes',
        priority: 'critical',
        region: 'eu',
      },
    });
    expect(eventOf(source({ defaults }), messageOf({}, 'Hello'))).toMatchObject({
      value: { id: ID, type: 'x', contentType: 'text/html', source: 'x', priority: 'low', region: 'us' },
    });
  });

  it('may say it by attributes of other names', () => {
    const settings = source({ attributes: { type: 'kind', id: 'key' } });
    const message = messageOf({
      kind: 'a.b',
      key: 'k1',
      'posthorn-event-type': 'no',
      'posthorn-source': 's',
    });
    expect(eventOf(settings, message)).toMatchObject({ value: { type: 'a.b', id: 'k1', source: 's' } });
  });

  it('names its tenant where the source says so', () => {
    const settings = source({ tenant: { attribute: 'tenant', of: [A] } });
    expect(sqsRecord(settings)(messageOf({ tenant: A })).tenant).toEqual({ ok: true, value: A });
    expect(sqsRecord(settings)(messageOf({})).tenant).toMatchObject({
      problem: { field: 'attribute tenant' },
    });
  });

  it.each([
    ['no type', {}, '{}', 'attribute posthorn-event-type', 'expected this field, which is missing'],
    [
      'an operational type',
      { 'posthorn-event-type': 'posthorn.x' },
      '{}',
      'attribute posthorn-event-type',
      'posthorn.',
    ],
    [
      'an id of ours',
      { 'posthorn-event-type': 'a', 'posthorn-event-id': 'posthorn.1' },
      '{}',
      'attribute posthorn-event-id',
      'Posthorn’s own',
    ],
    [
      'no JSON',
      { 'posthorn-event-type': 'a' },
      '{"n":',
      'body',
      'expected JSON: malformed at line 1, column 6',
    ],
    [
      'a large payload',
      { 'posthorn-event-type': 'a' },
      JSON.stringify('x'.repeat(MOST)),
      'body',
      'expected a payload of at most 1000 bytes, got 1002',
    ],
    [
      'an unknown priority',
      { 'posthorn-event-type': 'a', 'posthorn-priority': 'high' },
      '{}',
      'attribute posthorn-priority',
      'expected one of critical, normal, low',
    ],
    [
      'a wrong region',
      { 'posthorn-event-type': 'a', 'posthorn-region': 'EU' },
      '{}',
      'attribute posthorn-region',
      'lower case',
    ],
  ])('is no event with %s', (_, attributes, body, field, message) => {
    const read = eventOf(source(), messageOf(attributes as Record<string, string>, body));
    expect(read).toMatchObject({ ok: false, problem: { field, message: expect.stringContaining(message) } });
  });

  it('shows itself in quarantine with its attributes', () => {
    const record = sqsRecord(source())(messageOf({ a: 'b' }, 'no json'));
    expect(record.at).toBe(ID);
    expect(JSON.parse(record.raw())).toMatchObject({
      body: 'no json',
      messageAttributes: { a: { stringValue: 'b' } },
    });
  });
});
