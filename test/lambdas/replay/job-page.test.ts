import { describe, expect, it } from 'vitest';
import { deliveryName } from '../../../lambdas/delivery/delivery.ts';
import type { LoggedDelivery } from '../../../lambdas/delivery/delivery-items.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import { doPage } from '../../../lambdas/replay/job-page.ts';
import { workOnJob } from '../../../lambdas/replay/work-on-job.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { refName } from '../../../lambdas/values/target-ref.ts';
import { beforeNext, failOnce } from '../../builders/faults.ts';
import { subscriptionId } from '../../builders/memory-log.ts';
import { type Configured, replayWorld, TENANT } from '../../builders/replay.ts';
import { printedBy } from '../../helpers/printed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SUB = subscriptionId(1);

/** Events of one subscription, each with a dead delivery, the oldest first. */
function withDead(count: number, about: Configured = {}) {
  const world = replayWorld();
  world.configure(SUB, about);
  const events = Array.from({ length: count }, (_, n) => {
    const event = world.log.addEvent([SUB], { ulid: lowestUlidAt(world.clock.now - HOUR + n), id: `e${n}` });
    world.log.addDelivery(event, SUB);
    return event;
  });
  return { ...world, events };
}

const DEAD = { kind: 'dead' } as const;

describe('what a page does about a delivery (A15)', () => {
  const due = (world: ReturnType<typeof replayWorld>, ms: number) => ({
    status: 'retrying' as const,
    nextAttemptAt: world.clock.now + ms,
  });
  type World = ReturnType<typeof replayWorld>;
  const deleted = { deletedAt: '2026-11-21T00:00:00Z' };

  it.each<[string, (world: World) => Partial<LoggedDelivery>, Configured, object]>([
    ['dead', () => ({}), {}, { done: 1, skipped: {} }],
    ['delivered', () => ({ status: 'delivered' }), {}, { done: 1, skipped: {} }],
    ['retrying', (world) => due(world, MINUTE), {}, { done: 0, skipped: { under_way: 1 } }],
    ['retrying, overdue', (world) => due(world, -2 * HOUR), {}, { done: 1, skipped: {} }],
    ['in a hold queue', () => ({ status: 'parked' }), {}, { done: 0, skipped: { under_way: 1 } }],
    ['claimed by this job', (world) => ({ ...due(world, 0), replay: 'rpl_1' }), {}, { done: 1, skipped: {} }],
    [
      'claimed by another',
      (world) => ({ ...due(world, 0), replay: 'rpl_2' }),
      {},
      { skipped: { under_way: 1 } },
    ],
    [
      'of a deleted subscription',
      () => ({}),
      { subscription: deleted },
      { skipped: { subscription_deleted: 1 } },
    ],
    ['of a paused subscription', () => ({}), { subscription: { active: false } }, { done: 1, skipped: {} }],
    [
      'of a subscription that it was paused for, and still is',
      () => ({ reason: 'subscription_paused' }),
      { subscription: { active: false } },
      { done: 0, skipped: { subscription_paused: 1 } },
    ],
    [
      'of a subscription that was resumed since',
      () => ({ reason: 'subscription_paused' }),
      {},
      { done: 1, skipped: {} },
    ],
    [
      'delivered since it died of a pause',
      () => ({ status: 'delivered', reason: 'subscription_paused' }),
      { subscription: { active: false } },
      { done: 1, skipped: {} },
    ],
    ['of a deleted target', () => ({}), { target: deleted }, { skipped: { target_deleted: 1 } }],
    [
      'of a target that is off',
      () => ({}),
      { target: { active: false } },
      { skipped: { target_disabled: 1 } },
    ],
    [
      'of a target that the engine disabled',
      () => ({}),
      { health: { disabled: { at: 1, reason: 'gone' } } },
      { skipped: { target_disabled: 1 } },
    ],
  ])('that is %s', async (_, about, configured, expected) => {
    const world = replayWorld();
    world.configure(SUB, configured);
    const event = world.log.addEvent([SUB]);
    world.log.addDelivery(event, SUB, about(world));
    const selection = { kind: 'event', event: event.id, ulid: event.ulid } as const;
    const page = await doPage(world.deps, world.addJob({ selection }));
    expect(page).toMatchObject({ kind: 'done', result: { looked: 1, ...expected, cursor: undefined } });
    const isSent = 'done' in expected && expected.done === 1;
    expect(world.deliveries()).toEqual(isSent ? [`${event.id} ${SUB}`] : []);
  });

  it('sends to the subscription’s present target, in the bulk lane, with a schedule of its own', async () => {
    const world = withDead(1);
    await doPage(world.deps, world.addJob({ selection: DEAD }));
    // Fanout has listed the subscription.
    expect(world.log.added).toEqual([]);
    expect(world.sent).toMatchObject([
      {
        lane: 'bulk',
        delivery: {
          target: `tgt_of_${SUB}`,
          used: 0,
          run: 1,
          replayedAt: world.clock.now,
          attempts: [{ status: 503 }],
        },
      },
    ]);
    expect([...world.log.deliveries.values()]).toMatchObject([
      { status: 'retrying', replay: 'rpl_1', run: 1 },
    ]);
  });

  it('skips a dead letter whose event has expired, and one that is dead no longer', async () => {
    const world = withDead(2);
    const [gone, arrived] = world.events as [(typeof world.events)[0], (typeof world.events)[0]];
    world.log.events.delete(gone.ulid);
    world.log.addDelivery(arrived, SUB, { status: 'delivered' });
    const page = await doPage(world.deps, world.addJob({ selection: DEAD }));
    expect(page).toMatchObject({
      result: { looked: 2, done: 0, skipped: { event_expired: 1, not_dead: 1 } },
    });
    expect(world.sent).toEqual([]);
  });
});

