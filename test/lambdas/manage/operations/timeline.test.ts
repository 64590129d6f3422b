import { describe, expect, it } from 'vitest';
import type { LoggedDelivery } from '../../../../lambdas/delivery/delivery-items.ts';
import type { LoggedEvent } from '../../../../lambdas/events/event-items.ts';
import { getEventTimeline } from '../../../../lambdas/manage/operations/timeline.ts';
import { lowestUlidAt, withPrefix } from '../../../../lambdas/values/ids.ts';
import { refName } from '../../../../lambdas/values/target-ref.ts';
import { freshTimes, targetOf } from '../../../builders/entities.ts';
import { eventOf, jsonPayload } from '../../../builders/events.ts';
import { callOf, inMemoryManage, NOW, TENANT } from '../../../builders/manage.ts';
import { subscriptionId } from '../../../builders/memory-log.ts';

const ULID = lowestUlidAt(NOW - 60_000);
const target = targetOf({ url: 'https://example.com/hook', rateLimit: { perSecond: 5 } });

/** A tenant with one event, which went to this many subscriptions, and one subscription that did not get it. */
function setUp(count: number, states: ReadonlyMap<string, Partial<LoggedDelivery>> = new Map()) {
  const manage = inMemoryManage();
  const ids = Array.from({ length: count }, (_, n) => subscriptionId(n)).sort();
  const event: LoggedEvent = {
    ...eventOf({ ulid: ULID, type: 'order.paid', payload: jsonPayload({ total: 5 }) }),
    matched: count,
    subscriptions: ids,
    fannedOut: ids,
    lastPart: 0,
  };
  manage.stores.targets.put(TENANT, target);
  const bound = {
    ...freshTimes(),
    active: true,
    targetId: target.id,
    filterId: 'flt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  };
  const other = withPrefix('sub', '01KAK2V5E4V2N9CR0Q6WV7Z1QY');
  for (const id of [...ids, other]) manage.stores.subscriptions.put(TENANT, { id, ...bound });
  manage.stores.filters.put(TENANT, {
    ...freshTimes(),
    id: bound.filterId,
    events: ['order.*'],
    where: { data: { total: [{ numeric: ['>', 100] }] } },
    active: true,
  });
  const read: string[] = [];
  const deps = {
    ...manage.deps,
    eventLog: { getEvent: async () => event },
    payloads: { getPayload: async () => undefined },
    deliveryLog: {
      getTargets: async (_tenant: string, _ulid: string, wanted: readonly string[]) =>
        new Map(
          wanted.flatMap((id) =>
            states.has(id) ? [[id, states.get(id)!.target ?? target.id] as const] : [],
          ),
        ),
      getDeliveries: async (_tenant: string, _ulid: string, wanted: readonly string[]) => {
        read.push(...wanted);
        return new Map(
          wanted.flatMap((subscription) => {
            const state = states.get(subscription);
            const about = { id: event.id, ulid: ULID, type: event.type };
            const known = { subscription, target: target.id, event: about, attempts: [], order: 0, ...state };
            return state ? [[subscription, known] as const] : [];
          }),
        );
      },
    },
  } as unknown as Parameters<typeof getEventTimeline>[0];
  const timelineOf = async (query: object) => {
    const { body } = await getEventTimeline(deps, callOf({ id: event.id, query }) as never);
    return body!;
  };
  return { manage, deps, event, ids, other, read, timelineOf };
}

describe('the timeline of an event (C5, E4)', () => {
  it('has pages by subscription, and what happened to the event itself on the first', async () => {
    const { ids, read, timelineOf } = setUp(25);
    const kinds: string[][] = [];
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await timelineOf({ limit: 10, cursor });
      kinds.push(page.items.map(({ kind }) => kind));
      seen.push(...page.deliveries.map(({ subscriptionId }) => subscriptionId));
      expect(read.splice(0)).toEqual(page.deliveries.map(({ subscriptionId }) => subscriptionId));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
    expect(kinds).toEqual([['accepted', 'matched'], [], []]);
  });

  it('says what comes next from health, drain schedule and target as they are now', async () => {
    const held = subscriptionId(1);
    const states = new Map([
      [held, { status: 'parked', waitingFor: 'recovery', since: NOW - 5000 } as const],
    ]);
    const { manage, timelineOf } = setUp(2, states);
    const name = refName({ tenant: TENANT, target: target.id });
    const open = { since: NOW - 9000, probes: 1 };
    manage.health.items.set(name, { failed: 10, ok: 0, countedSince: 0, revision: 1, open });
    manage.holdQueue.drains.set(name, { at: NOW + 3000 });
    const { deliveries } = await timelineOf({});
    expect(deliveries).toMatchObject([
      { status: 'queued', targetId: target.id, upcoming: { kind: 'attempt' } },
      { status: 'parked', waitingFor: 'recovery', upcoming: { kind: 'probe', probe: 2 } },
    ]);
    expect(deliveries[1]!.upcoming!.at).toBe(new Date(NOW + 3000).toISOString());
  });

  it('is of one subscription, if that is asked for', async () => {
    const { timelineOf } = setUp(5);
    const { items, deliveries, next } = await timelineOf({ subscriptionId: subscriptionId(3) });
    expect(deliveries.map(({ subscriptionId }) => subscriptionId)).toEqual([subscriptionId(3)]);
    expect(items.map(({ kind }) => kind)).toEqual(['accepted', 'matched']);
    expect(next).toBeNull();
  });

  it('says why a subscription did not get it', async () => {
    const { other, timelineOf } = setUp(1);
    const { items, deliveries } = await timelineOf({ subscriptionId: other });
    expect(deliveries).toEqual([]);
    expect(items.filter(({ kind }) => kind === 'not_matched')).toMatchObject([
      { reason: 'created_later' },
      { reason: 'filter', mismatch: { part: 'where', path: 'data.total', got: '5' } },
      { reason: 'filter_changed' },
    ]);
  });

  it('claims nothing of a subscription that got it at a target that the caller does not see', async () => {
    const moved = subscriptionId(1);
    const former = withPrefix('tgt', '01KAK2V5E4V2N9CR0Q6WV7Z1QB');
    const { deps, event } = setUp(3, new Map([[moved, { status: 'delivered', target: former }]]));
    const call = callOf({ id: event.id, query: { subscriptionId: moved } });
    const caller = { ...call.caller, targets: [target.id] };
    const { body } = await getEventTimeline(deps, { ...call, caller } as never);
    expect(body!.event.matched).toBe(2);
    expect(body!.items.map(({ kind }) => kind)).toEqual(['accepted', 'matched']);
    expect(body!.deliveries).toEqual([]);
    expect(JSON.stringify(body)).not.toContain(former);
  });

  it('refuses a subscription that there is not', async () => {
    const { timelineOf } = setUp(1);
    const unknown = withPrefix('sub', '01KAK2V5E4V2N9CR0Q6WV7Z1QZ');
    await expect(timelineOf({ subscriptionId: unknown })).rejects.toMatchObject({ field: 'subscriptionId' });
  });
});
