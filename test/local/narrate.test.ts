import { describe, expect, it } from 'vitest';
import type { Message } from '../../lambdas/delivery/messages.ts';
import { type Heard, type Item, itemsIn, messagesIn } from '../../local/core/heard.ts';
import { createNarrator, plainLine, spanOf } from '../../local/narrate.ts';
import { type SentMessage, sentMessage } from '../../local/sent-message.ts';
import { WHOLE } from '../helpers/whole-messages.ts';

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

/** The lines for the last, after the ones before. */
function linesOf(...heard: Heard[]): string[] {
  const narrate = createNarrator();
  return heard.map((one) => narrate(one, NOW).map(({ tone, text }) => `${tone}: ${text}`)).at(-1)!;
}

const event = { id: 'evt_1', ulid: '01M80000000000000000000000', type: 'order.paid' };
const attempt = { at: NOW, ms: 12 };
const base = { tenant: 'ten_1', subscription: 'sub_1', target: 'tgt_1', event, at: NOW } as const;

describe('the lines of a delivery', () => {
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
      'wait: waiting order.paid evt_1 to https://a.test/hook: next attempt in 10 s',
      { status: 'parked', nextAttemptAt: NOW + 10_000, attempts: [], isWaiting: true },
    ],
    [
      'bad: still failing: 503, order.paid evt_1 to https://a.test/hook, which keeps waiting',
      { status: 'parked', attempts: [{ ...attempt, status: 503, uncounted: true }] },
    ],
    [
      'wait: waiting order.paid evt_1 to https://a.test/hook: until its endpoint recovers or its batch or rate limit releases it',
      { status: 'parked', attempts: [], isWaiting: true },
    ],
  ])('%s', (line, more) => {
    expect(linesOf(target('https://user:pass@a.test/hook?token=secret'), outcome(more))).toEqual([line]);
  });

  it('names a target by its id where its URL is not known', () => {
    const [line] = linesOf(outcome({ status: 'delivered', attempts: [attempt] }));
    expect(line).toBe('good: delivered order.paid evt_1 to tgt_1 in 12 ms');
  });

  it('names the reason of a dead letter', () => {
    const full = { ...event, contentType: 'text/plain', payload: { kind: 'text', text: 'x' } } as const;
    const delivery = { ...base, v: 1, kind: 'delivery', event: full } as const;
    const dead = (attempts: readonly object[]) =>
      sent({ v: 1, kind: 'dead', reason: 'rejected', delivery: { ...delivery, attempts } as never });
    expect(linesOf(dead([{ ...attempt, status: 404 }]))).toEqual([
      'bad: dead letter order.paid evt_1 to tgt_1: rejected, the last answer: 404',
    ]);
    expect(linesOf(dead([]))).toEqual(['bad: dead letter order.paid evt_1 to tgt_1: rejected']);
  });
});

describe('the lines of an event', () => {
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
    [events('Ingest'), ['plain: accepted order.paid evt_1, 8 bytes']],
    [
      events('Ingest', { payload: { kind: 'text', text: '7' } }),
      ['plain: accepted order.paid evt_1, 1 byte'],
    ],
    [
      events('DeadLetterWriter', { type: 'posthorn.delivery.dead' }),
      ['plain: operational event posthorn.delivery.dead'],
    ],
    [events('Fanout'), []],
    [logged({}), ['wait: no subscription matches order.paid evt_1']],
    [logged({ subs: { S: 'A' } }), ['plain: 1 subscription matches order.paid evt_1']],
    [logged({ subs: { S: 'A B' } }), ['plain: 2 subscriptions match order.paid evt_1']],
    [
      logged({ subs: { S: 'A' }, matched: { N: '900' } }),
      ['plain: 900 subscriptions match order.paid evt_1'],
    ],
    [logged({ open: { BOOL: true } }), ['plain: matching order.paid evt_1 takes several passes']],
    [written({ pk: { S: 'event#ten_1#0' }, sk: { S: `${event.ulid}#0001` }, subs: { S: 'A' } }), []],
  ])('%j', (heard, lines) => expect(linesOf(heard)).toEqual(lines));
});

describe('the lines of a target', () => {
  const health = (more: Item): Heard =>
    written({ pk: { S: 'standing#ten_1' }, sk: { S: 'tgt_1' }, failed: { N: '1' }, ...more });
  const open = health({ open: { M: { since: { N: '1' } } } });

  it('is one line for each change', () => {
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
      'breaker opened: https://a.test/hook fails; its deliveries wait while single probes try it',
      'breaker closed: https://a.test/hook answers again',
      'paused: https://a.test/hook asks for it, resumes in 10 s',
      'switched off: https://a.test/hook, gone',
    ]);
  });
});

it('reads every field that it names from whole messages of the functions', () => {
  const read = (kind: SentMessage['kind']) => sentMessage(JSON.stringify(WHOLE[kind]));
  const { id, type } = WHOLE.delivery.event;
  const attempts = [{ ms: 12, status: 503, error: 'timeout' }];
  const common = { target: 'tgt_1', event: { id, type }, attempts };
  const payloads = [
    { kind: 'text', text: '{"total":1}' },
    { kind: 'base64', base64: '/w==' },
    { kind: 'stored', bytes: 9000 },
  ];
  expect(read('events')).toMatchObject({ events: payloads.map((payload) => ({ id, type, payload })) });
  const nextAttemptAt = 1_764_000_000_003;
  const outcome = { ...common, status: 'parked', dropped: 1, nextAttemptAt, isWaiting: true };
  expect(read('outcomes')).toMatchObject({ outcomes: [outcome] });
  expect(read('dead')).toMatchObject({ reason: 'exhausted', delivery: common });
  expect(read('challenge')).toMatchObject({ target: 'tgt_1' });
  expect(read('replay')).toMatchObject({ job: 'rpl_1', page: 10 });
});

describe('other messages', () => {
  const message = (body: string, queue = 'x'): Heard => ({ kind: 'message', caller: 'a', queue, body });

  it.each<[Heard, string[]]>([
    [
      sent({ v: 1, kind: 'challenge', tenant: 't', target: 'tgt_1', token: 'x' }),
      ['plain: challenge for tgt_1'],
    ],
    [sent({ v: 1, kind: 'replay', tenant: 't', job: 'rpl_1', page: 0 }), ['plain: replay rpl_1 begins']],
    [sent({ v: 1, kind: 'replay', tenant: 't', job: 'rpl_1', page: 1 }), []],
    [message('not JSON'), []],
    [
      message('not JSON', 'posthorn-local-Quarantine1'),
      ['bad: quarantine: a message that no function could read'],
    ],
  ])('%j', (heard, lines) => expect(linesOf(heard)).toEqual(lines));
});

describe('what the local cloud passes on', () => {
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
  ['{"time":"2026","type":"platform.report","record":{"status":"error"}}', undefined],
  [
    '{"level":"WARN","timestamp":"2026","message":"batch failed","size":10,"error":"Timeout"}',
    'batch failed (size 10, error Timeout)',
  ],
  ['{"level":"WARN","message":"recovery is running already"}', 'recovery is running already'],
  ['{"other":1}', '{"other":1}'],
  ['ERROR\tInvoke Error\t{}', 'ERROR\tInvoke Error\t{}'],
  ['7', '7'],
])('%s is shown as %s', (line, text) => expect(plainLine(line)).toBe(text));