describe('two replays of the same deliveries (A15)', () => {
  it('send each once: only what a job has claimed does it send', async () => {
    const world = withDead(5);
    const jobs = ['rpl_1', 'rpl_2'].map((id) => world.addJob({ id, selection: DEAD }));
    const pages = await Promise.all(jobs.map((job) => doPage(world.deps, job)));
    expect(world.deliveries().sort()).toEqual(world.events.map(({ id }) => `${id} ${SUB}`));
    const results = pages.map((page) => (page.kind === 'done' ? page.result : undefined));
    expect(results.map((result) => result!.done).reduce((a, b) => a + b)).toBe(5);
    expect(results.map((result) => result!.skipped.under_way ?? 0).reduce((a, b) => a + b)).toBe(5);
  });

  it('leave alone what an outcome came of since it was read', async () => {
    const world = withDead(2);
    const [first] = world.events;
    const arrive = () =>
      world.log.addDelivery(first!, SUB, {
        status: 'delivered',
        attempts: [
          { at: 1, ms: 1, status: 200 },
          { at: 1, ms: 1, status: 200 },
        ],
      });
    beforeNext(world.deps.log, 'addSubscriptions', arrive);
    const page = await doPage(world.deps, world.addJob({ selection: DEAD }));
    expect(page).toMatchObject({ result: { looked: 2, done: 1, skipped: { under_way: 1 } } });
    expect(world.deliveries()).toEqual([`e1 ${SUB}`]);
  });
});

describe('a page that can’t send (C9)', () => {
  it('takes back the claims of what was refused, and of nothing else', async () => {
    const world = withDead(4);
    const before = new Map(world.log.deliveries);
    world.refused.add(`e1 ${SUB}`).add(`e3 ${SUB}`);
    const job = world.addJob({ selection: DEAD });
    await expect(doPage(world.deps, job)).rejects.toThrow('2 messages were not sent');
    const statusOf = (n: number) =>
      world.log.deliveries.get(deliveryName({ ulid: world.events[n]!.ulid, subscription: SUB }));
    for (const n of [1, 3])
      expect(statusOf(n)).toEqual(
        before.get(deliveryName({ ulid: world.events[n]!.ulid, subscription: SUB })),
      );
    for (const n of [0, 2]) expect(statusOf(n)).toMatchObject({ status: 'retrying', replay: 'rpl_1' });

    world.refused.clear();
    expect(await doPage(world.deps, job)).toMatchObject({ result: { done: 4, skipped: {} } });
    // Repeated, and in the same run: dispatch and the log can't tell them from the first.
    const counts = Map.groupBy(world.sent, ({ delivery }) => delivery.event.id);
    expect([...counts].map(([id, all]) => [id, all.length]).sort()).toEqual([
      ['e0', 2],
      ['e1', 1],
      ['e2', 2],
      ['e3', 1],
    ]);
    expect(world.sent.map(({ delivery }) => delivery.run)).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...world.log.deliveries.values()].map(({ run }) => run)).toEqual([1, 1, 1, 1]);
  });

  it('takes back all claims when nothing was sent', async () => {
    const world = withDead(3);
    const before = new Map(world.log.deliveries);
    failOnce(world.deps.lanes, 'sendToLane');
    await expect(doPage(world.deps, world.addJob({ selection: DEAD }))).rejects.toThrow('sendToLane fails');
    expect(world.log.deliveries).toEqual(before);
  });

  it('leaves a claim that it does not know of to its next try', async () => {
    const world = withDead(3);
    failOnce(world.deps.log, 'claim', 'after');
    const job = world.addJob({ selection: DEAD });
    await expect(doPage(world.deps, job)).rejects.toThrow('claim fails');
    expect(await doPage(world.deps, job)).toMatchObject({ result: { done: 3, skipped: {} } });
    expect(world.deliveries().sort()).toEqual(world.events.map(({ id }) => `${id} ${SUB}`));
  });
});

