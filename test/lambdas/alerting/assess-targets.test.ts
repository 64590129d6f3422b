import { describe, expect, it } from 'vitest';
import { type AssessTargetsDeps, assessTargets } from '../../../lambdas/alerting/assess-targets.ts';
import type { Known } from '../../../lambdas/alerting/failing-targets-store.ts';
import type { StoredHealth } from '../../../lambdas/endpoint-health/health.ts';
import type { OperationalEvent } from '../../../lambdas/notifications/operational-events.ts';
import { countersKey, startInKey } from '../../../lambdas/stats/counter-keys.ts';
import { NO_COUNTS } from '../../../lambdas/stats/tally.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import type { Tenant } from '../../../lambdas/tenants/tenant.ts';
import { refName, type TargetRef } from '../../../lambdas/values/target-ref.ts';
import { targetOf } from '../../builders/entities.ts';
import { failOnce } from '../../builders/faults.ts';
import { inMemoryNotifier } from '../../builders/notifications.ts';
import { printedBy } from '../../helpers/printed.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 21, 12, 7, 17);

/** Tables in memory, a clock, and targets that are counted. */
function world() {
  const clock = { now: START };
  const counted = new Map<string, { at: number; attempts: number; failed: number }[]>();
  const failures = new Map<string, Map<string, { failures: number; isOrdinary: boolean }>>();
  const known = new Map<string, Known>();
  const targets = new Map<string, Target>();
  const healths = new Map<string, StoredHealth>();
  const tenants = new Map<string, Tenant>();
  const { notifier, events, alerts } = inMemoryNotifier();
  const reads = { counters: 0 };

  const deps: AssessTargetsDeps = {
    limits: { share: 0.1, attempts: 20 },
    now: () => clock.now,
    notifier,
    stats: {
      tenantsWithFailures: async () => [...failures.keys()],
      readFailing: async (tenant) => {
        const of = [...(failures.get(tenant) ?? [])];
        return {
          failing: new Map(of.map(([target, one]) => [target, one.failures])),
          onOrdinary: new Set(of.flatMap(([target, { isOrdinary }]) => (isOrdinary ? target : []))),
          isComplete: true,
        };
      },
      async readSlots(scope, _span, add) {
        reads.counters++;
        if (scope.kind !== 'target') throw new Error('expected a target');
        for (const { at, attempts, failed } of counted.get(refName(scope)) ?? []) {
          const start = startInKey(countersKey(scope, at).sk);
          const counts = { ...NO_COUNTS, attempts, failedAttempts: failed };
          const minute = { counts, errors: new Map([['503', failed]]) };
          const minutes = new Map([[Math.floor((at - start) / MINUTE), minute]]);
          add({ start, minutes, answers: new Map(), latencies: new Map() });
        }
      },
    },
    failing: {
      listFailing: async () => [...known.values()],
      async putFailing(all) {
        for (const one of all) known.set(refName(one), one);
      },
      async forgetFailing(ref) {
        known.delete(refName(ref));
      },
    },
    targets: { loadTargets: async () => targets },
    health: { readHealth: async () => healths },
    tenants: { readTenants: async () => tenants },
  };

  return {
    deps,
    clock,
    known,
    targets,
    healths,
    tenants,
    failures,
    events,
    alerts,
    reads,
    add({ tenant, target }: TargetRef): void {
      const url = `https://user:pass@${target}.example.com/hook?token=secret`;
      targets.set(refName({ tenant, target }), targetOf({ id: target, url }));
    },
    /** Attempts in the present minute. */
    attempt(ref: TargetRef, attempts: number, failed: number, isOrdinary = true): void {
      const name = refName(ref);
      counted.set(name, [...(counted.get(name) ?? []), { at: clock.now, attempts, failed }]);
      if (failed === 0) return;
      const of = failures.get(ref.tenant) ?? new Map();
      const before = of.get(ref.target) ?? { failures: 0, isOrdinary: false };
      of.set(ref.target, {
        failures: before.failures + failed,
        isOrdinary: before.isOrdinary || isOrdinary,
      });
      failures.set(ref.tenant, of);
    },
    assess: (isOutOfTime = () => false) => printedBy(() => assessTargets(deps, isOutOfTime)),
  };
}

const SHOP: TargetRef = { tenant: 'ten_a', target: 'tgt_1' };
const OTHER: TargetRef = { tenant: 'ten_b', target: 'tgt_2' };

/** One of a tenant with a target, a third of whose attempts fail. */
function failingWorld(isOrdinary = true) {
  const it = world();
  it.add(SHOP);
  it.attempt(SHOP, 30, 10, isOrdinary);
  return it;
}

const typesOf = (events: readonly OperationalEvent[]): string[] => events.map(({ type }) => type);

