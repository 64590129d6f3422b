import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Subscription } from '../../../lambdas/config/entities.ts';
import type { EventsMessage } from '../../../lambdas/delivery/messages.ts';
import { batchOrSingly, type Received } from '../../../lambdas/delivery/queues/consume.ts';
import { MAX_EVENT_HOPS } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { createBudget } from '../../../lambdas/fanout/budget.ts';
import { fanOut } from '../../../lambdas/fanout/fan-out.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';
import { freshTimes } from '../../builders/entities.ts';
import { eventOf, eventsMessage, jsonPayload } from '../../builders/events.ts';
import { fanoutWorld, STEPS, subscriptionId } from '../../builders/fanout.ts';
import { printedBy } from '../../helpers/printed.ts';

describe('an event', () => {
  it('becomes a delivery for each subscription that wants it, and is in the log before', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}, { events: ['other'] }, { where: { data: { n: [1] } } }]);
    const event = eventOf({ payload: jsonPayload({ n: 1 }), priority: 'low', keepSeconds: 7200 });
    const { metrics } = await world.run([eventsMessage('t', event)]);
    expect(world.deliveries).toEqual(
      [0, 2].map((i) => ({
        v: 1,
        kind: 'delivery',
        tenant: 't',
        subscription: subscriptionId(i),
        target: `tgt_${i}`,
        event,
        attempts: [],
      })),
    );
    const subscriptions = [subscriptionId(0), subscriptionId(2)];
    expect(world.log).toMatchObject([{ tenant: 't', event, part: 0, subscriptions, matched: 2 }]);
    expect(world.steps).toEqual(['putEvents', 'sendToLanes']);
    expect(metrics).toEqual({ Events: 1, Deliveries: 2 });
  });

  it('that no subscription wants is logged and sent nowhere', async () => {
    const world = fanoutWorld();
    await world.run([eventsMessage('t', eventOf())]);
    expect(world.log).toMatchObject([{ part: 0, subscriptions: [], matched: 0 }]);
    expect(world.steps).toEqual(['putEvents']);
  });

  it('that is addressed goes to that subscription alone, whatever its filter says', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}, { events: ['other'] }]);
    const event = eventOf({ only: subscriptionId(1) });
    await world.run([eventsMessage('t', event)]);
    expect(world.delivered()).toEqual([`${event.id} ${subscriptionId(1)}`]);
    expect(world.deliveries[0]!.event).not.toHaveProperty('only');
  });

  const paused = (id: string, more: Partial<Subscription> = {}) => ({
    ...{ id, targetId: 'tgt_9', filterId: 'flt_9', active: false, ...freshTimes(), ...more },
    tenant: 't',
  });

  it('that is addressed to a paused subscription is a dead letter of it, and is in the log before', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}]);
    world.outsideIndexes.push(paused('sub_9'));
    const event = eventOf({ only: 'sub_9' });
    const { metrics } = await world.run([eventsMessage('t', event, eventOf())]);
    const { only: _, ...delivered } = event;
    expect(world.dead).toEqual([
      {
        v: 1,
        kind: 'dead',
        reason: 'subscription_paused',
        delivery: {
          v: 1,
          kind: 'delivery',
          tenant: 't',
          subscription: 'sub_9',
          target: 'tgt_9',
          event: delivered,
          attempts: [],
        },
      },
    ]);
    expect(world.log[0]).toMatchObject({ event, part: 0, subscriptions: ['sub_9'], matched: 1 });
    expect(world.steps).toEqual(['putEvents', 'sendToLanes', 'sendToDeadLetters']);
    expect(metrics).toEqual({ Events: 2, Deliveries: 1 });
  });

  it('that is addressed goes out although the filter of its subscription is switched off', async () => {
    const world = fanoutWorld();
    world.outsideIndexes.push(paused('sub_9', { active: true }));
    await world.run([eventsMessage('t', eventOf({ only: 'sub_9' }))]);
    expect(world.deliveries).toMatchObject([{ subscription: 'sub_9', target: 'tgt_9' }]);
    expect(world.dead).toEqual([]);
  });

  it.each([
    ['was deleted', [paused('sub_9', { deletedAt: '2026-11-21T00:00:00Z' })]],
    ['is gone', []],
    ['is another tenant’s', [{ ...paused('sub_9'), tenant: 'u' }]],
  ])('that is addressed to a subscription that %s leaves no delivery', async (_, stored) => {
    const world = fanoutWorld();
    world.outsideIndexes.push(...stored);
    await world.run([eventsMessage('t', eventOf({ only: 'sub_9' }))]);
    expect(world.steps).toEqual(['putEvents']);
    expect(world.log).toMatchObject([{ subscriptions: [], matched: 0 }]);
  });

  it('costs a read only if its addressee is in no index: one for all addressees of a tenant', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}]);
    world.outsideIndexes.push(paused('sub_8'), paused('sub_9'));
    await world.run([eventsMessage('t', eventOf(), eventOf({ only: subscriptionId(0) }))]);
    expect(world.reads).toEqual(['t']);
    const only = ['sub_8', 'sub_9', 'sub_9'];
    await world.run([eventsMessage('t', ...only.map((id) => eventOf({ only: id })))]);
    expect(world.reads).toEqual(['t', 't/sub_8', 't/sub_9']);
    expect(world.dead).toHaveLength(3);
  });

  it('that is addressed to a paused subscription waits for its pass like others', async () => {
    const world = fanoutWorld();
    world.outsideIndexes.push(paused('sub_9'));
    await world.run([eventsMessage('t', eventOf(), eventOf({ only: 'sub_9' }))], { work: 1 });
    expect(world.dead).toEqual([]);
    await world.run(world.back.splice(0), { work: 1 });
    expect(world.dead).toMatchObject([{ reason: 'subscription_paused' }]);
    expect(world.back).toEqual([]);
  });

  it.each([
    ['read when a filter asks for its data', { where: { data: { n: [1] } } }, ['t', 'payloads/x']],
    ['not read otherwise', {}, ['t']],
  ] satisfies [string, Partial<FilterParts>, string[]][])(
    'has its stored payload %s',
    async (_, filter, reads) => {
      const world = fanoutWorld();
      world.configure('t', [filter]);
      world.payloads.set('payloads/x', '{"n":1}');
      await world.run([
        eventsMessage('t', eventOf({ payload: { kind: 'stored', key: 'payloads/x', bytes: 9000 } })),
      ]);
      expect(world.reads).toEqual(reads);
      expect(world.deliveries).toHaveLength(1);
    },
  );
});

