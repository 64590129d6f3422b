import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { deliveryKey, eventKey } from '../../../lambdas/events/log-keys.ts';
import { payloadKey } from '../../../lambdas/events/payload.ts';
import type { Condition } from '../../../lambdas/matching/language/condition.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { timeOfUlid } from '../../../lambdas/values/ids.ts';
import { createMeter } from '../../../local/cloud.ts';
import { startCloud } from '../../helpers/cloud.ts';
import {
  bindByHand,
  eventByHand,
  publishByHand,
  putEntity,
  sendByHand,
} from '../../helpers/guide/by-hand.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const meter = createMeter();
const cloud = await startCloud({ meter });
const bucket = cloud.resource('Payloads').physicalId;

/** How often fanout has read a payload since the meter was reset. */
const readsOfBucket = (): number =>
  meter.snapshot().find(({ caller, operation }) => caller === 'Fanout' && operation === 'GET')?.requests ?? 0;

/** Endpoints of subscriptions to one type, each with a condition. */
const subscribeAll = (type: string, conditions: readonly (Condition | undefined)[]) =>
  Promise.all(
    conditions.map(async (where) => {
      const endpoint = await startEndpoint();
      const bound = await bindByHand(cloud, {
        target: { url: endpoint.url },
        filter: { events: [type], where },
      });
      return { ...bound, endpoint };
    }),
  );

const countsOf = (subscribed: Awaited<ReturnType<typeof subscribeAll>>): number[] =>
  subscribed.map(({ endpoint }) => endpoint.arrivals.length);

const storePayload = async (body: string) => {
  const key = payloadKey(FIRST_TENANT, ulid());
  await cloud.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { kind: 'stored', key, bytes: body.length } as const;
};

/** Published once and matched with all subscriptions below; the last is not JSON. */
const EVENTS = {
  failure: {
    type: 'payment.processor.failure',
    source: 'payment-service',
    data: { level: 'ERROR', response_ms: 2500, metadata: { amount: 1200.5 } },
  },
  refund: {
    type: 'payment.refund',
    source: 'payment-gateway',
    data: { level: 'INFO', response_ms: 2000, metadata: { amount: 1000 } },
  },
  stock: {
    type: 'inventory.stock.critical',
    source: 'prepayment-tool',
    data: { level: 'error', response_ms: '9000', metadata: { amount: '5000' } },
  },
};
const CSV = { type: 'payment.report', body: 'level,response_ms\nERROR,2500' };

type Published = keyof typeof EVENTS | 'csv';

const HOUR_MS = 3_600_000;
/** Whole hours from now, in a time zone without daylight saving. */
const clockIn = (hours: number): string =>
  new Date(Date.now() + 5.5 * HOUR_MS + hours * HOUR_MS).toISOString().slice(11, 16);
const timeZone = 'Asia/Kolkata';
const now = { from: clockIn(-2), to: clockIn(2), timeZone };
const later = { from: clockIn(2), to: clockIn(4), timeZone };

const any = { events: ['payment.**', 'inventory.**'] };

/** A subscription's condition, and the events that it gets. */
const WANTED: [
  requirement: string,
  parts: { events: string[]; [part: string]: unknown },
  gets: Published[],
][] = [
  ['one type (A2)', { events: ['payment.processor.failure'] }, ['failure']],
  ['one segment under a type (A2)', { events: ['payment.*'] }, ['refund', 'csv']],
  ['all under a type (A2)', { events: ['payment.**'] }, ['failure', 'refund', 'csv']],
  ['a type by its end (A2)', { events: ['**.critical', '*.*.failure'] }, ['failure', 'stock']],
  ['a source (A3)', { ...any, filters: { source: 'payment-service' } }, ['failure']],
  [
    'a source by regular expression (A3)',
    { ...any, filters: { source: { regex: '^payment-(service|gateway)$' } } },
    ['failure', 'refund'],
  ],
  ['a level, exactly (A4)', { ...any, filters: { level: 'ERROR' } }, ['failure']],
  [
    'a threshold by operator (A5)',
    { ...any, filters: { response_ms: { numeric: ['>', 2000] } } },
    ['failure'],
  ],
  ['response times over 2 s by JSONPath (A5)', { ...any, jsonpath: '$[?@.response_ms > 2000]' }, ['failure']],
  ['amounts over $1000 by JSONPath (A5)', { ...any, jsonpath: '$[?@.metadata.amount > 1000]' }, ['failure']],
  ['a time window that is open (A6)', { ...any, during: now }, ['failure', 'refund', 'stock', 'csv']],
  ['one that is not (A6)', { ...any, during: later }, []],
  ['one of several windows (A6)', { ...any, during: [later, now] }, ['failure', 'refund', 'stock', 'csv']],
  [
    'the event’s own fields of a payload that is not JSON',
    { events: ['payment.report'], where: { priority: ['normal'] } },
    ['csv'],
  ],
  [
    'what no payload has, and this one can’t be asked',
    { events: ['payment.report'], where: { data: { level: [{ exists: false }] } } },
    [],
  ],
  ['any JSON at all', { ...any, jsonpath: '$.data' }, ['failure', 'refund', 'stock']],
  [
    'all parts at once (A2, A3, A4, A5, A6, E7)',
    {
      events: ['payment.**'],
      where: { source: [{ prefix: 'payment-' }], data: { level: ['ERROR'] } },
      jsonpath: '$.data.metadata[?@ > 1000]',
      during: now,
    },
    ['failure'],
  ],
];