describe('how much a page does (C6)', () => {
  it.each([
    ['a target without a rate limit', undefined, 200, 1],
    ['a limited target', 6, 30, 5],
    ['a target that takes one in 100 seconds', 0.01, 1, 100],
  ])('for %s', async (_, perSecond, count, pauseSeconds) => {
    const target = perSecond === undefined ? {} : { rateLimit: { perSecond } };
    const world = withDead(230, { target });
    const page = await doPage(world.deps, world.addJob({ selection: DEAD }));
    expect(page).toMatchObject({ kind: 'done', pauseSeconds, result: { looked: count, done: count } });
    expect(world.deliveries()).toEqual(world.events.slice(0, count).map(({ id }) => `${id} ${SUB}`));
  });

  // A page can be full at the end of a scan, or with the first delivery of the next.
  it.each([3, 10, 100])(
    'ends before the first that does not fit, and the next begins there (%s a scan)',
    async (size) => {
      const world = withDead(25, { target: { rateLimit: { perSecond: 2 } } });
      world.log.page.size = size;
      const job = world.addJob({ selection: DEAD });
      let cursor: string | undefined;
      const done: number[] = [];
      do {
        const page = await doPage(world.deps, { ...job, cursor });
        if (page.kind === 'failed') throw new Error(page.problem);
        done.push(page.result.done);
        expect(done.length).toBeLessThan(20);
        cursor = page.result.cursor;
      } while (cursor !== undefined);
      expect(done).toEqual([10, 10, 5]);
      expect(world.deliveries()).toEqual(world.events.map(({ id }) => `${id} ${SUB}`));
    },
  );

  it('stops after 5 seconds of scanning, or 2,000 candidates, where it finds nothing to send', async () => {
    const world = withDead(2500);
    world.log.page.size = 100;
    for (const event of world.events) world.log.addDelivery(event, SUB, { status: 'delivered' });
    const job = world.addJob({ selection: DEAD });
    expect(await doPage(world.deps, job)).toMatchObject({
      pauseSeconds: 0,
      result: { looked: 2000, done: 0 },
    });
    world.clock.scanMs = 1000;
    const slow = await doPage(world.deps, job);
    expect(slow).toMatchObject({ result: { looked: 600, done: 0, skipped: { not_dead: 600 } } });
    expect(slow.kind === 'done' && slow.result.cursor).toBeDefined();
  });
});

describe('an item that cannot be read', () => {
  const OTHER = subscriptionId(2);
  const itemOf = {
    subscription: SUB,
    target: `tgt_of_${SUB}`,
    health: refName({ tenant: TENANT, target: `tgt_of_${SUB}` }),
  };
  const unreadable = (what: string, isNewer: boolean) =>
    new UnreadableItemError({ what }, 'table', {}, { problem: 'expected another', isNewer });

  /** An event to two subscriptions, and a job that sends it again. */
  function withTwo(what: keyof typeof itemOf, isNewer = false) {
    const world = replayWorld();
    const event = world.log.addEvent([SUB, OTHER]);
    for (const id of [SUB, OTHER]) {
      world.configure(id);
      world.log.addDelivery(event, id, {});
    }
    world.unreadable.set(itemOf[what], unreadable(what, isNewer));
    const job = world.addJob({ selection: { kind: 'event', event: event.id, ulid: event.ulid } });
    return { world, event, job };
  }

  it.each(['subscription', 'target'] as const)(
    'keeps, as a damaged %s, its own deliveries from being sent, and no others',
    async (what) => {
      const { world, event, job } = withTwo(what);
      const { result, warnings, metrics } = await printedBy(() => doPage(world.deps, job));
      expect(result).toMatchObject({
        kind: 'done',
        result: { looked: 2, done: 1, skipped: { unreadable: 1 } },
      });
      expect(world.deliveries()).toEqual([`${event.id} ${OTHER}`]);
      expect(warnings).toMatchObject([{ message: 'item skipped', error: 'UnreadableItemError' }]);
      expect(metrics.UnreadableItems).toBe(1);
    },
  );

  it('counts, as damaged health, as health that is not known', async () => {
    const { world, job } = withTwo('health');
    const { result, metrics } = await printedBy(() => doPage(world.deps, job));
    expect(result).toMatchObject({ kind: 'done', result: { looked: 2, done: 2, skipped: {} } });
    expect(metrics.UnreadableItems).toBe(1);
  });

  it.each(['subscription', 'target', 'health'] as const)(
    'has the page repeated, as a %s of a newer version',
    async (what) => {
      const { world, job } = withTwo(what, true);
      await expect(doPage(world.deps, job)).rejects.toBeInstanceOf(UnreadableItemError);
      expect(world.deliveries()).toEqual([]);
    },
  );

  it('fails a job about its subscription alone', async () => {
    const { world } = withTwo('target');
    const job = world.addJob({ selection: { kind: 'dead', subscription: SUB } });
    const { result } = await printedBy(() => doPage(world.deps, job));
    expect(result).toEqual({ kind: 'failed', problem: 'unreadable' });
  });
});

