import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { configKey } from '../../../lambdas/config/config-keys.ts';
import type { Payload } from '../../../lambdas/events/event.ts';
import { inlineBytes } from '../../../lambdas/events/payload.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startHeldCloud } from '../../helpers/held-events.ts';

const cloud = await startHeldCloud();

beforeEach(async () => {
  await cloud.heldMessages();
});

const textOf = (payload: Payload): string =>
  payload.kind === 'stored' ? 'stored' : inlineBytes(payload).toString();

const errorBody = (error: string, field: string | undefined, message: string | RegExp = /./) => ({
  error,
  message: expect.stringMatching(message),
  ...(field !== undefined && { field }),
  timestamp: expect.any(String),
});

describe('an event (A28)', () => {
  it('shows its source, its priority and its region', async () => {
    const meta = { id: 'o-1', source: 'магазин', priority: 'critical', region: 'eu-central-1' };
    const sent = { type: 'order.created', data: { n: 1 }, ...meta };
    expect(await cloud.request('POST', '/v1/events', sent)).toEqual({ status: 202, body: { id: 'o-1' } });
    expect(await cloud.heldEvents()).toEqual([
      {
        ...meta,
        type: 'order.created',
        ulid: expect.any(String),
        contentType: 'application/json',
        payload: { kind: 'text', text: '{"n":1}' },
        digest: expect.stringMatching(/^[\w-]{22}$/),
      },
    ]);
  });

  it.each([
    ['source', { source: 'a\nb' }],
    ['priority', { priority: 'high' }],
    ['region', { region: 'EU' }],
  ])('is refused with a wrong %s (D8)', async (field, more) => {
    const answer = await cloud.request('POST', '/v1/events', { type: 'a', data: 1, ...more });
    expect(answer).toEqual({ status: 422, body: errorBody('validation_failed', field) });
  });

  it("is kept for the tenant's retention, and no larger than the tenant's limit", async () => {
    const limits = { keepSeconds: 3600, maxPayloadBytes: 10 };
    const small = { type: 'a', data: '12345678' };
    expect(await cloud.ingest('POST /v1/events', small, limits)).toMatchObject({ status: 202 });
    expect(await cloud.heldEvents()).toMatchObject([{ keepSeconds: 3600 }]);
    const large = await cloud.ingest('POST /v1/events', { type: 'a', data: '123456789' }, limits);
    expect(large).toEqual({
      status: 413,
      body: errorBody('payload_too_large', 'data', /at most 10 bytes, got 11/),
    });
    const beyond = { maxPayloadBytes: 1e9 };
    const huge = await cloud.ingest('POST /v1/events', { type: 'a', data: 'x'.repeat(4_500_000) }, beyond);
    expect(huge).toMatchObject({ status: 413, body: { message: expect.stringContaining('4500000') } });
  });

  it.each(['POST /v1/events', 'POST /v1/events/batch', 'POST /v1/logs'])(
    'needs the scope to publish: %s',
    async (route) => {
      const answer = await cloud.ingest(route, {}, { scopes: ['manage', 'read'] });
      const message = 'expected a credential with the scope publish, got one with manage, read';
      expect(answer).toEqual({ status: 403, body: errorBody('insufficient_scope', undefined, message) });
      expect(await cloud.ingest(route, '{', { scopes: ['admin'] })).toMatchObject({ status: 400 });
    },
  );
});

