import { describe, expect, it } from 'vitest';
import type { EventType } from '../../../lambdas/config/entities.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import { SendError } from '../../../lambdas/platform/sqs.ts';
import { failOnce } from '../../builders/faults.ts';
import { inMemoryIngest, requestOf, type Sent, TENANT } from '../../builders/ingest.ts';
import { printedBy } from '../../helpers/printed.ts';
import { JSON_FORMS, RAW_FORMS } from '../../helpers/publishing-forms.ts';

const publish = (body: unknown, sent?: Sent) => requestOf('POST /v1/events', body, sent);
const publishBatch = (events: unknown[], sent?: Sent) => requestOf('POST /v1/events/batch', { events }, sent);
const event = (n: number, more: object = {}) => ({ type: 'order.paid', data: { n }, ...more });

/** As large a JSON text as this many bytes. */
const text = (bytes: number): string => 'x'.repeat(bytes - 2);

const UNAVAILABLE = { status: 503, body: { error: 'unavailable', message: expect.any(String) } };

describe('ingest', () => {
  it('answers with the ids of the events that it has sent (A28)', async () => {
    const ingest = inMemoryIngest();
    const { status, body } = await ingest.send(publishBatch([event(1), event(2), { type: 'no data' }]));
    const [first, second] = ingest.sent();
    expect(status).toBe(202);
    expect(body).toMatchObject({
      accepted: 2,
      rejected: 1,
      events: [{ id: first!.id }, { id: second!.id }, { error: { error: 'validation_failed' } }],
    });
    expect(ingest.messages).toMatchObject([
      { group: TENANT, body: { v: 1, kind: 'events', tenant: TENANT } },
    ]);
  });

  it('asks no store for small events without ids of their own', async () => {
    const ingest = inMemoryIngest();
    const refuse = () => Promise.reject(new Error('not to be called'));
    Object.assign(ingest.stores, { putPayload: refuse, getEventType: refuse, digestsOfIds: refuse });
    expect(await ingest.send(publish(event(1)))).toMatchObject({ status: 202 });
  });

  it.each<[string, string, Sent, number, string]>([
    [
      'a credential without the scope',
      'POST /v1/events',
      { caller: { scopes: ['read'] } },
      403,
      'insufficient_scope',
    ],
    [
      'a key that is none',
      'POST /v1/events',
      { headers: { 'idempotency-key': 'é' } },
      422,
      'validation_failed',
    ],
    [
      'another content type',
      'POST /v1/events',
      { headers: { 'content-type': 'a/b' } },
      415,
      'unsupported_media_type',
    ],
    [
      'more than the tenant may send',
      'POST /v1/events',
      { caller: { maxPayloadBytes: 4 } },
      413,
      'payload_too_large',
    ],
  ])('refuses %s, and sends nothing', async (_, route, sent, status, error) => {
    const ingest = inMemoryIngest();
    expect(await ingest.send(requestOf(route, event(1), sent))).toMatchObject({ status, body: { error } });
    expect(ingest.messages).toEqual([]);
  });
});

