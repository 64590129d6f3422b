import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryQuery } from '../../../../lambdas/api/deliveries.ts';
import { DELIVERY_STATUSES, type StoredStatus } from '../../../../lambdas/delivery/delivery.ts';
import type { Outcome } from '../../../../lambdas/delivery/outcome-schema.ts';
import type { Event } from '../../../../lambdas/events/event.ts';
import { DEAD_INDEX, UNDELIVERED_INDEX } from '../../../../lambdas/events/log-keys.ts';
import { filterOf, sourceOf } from '../../../../lambdas/manage/lists/delivery-query.ts';
import { deliveryId, lowestUlidAt } from '../../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../../builders/deliveries.ts';
import { eventOf } from '../../../builders/events.ts';
import { countRequests } from '../../../helpers/requests.ts';
import { runs } from '../../../helpers/runs.ts';
import { createTable, startDynamo } from '../../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { bind } = await import('../../../../lambdas/platform/bind.ts');

const deliveryLog = await import('../../../../lambdas/delivery/delivery-log-store.ts');
const { formerSubscriptions, noteFormer } = await import(
  '../../../../lambdas/delivery/former-bindings-store.ts'
);
const { scanDeliveries } = await import('../../../../lambdas/delivery/delivery-scan-store.ts');
const { scanUndelivered, scanWaiting } = await import('../../../../lambdas/delivery/undelivered-store.ts');
const eventLog = await import('../../../../lambdas/events/event-log-store.ts');
const { scanEventRows } = await import('../../../../lambdas/events/event-rows-store.ts');
const { findDeliveries, LIST_BOUNDS } = await import('../../../../lambdas/manage/lists/delivery-list.ts');

const TABLE = 'delivery-lists';
const NOW = Date.now();
const MINUTE = 60_000;

beforeAll(async () => {
  await createTable(dynamo, TABLE, [DEAD_INDEX, UNDELIVERED_INDEX]);
});

const ulidOf = (letter: string): string => `01KAK2V5E4V2N9CR0Q6WV7Z1${letter}`.padEnd(26, letter);
const SUBSCRIPTIONS = ['A', 'B', 'C'].map((letter) => `sub_${ulidOf(letter)}`);
/** Each subscription binds a target, and the last two bind the same. */
const TARGETS = ['tgt_1', 'tgt_2', 'tgt_2'];

const deps = {
  deliveryLog: bind(
    {
      getDeliveries: deliveryLog.getDeliveries,
      getDeliveriesOf: deliveryLog.getDeliveriesOf,
      readDeliveries: deliveryLog.readDeliveries,
      ...{ formerSubscriptions, scanDeliveries, scanUndelivered, scanWaiting },
    },
    TABLE,
  ),
  eventLog: bind({ getEvents: eventLog.getEvents, scanEventRows }, TABLE),
  subscriptions: {
    async *all() {
      yield* SUBSCRIPTIONS.map((id, i) => ({ id, targetId: TARGETS[i]! }));
    },
  },
} as unknown as Parameters<typeof findDeliveries>[0];
const callerOf = (tenant: string): Parameters<typeof findDeliveries>[1] => ({ tenant, scopes: ['read'] });

type Given = { readonly minute: number; readonly type: string; readonly to: readonly (About | undefined)[] };
/** Of a delivery: null before its first outcome. */
type About = { readonly status: StoredStatus; readonly code: number } | null;

const about = fc.option(
  fc.oneof(
    fc.record({ status: fc.constant<StoredStatus>('delivered'), code: fc.constant(200) }),
    fc.record({
      status: fc.constantFrom<StoredStatus>('retrying', 'parked', 'dead'),
      code: fc.constantFrom(0, 404, 503),
    }),
  ),
);
const given: fc.Arbitrary<Given> = fc.record({
  minute: fc.nat(9),
  type: fc.constantFrom('a', 'a.b', 'c'),
  // To each of the three subscriptions; undefined where it did not match.
  to: fc.tuple(...SUBSCRIPTIONS.map(() => fc.option(about, { nil: undefined }))),
});

/** A delivery as the oracle knows it. */
interface Expected {
  readonly id: string;
  readonly order: string;
  readonly event: Event;
  readonly subscription: string;
  readonly target: string;
  readonly known: About;
}

