import { describe, expect, it } from 'vitest';
import type { Message } from '../../lambdas/delivery/messages.ts';
import { type Heard, type Item, itemsIn, messagesIn } from '../../local/core/heard.ts';
import { createNarrator, plainLine, spanOf } from '../../local/narrate.ts';

const NOW = Date.UTC(2026, 10, 21, 10);

const target = (url: string): Heard => ({
  kind: 'item',
  caller: 'Manage',
  item: { pk: { S: 'tenant#ten_1' }, sk: { S: 'target#tgt_1' }, url: { S: url } },
});

const written = (item: Item): Heard => ({ kind: 'item', caller: 'Dispatch', item });

const sent = (message: Message, caller = 'Dispatch', queue = 'posthorn-local-outcomes'): Heard => ({
  kind: 'message',
  caller,
  queue,
  body: JSON.stringify(message),
});

/** What is told of the last, after the ones before. */
function told(...heard: Heard[]): string[] {
  const narrate = createNarrator();
  return heard.map((one) => narrate(one, NOW).map(({ tone, text }) => `${tone}: ${text}`)).at(-1)!;
}

const event = { id: 'evt_1', ulid: '01M80000000000000000000000', type: 'order.paid' };
const attempt = { at: NOW, ms: 12 };
const base = { tenant: 'ten_1', subscription: 'sub_1', target: 'tgt_1', event, at: NOW } as const;

describe('what becomes of a delivery', () => {
  const outcome = (more: object): Heard =>
    sent({ v: 1, kind: 'outcomes', outcomes: [{ ...base, ...more } as never] });

  it.each<[string, object]>([
    [
      'good: delivered order.paid evt_1 to https://a.test/hook in 12 ms',
      { status: 'delivered', attempts: [{ ...attempt, status: 200 }] },
    ],
    [
      'good: delivered order.paid evt_1 to https://a.test/hook in 12 ms, attempt 3',
      { status: 'delivered', dropped: 2, attempts: [{ ...attempt, status: 200 }] },
    ],
    [
      'bad: retry in 5 s: 503, order.paid evt_1 to https://a.test/hook, attempt 1',
      { status: 'retrying', nextAttemptAt: NOW + 5000, attempts: [{ ...attempt, status: 503 }] },
    ],
    [
      'bad: retry in 3 h: refused, order.paid evt_1 to https://a.test/hook, attempt 1',
      { status: 'parked', nextAttemptAt: NOW + 3 * 3_600_000, attempts: [{ ...attempt, error: 'refused' }] },
    ],
    [
      'wait: waiting order.paid evt_1 to https://a.test/hook: on again in 10 s',
      { status: 'parked', nextAttemptAt: NOW + 10_000, attempts: [], isWaiting: true },
    ],
    [
      'bad: still failing: 503, order.paid evt_1 to https://a.test/hook, which waits on',
      { status: 'parked', attempts: [{ ...attempt, status: 503, uncounted: true }] },
    ],
    [
      'wait: waiting order.paid evt_1 to https://a.test/hook: until its endpoint recovers, or it is its turn',
      { status: 'parked', attempts: [], isWaiting: true },
    ],
  ])('%s', (line, more) => {
    expect(told(target('https://user:pass@a.test/hook?token=secret'), outcome(more))).toEqual([line]);
  });

  it('is told of a target by its id where its address is not known', () => {
    const [line] = told(outcome({ status: 'delivered', attempts: [attempt] }));
    expect(line).toBe('good: delivered order.paid evt_1 to tgt_1 in 12 ms');
  });

  it('is told of a dead letter with its reason', () => {
    const full = { ...event, contentType: 'text/plain', payload: { kind: 'text', text: 'x' } } as const;
    const delivery = { ...base, v: 1, kind: 'delivery', event: full } as const;
    const dead = (attempts: readonly object[]) =>
      sent({ v: 1, kind: 'dead', reason: 'rejected', delivery: { ...delivery, attempts } as never });
    expect(told(dead([{ ...attempt, status: 404 }]))).toEqual([
      'bad: dead letter order.paid evt_1 to tgt_1: rejected, the last answer: 404',
    ]);
    expect(told(dead([]))).toEqual(['bad: dead letter order.paid evt_1 to tgt_1: rejected']);
  });
});

describe('what becomes of an event', () => {
  const payload = { kind: 'text', text: '{"é":1}' } as const;
  const full = { ...event, contentType: 'application/json', payload };
  const events = (caller: string, more: object = {}) =>
    sent({ v: 1, kind: 'events', tenant: 'ten_1', events: [{ ...full, ...more }] }, caller, 'events');
  const logged = (more: Item): Heard =>
    written({
      pk: { S: 'event#ten_1#0' },
      sk: { S: event.ulid },
      id: { S: 'evt_1' },
      type: { S: 'order.paid' },
      ...more,
    });

  it.each<[Heard, string[]]>([
    [events('Ingest'), ['news: accepted order.paid evt_1, 8 bytes']],
    [events('Ingest', { payload: { kind: 'text', text: '7' } }), ['news: accepted order.paid evt_1, 1 byte']],
    [
      events('DeadLetterWriter', { type: 'posthorn.delivery.dead' }),
      ['news: operational event posthorn.delivery.dead'],
    ],
    [events('Fanout'), []],
    [logged({}), ['wait: no subscription matches order.paid evt_1']],
    [logged({ subs: { S: 'A' } }), ['news: 1 subscription matches order.paid evt_1']],
    [logged({ subs: { S: 'A B' } }), ['news: 2 subscriptions match order.paid evt_1']],
    [logged({ subs: { S: 'A' }, matched: { N: '900' } }), ['news: 900 subscriptions match order.paid evt_1']],
    [logged({ open: { BOOL: true } }), ['news: matching order.paid evt_1 takes several passes']],
    [written({ pk: { S: 'event#ten_1#0' }, sk: { S: `${event.ulid}#0001` }, subs: { S: 'A' } }), []],
  ])('%j', (heard, lines) => expect(told(heard)).toEqual(lines));
});