describe('when a part of ours fails, the producer is asked to repeat the request', () => {
  it('for messages of which some were sent: no id is answered', async () => {
    const ingest = inMemoryIngest();
    const { stores } = ingest;
    const works = stores.sendMessages;
    stores.sendMessages = async ([first, ...rest]) => {
      await works([first!]);
      throw new SendError(
        rest.map((_, i) => ({ id: String(i + 1), reason: 'throttled', isSendersFault: false })),
      );
    };
    // Each fills half of a message.
    const events = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => event(n, { id: `order-${n}`, data: text(8000) }));
    const { result, warnings } = await printedBy(() => ingest.send(publishBatch(events)));
    expect(result).toEqual(UNAVAILABLE);
    expect(warnings).toMatchObject([{ message: 'ingest failed', error: 'SendError' }]);
    expect(ingest.sent().length).toBeLessThan(events.length);

    stores.sendMessages = works;
    const before = ingest.sent();
    ingest.messages.length = 0;
    const again = await ingest.send(publishBatch(events));
    expect(again).toMatchObject({ status: 202, body: { accepted: 8, rejected: 0 } });
    // Fanout knows events that came twice by their ids.
    const ids = ingest.sent().map(({ id }) => id);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `order-${n}`));
    expect(ids).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  });

  it('for a large payload that was not stored: none of the events is sent', async () => {
    const ingest = inMemoryIngest();
    failOnce(ingest.stores, 'putPayload');
    const events = [event(1), event(2, { data: text(10_000) }), event(3)];
    const { result } = await printedBy(() => ingest.send(publishBatch(events)));
    expect(result).toEqual(UNAVAILABLE);
    expect(ingest.messages).toEqual([]);
    expect(await ingest.send(publishBatch(events))).toMatchObject({ status: 202 });
    const [, large] = ingest.sent();
    expect(large!.payload).toMatchObject({ kind: 'stored', bytes: 10_000 });
    expect([...ingest.payloads.keys()]).toEqual([(large!.payload as { key: string }).key]);
  });

  it("for event types that can't be read: nothing is sent unchecked", async () => {
    const ingest = inMemoryIngest();
    failOnce(ingest.stores, 'getEventType');
    const { result } = await printedBy(() =>
      ingest.send(publish(event(1), { caller: { schemaCheck: 'warn' } })),
    );
    expect(result).toEqual(UNAVAILABLE);
    expect(ingest.messages).toEqual([]);
  });
});