describe('an event with its producer’s id', () => {
  const named = (digest: string, about: Partial<EventInFlight> = {}): EventInFlight =>
    eventOf({ id: 'order-17', digest, ...about });
  const first = named('a');

  it.each([
    ['published again is a duplicate', named('a'), { DuplicateEvents: 1 }],
    ['of another event is a conflict', named('b'), { ConflictingEvents: 1 }],
    ['received again is the same event', first, { Events: 1, Deliveries: 1 }],
  ])('%s', async (_, second, metrics) => {
    const world = fanoutWorld();
    world.configure('t', [{}]);
    await world.run([eventsMessage('t', first)]);
    const printed = await world.run([eventsMessage('t', second)]);
    expect(printed.metrics).toEqual(metrics);
    expect(world.delivered()).toHaveLength('Events' in metrics ? 2 : 1);
    const warning = { message: 'id of another event, not published', tenant: 't', event: 'order-17' };
    expect(printed.warnings).toMatchObject('ConflictingEvents' in metrics ? [warning] : []);
  });

  it('does not collide with another tenant’s', async () => {
    const world = fanoutWorld();
    for (const tenant of ['t', 'u']) world.configure(tenant, [{}]);
    await world.run([eventsMessage('t', first), eventsMessage('u', named('b'))]);
    expect(world.delivered()).toHaveLength(2);
  });

  it('claims it once: the rest of an event is no duplicate of it', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}, {}, {}]);
    await world.run([eventsMessage('t', first)], { work: 2 });
    await world.run(world.back.splice(0), { work: 2 });
    expect(world.steps.filter((step) => step === 'claimProducerId')).toHaveLength(1);
    expect(world.delivered()).toHaveLength(3);
  });

  it('without one claims nothing', async () => {
    const world = fanoutWorld();
    await world.run([eventsMessage('t', eventOf())]);
    expect(world.claims.size).toBe(0);
  });
});

