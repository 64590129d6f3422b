import { describe, expect, it } from 'vitest';
import { deliveryName } from '../../../lambdas/delivery/delivery.ts';
import type { LoggedDelivery } from '../../../lambdas/delivery/delivery-items.ts';
import type { LoggedEvent } from '../../../lambdas/events/event-log-store.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import type { Row } from '../../../lambdas/recovery/event-rows-store.ts';
import { recoverDeliveries } from '../../../lambdas/recovery/recover-deliveries.ts';
import { type Place, SCANS } from '../../../lambdas/recovery/recovery.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { refName } from '../../../lambdas/values/target-ref.ts';
import { beforeNext } from '../../builders/faults.ts';
import { subscriptionId } from '../../builders/memory-log.ts';
import { recoveryWorld } from '../../builders/recovery.ts';
import { printedBy } from '../../helpers/printed.ts';

const HOUR = 3_600_000;
const [FIRST, SECOND] = SCANS as [(typeof SCANS)[number], (typeof SCANS)[number]];
const SUB = subscriptionId(1);
const REF = { tenant: FIRST_TENANT, target: 'tgt_1' };

type World = ReturnType<typeof recoveryWorld>;

const rowOf = ({ ulid, subscriptions, matched, isOpen }: LoggedEvent): Row => ({
  eventUlid: ulid,
  subscriptions,
  isUncertain: matched > subscriptions.length || isOpen === true,
});

const recover = (world: World, events: readonly LoggedEvent[], scan = FIRST) =>
  printedBy(() => recoverDeliveries(world.deps, FIRST_TENANT, events.map(rowOf), scan));

/** An event of two hours ago with one delivery. */
function withOne(about: Partial<LoggedDelivery> | 'silent', place: Place = 'nowhere') {
  const world = recoveryWorld();
  const ulid = lowestUlidAt(world.clock.now - 2 * HOUR);
  const event = world.log.addEvent([SUB], { ulid, id: 'e' });
  world.targetIds.set(SUB, REF.target);
  if (about !== 'silent') world.log.addDelivery(event, SUB, about);
  world.places.set(deliveryName({ ulid, subscription: SUB }), place);
  return { ...world, event };
}

const NOW = recoveryWorld().clock.now;
const LATE = { status: 'retrying', nextAttemptAt: NOW - 1.1 * HOUR } as const;
const WAITING = { status: 'parked' } as const;

describe('a delivery, by its doubt and place (C9)', () => {
  it.each<[string, Partial<LoggedDelivery> | 'silent', Place, 'sent' | 'drained' | 'left']>([
    ['without an outcome', 'silent', 'nowhere', 'sent'],
    ['without an outcome', 'silent', 'hold queue', 'drained'],
    ['whose attempt is late', LATE, 'nowhere', 'sent'],
    ['whose attempt is late', LATE, 'hold queue', 'drained'],
    ['whose attempt is late', LATE, 'parking lot', 'left'],
    ['that waits in its hold queue', WAITING, 'hold queue', 'drained'],
    ['that has just left its hold queue', WAITING, 'nowhere', 'left'],
    ['that was delivered', { status: 'delivered' }, 'nowhere', 'left'],
    ['that is dead', { status: 'dead' }, 'nowhere', 'left'],
    ['that is retried soon', { ...LATE, nextAttemptAt: NOW }, 'nowhere', 'left'],
  ])('%s (%#), found in %3$s', async (_, about, place, remedy) => {
    const world = withOne(about, place);
    const { result, metrics } = await recover(world, [world.event]);
    expect(world.deliveries()).toEqual(remedy === 'sent' ? [`e ${SUB}`] : []);
    expect([...world.scheduled.values()]).toEqual(remedy === 'drained' ? [{ ...REF, at: 0 }] : []);
    expect(result).toBe(remedy === 'sent' ? 1 : 0);
    expect(metrics).toEqual(remedy === 'sent' ? { Recovered: 1 } : {});
  });

  it('is sent by the last scan even if it was leaving its hold queue, or its target is paused', async () => {
    for (const about of [WAITING, LATE, 'silent'] as const) {
      const world = withOne(about);
      world.health.set(refName(REF), { failed: 0, ok: 0, countedSince: 0, revision: 1, pausedUntil: NOW });
      expect((await recover(world, [world.event], FIRST)).result).toBe(0);
      expect((await recover(world, [world.event], SECOND)).result).toBe(1);
    }
  });

  it('goes to the slow lane with its history, or to the subscription’s target if it has none', async () => {
    const attempts = [{ at: 1, ms: 1, status: 503 }];
    const late = withOne({ ...LATE, target: 'tgt_9', attempts, used: 1, run: 2 });
    await recover(late, [late.event]);
    expect(late.sent).toMatchObject([
      { lane: 'slow', delivery: { target: 'tgt_9', attempts, used: 1, run: 2 } },
    ]);
    const silent = withOne('silent');
    await recover(silent, [silent.event]);
    expect(silent.sent).toMatchObject([{ lane: 'slow', delivery: { target: 'tgt_1', attempts: [] } }]);
  });

  it('is left alone when its outcome comes between two reads', async () => {
    const world = withOne('silent');
    beforeNext(world.deps.log, 'getEvent', () =>
      world.log.addDelivery(world.event, SUB, { status: 'delivered' }),
    );
    expect((await recover(world, [world.event])).result).toBe(0);
    expect(world.sent).toEqual([]);
  });

  it('is left alone without an outcome and a subscription, or when its event is gone or dead', async () => {
    const unwanted = withOne('silent');
    unwanted.targetIds.clear();
    const expired = withOne('silent');
    expired.log.events.clear();
    const dead = withOne('silent');
    dead.log.addEvent([SUB], { ...dead.event, dead: true });
    for (const world of [unwanted, expired, dead]) {
      expect(await recover(world, [world.event])).toMatchObject({ result: 0, warnings: [] });
      expect(world.sent).toEqual([]);
    }
  });
});

