import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../lambdas/events/event.ts';
import { toItem } from '../../../lambdas/events/event-items.ts';
import { eventKey, producerIdKey } from '../../../lambdas/events/log-keys.ts';
import { lowestUlidAt, timeOfUlid } from '../../../lambdas/values/ids.ts';
import { runs } from '../../helpers/runs.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { claimProducerId } = await import('../../../lambdas/events/id-claim-store.ts');
const { getEvent, listEvents, newestEvents, putEvents } = await import(
  '../../../lambdas/events/event-log-store.ts'
);

const TABLE = 'event-log';
const START = Date.now();
const RETENTION = 3600;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

/** @param shard decides the partition, as the last character does */
const ulidAt = (time: number, n: number, shard: number): string =>
  `${lowestUlidAt(time).slice(0, 10)}${String(n).padStart(15, '0')}${'0123'[shard]}`;

const eventOf = (ulid: string, type: string, about: Partial<Event> = {}): Event => ({
  id: `evt_${ulid}`,
  ulid,
  type,
  contentType: 'application/json',
  payload: { kind: 'text', text: '{}' },
  ...about,
});

const put = (tenant: string, events: readonly Event[], parts = 1): Promise<void> =>
  putEvents(
    TABLE,
    RETENTION,
    events.flatMap((event) =>
      Array.from({ length: parts }, (_, part) => ({ tenant, event, part, subscriptions: [], matched: 0 })),
    ),
  );

type Wanted = Omit<Parameters<typeof listEvents>[2], 'after'>;

/** Page after page, as a client reads it. */
async function readAll(tenant: string, wanted: Wanted): Promise<{ ulids: string[]; pages: number }> {
  const ulids: string[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const { events, next } = await listEvents(TABLE, tenant, { ...wanted, after }, START);
    expect(events.length).toBeLessThanOrEqual(wanted.limit);
    if (after && next) expect(next < after).toBe(wanted.newestFirst);
    ulids.push(...events.map(({ ulid }) => ulid));
    after = next;
    pages++;
  } while (after !== undefined);
  return { ulids, pages };
}

describe('putting events', () => {
  it('takes one that is there twice, as a queue may hand it out', async () => {
    const event = eventOf(ulidAt(START, 1, 0), 'order.created');
    const other = eventOf(ulidAt(START, 2, 0), 'order.created');
    await put('repeated', [event, other, event]);
    const { ulids } = await readAll('repeated', { limit: 10, newestFirst: false });
    expect(ulids).toEqual([event.ulid, other.ulid]);
  });
});

describe('listing events', () => {
  let tenants = 0;

  it('skips none and repeats none, whatever the shards hold, the page and the filter', async () => {
    const made = fc.record({
      time: fc.nat(20),
      shard: fc.nat(3),
      type: fc.constantFrom('a', 'a.b', 'a.c', 'b'),
    });
    const maybeTime = fc.option(fc.integer({ min: -1, max: 22 }), { nil: undefined });
    const wantedOf = fc.record({
      limit: fc.integer({ min: 1, max: 7 }),
      newestFirst: fc.boolean(),
      type: fc.option(fc.constantFrom('a', 'a.*', 'a.**', '**', 'c'), { nil: undefined }),
      from: maybeTime,
      to: maybeTime,
    });
    const parts = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(made, { maxLength: 40 }), wantedOf, parts, async (all, wanted, partCount) => {
        const tenant = `t${tenants++}`;
        const events = all.map(({ time, shard, type }, n) => eventOf(ulidAt(START + time, n, shard), type));
        await put(tenant, events, partCount);
        const [from, to] = [wanted.from, wanted.to].map((time) =>
          time !== undefined ? START + time : undefined,
        );
        const pattern = { a: /^a$/, 'a.*': /^a\.\w$/, 'a.**': /^a/, '**': /./, c: /^c/ }[wanted.type ?? '**'];
        const expected = events
          .filter(({ type, ulid }) => {
            const time = timeOfUlid(ulid);
            return pattern?.test(type) && time >= (from ?? 0) && time < (to ?? Number.POSITIVE_INFINITY);
          })
          .map(({ ulid }) => ulid)
          .sort();
        if (wanted.newestFirst) expected.reverse();
        const { ulids } = await readAll(tenant, { ...wanted, from, to });
        expect(ulids).toEqual(expected);
      }),
      { numRuns: runs(60) },
    );
  });

  it('reads no further than a bound in one call, and goes on from there', async () => {
    // One shard holds far more than the others, and the wanted are at its old end and elsewhere.
    const noise = Array.from({ length: 3500 }, (_, n) => eventOf(ulidAt(START + 10 + n, n, 0), 'noise'));
    const rare = [1, 5, 2000, 3000].map((time, n) => eventOf(ulidAt(START + time, n, n % 4), 'rare'));
    await put('skewed', [...noise, ...rare]);
    const { ulids, pages } = await readAll('skewed', { newestFirst: true, limit: 10, type: 'rare' });
    expect(ulids).toEqual(rare.map(({ ulid }) => ulid).reverse());
    expect(pages).toBe(4);
  });

  it('leaves out what has expired', async () => {
    const events = [
      eventOf(ulidAt(START - 7200_000, 0, 0), 'a'),
      eventOf(ulidAt(START - 7200_000, 1, 1), 'a', { keepSeconds: 8000 }),
      eventOf(ulidAt(START - 60_000, 2, 2), 'a', { keepSeconds: 30 }),
      eventOf(ulidAt(START - 60_000, 3, 3), 'a'),
    ];
    await put('expired', events);
    expect((await readAll('expired', { newestFirst: true, limit: 10 })).ulids).toEqual([
      events[3]!.ulid,
      events[1]!.ulid,
    ]);
  });
});

