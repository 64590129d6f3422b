import { describe, expect, it } from 'vitest';
import { NEARLY_EMPTY } from '../../../lambdas/recovery/recovery.ts';
import { runRecovery } from '../../../lambdas/recovery/run-recovery.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { beforeNext, failOnce } from '../../builders/faults.ts';
import { subscriptionId } from '../../builders/memory-log.ts';
import { recoveryWorld } from '../../builders/recovery.ts';
import { printedBy } from '../../helpers/printed.ts';

const HOUR = 3_600_000;
const RUN_MS = 300_000;
const SUB = subscriptionId(1);
type World = ReturnType<typeof recoveryWorld>;

/** Lost deliveries of some hours ago, of a tenant each. */
function withLost(...hours: readonly number[]) {
  const world = recoveryWorld();
  world.targetIds.set(SUB, 'tgt_1');
  for (const [n, ago] of hours.entries()) {
    const tenant = n === 0 ? FIRST_TENANT : `ten_${String(n).padStart(2, '0')}`;
    if (n > 0) world.tenants.push({ id: tenant });
    world.logOf(tenant).addEvent([SUB], { ulid: lowestUlidAt(world.clock.now - ago * HOUR), id: `e${n}` });
  }
  return world;
}

const run = (world: World, ms = RUN_MS) => {
  world.clock.deadline = world.clock.now + ms;
  return printedBy(() => runRecovery(world.deps));
};

describe('a run of recovery (C9)', () => {
  it('scans every tenant, the first one included, but not one that is being erased', async () => {
    const world = withLost(2, 2, 3, 4);
    world.tenants[1] = { id: 'ten_02', deletedAt: '2026-11-21T00:00:00Z' };
    // The first tenant has an item as well, once it was used.
    world.tenants.unshift({ id: FIRST_TENANT });
    world.tenants.sort((a, b) => (a.id < b.id ? -1 : 1));
    await run(world);
    expect(world.deliveries().sort()).toEqual([`e0 ${SUB}`, `e1 ${SUB}`, `e3 ${SUB}`]);
  });

  it('leaves what is too young, and next time scans on from there', async () => {
    const world = withLost(0.9, 2);
    await run(world);
    expect(world.deliveries()).toEqual([`e1 ${SUB}`]);
    const upTo = world.clock.now - HOUR;
    expect(world.state.scans.first).toEqual({ upTo });
    expect(world.state.busyUntil).toBe(world.clock.now);
    // Not worth it within the hour.
    world.clock.now += 0.9 * HOUR;
    await run(world);
    expect(world.state.scans.first).toEqual({ upTo });
    world.clock.now += 0.2 * HOUR;
    await run(world);
    expect(world.deliveries()).toEqual([`e1 ${SUB}`, `e0 ${SUB}`]);
  });

  it('is the only one', async () => {
    const world = withLost(2);
    world.clock.deadline = world.clock.now + RUN_MS;
    const { warnings } = await printedBy(() => Promise.all([1, 2].map(() => runRecovery(world.deps))));
    expect(world.deliveries()).toHaveLength(1);
    expect(warnings.map(({ message }) => message).sort()).toEqual([
      'deliveries sent again',
      'recovery is running already',
    ]);
  });

  it.each([
    [NEARLY_EMPTY, 1],
    [NEARLY_EMPTY + 1, 0],
  ])('with %s messages in a queue sends %s', async (messages, sent) => {
    const world = withLost(2);
    world.queueSizes.set('slow', messages);
    const { warnings } = await run(world);
    expect(world.sent).toHaveLength(sent);
    expect(warnings).toMatchObject([
      sent
        ? { message: 'deliveries sent again' }
        : { message: 'recovery waits for a queue', queue: 'slow', messages },
    ]);
    // Either way another run may begin.
    expect(world.state.busyUntil).toBe(world.clock.now);
  });
});

describe('a run that does not come to its end (C9)', () => {
  it('is out of time, and the next goes on with the same tenant and page', async () => {
    const world = withLost(2, 2, 2);
    world.page.rows = 2;
    for (let n = 0; n < 10; n++) {
      const ulid = lowestUlidAt(world.clock.now - 3 * HOUR + n);
      world.logOf('ten_01').addEvent([SUB], { ulid, id: `more${n}` });
    }
    world.clock.pageMs = 20_000;
    let runs = 0;
    for (; !world.state.scans.first || world.state.scans.first.span; runs++) {
      expect(runs).toBeLessThan(20);
      await run(world, 170_000);
    }
    // Each scan has half of the time; what was sent is not sent again.
    expect(runs).toBeGreaterThan(2);
    const expected = [...Array(10).keys()].map((n) => `more${n}`).concat('e0', 'e1', 'e2');
    expect(world.deliveries().sort()).toEqual(expected.map((id) => `${id} ${SUB}`).sort());
  });

  it('has noted what it sent, so that after a failure that is not sent again', async () => {
    const world = withLost(2, 2, 2);
    // Pages of all three are read at once; the second tenant's event is then not found.
    const getEvent = world.deps.log.getEvent;
    const asked: string[] = [];
    world.deps.log.getEvent = async (tenant, id, now) => {
      asked.push(tenant);
      if (tenant === 'ten_01' && asked.filter((one) => one === tenant).length === 1)
        throw new Error('throttled');
      return getEvent(tenant, id, now);
    };
    expect((await run(world)).result).toEqual(new Error('throttled'));
    expect(world.state.busyUntil).toBe(world.clock.now);
    expect(world.state.scans.first?.span).toMatchObject({ tenant: FIRST_TENANT });
    await run(world);
    expect(world.deliveries()).toEqual([`e0 ${SUB}`, `e1 ${SUB}`, `e2 ${SUB}`]);
  });

  it('stops when another run has taken the lease, and does not write over its progress', async () => {
    const world = withLost(2, 2);
    beforeNext(world.deps.progress, 'noteProgress', () => {
      Object.assign(world.state, { scans: { first: { upTo: 1 } }, busyUntil: world.clock.now + 999_999 });
    });
    expect((await run(world)).result).toEqual(new Error('another run of recovery has begun'));
    expect(world.state).toEqual({ scans: { first: { upTo: 1 } }, busyUntil: world.clock.now + 999_999 });
    expect(world.deliveries()).toEqual([`e0 ${SUB}`]);
  });

  it('has died: its lease ends by itself', async () => {
    const world = withLost(2);
    failOnce(world.deps.progress, 'releaseRunLease');
    await run(world);
    expect((await run(world)).warnings).toMatchObject([{ message: 'recovery is running already' }]);
    world.clock.now += RUN_MS;
    expect((await run(world)).warnings).toEqual([]);
    expect(world.deliveries()).toHaveLength(1);
  });
});