describe('filters with conditions (A3, A4, A5)', () => {
  it('let events through that satisfy all of them', async () => {
    const subscribed = await subscribeAll('cond.inline', [
      undefined,
      { source: ['shop'] },
      { source: ['till'] },
      { source: ['shop'], data: { level: ['ERROR', 'FATAL'], user: { plan: ['pro'] } } },
      { data: { level: ['INFO'] } },
      { priority: ['normal'], region: ['eu'] },
    ]);
    const { id } = await publishByHand(
      cloud,
      'cond.inline',
      { level: 'ERROR', user: { plan: 'pro' } },
      { source: 'shop', region: 'eu' },
    );
    await cloud.settled();
    expect(countsOf(subscribed)).toEqual([1, 1, 0, 1, 0, 1]);
    expect(await cloud.api.call('GET', `/v1/events/${id}`)).toMatchObject({ matched: 4 });
  });

  it('are checked on a payload in the bucket, read once, and only if one needs it', async () => {
    const plain = await subscribeAll('cond.stored.plain', [
      undefined,
      { source: ['shop'] },
      { source: ['shop'], data: { kind: ['a'] } },
      { source: [{ prefix: 'sh' }], data: { kind: [{ prefix: 'a' }] } },
    ]);
    const asking = await subscribeAll('cond.stored.asking', [
      { data: { kind: ['a'] } },
      { data: { kind: ['b'] } },
      { data: { kind: ['a', 'b'] } },
    ]);
    const payload = await storePayload(JSON.stringify({ kind: 'a', filler: 'x'.repeat(9000) }));
    meter.reset();
    await publishByHand(cloud, 'cond.stored.plain', {}, { payload });
    await cloud.settled();
    expect(countsOf(plain)).toEqual([1, 0, 0, 0]);
    expect(readsOfBucket()).toBe(0);
    await publishByHand(cloud, 'cond.stored.asking', {}, { payload });
    await cloud.settled();
    expect(countsOf(asking)).toEqual([1, 0, 1]);
    expect(readsOfBucket()).toBe(1);
  });

  it('read payloads in several invocations, each event once', async () => {
    const [subscribed] = await subscribeAll('cond.large', [{ data: { kind: ['a'] } }]);
    const payload = await storePayload(JSON.stringify({ filler: 'x'.repeat(4_400_000), kind: 'a' }));
    const events = Array.from({ length: 20 }, () => eventByHand('cond.large', {}, { payload }));
    const before = cloud.functions.get('Fanout')!.stats().invocations;
    meter.reset();
    await sendByHand(cloud, 'Events', { v: 1, kind: 'events', tenant: FIRST_TENANT, events });
    await cloud.settled({ timeout: 40_000 });
    const ids = subscribed!.endpoint.arrivals.map(({ headers }) => headers['webhook-id']);
    expect(ids.sort()).toEqual(events.map(({ id }) => id).sort());
    expect(cloud.functions.get('Fanout')!.stats().invocations - before).toBeGreaterThan(2);
    expect(readsOfBucket()).toBe(20);
    expect(await cloud.api.deliveriesOf(subscribed!.subscription.id)).toHaveLength(20);
  });

  it('do not match a payload that is not JSON, or is gone', async () => {
    const gone = await storePayload('{"a":1}');
    await cloud.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: gone.key }));
    const subscribed = await subscribeAll('cond.strange', [{ data: { a: [1] } }, { type: ['cond.strange'] }]);
    const payloads = [
      { kind: 'text', text: 'a=1' },
      { kind: 'base64', base64: Buffer.from([0xff, 0xfe]).toString('base64') },
      { kind: 'text', text: '{"a":1}' },
      gone,
    ] as const;
    for (const payload of payloads) await publishByHand(cloud, 'cond.strange', {}, { payload });
    await cloud.settled();
    const dead = await cloud.api.deliveriesOf(subscribed[1]!.subscription.id);
    expect(countsOf(subscribed)).toEqual([1, 3]);
    expect(dead.map(({ reason }) => reason).filter(Boolean)).toEqual(['payload_missing']);
  });

  it('do not apply to an event that is addressed to one subscription', async () => {
    const [addressee, other, inactive] = await subscribeAll('only.other', [
      { source: ['x'] },
      undefined,
      undefined,
    ]);
    await putEntity(cloud, 'subscription', { ...inactive!.subscription, active: false });
    const one = await publishByHand(cloud, 'any.type', {}, { only: addressee!.subscription.id });
    const none = await publishByHand(cloud, 'only.other', {}, { only: inactive!.subscription.id });
    await publishByHand(cloud, 'only.other', {}, { only: `sub_${ulid()}` });
    await cloud.delivery(one.id, 'delivered');
    await cloud.settled();
    expect(countsOf([addressee!, other!, inactive!])).toEqual([1, 0, 0]);
    // It is a dead letter of the paused subscription.
    expect(await cloud.api.call('GET', `/v1/events/${none.id}`)).toMatchObject({ matched: 1 });
    expect(await cloud.delivery(none.id, 'dead')).toMatchObject({ reason: 'subscription_paused' });
  });
});