describe('a batch gives each event its own result (A28)', () => {
  it('publishes the valid ones, and names the errors of the others', async () => {
    const events = [
      { type: 'a', data: 1, id: 'first' },
      { type: 'a..b', data: 2 },
      7,
      { type: 'c', data: 1.5 },
    ];
    expect(await cloud.request('POST', '/v1/events/batch', { events })).toEqual({
      status: 202,
      body: {
        accepted: 2,
        rejected: 2,
        events: [
          { id: 'first' },
          { error: { error: 'validation_failed', message: expect.any(String), field: 'events[1].type' } },
          { error: { error: 'validation_failed', message: expect.any(String), field: 'events[2]' } },
          { id: expect.stringMatching(/^evt_/) },
        ],
      },
    });
    expect((await cloud.heldEvents()).map(({ type, payload }) => [type, textOf(payload)])).toEqual([
      ['a', '1'],
      ['c', '1.5'],
    ]);
  });

  it('is refused as a whole, with all errors, when no event is valid (D8)', async () => {
    const events = [{ data: 1 }, { type: 'b', data: 1, priority: 'high' }, { type: 'a' }];
    const answer = await cloud.request('POST', '/v1/events/batch', { events });
    const problems = ['events[0].type', 'events[1].priority', 'events[2].data'].map((field) => ({
      field,
      message: expect.stringContaining('expected'),
    }));
    expect(answer).toEqual({
      status: 422,
      body: { ...errorBody('validation_failed', 'events[0].type'), problems },
    });
    expect(await cloud.heldEvents()).toEqual([]);
  });

  it.each(['/v1/events/batch', '/v1/logs'])(
    'is refused when it would arrive changed: %s (B6)',
    async (path) => {
      const latin1 = Buffer.from('[{"level":"a","m":"é"}]', 'latin1');
      for (const [body, headers] of [
        ['{}', { 'content-encoding': 'gzip' }],
        [latin1, {}],
        [latin1, { 'content-type': 'application/json; charset=iso-8859-1' }],
        [latin1, { 'content-type': 'application/cloudevents-batch+json' }],
        [latin1, { 'content-type': 'application/x-ndjson' }],
      ] as const) {
        const answer = await cloud.request('POST', path, body, headers);
        expect(answer).toEqual({ status: 415, body: errorBody('unsupported_media_type', undefined) });
      }
    },
  );
});

describe('log records are events (A8)', () => {
  const record = '{"level": "ERROR", "source":"billing", "message":"declined", "amount":1.10}';
  const typed = '{"level":"info","event_type":"payment.failed","metadata":{"order":4711}}';
  const published = (count: number) => ({
    status: 202,
    body: { accepted: count, rejected: 0, events: Array(count).fill({ id: expect.stringMatching(/^evt_/) }) },
  });

  it.each([
    ['one', record, 'application/json', 1],
    ['an array', `[ ${record} , ${typed}]`, 'application/json', 2],
    ['lines', `${record}\r\n\n${typed}\n`, 'application/x-ndjson', 2],
    ['lines', `${record}\n${typed}`, 'application/jsonl; charset=utf-8', 2],
  ])('%s: %s', async (_, body, type, count) => {
    expect(await cloud.request('POST', '/v1/logs', body, { 'content-type': type })).toEqual(published(count));
    const events = await cloud.heldEvents();
    expect(events.map(({ type, source, payload }) => [type, source, textOf(payload)])).toEqual(
      [
        ['log.error', 'billing', record],
        ['payment.failed', undefined, typed],
      ].slice(0, count),
    );
  });

  it('takes a thousand at once', async () => {
    const answer = await cloud.request(
      'POST',
      '/v1/logs',
      Array(1000).fill({ level: 'debug', message: 'm' }),
    );
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1000 } });
    expect(await cloud.heldEvents()).toHaveLength(1000);
    const more = await cloud.request('POST', '/v1/logs', Array(1001).fill({ level: 'debug' }));
    expect(more).toMatchObject({ status: 422, body: { message: 'expected 1 to 1000 entries, got 1001' } });
  });

  it('each with its own result (D8)', async () => {
    const body = `${record}\n{"level":\n{"message":"none"}`;
    const answer = await cloud.request('POST', '/v1/logs', body, { 'content-type': 'application/ndjson' });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 1,
        rejected: 2,
        events: [
          { id: expect.any(String) },
          { error: { error: 'malformed_json', field: '[1]' } },
          { error: { error: 'validation_failed', field: '[2].level' } },
        ],
      },
    });
    expect(await cloud.request('POST', '/v1/logs', '{"message":"m"}')).toEqual({
      status: 422,
      body: errorBody('validation_failed', 'level'),
    });
    const text = await cloud.request('POST', '/v1/logs', record, { 'content-type': 'text/plain' });
    expect(text).toMatchObject({ status: 415 });
  });
});