describe('payloads are held against the schema of their type (E13)', () => {
  const schema = JSON.stringify({ type: 'object', properties: { n: { type: 'integer' } } });
  const type = { id: 'order.paid', revision: 1, updatedAt: 'a', schema } as EventType;
  const misfit = { type: 'order.paid', data: { n: 'one' } };

  function withSchema() {
    const ingest = inMemoryIngest();
    ingest.types.set(`${TENANT} order.paid`, type);
    return ingest;
  }

  it.each([
    ['off', event(1), 202, undefined],
    ['off', misfit, 202, undefined],
    ['warn', event(1), 202, undefined],
    ['warn', misfit, 202, [expect.stringContaining('data.n: does not fit the schema')]],
    ['enforce', event(1), 202, undefined],
    ['enforce', misfit, 422, undefined],
    ['enforce', { type: 'not.described', data: 1 }, 202, undefined],
  ] as const)('%s: %j is answered %i', async (schemaCheck, body, status, warnings) => {
    const ingest = withSchema();
    const answer = await ingest.send(publish(body, { caller: { schemaCheck } }));
    expect(answer).toMatchObject({ status, body: warnings ? { warnings } : {} });
    if (!warnings) expect(answer.body).not.toHaveProperty('warnings');
    if (status === 422) expect(answer.body).toMatchObject({ error: 'schema_mismatch', field: 'data.n' });
    expect(ingest.messages).toHaveLength(status === 202 ? 1 : 0);
  });

  describe('where a type cannot be read', () => {
    function withDamaged(isNewer = false) {
      const ingest = withSchema();
      const works = ingest.stores.getEventType;
      const asked: string[] = [];
      ingest.stores.getEventType = async (tenant, name) => {
        asked.push(name);
        if (name !== 'half.damaged') return works(tenant, name);
        const expected = { problem: 'schema: expected string', isNewer };
        throw new UnreadableItemError({ what: 'event type' }, 'config', {}, expected);
      };
      return { ...ingest, asked };
    }
    const damaged = { type: 'half.damaged', data: 1 };
    const invalid = { type: 'no data' };
    const REFUSED = {
      error: 'unreadable_item',
      message: expect.stringContaining('the event type is stored'),
    };

    it('publishes its events as if it were not described, where payloads need not fit', async () => {
      const ingest = withDamaged();
      const sent = { caller: { schemaCheck: 'warn' } } as const;
      const send = () => ingest.send(publishBatch([damaged, event(1), damaged], sent));
      const { result, warnings, metrics } = await printedBy(send);
      expect(result).toMatchObject({ status: 202, body: { accepted: 3, rejected: 0 } });
      expect(ingest.sent().map(({ type }) => type)).toEqual(['half.damaged', 'order.paid', 'half.damaged']);
      expect(warnings).toMatchObject([{ message: 'item skipped', error: 'UnreadableItemError' }]);
      expect(metrics.UnreadableItems).toBe(1);
      // It is remembered for as long as any other.
      expect(await send()).toMatchObject({ status: 202 });
      expect(ingest.asked).toEqual(['half.damaged', 'order.paid']);
    });

    it('refuses its events and no others, where payloads have to fit', async () => {
      const ingest = withDamaged();
      const sent = { caller: { schemaCheck: 'enforce' } } as const;
      const { result, metrics } = await printedBy(() =>
        ingest.send(publishBatch([damaged, event(1), invalid], sent)),
      );
      expect(result).toMatchObject({
        status: 202,
        body: {
          accepted: 1,
          rejected: 2,
          events: [
            { error: { ...REFUSED, field: 'events[0].type' } },
            { id: ingest.sent()[0]!.id },
            { error: { error: 'validation_failed' } },
          ],
        },
      });
      expect(ingest.sent().map(({ type }) => type)).toEqual(['order.paid']);
      expect(metrics.UnreadableItems).toBe(1);
    });

    it.each([
      ['one event', publish(damaged, { caller: { schemaCheck: 'enforce' } })],
      ['a batch', publishBatch([invalid, damaged], { caller: { schemaCheck: 'enforce' } })],
    ])('answers 500 to %s of which nothing is published', async (_, request) => {
      const ingest = withDamaged();
      const { result } = await printedBy(() => ingest.send(request));
      expect(result).toMatchObject({ status: 500, body: REFUSED });
      expect(ingest.messages).toEqual([]);
    });

    it.each(['warn', 'enforce'] as const)(
      'has the request repeated, of a newer version: %s',
      async (mode) => {
        const ingest = withDamaged(true);
        const { result, metrics } = await printedBy(() =>
          ingest.send(publish(damaged, { caller: { schemaCheck: mode } })),
        );
        expect(result).toEqual(UNAVAILABLE);
        expect(metrics.UnreadableItems).toBe(1);
        expect(ingest.messages).toEqual([]);
      },
    );
  });

  it('reads a type once while it is fresh, however many events have it', async () => {
    const ingest = withSchema();
    const asked: string[] = [];
    const works = ingest.stores.getEventType;
    ingest.stores.getEventType = (tenant, name) => {
      asked.push(name);
      return works(tenant, name);
    };
    const send = () =>
      ingest.send(publishBatch([event(1), event(2)], { caller: { schemaCheck: 'enforce' } }));
    await send();
    await send();
    expect(asked).toEqual(['order.paid']);
    ingest.clock.now += 30_001;
    ingest.types.set(`${TENANT} order.paid`, { ...type, revision: 2, schema: '{"type":"string"}' });
    expect(await send()).toMatchObject({ status: 422 });
    expect(asked).toEqual(['order.paid', 'order.paid']);
  });
});