describe('an operational event', () => {
  const dead = (about: Partial<EventInFlight> = {}): EventInFlight =>
    eventOf({ id: 'posthorn.delivery.dead:dlv_1:0', type: 'posthorn.delivery.dead', ...about });

  it.each([
    ['that no subscription wants costs nothing', [{}], {}, [], 0],
    [
      'that a subscription wants is logged',
      [{ events: ['posthorn.**'] }],
      {},
      ['claimProducerId', 'putEvents', 'sendToLanes'],
      1,
    ],
    [
      'whose payload no subscription wants is not logged',
      [{ events: ['posthorn.**'], where: { data: { n: [2] } } }],
      {},
      ['claimProducerId'],
      0,
    ],
    [
      'that is addressed, as a test event is, is logged',
      [{}],
      { only: subscriptionId(0) },
      ['claimProducerId', 'putEvents', 'sendToLanes'],
      1,
    ],
  ] satisfies [string, Partial<FilterParts>[], Partial<EventInFlight>, string[], number][])(
    '%s',
    async (_, filters, about, steps, deliveries) => {
      const world = fanoutWorld();
      world.configure('t', filters);
      await world.run([eventsMessage('t', dead(about))]);
      expect(world.steps).toEqual(steps);
      expect(world.deliveries).toHaveLength(deliveries);
    },
  );
});

describe('an event that has gone back too often', () => {
  it('is given up, and noted; others go on', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}]);
    const [last, looping] = [MAX_EVENT_HOPS - 1, MAX_EVENT_HOPS].map((hops) => eventOf({ hops }));
    const { metrics, warnings } = await world.run([eventsMessage('t', last!, looping!)]);
    expect(world.dead).toEqual([eventsMessage('t', looping!)]);
    expect(world.deliveries.map(({ event }) => event.id)).toEqual([last!.id]);
    expect(world.log.map(({ event }) => event.id)).toEqual([last!.id]);
    expect(metrics).toMatchObject({ LoopsStopped: 1, Events: 1 });
    expect(warnings).toMatchObject([
      { message: 'loop stopped', kind: 'event', tenant: 't', event: looping!.id },
    ]);
  });
});