describe('what becomes of a target', () => {
  const health = (more: Item): Heard =>
    written({ pk: { S: 'standing#ten_1' }, sk: { S: 'tgt_1' }, failed: { N: '1' }, ...more });
  const open = health({ open: { M: { since: { N: '1' } } } });

  it('is told once for each change', () => {
    const narrate = createNarrator();
    narrate(target('https://a.test/hook'), NOW);
    const heard = [
      health({}),
      open,
      open,
      health({}),
      health({ pausedUntil: { N: String(NOW + 10_000) } }),
      health({ pausedUntil: { N: String(NOW + 10_000) } }),
      health({ disabled: { M: { reason: { S: 'gone' } } } }),
    ];
    expect(heard.flatMap((one) => narrate(one, NOW).map(({ text }) => text))).toEqual([
      'breaker opened: https://a.test/hook fails; its deliveries wait, and single ones try it',
      'breaker closed: https://a.test/hook answers again',
      'paused: https://a.test/hook asks for it, on again in 10 s',
      'switched off: https://a.test/hook, gone',
    ]);
  });
});

describe('other messages', () => {
  const message = (body: string, queue = 'x'): Heard => ({ kind: 'message', caller: 'a', queue, body });

  it.each<[Heard, string[]]>([
    [
      sent({ v: 1, kind: 'challenge', tenant: 't', target: 'tgt_1', token: 'x' }),
      ['news: challenge for tgt_1'],
    ],
    [sent({ v: 1, kind: 'replay', tenant: 't', job: 'rpl_1', page: 0 }), ['news: replay rpl_1 begins']],
    [sent({ v: 1, kind: 'replay', tenant: 't', job: 'rpl_1', page: 1 }), []],
    [message('not JSON'), []],
    [
      message('not JSON', 'posthorn-local-Quarantine1'),
      ['bad: quarantine: a message that nothing could read'],
    ],
  ])('%j', (heard, lines) => expect(told(heard)).toEqual(lines));
});

describe('what the local cloud hears', () => {
  it('is each message of a call', () => {
    const QueueUrl = 'http://sqs.test/000000000000/lane';
    const common = { kind: 'message', caller: 'Fanout', queue: 'lane' };
    expect(messagesIn({ QueueUrl, MessageBody: 'a' }, 'Fanout')).toEqual([{ ...common, body: 'a' }]);
    expect(messagesIn({ QueueUrl, Entries: [{ MessageBody: 'a' }, { MessageBody: 'b' }] }, 'Fanout')).toEqual(
      [
        { ...common, body: 'a' },
        { ...common, body: 'b' },
      ],
    );
    expect(messagesIn(undefined, 'Fanout')).toEqual([]);
  });

  it('is each item that is put', () => {
    const item = { pk: { S: 'a' } };
    const heard = [{ kind: 'item', caller: 'Record', item }];
    expect(itemsIn('PutItem', { Item: item }, 'Record')).toEqual(heard);
    const RequestItems = { Log: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: item } }] };
    expect(itemsIn('BatchWriteItem', { RequestItems }, 'Record')).toEqual(heard);
    expect(itemsIn('BatchGetItem', { RequestItems: { Log: { Keys: [item] } } }, 'Record')).toEqual([]);
    expect(itemsIn('UpdateItem', { Key: item }, 'Record')).toEqual([]);
  });
});

it.each([
  [0, 'at once'],
  [499, 'at once'],
  [5000, 'in 5 s'],
  [119_000, 'in 119 s'],
  [120_000, 'in 2 min'],
  [3_600_000, 'in 60 min'],
  [10 * 3_600_000, 'in 10 h'],
])('%i ms are %s', (ms, span) => expect(spanOf(ms)).toBe(span));

it.each([
  ['{"_aws":{},"Delivered":1}', undefined],
  [
    '{"level":"WARN","timestamp":"2026","message":"batch failed","size":10,"error":"Timeout"}',
    'batch failed (size 10, error Timeout)',
  ],
  ['{"level":"WARN","message":"recovery is running already"}', 'recovery is running already'],
  ['{"other":1}', '{"other":1}'],
  ['ERROR\tInvoke Error\t{}', 'ERROR\tInvoke Error\t{}'],
  ['7', '7'],
])('%s is shown as %s', (line, text) => expect(plainLine(line)).toBe(text));
