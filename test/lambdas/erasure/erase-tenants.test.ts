import { describe, expect, it } from 'vitest';
import { keyUseKeys } from '../../../lambdas/access/key-use-store.ts';
import { failingTargetsOf } from '../../../lambdas/alerting/failing-targets-store.ts';
import { auditPartition, entryKey, referencePrefix } from '../../../lambdas/audit/audit-keys.ts';
import { addressKey, configKey } from '../../../lambdas/config/config-keys.ts';
import { healthPartition } from '../../../lambdas/endpoint-health/health-store.ts';
import { eraseTenants } from '../../../lambdas/erasure/erase-tenants.ts';
import { deliveryKey, eventKey, producerIdKey, statsKey } from '../../../lambdas/events/log-keys.ts';
import { jobPartition } from '../../../lambdas/replay/replay-job-store.ts';
import { counterPartitions, failingMark } from '../../../lambdas/stats/counter-keys.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { erasureWorld } from '../../builders/erasure.ts';
import { failOnce } from '../../builders/faults.ts';
import { subscriptionId } from '../../builders/memory-log.ts';
import { printedBy } from '../../helpers/printed.ts';

const HOUR = 3_600_000;
type World = ReturnType<typeof erasureWorld>;

/** A tenant with some of everything; a subscription and a target of it were deleted before, and left deliveries. */
function fill(world: World, tenant: string): void {
  const { config, log, state } = world;
  const [live, old] = [subscriptionId(1), subscriptionId(2)];
  for (const id of ['tgt_1', 'tgt_2', 'tgt_3']) config.put(configKey(tenant, 'target', id));
  config.put(configKey(tenant, 'filter', 'flt_1'));
  config.put(configKey(tenant, 'key', `key_${tenant}`));
  config.put(configKey(tenant, 'subscription', live), { targetId: 'tgt_1' });
  config.put(configKey(tenant, 'type', 'a.type'));
  config.put(addressKey(live + tenant));
  config.put(configKey(tenant, 'subscription', live + tenant), { targetId: 'tgt_2' });
  state.put(keyUseKeys([`key_${tenant}`])[0]!);
  state.put({ pk: healthPartition(tenant), sk: 'tgt_1' });
  state.put({ pk: jobPartition(tenant), sk: 'rpl_1' });
  const failing = failingTargetsOf(tenant);
  state.put({ ...failing, sk: `${failing.sk}tgt_1` });
  for (const ago of [0, 30 * HOUR]) log.put(failingMark(tenant, world.clock.now - ago));
  for (let n = 0; n < 5; n++) {
    const ulid = lowestUlidAt(world.clock.now - n * 1000);
    const subs = [live, old].map((id) => id.slice(4)).join(' ');
    log.put(eventKey(tenant, ulid), { id: `own-${n}`, subs });
    log.put(producerIdKey(tenant, `own-${n}`));
    log.put(deliveryKey(tenant, live, ulid), { target: 'tgt_1' });
    log.put(deliveryKey(tenant, old, ulid), { target: 'tgt_old' });
  }
  const audited = lowestUlidAt(world.clock.now);
  log.put(entryKey(tenant, audited));
  log.put({ pk: auditPartition(tenant), sk: `${referencePrefix('tgt_1')}${audited}` });
  for (const target of [undefined, 'tgt_1', 'tgt_old']) {
    for (const pk of counterPartitions(tenant, target)) log.put({ pk, sk: '2026-11-21T10' });
    log.put(statsKey(tenant, target, '2026-11-21T10'));
  }
  world.payloads.add(`${tenant}/a`).add(`${tenant}/b`);
  world.tenants.add(tenant);
}

const startErasure = (world: World, tenant: string): void =>
  void world.erasures.set(tenant, { tenant, startedAt: new Date(world.clock.now).toISOString() });

/** What is left of a tenant anywhere. */
const leftOf = ({ config, log, state, payloads }: World, tenant: string): string[] =>
  [...config.items.keys(), ...log.items.keys(), ...state.items.keys(), ...payloads].filter((name) =>
    name.includes(tenant),
  );

const run = (world: World) => printedBy(() => eraseTenants(world.deps));