describe('a run that finds a failing target (D14)', () => {
  it('notifies its tenant and the operator, once', async () => {
    const { assess, events, alerts, known } = failingWorld();
    const { warnings, metrics } = await assess();
    const since = Date.UTC(2026, 10, 21, 12, 7);
    expect(events).toMatchObject([
      {
        tenant: 'ten_a',
        id: `posthorn.target.failing:tgt_1:${since}`,
        type: 'posthorn.target.failing',
        generation: 1,
        data: {
          targetId: 'tgt_1',
          url: 'https://tgt_1.example.com/hook',
          since: '2026-11-21T12:07:00.000Z',
          foundAt: '2026-11-21T12:07:17.000Z',
          attempts: 30,
          failedAttempts: 10,
          share: 0.3333,
          lastAttemptAt: '2026-11-21T12:07:00.000Z',
          failures: [{ name: '503', failedAttempts: 10 }],
        },
      },
    ]);
    expect(warnings).toMatchObject([
      { message: 'target failing', tenant: 'ten_a', target: 'tgt_1', attempts: 30, failedAttempts: 10 },
    ]);
    expect(metrics).toEqual({ TargetsFailing: 1 });
    expect(alerts).toHaveLength(1);
    expect(alerts[0]!.subject).toBe('Posthorn: 33 % of the attempts of target tgt_1 fail');
    expect(alerts[0]!.message).toContain(
      '33 % (10 of 30) of target tgt_1 at tgt_1.example.com, tenant ten_a',
    );
    expect(JSON.stringify([alerts, events, warnings, [...known.values()]])).not.toMatch(/secret|pass/);

    const again = await assess();
    expect([events.length, alerts.length, again.warnings]).toEqual([1, 1, []]);
    expect(again.metrics).toEqual({ TargetsFailing: 1 });
  });

  it('names all that are new in one mail, twenty at most', async () => {
    const { add, attempt, assess, alerts } = world();
    for (let n = 0; n < 25; n++) {
      const ref = { tenant: 'ten_a', target: `tgt_${n}` };
      add(ref);
      attempt(ref, 100, 20 + n);
    }
    const { metrics } = await assess();
    expect(metrics).toEqual({ TargetsFailing: 25 });
    expect(alerts).toHaveLength(1);
    const { subject, message } = alerts[0]!;
    expect(subject).toBe('Posthorn: 25 targets fail often');
    expect(message.match(/of target tgt_/g)).toHaveLength(20);
    expect(message).toContain('44 % (44 of 100) of target tgt_24');
    expect(message).toContain('and of 5 more targets');
  });

  it('reads no counters where there are too few failures', async () => {
    const { add, attempt, assess, reads } = world();
    add(SHOP);
    attempt(SHOP, 2, 1);
    expect(await assess()).toMatchObject({ lines: [] });
    expect(reads.counters).toBe(0);
  });

  it('writes nothing without failures', async () => {
    const { assess, known } = world();
    expect(await assess()).toMatchObject({ lines: [] });
    expect(known.size).toBe(0);
  });

  it('takes along how long its tenant keeps events', async () => {
    const { assess, events, tenants } = failingWorld();
    tenants.set('ten_a', { logRetentionHours: 2 } as Tenant);
    await assess();
    expect(events).toMatchObject([{ keepSeconds: 7200 }]);
  });

  it.each<[what: string, change: (it: ReturnType<typeof world>) => void]>([
    ['was deleted', ({ targets }) => targets.clear()],
    [
      'is switched off',
      ({ targets }) =>
        targets.set(refName(SHOP), targetOf({ id: 'tgt_1', url: 'https://example.com', active: false })),
    ],
    [
      'is disabled',
      ({ healths }) =>
        healths.set(refName(SHOP), {
          failed: 0,
          ok: 0,
          countedSince: 0,
          revision: 1,
          disabled: { at: START, reason: 'gone' },
        }),
    ],
    [
      'is of a tenant that is being deleted',
      ({ tenants }) => tenants.set('ten_a', { deletedAt: 'now' } as unknown as Tenant),
    ],
  ])('says nothing of one that %s', async (_, change) => {
    const it = failingWorld();
    change(it);
    expect(await it.assess()).toMatchObject({ lines: [] });
    expect([it.events, it.alerts, it.known.size]).toEqual([[], [], 0]);
  });

  it('tells the operator alone of one that fails on operational events alone (C5)', async () => {
    const { assess, events, alerts, clock, attempt } = failingWorld(false);
    await assess();
    expect([events, alerts.length]).toEqual([[], 1]);
    clock.now += 31 * MINUTE;
    attempt(SHOP, 5, 0);
    const { warnings } = await assess();
    expect(warnings).toMatchObject([{ message: 'target failing no more', end: 'recovered' }]);
    expect(events).toEqual([]);
  });
});