async function log(tenant: string, all: readonly Given[], first = 0): Promise<Expected[]> {
  const expected = all.flatMap(({ minute, type, to }, n) => {
    const ulid = `${lowestUlidAt(NOW - minute * MINUTE).slice(0, 10)}${String(first + n).padStart(16, '0')}`;
    const event = eventOf({ ulid, type });
    return to.flatMap((known, i): Expected[] => {
      if (known === undefined) return [];
      const subscription = SUBSCRIPTIONS[i]!;
      const id = deliveryId(ulid, subscription);
      return [{ id, order: id, event, subscription, target: TARGETS[i]!, known }];
    });
  });
  const byEvent = Map.groupBy(expected, ({ event }) => event);
  await eventLog.putEvents(
    TABLE,
    3600,
    // Every other event has its subscriptions in parts of one.
    [...byEvent].flatMap(([event, deliveries], n) =>
      (n % 2 ? deliveries.map((one) => [one]) : [deliveries]).map((ofPart, part) => ({
        ...{ tenant, event, part, matched: deliveries.length },
        subscriptions: ofPart.map(({ subscription }) => subscription),
      })),
    ),
  );
  await deliveryLog.putOutcomes(
    TABLE,
    3600,
    expected.flatMap(({ event, subscription, target, known }): Outcome[] => {
      if (!known) return [];
      const attempt = { at: NOW, ms: 1, ...(known.code > 0 && { status: known.code }) };
      const next = known.status === 'retrying' ? { nextAttemptAt: NOW + MINUTE } : {};
      const reason = known.status === 'dead' ? ({ reason: 'exhausted' } as const) : {};
      const { status } = known;
      return [
        outcomeOf({
          tenant,
          event,
          subscription,
          target,
          status,
          at: NOW,
          attempts: [attempt],
          ...next,
          ...reason,
        }),
      ];
    }),
  );
  return expected;
}

const time = (minute: number): string => new Date(NOW - minute * MINUTE).toISOString();

/** At most two filters, so that lists are not empty. */
const queries: fc.Arbitrary<Omit<DeliveryQuery, 'order'>> = fc
  .array(
    fc.oneof(
      fc.record({
        status: fc.uniqueArray(fc.constantFrom(...DELIVERY_STATUSES), { minLength: 1 }),
      }),
      fc.record({ targetId: fc.constantFrom('tgt_1', 'tgt_2') }),
      fc.record({ subscriptionId: fc.constantFrom(...SUBSCRIPTIONS) }),
      fc.record({ reason: fc.constantFrom('exhausted' as const, 'rejected' as const) }),
      fc.record({ eventType: fc.constantFrom('a', 'a.*', 'a.**') }),
      fc.record({ statusCode: fc.constantFrom('5xx', '404', '2xx', 'none') }),
      fc.record({ from: fc.nat(9).map(time) }),
      fc.record({ to: fc.nat(9).map(time) }),
    ),
    { maxLength: 2 },
  )
  .map((filters) => Object.assign({}, ...filters));

function isExpected(one: Expected, query: Omit<DeliveryQuery, 'order'>): boolean {
  const { known, event } = one;
  const at = NOW - Math.round((NOW - timeOf(event)) / MINUTE) * MINUTE;
  const code = known?.code ?? -1;
  return (
    (query.status?.includes(known?.status ?? 'queued') ?? true) &&
    (query.targetId === undefined || (known !== null && one.target === query.targetId)) &&
    (query.subscriptionId === undefined || one.subscription === query.subscriptionId) &&
    (query.reason === undefined || (known?.status === 'dead' && query.reason === 'exhausted')) &&
    (query.eventType === undefined ||
      { a: /^a$/, 'a.*': /^a\../, 'a.**': /^a/ }[query.eventType]!.test(event.type)) &&
    (query.statusCode === undefined ||
      { '5xx': [503], 404: [404], '2xx': [200], none: [0] }[query.statusCode]!.includes(code)) &&
    (query.from === undefined || at >= Date.parse(query.from)) &&
    (query.to === undefined || at < Date.parse(query.to))
  );
}
const timeOf = ({ ulid }: Event): number => Number(times.get(ulid.slice(0, 10)));
const times = new Map(
  Array.from({ length: 10 }, (_, minute) => {
    const at = NOW - minute * MINUTE;
    return [lowestUlidAt(at).slice(0, 10), at] as const;
  }),
);

const requests = countRequests();

