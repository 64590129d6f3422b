import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredStatus } from '../../../../lambdas/delivery/delivery.ts';
import type { Outcome } from '../../../../lambdas/delivery/outcome-schema.ts';
import type { EventToLog } from '../../../../lambdas/events/event-items.ts';
import { DEAD_INDEX, UNDELIVERED_INDEX } from '../../../../lambdas/events/log-keys.ts';
import type { EventBounds, EventFilter } from '../../../../lambdas/manage/lists/events-by-outcome.ts';
import { lowestUlidAt, ulidSource, withPrefix } from '../../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../../builders/deliveries.ts';
import { eventOf } from '../../../builders/events.ts';
import { subscriptionId } from '../../../builders/memory-log.ts';
import { runs } from '../../../helpers/runs.ts';
import { createTable, startDynamo } from '../../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { bind } = await import('../../../../lambdas/platform/bind.ts');
const { getEvent, getEvents, listEvents, markEventDead, putEvents } = await import(
  '../../../../lambdas/events/event-log-store.ts'
);
const { getStates, putOutcomes } = await import('../../../../lambdas/delivery/delivery-log-store.ts');
const { scanUndelivered } = await import('../../../../lambdas/delivery/undelivered-store.ts');
const { EVENT_BOUNDS, findEvents, isEventCursor } = await import(
  '../../../../lambdas/manage/lists/events-by-outcome.ts'
);

const TABLE = 'events-by-outcome-log';
const NOW = Date.now();
const MINUTE = 60_000;
const KEPT = 100 * 3600;
const deps = {
  eventLog: bind({ getEvent, getEvents, listEvents }, TABLE),
  deliveryLog: bind({ getStates, scanUndelivered }, TABLE),
} as unknown as Parameters<typeof findEvents>[0];

beforeAll(() => createTable(dynamo, TABLE, [DEAD_INDEX, UNDELIVERED_INDEX]));

/** What becomes of a delivery; `queued` has no outcome. */
type Fate = StoredStatus | 'queued';

interface Case {
  readonly type: string;
  readonly source: string;
  readonly fates: readonly Fate[];
  readonly isDead: boolean;
  readonly isOpen: boolean;
}

interface Made extends Case {
  readonly ulid: string;
}

const FATES = ['delivered', 'retrying', 'parked', 'dead', 'queued'] as const;

const anyCase: fc.Arbitrary<Case> = fc.record({
  type: fc.constantFrom('order.paid', 'order.sent', 'user.made'),
  source: fc.constantFrom('shop', 'crm'),
  fates: fc.oneof(
    { weight: 2, arbitrary: fc.array(fc.constant<Fate>('delivered'), { maxLength: 4 }) },
    { weight: 3, arbitrary: fc.array(fc.constantFrom<Fate>(...FATES), { maxLength: 4 }) },
  ),
  isDead: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  isOpen: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

let tenants = 0;
const ulidAt = ulidSource();

async function write(tenant: string, made: readonly Made[], perPart = 2): Promise<void> {
  const logged = made.flatMap(({ ulid, type, source, fates, isOpen }): EventToLog[] => {
    const event = eventOf({ ulid, type, source });
    const ids = fates.map((_, i) => subscriptionId(i));
    const parts = Math.max(1, Math.ceil(ids.length / perPart));
    return Array.from({ length: parts }, (_, part) => ({
      tenant,
      event,
      part,
      subscriptions: ids.slice(part * perPart, (part + 1) * perPart),
      matched: ids.length,
      isOpen,
    }));
  });
  await putEvents(TABLE, KEPT, logged);
  for (const { ulid, isDead, type } of made) {
    if (isDead) await markEventDead(TABLE, KEPT, tenant, eventOf({ ulid, type }));
  }
  const outcomes = made.flatMap(({ ulid, type, fates }) =>
    fates.flatMap((status, i): Outcome[] =>
      status === 'queued'
        ? []
        : [
            outcomeOf({
              tenant,
              subscription: subscriptionId(i),
              status,
              at: NOW,
              event: { id: withPrefix('evt', ulid), ulid, type },
            }),
          ],
    ),
  );
  await putOutcomes(TABLE, KEPT, outcomes);
}

/** All pages of a list. Each cursor is one that the API takes. */
async function all(
  tenant: string,
  filter: EventFilter,
  newestFirst: boolean,
  limit: number,
  bounds: EventBounds = EVENT_BOUNDS,
): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    expect(pages++).toBeLessThan(200);
    const page = await findEvents(deps, tenant, filter, { newestFirst, limit, cursor }, NOW, bounds);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    found.push(...page.events.map(({ ulid }) => ulid));
    cursor = page.next;
    expect(cursor === undefined || isEventCursor(cursor)).toBe(true);
  } while (cursor !== undefined);
  return found;
}