describe('a job about one subscription (A15)', () => {
  const deleted = { deletedAt: '2026-11-21T00:00:00Z' };

  it.each<[string, Configured]>([
    ['subscription_deleted', { subscription: deleted }],
    ['target_deleted', { target: deleted }],
    ['target_disabled', { target: { active: false } }],
    ['filter_disabled', { filter: { active: false } }],
  ])('fails with %s', async (problem, configured) => {
    const world = withDead(1, configured);
    const selection = { kind: 'all', subscription: SUB, from: 0, to: world.clock.now } as const;
    expect(await doPage(world.deps, world.addJob({ selection }))).toEqual({ kind: 'failed', problem });
  });

  it('of dead letters needs no filter', async () => {
    const world = withDead(2, { filter: { active: false } });
    const other = subscriptionId(2);
    world.configure(other);
    world.log.addDelivery(world.events[0]!, other);
    const selection = { kind: 'dead', subscription: SUB } as const;
    expect(await doPage(world.deps, world.addJob({ selection }))).toMatchObject({
      result: { looked: 2, done: 2 },
    });
    expect(world.deliveries()).toEqual([`e0 ${SUB}`, `e1 ${SUB}`]);
  });

  it('counts what its filter does not want as examined, and as nothing else', async () => {
    const world = withDead(3, { filter: { events: ['b'] } });
    const selection = { kind: 'all', subscription: SUB, from: 0, to: world.clock.now } as const;
    const result = { looked: 3, done: 0, skipped: {}, cursor: undefined };
    expect(await doPage(world.deps, world.addJob({ selection }))).toEqual({
      kind: 'done',
      pauseSeconds: 0,
      result,
    });
  });

  it('lists it with events that it never got, before it claims their deliveries', async () => {
    const world = replayWorld();
    world.configure(SUB);
    const event = world.log.addEvent([subscriptionId(7)], { ulid: lowestUlidAt(world.clock.now - HOUR) });
    const selection = { kind: 'all', subscription: SUB, from: 0, to: world.clock.now } as const;
    const job = world.addJob({ selection });
    failOnce(world.deps.log, 'claim');
    await expect(doPage(world.deps, job)).rejects.toThrow('claim fails');
    expect(world.log.events.get(event.ulid)!.subscriptions).toEqual([SUB, subscriptionId(7)]);
    // An hour later it is known that no delivery came of what is listed.
    world.clock.now += HOUR + 1;
    expect(await doPage(world.deps, job)).toMatchObject({ result: { looked: 1, done: 1 } });
    expect(world.sent).toMatchObject([{ delivery: { run: 1, attempts: [] } }]);
  });
});

describe('purging (A15)', () => {
  it('takes dead letters out of the index, as many as there are, and counts those that are dead no longer', async () => {
    const world = withDead(450);
    world.log.addDelivery(world.events[3]!, SUB, { status: 'delivered' });
    const page = await doPage(world.deps, world.addJob({ action: 'purge', selection: DEAD }));
    expect(page).toEqual({
      kind: 'done',
      pauseSeconds: 0,
      result: { looked: 450, done: 449, skipped: { not_dead: 1 }, cursor: undefined },
    });
    expect(world.log.deadIndex.size).toBe(1);
    expect(world.sent).toEqual([]);
    expect(world.log.deliveries.size).toBe(450);
  });

  it('asks for no route: dead letters of a deleted subscription can be purged', async () => {
    const world = withDead(2, { subscription: { deletedAt: '2026-11-21T00:00:00Z' } });
    const selection = { kind: 'dead', subscription: SUB } as const;
    const job = world.addJob({ action: 'purge', selection });
    expect(await doPage(world.deps, job)).toMatchObject({ result: { done: 2 } });
  });
});