describe('an idempotency key (B7)', () => {
  const publish = async (path: string, body: unknown, key: string) =>
    cloud.request('POST', path, body as object, { 'idempotency-key': key });

  it('gives the same ids to the same request', async () => {
    const batch = {
      events: [
        { type: 'a', data: 1 },
        { type: 'a', data: 2, id: 'own' },
        { type: 'b' },
        { type: 'c', data: 3 },
      ],
    };
    const first = await publish('/v1/events/batch', batch, 'k-1');
    expect(first).toMatchObject({
      status: 202,
      body: { events: [{ id: expect.stringMatching(/^ik_[0-9a-f]{32}$/) }, { id: 'own' }, {}, {}] },
    });
    expect(await publish('/v1/events/batch', batch, 'k-1')).toEqual(first);
    expect(await publish('/v1/events/batch', batch, 'k-2')).not.toEqual(first);
    const ids = (await cloud.heldEvents()).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([9, 5]);
  });

  it('works alike for one event and for log records', async () => {
    for (const [path, body] of [
      ['/v1/events', { type: 'a', data: 1 }],
      ['/v1/logs', [{ level: 'a' }]],
    ] as const) {
      expect(await publish(path, body, 'k-3')).toEqual(await publish(path, body, 'k-3'));
    }
  });

  it.each(['', 'é', 'x'.repeat(256)])('%j is none (D8)', async (key) => {
    const headers = { 'idempotency-key': key };
    for (const route of ['POST /v1/events', 'POST /v1/events/batch', 'POST /v1/logs']) {
      const answer = await cloud.ingest(route, { type: 'a', data: 1 }, {}, headers);
      expect(answer).toEqual({ status: 422, body: errorBody('validation_failed', 'Idempotency-Key') });
    }
  });
});

it('another event under an id that the log does not have yet is dropped later, counted and notified (B7)', async () => {
  for (const data of [1, 1, 2]) {
    const answer = await cloud.request('POST', '/v1/events', { type: 'a', data, id: 'raced' });
    expect(answer).toMatchObject({ status: 202 });
  }
  const messages = await cloud.heldMessages();
  const record = (body: string, i: number) => ({
    ...{
      messageId: `m-${i}`,
      receiptHandle: 'r',
      body,
      attributes: {},
      messageAttributes: {},
      md5OfBody: '',
    },
    ...{ eventSource: 'aws:sqs', eventSourceARN: cloud.resource('Events').arn, awsRegion: 'local' },
  });
  const Records = messages.map((message, i) => record(JSON.stringify(message), i));
  // In turn: of concurrent requests, any may be the first.
  for (const each of Records) {
    expect(await cloud.functions.get('Fanout')!.invoke({ Records: [each] })).toEqual({
      batchItemFailures: [],
    });
  }
  const counted = (metric: string): number =>
    cloud.lines
      .filter(({ kind, text }) => kind === 'function' && text.includes(`"${metric}":`))
      .reduce((sum, { text }) => sum + (JSON.parse(text) as Record<string, number>)[metric]!, 0);
  await eventually(() => {
    expect([counted('DuplicateEvents'), counted('ConflictingEvents')]).toEqual([1, 1]);
    expect(cloud.warnings('id of another event, not published')).toMatchObject([{ event: 'raced' }]);
  });
  const again = await cloud.request('POST', '/v1/events', { type: 'a', data: 2, id: 'raced' });
  expect(again).toEqual({ status: 422, body: errorBody('event_id_reused', 'id') });
});

it('an idempotency key counts on its own route alone (B7)', async () => {
  const headers = { 'idempotency-key': 'shared' };
  const bodies: [string, object][] = [
    ['/v1/events', { type: 'a', data: 1 }],
    ['/v1/events/batch', { events: [{ type: 'a', data: 1 }] }],
    ['/v1/logs', { level: 'info' }],
  ];
  const answers = await Promise.all(
    bodies.map(async ([path, body]) => (await cloud.request('POST', path, body, headers)).body),
  );
  const ids = answers.map((body) => /ik_[0-9a-f]{32}/.exec(JSON.stringify(body))?.[0]);
  expect(new Set(ids).size).toBe(3);
  expect(ids).not.toContain(undefined);
});