describe('the trace of a request', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const headers = { traceparent, tracestate: 'rojo=1' };
  const FORMS = Object.entries({ ...RAW_FORMS, ...JSON_FORMS }).filter(([, make]) => {
    return make(Buffer.from('x')).operation !== 'publishToSubscription';
  });

  it.each(FORMS)('is that of each of its events: %s', async (_, make) => {
    const ingest = inMemoryIngest();
    const { operation, contentType, headers: own, body } = make(Buffer.from('x'), 'text/plain');
    const route = { publish: 'events', publishBatch: 'events/batch', publishLogs: 'logs' }[
      operation as 'publish'
    ];
    const sent = { ...headers, ...own, ...(contentType && { 'content-type': contentType }) };
    const request = requestOf(`POST /v1/${route}`, body.toString(), { headers: sent });
    expect(await ingest.send(request)).toMatchObject({ status: 202 });
    expect(ingest.sent().map(({ traceparent, tracestate }) => ({ traceparent, tracestate }))).toEqual(
      ingest.sent().map(() => headers),
    );
  });

  it.each([{}, { traceparent: '00-1-2-01', tracestate: 'rojo=1' }, { tracestate: 'rojo=1' }])(
    'is none where it is missing or invalid, which nobody is told: %j',
    async (given) => {
      const ingest = inMemoryIngest();
      expect(await ingest.send(publish(event(1), { headers: given }))).toMatchObject({ status: 202 });
      expect(Object.keys(ingest.sent()[0]!)).toEqual(['id', 'ulid', 'type', 'contentType', 'payload']);
    },
  );

  it('yields to that of a CloudEvent, which goes on as an attribute as well', async () => {
    const own = traceparent.replace('0af7', 'ffff');
    const of = async (attributes: object) => {
      const ingest = inMemoryIngest();
      const ce = { specversion: '1.0', id: '1', source: '/s', type: 'a', data: 1, ...attributes };
      const type = { 'content-type': 'application/cloudevents+json' };
      await ingest.send(publish(ce, { headers: { ...headers, ...type } }));
      return ingest.sent()[0]!;
    };
    const traced = await of({ traceparent: own });
    expect(traced).toMatchObject({ traceparent: own, ce: { traceparent: own } });
    // The request's state belongs to the request's trace.
    expect(traced).not.toHaveProperty('tracestate');
    expect(await of({ traceparent: own, tracestate: 'congo=2' })).toMatchObject({
      traceparent: own,
      tracestate: 'congo=2',
    });
    expect(await of({ traceparent: 'of my own' })).toMatchObject({
      ...headers,
      ce: { traceparent: 'of my own' },
    });
  });

  it('does not make another event of one: it is the same when it is published again', async () => {
    const ingest = inMemoryIngest();
    const mine = event(1, { id: 'order-1' });
    await ingest.send(publish(mine));
    ingest.digests.set('order-1', ingest.sent()[0]!.digest!);
    expect(await ingest.send(publish(mine, { headers }))).toMatchObject({ status: 202 });
    const [first, second] = ingest.sent();
    expect(second!.digest).toBe(first!.digest);
  });
});

describe('an id of a producer (B7)', () => {
  it('is refused for another event, in one request and in a later one', async () => {
    const ingest = inMemoryIngest();
    const [mine, other] = [event(1, { id: 'order-1' }), event(2, { id: 'order-1' })];
    expect(await ingest.send(publishBatch([mine, other, mine]))).toMatchObject({
      status: 202,
      body: {
        events: [
          { id: 'order-1' },
          { error: { error: 'event_id_reused', field: 'events[1].id' } },
          { id: 'order-1' },
        ],
      },
    });
    ingest.digests.set('order-1', ingest.sent()[0]!.digest!);
    expect(await ingest.send(publish(mine))).toMatchObject({ status: 202 });
    expect(await ingest.send(publish(other))).toMatchObject({
      status: 422,
      body: { error: 'event_id_reused' },
    });
  });

  it('made of an idempotency key is refused for another request', async () => {
    const ingest = inMemoryIngest();
    const sent = { headers: { 'idempotency-key': 'k' } };
    const first = await ingest.send(publish(event(1), sent));
    expect(await ingest.send(publish(event(1), sent))).toEqual(first);
    const [{ id, digest } = {}] = ingest.sent();
    ingest.digests.set(id!, digest!);
    expect(await ingest.send(publish(event(2), sent))).toMatchObject({
      status: 422,
      body: { error: 'idempotency_key_reused', field: 'Idempotency-Key' },
    });
  });

  it.each<[string, () => Promise<Map<string, string>>, number]>([
    ['fails', () => Promise.reject(new Error('no table')), 1],
    ['does not answer', () => new Promise(() => {}), 0],
  ])('counts as new while the log %s: publishing needs the queue alone', async (_, digestsOfIds, warned) => {
    const ingest = inMemoryIngest();
    ingest.stores.digestsOfIds = digestsOfIds;
    const { result, warnings } = await printedBy(() => ingest.send(publish(event(1, { id: 'a' }))));
    expect(result).toMatchObject({ status: 202, body: { id: 'a' } });
    expect(warnings).toHaveLength(warned);
  });
});
