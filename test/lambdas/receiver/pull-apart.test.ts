import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIn } from '../../../lambdas/receiver/messages.ts';
import { pullApart } from '../../../lambdas/receiver/pull-apart.ts';

const AT = '2026-11-28T12:00:00.000Z';

/** What the handler gets, after the queue. */
const eventsOf = (id: string, headers: Record<string, string>, body: string | Uint8Array) =>
  pullApart({ headers, body: Buffer.from(body) }, id, AT).map((message) =>
    eventIn(JSON.stringify(message), 1),
  );

describe('a request of one event', () => {
  it('has in its headers what is said of it', () => {
    const headers = {
      'content-type': 'application/json',
      'posthorn-event-type': 'order.created',
      'posthorn-test': 'true',
      'ce-source': '/shop',
      'ce-subject': 'Euro%20%E2%82%AC',
      'ce-odd': '100%',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };
    const [event] = eventsOf('evt_1', headers, '{"amount":1200.50}');
    expect(event).toMatchObject({
      id: 'evt_1',
      type: 'order.created',
      receivedAt: AT,
      tries: 1,
      isTest: true,
      contentType: 'application/json',
      cloudEvent: { source: '/shop', subject: 'Euro €', odd: '100%' },
      traceparent: headers.traceparent,
    });
    expect(event!.text()).toBe('{"amount":1200.50}');
    expect(event!.json()).toEqual({ amount: 1200.5 });
  });

  it.each([
    ['its payload, where another sender has it there', '{"type":"invoice.paid"}', 'invoice.paid'],
    ['nothing, where there is none', '[1]', undefined],
    ['nothing, where it is no text', '{"type":7}', undefined],
    ['nothing, where there is no JSON', 'hello', undefined],
  ])('has its type from %s', (_, body, type) => {
    expect(eventsOf('evt_1', {}, body)[0]!.type).toBe(type);
  });

  it('brings any bytes to the handler, small ones and large ones', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(1, 5000), (bytes, times) => {
        const body = Buffer.concat(Array.from({ length: times }, () => bytes));
        expect(eventsOf('evt_1', {}, body)[0]!.body.equals(body)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is not taken for a batch by its id alone, which a producer may choose', () => {
    expect(eventsOf('bat_mine', {}, '[{"id":"a"}]')).toHaveLength(1);
    expect(eventsOf('evt_1', { 'posthorn-batch': '1' }, '[{"id":"a"}]')).toHaveLength(1);
  });

  it('travels compressed where it is large', () => {
    const [message] = pullApart({ headers: {}, body: Buffer.alloc(900_000, 'a') }, 'evt_1', AT);
    expect(JSON.stringify(message).length).toBeLessThan(10_000);
  });
});

describe('a request of several events', () => {
  const ofBatch = (body: string) => eventsOf('bat_1', { 'posthorn-batch': '2' }, body);

  it('is pulled apart, and each payload stays as it was written', () => {
    const body = `[{"id":"failure-17","type":"payment.failed","time":"2026-11-21T11:59:58.000Z","contentType":"application/json",
      "data":{ "amount": 1200.50, "big": 12345678901234567890 }},
      {"id":"evt_2","type":"order.report","test":true,"cloudEvent":{"source":"shop"},"contentType":"text/csv","data_base64":"c2t1LGNvdW50CkEtMSwyCg=="}]`;
    const events = ofBatch(body);
    expect(events.map(({ id, type, time }) => [id, type, time])).toEqual([
      ['failure-17', 'payment.failed', '2026-11-21T11:59:58.000Z'],
      ['evt_2', 'order.report', undefined],
    ]);
    expect(events.map((event) => event.text())).toEqual([
      '{ "amount": 1200.50, "big": 12345678901234567890 }',
      'sku,count\nA-1,2\n',
    ]);
    expect(events[1]).toMatchObject({
      isTest: true,
      cloudEvent: { source: 'shop' },
      contentType: 'text/csv',
    });
  });

  it.each([
    ['no JSON', 'hello', 'expected a JSON array'],
    ['no list', '{}', 'expected a JSON array'],
    ['an element without an id', '[{"id":"a","data":1},{"data":2}]', 'expected element 1'],
    ['an element that is no object', '[7]', 'expected element 0'],
  ])('is refused when it holds %s', (_, body, problem) => expect(() => ofBatch(body)).toThrow(problem));
});

describe('a message of the queue', () => {
  it.each(['hello', '7', '{"v":1}', '{"v":2,"id":"a"}'])(
    'is refused when it is not one of ours: %s',
    (text) => {
      expect(() => eventIn(text, 1)).toThrow('expected a message of');
    },
  );
});