function withTwo() {
  const world = erasureWorld();
  for (const tenant of ['ten_a', 'ten_b']) fill(world, tenant);
  startErasure(world, 'ten_a');
  return world;
}

describe('erasing a tenant', () => {
  it('deletes all of it, also what deleted things left, and nothing of another tenant', async () => {
    const world = withTwo();
    const other = leftOf(world, 'ten_b');
    const { metrics } = await run(world);
    expect(leftOf(world, 'ten_a')).toEqual([]);
    expect(leftOf(world, 'ten_b')).toEqual(other);
    expect(world.removedHoldQueues.sort()).toEqual(
      ['tgt_1', 'tgt_2', 'tgt_3', 'tgt_old'].map((target) => `ten_a ${target}`),
    );
    expect(metrics.Erased).toBeGreaterThan(25);
    expect(world.erasures.get('ten_a')?.sweptAt).toBe(new Date(world.clock.now).toISOString());
  });

  it('waits for a day, sweeps once more by the same leads, and then ends', async () => {
    const world = withTwo();
    await run(world);
    // The outcome of an attempt that was under way.
    const late = deliveryKey('ten_a', subscriptionId(2), lowestUlidAt(world.clock.now));
    world.log.put(late, { target: 'tgt_late' });
    world.log.put(statsKey('ten_a', 'tgt_late', '2026-11-21T12'));
    world.payloads.add('ten_a/late');
    world.clock.now += 24 * HOUR;
    await run(world);
    expect(leftOf(world, 'ten_a')).toHaveLength(3);
    world.clock.now += HOUR;
    await run(world);
    expect(leftOf(world, 'ten_a')).toEqual([]);
    expect([...world.leadsOf('ten_a')]).toEqual([]);
    expect(world.erasures.size).toBe(0);
    expect([...world.tenants]).toEqual(['ten_b']);
  });

  it('goes on after a failure at any step, in either sweep, and ends with nothing left', async () => {
    const steps = [
      ['config', 'deleteItems'],
      ['log', 'deleteItems'],
      ['state', 'deleteItems'],
      ['leads', 'noteLeads'],
      ['leads', 'settleLead'],
      ['erasures', 'noteSwept'],
      ['tenants', 'removeTenant'],
      ['erasures', 'endErasure'],
    ] as const;
    for (const [part, method] of steps) {
      for (const when of ['before', 'after'] as const) {
        const world = withTwo();
        failOnce(world.deps[part], method as never, when);
        for (let days = 0; days < 4; days++) {
          await run(world);
          world.clock.now += 13 * HOUR;
          if (days === 0) fill(world, 'ten_a');
        }
        await run(world);
        expect(leftOf(world, 'ten_a'), `${method} ${when}`).toEqual([]);
        expect([[...world.erasures], [...world.tenants], [...world.leadsOf('ten_a')]]).toEqual([
          [],
          ['ten_b'],
          [],
        ]);
      }
    }
  });

  it('stops when it is out of time, and goes on from there in the next runs', async () => {
    const world = withTwo();
    const sizes: number[] = [];
    for (let runs = 0; !world.erasures.get('ten_a')?.sweptAt; runs++) {
      expect(runs).toBeLessThan(100);
      // Time for one page.
      world.clock.remainingMs = 15_000;
      await run(world);
      sizes.push(leftOf(world, 'ten_a').length);
    }
    expect(sizes.length).toBeGreaterThan(10);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(leftOf(world, 'ten_a')).toEqual([]);
  });

  it('keeps no other tenant waiting when one fails, and says which', async () => {
    const world = withTwo();
    startErasure(world, 'ten_b');
    failOnce(world.deps.config, 'deleteItems');
    const { result, warnings } = await run(world);
    expect(result).toEqual(new Error('not erased: ten_a'));
    expect(warnings).toMatchObject([{ message: 'erasing failed', tenant: 'ten_a' }]);
    expect(leftOf(world, 'ten_b')).toEqual([]);
  });

  it('stops sending first: targets go before anything else', async () => {
    const world = withTwo();
    world.clock.remainingMs = 15_000;
    await run(world);
    const left = leftOf(world, 'ten_a');
    expect(left.filter((name) => name.includes('target#'))).toHaveLength(1);
    expect(left.filter((name) => name.includes('subscription#'))).toHaveLength(2);
  });
});