describe('the retention of the log (C4)', () => {
  it('is the event’s, for it and for its deliveries, delivered and dead', async () => {
    const [good] = await subscribeAll('kept.short', [undefined]);
    const refusing = await startEndpoint(() => ({ status: 404 }));
    const bad = await bindByHand(cloud, {
      target: { url: refusing.url },
      filter: { events: ['kept.short'] },
    });
    const { ulid: eventUlid } = await publishByHand(cloud, 'kept.short', {}, { keepSeconds: 600 });
    await cloud.settled();
    const keys = [
      eventKey(FIRST_TENANT, eventUlid),
      deliveryKey(FIRST_TENANT, good!.subscription.id, eventUlid),
      deliveryKey(FIRST_TENANT, bad.subscription.id, eventUlid),
    ];
    for (const Key of keys) {
      const TableName = cloud.resource('Log').physicalId;
      const { Item } = await cloud.dynamo.send(new GetCommand({ TableName, Key: { ...Key } }));
      expect(Item!.ttl - timeOfUlid(eventUlid) / 1000).toBeCloseTo(600, -1);
    }
  });
});

describe('subscriptions get the events that their filters match', () => {
  const got = WANTED.map((): (string | undefined)[] => []);

  beforeAll(async () => {
    const endpoints = await Promise.all(WANTED.map(() => startEndpoint()));
    await Promise.all(
      WANTED.map(([, parts], i) => cloud.api.subscribe({ url: endpoints[i]!.url, ...parts })),
    );
    const { events } = await cloud.api.publishBatch(JSON.stringify({ events: Object.values(EVENTS) }));
    const headers = { 'content-type': 'text/csv', 'ce-type': CSV.type };
    const csv = await cloud.api.call<{ id: string }>('POST', '/v1/events', CSV.body, headers);
    const names = new Map<string, string>([
      ...Object.keys(EVENTS).map((name, i) => [events[i]!.id, name] as const),
      [csv.id, 'csv'],
    ]);
    await cloud.settled();
    for (const [i, { arrivals }] of endpoints.entries()) {
      got[i] = arrivals.map(({ headers }) => names.get(String(headers['webhook-id'])));
    }
  });

  it.each(WANTED.map(([requirement, , gets], i) => [requirement, i, gets] as const))('%s', (_, i, gets) => {
    expect(got[i]!.toSorted()).toEqual(gets.toSorted());
  });
});

it('needed no permission that it lacks', () => expect(cloud.denials).toEqual([]));