describe('a run that finds a target well again (D14)', () => {
  it('notifies its tenant, and forgets it', async () => {
    const { assess, events, alerts, clock, attempt, known } = failingWorld();
    await assess();
    clock.now += 31 * MINUTE;
    attempt(SHOP, 40, 1);
    const { warnings, metrics } = await assess();
    expect(events[1]).toMatchObject({
      id: `posthorn.target.healthy:tgt_1:${Date.UTC(2026, 10, 21, 12, 7)}`,
      data: {
        targetId: 'tgt_1',
        reason: 'recovered',
        since: '2026-11-21T12:07:00.000Z',
        healthyAt: '2026-11-21T12:38:17.000Z',
        attempts: 40,
        failedAttempts: 1,
        share: 0.025,
      },
    });
    expect(warnings).toMatchObject([
      { message: 'target failing no more', tenant: 'ten_a', target: 'tgt_1', end: 'recovered' },
    ]);
    expect([known.size, alerts.length, metrics]).toEqual([0, 1, {}]);
    await assess();
    expect(typesOf(events)).toEqual(['posthorn.target.failing', 'posthorn.target.healthy']);
  });

  it('says of one that gets nothing any more that it is quiet, an hour later', async () => {
    const { assess, events, clock } = failingWorld();
    await assess();
    clock.now += 59 * MINUTE;
    await assess();
    expect(events).toHaveLength(1);
    clock.now += MINUTE;
    await assess();
    expect(events[1]).toMatchObject({ data: { reason: 'quiet', attempts: 0 } });
    expect(events[1]!.data).not.toHaveProperty('share');
  });

  it('forgets one that is disabled as soon as its attempts have stopped, without an event', async () => {
    const { assess, events, clock, known, healths } = failingWorld();
    await assess();
    const disabled = { at: START, reason: 'failing' } as const;
    healths.set(refName(SHOP), { failed: 0, ok: 0, countedSince: 0, revision: 1, disabled });
    clock.now += 15 * MINUTE;
    const { warnings, metrics } = await assess();
    expect(warnings).toMatchObject([{ message: 'target failing no more', end: 'gone' }]);
    expect([typesOf(events), known.size, metrics]).toEqual([['posthorn.target.failing'], 0, {}]);
  });
});

describe('a run that breaks off (D14)', () => {
  const steps = [
    ['failing', 'putFailing'],
    ['notifier', 'notifyTenant'],
    ['notifier', 'notifyOperator'],
    ['failing', 'forgetFailing'],
    ['targets', 'loadTargets'],
  ] as const;
  const cases = steps.flatMap(([part, method]) =>
    (['before', 'after'] as const).map((when) => [when, method, part] as const),
  );

  it.each(cases)(
    '%s %s is repeated under the same ids, and nothing is forgotten',
    async (when, method, part) => {
      const { assess, deps, events, alerts, clock, attempt, known } = failingWorld();
      failOnce(deps[part], method as never, when);
      for (let run = 0; run < 3; run++) {
        await assess();
        clock.now += 5 * MINUTE;
        attempt(SHOP, 30, 10);
      }
      const ids = (type: string) => new Set(events.filter((one) => one.type === type).map(({ id }) => id));
      expect(ids('posthorn.target.failing').size).toBe(1);
      expect(new Set(events.map(({ data }) => JSON.stringify(data))).size).toBe(1);
      expect(alerts.length).toBeGreaterThan(0);
      expect([...known.values()]).toMatchObject([{ told: true }]);

      failOnce(deps[part], method as never, when);
      clock.now += 31 * MINUTE;
      for (let run = 0; run < 3; run++) {
        attempt(SHOP, 30, 0);
        await assess();
        clock.now += 5 * MINUTE;
      }
      expect(ids('posthorn.target.failing').size).toBe(1);
      expect(ids('posthorn.target.healthy').size).toBe(1);
      expect(known.size).toBe(0);
    },
  );

  it('of a tenant with many keeps no other waiting, and several runs find all that one has no time for', async () => {
    const { assess, add, attempt, events, known, clock } = world();
    const many = Array.from({ length: 200 }, (_, n) => ({ tenant: 'ten_many', target: `tgt_${n}` }));
    const few = Array.from({ length: 12 }, (_, n) => ({ tenant: `ten_${n}`, target: `tgt_few_${n}` }));
    for (const ref of [...many, ...few]) add(ref);
    for (let run = 0; run < 16; run++, clock.now += 5 * MINUTE) {
      for (const ref of many) attempt(ref, 100, 90);
      for (const ref of few) attempt(ref, 30, 10);
      let calls = 0;
      await assess(() => ++calls > 150);
      // Its 13 tenants are read first.
      const ofFew = events.filter(({ tenant }) => tenant !== 'ten_many').length;
      if (run === 0) expect(ofFew).toBe(12);
    }
    expect(known.size).toBe(212);
    for (const ref of many) attempt(ref, 0, 0);
    clock.now += 61 * MINUTE;
    for (let run = 0; run < 12; run++, clock.now += 5 * MINUTE) {
      let calls = 0;
      await assess(() => ++calls > 60);
    }
    expect(known.size).toBe(0);
  });

  it('for lack of time says so, and goes on where the most failures are', async () => {
    const { assess, add, attempt, events, reads } = failingWorld();
    add(OTHER);
    attempt(OTHER, 100, 90);
    let calls = 0;
    // Two tenants, and one target.
    const { warnings } = await assess(() => ++calls > 3);
    expect(events).toMatchObject([{ tenant: 'ten_b' }]);
    expect(warnings).toContainEqual(
      expect.objectContaining({ message: 'targets not all assessed', read: 3, missed: 1 }),
    );
    expect(reads.counters).toBe(1);
    await assess();
    expect(events).toMatchObject([{ tenant: 'ten_b' }, { tenant: 'ten_a' }]);
  });
});