describe('an event in the log', () => {
  it('says all of itself again', async () => {
    const event = eventOf(ulidAt(START, 0, 0), 'a', {
      source: 'shop',
      priority: 'low',
      region: 'eu',
      test: true,
      ce: { id: '1', source: 'shop', subject: 'ü' },
      traceparent,
      tracestate: 'rojo=1',
    });
    await put('whole', [event]);
    expect(await getEvent(TABLE, 'whole', event.id, START)).toMatchObject(event);
  });

  it('has the trace that a release wrote which did not know of traces', async () => {
    const event = eventOf(ulidAt(START, 0, 0), 'a');
    const item = toItem({ tenant: 'before', event, part: 0, subscriptions: [], matched: 0 }, RETENTION);
    const Item = { ...item, unknown: JSON.stringify({ traceparent }) };
    await dynamo.send(new PutCommand({ TableName: TABLE, Item }));
    expect(await getEvent(TABLE, 'before', event.id, START)).toMatchObject({ traceparent });
  });

  it('takes no byte more where it has no trace', () => {
    const item = toItem(
      { tenant: 't', event: eventOf(ulidAt(START, 0, 0), 'a'), part: 0, subscriptions: [], matched: 0 },
      RETENTION,
    );
    expect(Object.keys(item)).toEqual(['pk', 'sk', 'id', 'type', 'ct', 'body', 'bytes', 'ttl']);
  });

  it.each([
    [undefined, RETENTION, 24 * 3600],
    [60, 60, 24 * 3600],
    [90_000, 90_000, 90_000],
  ])('is kept as long as it says, its id at least for a day: %s (C4)', async (keepSeconds, kept, idKept) => {
    const tenant = `kept-${keepSeconds}`;
    const event = eventOf(ulidAt(START, 0, 0), 'a', { id: 'order-1', keepSeconds });
    await put(tenant, [event]);
    await claimProducerId(TABLE, tenant, event, RETENTION);
    const ttlOf = async (Key: object): Promise<number> =>
      (await dynamo.send(new GetCommand({ TableName: TABLE, Key: { ...Key } }))).Item!.ttl;
    const made = Math.ceil(START / 1000);
    expect(await ttlOf(eventKey(tenant, event.ulid))).toBe(made + kept);
    expect(await ttlOf(producerIdKey(tenant, 'order-1'))).toBe(made + idKept);
  });
});

describe('the newest events', () => {
  it('of several types are found in one reading, and what was not seen is not said', async () => {
    const TYPES = ['a', 'b', 'a.b', 'posthorn.alert.raised'];
    const count = fc.record({ age: fc.nat(400), type: fc.constantFrom(...TYPES), shard: fc.nat(3) });
    const look = fc.record({ type: fc.constantFrom(...TYPES.slice(0, 3), undefined), age: fc.nat(500) });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(count, { maxLength: 60 }),
        fc.array(look, { minLength: 1, maxLength: 5 }),
        async (events, looks) => {
          const tenant = `newest-${round++}`;
          const made = events.map(({ age, type, shard }, n) => ({
            at: START - age,
            type,
            ulid: ulidAt(START - age, n, shard),
          }));
          await put(
            tenant,
            made.map(({ ulid, type }) => eventOf(ulid, type)),
          );
          const wanted = looks.map(({ type, age }) => ({ type, from: START - age }));
          const { at, seenFrom } = await newestEvents(TABLE, tenant, wanted, START);
          for (const { type, from } of wanted) {
            const fitting = made.filter((one) =>
              type === undefined ? !one.type.startsWith('posthorn.') : one.type === type,
            );
            const newest = Math.max(...fitting.map((one) => one.at));
            if (at.has(type)) expect(at.get(type)).toBe(newest);
            else expect([seenFrom <= from, newest < from]).toEqual([true, true]);
          }
        },
      ),
      { numRuns: Math.min(runs(20), 100) },
    );
  });

  it('of one ordinary shard full of others are not claimed to be known', async () => {
    const noise = Array.from({ length: 1200 }, (_, n) => eventOf(ulidAt(START + 10 + n, n, 0), 'noise'));
    await put('noisy', [eventOf(ulidAt(START + 1, 0, 0), 'rare'), ...noise]);
    const { at, seenFrom } = await newestEvents(
      TABLE,
      'noisy',
      [{ type: 'rare', from: START }],
      START + 10_000,
    );
    expect([at.get('rare'), at.get(undefined), seenFrom > START + 1]).toEqual([
      undefined,
      START + 1209,
      true,
    ]);
  });

  it('of a type that never comes cost a bounded part of a busy log, and the rest is not claimed', async () => {
    const busy = Array.from({ length: 4200 }, (_, n) => eventOf(ulidAt(START - n, 0, n % 4), 'busy'));
    await put('busy', busy);
    const from = START - 5000;
    const { at, seenFrom } = await newestEvents(
      TABLE,
      'busy',
      [
        { type: 'rare', from },
        { type: 'busy', from },
      ],
      START,
    );
    expect([...at]).toEqual([
      ['busy', START],
      [undefined, START],
    ]);
    expect([seenFrom > START - 4100, seenFrom <= START - 3900]).toEqual([true, true]);
  });
});