describe('a list of deliveries (C5, E5)', () => {
  const BUSY = 'busy';

  beforeAll(async () => {
    const failing = { status: 'retrying', code: 503 } as const;
    const arrived = { status: 'delivered', code: 200 } as const;
    const ofBatch = (): Given[] =>
      Array.from({ length: 30 }, (_, n) => ({
        ...{ minute: 0, type: 'a' },
        to: [arrived, arrived, n % 10 ? arrived : failing],
      }));
    for (let batch = 0; batch < 20; batch++) await log(BUSY, ofBatch(), batch * 100);
  });

  it.each<[string, Partial<DeliveryQuery>]>([
    ['the failures of the last hour', { status: ['retrying', 'parked', 'dead'], from: time(60) }],
    ['what waits for an endpoint', { status: ['retrying', 'parked'], targetId: 'tgt_2' }],
    ['what was answered with an error', { statusCode: '5xx', eventType: 'a' }],
  ])('reads two pages for %s, however much has arrived', async (_, query) => {
    const filter = filterOf({ ...query, order: 'newest' });
    const from = query.from === undefined ? undefined : Date.parse(query.from);
    const page = { from, newestFirst: true, limit: 50 };
    let listed: Awaited<ReturnType<typeof findDeliveries>> | undefined;
    const sent = await requests(async () => {
      listed = await findDeliveries(deps, callerOf(BUSY), filter, sourceOf(filter), page, NOW);
    });
    expect([sent, listed?.found.length, listed?.next !== undefined]).toEqual([2, 50, true]);
  });

  it('of a target has those of a subscription that has left it', async () => {
    const tenant = 'moved';
    const left = 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1ZZ';
    const event = eventOf();
    const about = { tenant, event, subscription: left, target: 'tgt_1', at: NOW };
    await deliveryLog.putOutcomes(TABLE, 3600, [outcomeOf(about)]);
    const filter = filterOf({ targetId: 'tgt_1', order: 'newest' });
    const page = { newestFirst: true, limit: 5 };
    const list = async () =>
      (await findDeliveries(deps, callerOf(tenant), filter, sourceOf(filter), page, NOW)).found.length;
    expect(await list()).toBe(0);
    await noteFormer(TABLE, tenant, 'tgt_1', left, NOW + MINUTE);
    expect(await list()).toBe(1);
  });

  it('of a limited caller has no next page for what it hides, and never goes through the events', async () => {
    const tenant = 'limited';
    const all = Array.from({ length: 6 }, (_, n): Given => {
      const code = n % 2 ? 503 : 404;
      return {
        minute: n,
        type: 'a',
        to: [{ status: 'dead', code }, undefined, { status: 'delivered', code: 200 }],
      };
    });
    await log(tenant, all);
    const page = { newestFirst: true, limit: 1 };
    const find = (query: Partial<DeliveryQuery>, targets: string[]) => {
      const filter = filterOf({ ...query, order: 'newest' }, { targets });
      const refused = { ...deps, eventLog: {} } as typeof deps;
      return findDeliveries(refused, callerOf(tenant), filter, sourceOf(filter), page, NOW);
    };
    const subscriptionId = SUBSCRIPTIONS[0]!;
    const nothing = { found: [], next: undefined };
    for (const statusCode of ['503', '404', '5xx', '500', '2xx']) {
      expect(await find({ subscriptionId, statusCode }, ['tgt_2'])).toEqual(nothing);
    }
    for (const status of DELIVERY_STATUSES) {
      expect(await find({ subscriptionId, status: [status] }, ['tgt_2'])).toEqual(nothing);
    }
    expect(await find({ subscriptionId }, ['tgt_2'])).toEqual(nothing);
    expect(await find({ subscriptionId, eventType: 'a' }, ['tgt_2'])).toEqual(nothing);
    expect(await find({ subscriptionId }, ['tgt_1'])).toMatchObject({ next: expect.any(String) });
    expect((await find({ targetId: 'tgt_2' }, ['tgt_2'])).found).toHaveLength(1);
  });

  it('has every delivery that its filters ask for, once and in order, and no other', async () => {
    let round = 0;
    const how = fc.record({ newestFirst: fc.boolean(), limit: fc.integer({ min: 1, max: 8 }) });
    const bounds = fc.constantFrom(LIST_BOUNDS, { rows: 2, refs: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(given, { minLength: 4, maxLength: 16 }),
        queries,
        how,
        bounds,
        async (all, query, page, atOnce) => {
          const tenant = `round${round++}`;
          const expected = await log(tenant, all);
          const filter = filterOf({ ...query, order: 'newest' });
          const source = sourceOf(filter);
          const span = {
            from: query.from === undefined ? undefined : Date.parse(query.from),
            to: query.to === undefined ? undefined : Date.parse(query.to),
          };
          const ids: string[] = [];
          let after: string | undefined;
          do {
            const part = await findDeliveries(
              deps,
              callerOf(tenant),
              filter,
              source,
              { ...page, ...span, after },
              NOW,
              atOnce,
            );
            expect(part.found.length).toBeLessThanOrEqual(page.limit);
            ids.push(...part.found.map(({ view }) => view.id));
            after = part.next;
          } while (after !== undefined);
          const wanted = expected.filter((one) => {
            // In the lists of subscriptions and of targets there is nothing that has no outcome.
            const isListed = one.known !== null || source.kind === 'events';
            return isListed && isExpected(one, query);
          });
          expect([...ids].sort()).toEqual(wanted.map(({ id }) => id).sort());
          const ulids = ids.map((id) => id.slice(4, 30));
          expect(ulids).toEqual([...ulids].sort((a, b) => (a > b === page.newestFirst ? -1 : 1)));
        },
      ),
      { numRuns: runs(25) },
    );
  });
});