describe('payloads are checked against the schemas of their event types (E13)', () => {
  const tenant = 'ten_checked';
  const describeType = async (name: string, schema: unknown, revision = 1): Promise<void> => {
    const Item = {
      ...configKey(tenant, 'type', name),
      id: name,
      ...(schema !== undefined && { schema: JSON.stringify(schema) }),
      version: '1',
      deprecated: false,
      createdAt: '2026-11-21T00:00:00Z',
      updatedAt: '2026-11-21T00:00:00Z',
      revision,
    };
    await cloud.dynamo.send(new PutCommand({ TableName: cloud.resource('Config').physicalId, Item }));
  };
  const ORDER = { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] };
  const enforce = { tenant, schemaCheck: 'enforce' } as const;
  const warn = { tenant, schemaCheck: 'warn' } as const;
  const one = (type: string, data: unknown, caller: object) =>
    cloud.ingest('POST /v1/events', { type, data }, caller);

  it('and refused when they do not fit', async () => {
    await describeType('order.paid', ORDER);
    expect(await one('order.paid', { amount: 1 }, enforce)).toMatchObject({ status: 202 });
    expect(await one('order.paid', { amount: 'much' }, enforce)).toEqual({
      status: 422,
      body: errorBody(
        'schema_mismatch',
        'data.amount',
        /^does not fit the schema of order.paid: must be number$/,
      ),
    });
    expect(await cloud.heldEvents()).toHaveLength(1);
  });

  it('or accepted with a warning', async () => {
    await describeType('order.paid', ORDER);
    expect(await one('order.paid', {}, warn)).toEqual({
      status: 202,
      body: {
        id: expect.stringMatching(/^evt_/),
        warnings: [
          'data.amount: does not fit the schema of order.paid: expected this field, which is missing',
        ],
      },
    });
    expect(await one('order.paid', { amount: 1 }, warn)).toEqual({
      status: 202,
      body: { id: expect.any(String) },
    });
    expect(await cloud.heldEvents()).toHaveLength(2);
  });

  it('or not, where the tenant does not ask for it', async () => {
    await describeType('order.paid', ORDER);
    expect(await one('order.paid', {}, { tenant })).toMatchObject({ status: 202 });
  });

  it('each by itself in a batch and among log records', async () => {
    await describeType('order.paid', ORDER);
    const events = ['order.paid', 'undescribed', 'order.paid'].map((type, i) => ({
      type,
      data: { amount: i || '' },
    }));
    expect(await cloud.ingest('POST /v1/events/batch', { events }, enforce)).toMatchObject({
      status: 202,
      body: {
        accepted: 2,
        events: [{ error: { error: 'schema_mismatch', field: 'events[0].data.amount' } }, {}, {}],
      },
    });
    const records = [{ event_type: 'order.paid', amount: 1 }, { event_type: 'order.paid' }];
    expect(await cloud.ingest('POST /v1/logs', records, enforce)).toMatchObject({
      status: 202,
      body: { accepted: 1, events: [{}, { error: { error: 'schema_mismatch', field: '[1].amount' } }] },
    });
  });

  it('pass when the type has no schema, and fail when they are not JSON', async () => {
    await describeType('plain', undefined);
    await describeType('described', {});
    const raw = (type: string) =>
      cloud.ingest('POST /v1/events', 'hello', enforce, { 'content-type': 'text/plain', 'ce-type': type });
    expect(await raw('plain')).toMatchObject({ status: 202 });
    expect(await raw('described')).toEqual({
      status: 422,
      body: errorBody('schema_mismatch', 'data', /expected JSON/),
    });
  });

  it('for a bounded time, whatever the schema', async () => {
    const next = (i: number) => ({ $ref: `#/$defs/d${i + 1}` });
    const steps = Array.from({ length: 60 }, (_, i) => [`d${i}`, { allOf: [next(i), next(i)] }]);
    await describeType('hostile', { $ref: '#/$defs/d0', $defs: { ...Object.fromEntries(steps), d60: {} } });
    const started = performance.now();
    const events = Array(100).fill({ type: 'hostile', data: 1 });
    const answer = await cloud.ingest('POST /v1/events/batch', { events }, enforce);
    expect(answer).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining("can't be checked") },
    });
    expect(performance.now() - started).toBeLessThan(8000);
    expect(await one('order.created', {}, enforce)).toMatchObject({ status: 202 });
  });
});