describe('what is beyond the budget', () => {
  it('goes back with a position to resume at', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}, {}, {}]);
    const event = eventOf();
    await world.run([eventsMessage('t', event)], { work: 2 });
    expect(world.delivered()).toEqual([0, 1].map((i) => `${event.id} ${subscriptionId(i)}`));
    expect(world.back).toEqual([
      eventsMessage('t', { ...event, hops: 1, resume: { after: subscriptionId(1), part: 1 } }),
    ]);
    expect(world.steps).toEqual(['putEvents', 'sendToLanes', 'sendBack']);
  });

  it('goes back as it came when an invocation got more events than it may begin', async () => {
    const world = fanoutWorld();
    const events = Array.from({ length: 5 }, () => eventOf());
    await world.run([eventsMessage('t', ...events)], { work: 3 });
    expect(world.log.map(({ event }) => event.id)).toEqual(events.slice(0, 3).map(({ id }) => id));
    expect(world.back).toEqual(events.slice(3).map((event) => eventsMessage('t', { ...event, hops: 1 })));
  });

  it('reaches every subscription of every event exactly once in the end, each tenant within its share', async () => {
    const tenants = fc.array(fc.record({ events: fc.nat(4), subscriptions: fc.nat(12) }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(tenants, fc.integer({ min: 10, max: 30 }), async (sizes, work) => {
        const world = fanoutWorld();
        const expected: string[] = [];
        let queue: EventsMessage[] = [];
        for (const [t, { events, subscriptions }] of sizes.entries()) {
          world.configure(`t${t}`, Array(subscriptions).fill({}));
          for (let e = 0; e < events; e++) {
            const event = eventOf({ id: `e${t}-${e}`, digest: 'd' });
            queue.push(eventsMessage(`t${t}`, event));
            for (let s = 0; s < subscriptions; s++) expected.push(`${event.id} ${subscriptionId(s)}`);
          }
        }
        for (let pass = 0; queue.length > 0; pass++) {
          expect(pass).toBeLessThan(200);
          const before = world.deliveries.length;
          await world.run(queue, { work });
          // A tenant's least share comes on top of what others have used.
          expect(world.deliveries.length - before).toBeLessThanOrEqual(
            work + sizes.length * Math.ceil(work / 10),
          );
          queue = world.back.splice(0);
        }
        expect(world.delivered().sort()).toEqual(expected.sort());
        const logged = world.log.flatMap(({ event, subscriptions }) =>
          subscriptions.map((id) => `${event.id} ${id}`),
        );
        expect(logged.sort()).toEqual(expected);
      }),
    );
  });
});

describe('a fault', () => {
  const messages = [eventsMessage('t', eventOf({ id: 'order-17' }), eventOf({ hops: MAX_EVENT_HOPS }))];
  const more = eventsMessage('t', eventOf());

  it.each(STEPS)('of %s ends the invocation there', async (at) => {
    const world = fanoutWorld();
    world.configure('t', [{}, {}]);
    world.fault.at = at;
    const { result, metrics } = await world.run([...messages, more], { work: 2 });
    expect(result).toEqual(new Error(`${at} failed`));
    expect(world.steps).toEqual(STEPS.slice(0, STEPS.indexOf(at) + 1));
    expect(metrics).not.toHaveProperty('Events');
  });

  it('of sending deliveries leaves the event claimed by itself, so that the next try sends them', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}]);
    world.fault.at = 'sendToLanes';
    await world.run(messages);
    world.fault.at = undefined;
    await world.run(messages);
    expect(world.delivered()).toEqual([`order-17 ${subscriptionId(0)}`]);
  });
});

describe('a tenant whose index is too large', () => {
  it('fails alone', async () => {
    const world = fanoutWorld();
    world.configure('large', [{}], Number.MAX_SAFE_INTEGER);
    world.configure('t', [{}]);
    const received = ['t', 'large', 't'].map((tenant) => ({
      record: { attributes: { ApproximateReceiveCount: '1' } },
      message: eventsMessage(tenant, eventOf()),
    }));
    const budget = createBudget();
    const work = batchOrSingly<'events'>((batch) =>
      fanOut(
        world.deps,
        batch.map(({ message }) => message),
        budget,
      ),
    );
    const { result, warnings } = await printedBy(() => work(received as unknown as Received<'events'>[]));
    expect(result).toEqual([received[1]]);
    expect(world.deliveries.map(({ tenant }) => tenant)).toEqual(['t', 't']);
    expect(warnings).toMatchObject(
      Array(2).fill({ message: 'batch failed', detail: 'filters and subscriptions of large are too many' }),
    );
  });

  it('is served again once it has less', async () => {
    const world = fanoutWorld();
    world.configure('t', [{}], Number.MAX_SAFE_INTEGER);
    const { result } = await world.run([eventsMessage('t', eventOf())]);
    expect(result).toBeInstanceOf(RangeError);
    world.configure('t', [{}]);
    await world.run([eventsMessage('t', eventOf())]);
    expect(world.deliveries).toHaveLength(1);
  });
});
