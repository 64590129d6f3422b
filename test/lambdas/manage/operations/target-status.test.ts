import { describe, expect, it } from 'vitest';
import type { StoredHealth } from '../../../../lambdas/endpoint-health/health.ts';
import { currentHealth, forgetTarget, restart } from '../../../../lambdas/manage/operations/target-status.ts';
import { refName } from '../../../../lambdas/values/target-ref.ts';
import { targetOf } from '../../../builders/entities.ts';
import { beforeNext, Fault, failOnce } from '../../../builders/faults.ts';
import { inMemoryManage, NOW, TENANT } from '../../../builders/manage.ts';

const target = targetOf({ url: 'https://example.com/hook' });
const REF = { tenant: TENANT, target: target.id };

const HEALTHY: StoredHealth = { failed: 0, ok: 3, countedSince: NOW - 1000, revision: 4 };
const FAILING = { ...HEALTHY, ok: 0, failed: 9, failingSince: NOW - 5000 };
const OPEN = { ...FAILING, open: { since: NOW - 4000, probes: 2 } };
const DISABLED = { ...OPEN, disabled: { at: NOW - 3000, reason: 'failing' as const } };

function setUp(health: StoredHealth | undefined) {
  const manage = inMemoryManage();
  if (health) manage.health.items.set(refName(REF), health);
  return manage;
}

type Manage = ReturnType<typeof setUp>;
const enable = ({ deps }: Manage): Promise<void> => restart(deps, TENANT, target, 3600, NOW);
const DRAIN = { v: 1, kind: 'call', tenant: TENANT, target: target.id, at: NOW };

describe('a target that its owner enables', () => {
  it.each([
    ['nothing is known', undefined, undefined],
    ['it answers', HEALTHY, HEALTHY],
  ])('is left alone when %s', async (_, before, after) => {
    const manage = setUp(before);
    await enable(manage);
    expect(manage.health.items.get(refName(REF))).toEqual(after);
    expect([manage.sent, manage.events, manage.alerts]).toEqual([[], [], []]);
  });

  it.each([
    ['fails', FAILING, [], 0],
    ['has an open breaker', OPEN, [DRAIN], 0],
    ['was disabled', DISABLED, [DRAIN], 1],
  ])(
    'starts afresh when it %s: held deliveries are drained, and tenant and operator notified if it was disabled',
    async (_, before, sent, news) => {
      const manage = setUp(before);
      await enable(manage);
      const after = manage.health.items.get(refName(REF));
      expect(after).toMatchObject({ failed: 0, ok: 0, revision: before.revision + 1 });
      expect(after).not.toHaveProperty('failingSince');
      expect(after?.open ?? after?.disabled).toBeUndefined();
      expect(manage.sent).toEqual(sent);
      expect([manage.events.length, manage.alerts.length]).toEqual([news, news]);
    },
  );

  it('sends an event that its owner has recovered it, kept as long as its tenant keeps events', async () => {
    const manage = setUp(DISABLED);
    await enable(manage);
    expect(manage.events).toMatchObject([
      {
        tenant: TENANT,
        type: 'posthorn.target.recovered',
        keepSeconds: 3600,
        data: { targetId: target.id, by: 'owner', disabledFor: 'failing' },
      },
    ]);
  });

  it('starts afresh from what dispatch has just written, not from what was read before', async () => {
    const manage = setUp(HEALTHY);
    beforeNext(manage.deps.health, 'changeHealth', () => {
      manage.health.items.set(refName(REF), { ...DISABLED, revision: 5 });
    });
    await enable(manage);
    expect(manage.health.items.get(refName(REF))).toMatchObject({ revision: 6 });
    expect(manage.events).toHaveLength(1);
  });

  it('is enabled although its tenant can not be notified', async () => {
    const manage = setUp(DISABLED);
    failOnce(manage.deps.notifier, 'notifyTenant');
    await enable(manage);
    expect(manage.sent).toEqual([DRAIN]);
    expect(manage.alerts).toHaveLength(1);
  });

  it('is an error when the drain can not be sent, which stays in the schedule for release', async () => {
    const manage = setUp(OPEN);
    failOnce(manage.deps, 'sendToSlowLane');
    await expect(enable(manage)).rejects.toThrow(Fault);
    expect(manage.holdQueue.drains.get(refName(REF))).toEqual({ at: NOW });
  });
});

describe('a drain', () => {
  it.each([
    ['is brought forward when it was for later', { at: NOW + 1000 }, [DRAIN]],
    ['is left alone when it is due', { at: NOW - 1000 }, []],
    ['is left alone when it holds the lease', { at: NOW + 90_000, isBusy: true }, []],
  ])('%s', async (_, drain, sent) => {
    const manage = setUp(OPEN);
    manage.holdQueue.drains.set(refName(REF), drain);
    await enable(manage);
    expect(manage.sent).toEqual(sent);
    expect(manage.holdQueue.drains.get(refName(REF))).toEqual(sent.length > 0 ? { at: NOW } : drain);
  });
});

it('health is read once for each target, and found by its id', async () => {
  const manage = setUp(OPEN);
  const healthOf = await currentHealth(manage.deps, TENANT, [target.id, target.id, 'tgt_unknown']);
  expect(healthOf(target.id)).toEqual(OPEN);
  expect(healthOf('tgt_unknown')).toBeUndefined();
});

it('a target that is gone leaves neither health nor rate slots, and does not count as failing', async () => {
  const manage = setUp(OPEN);
  manage.slots.add(refName(REF));
  manage.failing.set(refName(REF), {
    since: NOW,
    foundAt: NOW,
    attempts: 20,
    failedAttempts: 5,
    failures: [],
    forTenant: true,
  });
  await forgetTarget(manage.deps, REF);
  expect([manage.health.items.size, manage.slots.size, manage.failing.size]).toEqual([0, 0, 0]);
});