const HAS: Record<NonNullable<EventFilter['outcome']>, (made: Made) => boolean> = {
  unmatched: ({ fates, isDead, isOpen }) => fates.length === 0 && !isDead && !isOpen,
  dead: ({ isDead }) => isDead,
  failed: ({ fates }) => fates.includes('dead'),
  waiting: ({ fates }) => fates.includes('parked') || fates.includes('retrying'),
  delivered: ({ fates, isDead, isOpen }) =>
    fates.length > 0 && fates.every((fate) => fate === 'delivered') && !isDead && !isOpen,
};
const OUTCOMES = Object.keys(HAS) as (keyof typeof HAS)[];

describe('events by what became of them (A9, E5)', () => {
  it('read a bounded part of the log in a request, though they find nothing', async () => {
    let scans = 0;
    const empty = {
      ...deps,
      eventLog: {
        ...deps.eventLog,
        listEvents: async () => ({ events: [], next: ulidAt(NOW - scans++ * MINUTE) }),
      },
    };
    const page = { newestFirst: true, limit: 5, cursor: undefined };
    const { events, next } = await findEvents(empty, 't', { outcome: 'delivered' }, page, NOW);
    expect(events).toEqual([]);
    expect(next).toBeDefined();
    expect(scans).toBe(EVENT_BOUNDS.scans);
  });

  it('are each listed once, in either order, whatever a page holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCase, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(undefined, ...OUTCOMES),
        fc.constantFrom(undefined, 'order.*'),
        fc.constantFrom(undefined, 'shop'),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (cases, outcome, type, source, limit, newestFirst) => {
          const tenant = `t${tenants++}`;
          const made = cases.map((one, i) => ({ ...one, ulid: ulidAt(NOW - (25 - i) * MINUTE) }));
          await write(tenant, made);
          const span = { from: NOW - 20 * MINUTE, to: NOW - 2 * MINUTE };
          const filter = { ...span, outcome, type, source };
          const expected = made
            .filter(({ ulid }) => ulid >= lowestUlidAt(span.from) && ulid < lowestUlidAt(span.to))
            .filter((one) => type === undefined || one.type.startsWith('order.'))
            .filter((one) => source === undefined || one.source === source)
            .filter((one) => outcome === undefined || HAS[outcome](one))
            .map(({ ulid }) => ulid);
          const found = await all(tenant, filter, newestFirst, limit);
          expect(found).toEqual(newestFirst ? expected.toReversed() : expected);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('are listed once also with more deliveries than are read at once', async () => {
    const tenant = `t${tenants++}`;
    const one = { type: 'a', source: 'shop', isDead: false, isOpen: false };
    const fates = (count: number, fate: Fate): Fate[] => Array.from({ length: count }, () => fate);
    const made: Made[] = [
      { ...one, fates: ['dead'], ulid: ulidAt(NOW - 5 * MINUTE) },
      { ...one, fates: fates(11, 'dead'), ulid: ulidAt(NOW - 4 * MINUTE) },
      { ...one, fates: fates(6, 'delivered'), ulid: ulidAt(NOW - 3 * MINUTE) },
      { ...one, fates: [...fates(10, 'parked'), 'dead'], ulid: ulidAt(NOW - 2 * MINUTE) },
      { ...one, fates: ['delivered'], ulid: ulidAt(NOW - MINUTE) },
    ];
    await write(tenant, made, 4);
    const bounds = { ...EVENT_BOUNDS, places: 10, states: 20, statesAtOnce: 5 };
    const expected = { failed: [0, 1, 3], waiting: [3], delivered: [2, 4] } as const;
    for (const [outcome, numbers] of Object.entries(expected)) {
      for (const [newestFirst, limit] of [
        [true, 1],
        [true, 10],
        [false, 1],
        [false, 10],
      ] as const) {
        const filter = { outcome: outcome as keyof typeof expected };
        const found = await all(tenant, filter, newestFirst, limit, bounds);
        const listed = found.map((ulid) => made.findIndex((each) => each.ulid === ulid));
        expect(listed).toEqual(newestFirst ? numbers.toReversed() : numbers);
      }
    }
  });
});