describe('a drain (C9)', () => {
  it('is scheduled once for each target, and said only of those that had none', async () => {
    const world = recoveryWorld();
    const ulid = lowestUlidAt(NOW - 2 * HOUR);
    const subscriptions = [0, 1, 2, 3].map(subscriptionId);
    const event = world.log.addEvent(subscriptions, { ulid });
    for (const [n, subscription] of subscriptions.entries()) {
      world.log.addDelivery(event, subscription, { ...WAITING, target: n < 2 ? 'tgt_1' : `tgt_${n}` });
      world.places.set(deliveryName({ ulid, subscription }), 'hold queue');
    }
    world.scheduled.set(refName({ ...REF, target: 'tgt_3' }), { ...REF, target: 'tgt_3', at: 5 });
    const { warnings } = await recover(world, [event]);
    expect(warnings.map(({ message, target }) => [message, target])).toEqual([
      ['hold queue was left without a drain', 'tgt_1'],
      ['hold queue was left without a drain', 'tgt_2'],
    ]);
    // One that is scheduled keeps its time.
    expect(world.scheduled.get(refName({ ...REF, target: 'tgt_3' }))?.at).toBe(5);
  });
});

describe('a fanout whose rest was lost (C9)', () => {
  it.each<[string, Partial<LoggedEvent>, object | undefined]>([
    ['that ended', { matched: 2 }, undefined],
    ['that matched more than it reached', { matched: 5, lastPart: 3 }, { after: subscriptionId(2), part: 4 }],
    [
      'that has not looked at all subscriptions',
      { isOpen: true, lastPart: 1 },
      { after: subscriptionId(2), part: 2, reached: 2 },
    ],
  ])('%s', async (_, about, resume) => {
    const world = recoveryWorld();
    const subscriptions = [subscriptionId(1), subscriptionId(2)];
    const event = world.log.addEvent(subscriptions, {
      ulid: lowestUlidAt(NOW - 2 * HOUR),
      id: 'e',
      ...about,
    });
    for (const id of subscriptions) world.log.addDelivery(event, id, { status: 'delivered' });
    const { result, warnings } = await recover(world, [event]);
    expect(result).toBe(resume ? 1 : 0);
    expect(world.resumed.flatMap(({ events }) => events)).toMatchObject(resume ? [{ id: 'e', resume }] : []);
    expect(warnings).toMatchObject(resume ? [{ message: 'fanout resumed', event: 'e', reached: 2 }] : []);
    expect(world.sent).toEqual([]);
  });

  it('goes on after the last that fanout reached, not one that a replay added', async () => {
    const world = recoveryWorld();
    const [reached, replayed] = [subscriptionId(1), subscriptionId(8)];
    const ulid = lowestUlidAt(NOW - 2 * HOUR);
    const event = world.log.addEvent([reached, replayed], {
      ulid,
      fannedOut: [reached],
      matched: 3,
      only: 'sub_x',
    });
    for (const id of [reached, replayed]) world.log.addDelivery(event, id, { status: 'delivered' });
    await recover(world, [event]);
    expect(world.resumed).toMatchObject([{ events: [{ only: 'sub_x', resume: { after: reached } }] }]);
    // What only the log knows does not travel.
    expect(Object.keys(world.resumed[0]!.events[0]!)).not.toContain('fannedOut');
  });
});

it('recovers an event of thousands of subscriptions, and names some of them', async () => {
  const world = recoveryWorld();
  const subscriptions = Array.from({ length: 4500 }, (_, n) => subscriptionId(n));
  for (const id of subscriptions) world.targetIds.set(id, 'tgt_1');
  const event = world.log.addEvent(subscriptions, { ulid: lowestUlidAt(NOW - 2 * HOUR) });
  const { result, warnings, metrics } = await recover(world, [event]);
  expect([result, metrics]).toEqual([4500, { Recovered: 4500 }]);
  expect(new Set(world.deliveries()).size).toBe(4500);
  expect(warnings.map(({ count }) => count)).toEqual([2000, 2000, 500]);
  expect(String(warnings[0]!.deliveries).split(' ')).toHaveLength(20);
});

describe('an event that cannot be read', () => {
  const unreadable = (isNewer: boolean) =>
    new UnreadableItemError({ what: 'event' }, 'log', { pk: 'p', sk: 's' }, { problem: 'id', isNewer });

  async function besideAnother(isNewer: boolean) {
    const { deps, event, ...world } = withOne('silent');
    const bad = world.log.addEvent([SUB], { ulid: lowestUlidAt(NOW - 3 * HOUR), id: 'bad' });
    const getEvent: typeof deps.log.getEvent = async (tenant, id, now) => {
      if (id.endsWith(bad.ulid)) throw unreadable(isNewer);
      return deps.log.getEvent(tenant, id, now);
    };
    const damaged = { ...deps, log: { ...deps.log, getEvent } };
    return printedBy(() => recoverDeliveries(damaged, FIRST_TENANT, [bad, event].map(rowOf), FIRST));
  }

  it('is left out when it is damaged, and the others are recovered', async () => {
    const { result, warnings } = await besideAnother(false);
    expect(result).toBe(1);
    expect(warnings).toContainEqual(expect.objectContaining({ message: 'item skipped' }));
  });

  it('waits for newer code when it is newer', async () => {
    const { result } = await besideAnother(true);
    expect(result).toBeInstanceOf(UnreadableItemError);
  });
});