describe('trying what waits now (A15)', () => {
  const TARGET = `tgt_of_${SUB}`;
  /** Deliveries that wait for a time, each of an event of its own. */
  function withWaiting(count: number, about: Partial<LoggedDelivery> = {}, configured: Configured = {}) {
    const world = replayWorld();
    world.configure(SUB, configured);
    for (let n = 0; n < count; n++) {
      const event = world.log.addEvent([SUB], {
        ulid: lowestUlidAt(world.clock.now - HOUR + n),
        id: `e${n}`,
      });
      const waiting = { status: 'parked', nextAttemptAt: world.clock.now + HOUR, target: TARGET } as const;
      world.log.addDelivery(event, SUB, { ...waiting, ...about });
    }
    return world;
  }
  const all = (world: ReturnType<typeof replayWorld>) => ({ kind: 'waiting', to: world.clock.now }) as const;

  it.each<[string, Partial<LoggedDelivery>, object, object]>([
    ['parked for a time', {}, {}, { done: 1, skipped: {} }],
    ['retrying', { status: 'retrying' }, {}, { done: 1, skipped: {} }],
    ['of its target', {}, { target: TARGET }, { done: 1, skipped: {} }],
    ['of another target', {}, { target: 'tgt_other' }, { looked: 0 }],
    ['of its subscription', {}, { subscription: SUB }, { done: 1, skipped: {} }],
    ['of its status', {}, { status: ['parked'] }, { done: 1, skipped: {} }],
    ['of another status', {}, { status: ['retrying'] }, { looked: 0 }],
    [
      'of another status, and its target',
      {},
      { status: ['retrying'], target: TARGET },
      { done: 0, skipped: {} },
    ],
    ['of its type', {}, { eventType: 'a', target: TARGET }, { done: 1, skipped: {} }],
    ['of another type', {}, { eventType: 'b', target: TARGET }, { looked: 1, done: 0, skipped: {} }],
    ['held for its present target', { nextAttemptAt: undefined }, {}, { done: 0, skipped: { held: 1 } }],
    ['held for one that it had', { nextAttemptAt: undefined, target: 'tgt_old' }, {}, { done: 1 }],
    ['dead', { status: 'dead' }, {}, { looked: 0 }],
  ])('sends a delivery or not: %s', async (_, about, selected, result) => {
    const world = withWaiting(1, about);
    const job = world.addJob({ selection: { ...all(world), ...selected } });
    expect(await doPage(world.deps, job)).toMatchObject({ result });
  });

  it('sends it to the present target, with its history, a schedule of its own, and a later run', async () => {
    const world = withWaiting(1, { target: 'tgt_old', run: 1 });
    await doPage(world.deps, world.addJob({ selection: all(world) }));
    expect(world.sent).toMatchObject([
      { lane: 'bulk', delivery: { target: TARGET, run: 2, used: 0, attempts: [{ status: 503 }] } },
    ]);
  });

  it('counts one whose outcome came meanwhile', async () => {
    const world = withWaiting(1);
    const [[name, known] = []] = world.log.deliveries;
    beforeNext(
      world.deps.log,
      'getDeliveriesOf',
      () => void world.log.deliveries.set(name!, { ...known!, status: 'delivered' }),
    );
    const page = await doPage(world.deps, world.addJob({ selection: all(world) }));
    expect(page).toMatchObject({ result: { done: 0, skipped: { not_waiting: 1 } } });
  });

  it('begins with few, and sends each once', async () => {
    const world = withWaiting(250);
    const job = world.addJob({ selection: all(world) });
    const sizes: number[] = [];
    let sent = 0;
    for (let pages = 0; world.jobs.get(job.id)!.state === 'running'; pages++) {
      expect(pages).toBeLessThan(10);
      await workOnJob(world.deps, { v: 1, kind: 'replay', tenant: TENANT, job: job.id, page: pages }, 1);
      sizes.push(world.sent.length - sent);
      sent = world.sent.length;
    }
    expect(sizes.slice(0, 5)).toEqual([10, 20, 40, 80, 100]);
    expect(new Set(world.deliveries()).size).toBe(250);
  });

  it('of events that come after it began is none of its work', async () => {
    const world = withWaiting(1);
    const selection = { kind: 'waiting', to: world.clock.now - 2 * HOUR } as const;
    expect(await doPage(world.deps, world.addJob({ selection }))).toMatchObject({ result: { looked: 0 } });
  });
});
