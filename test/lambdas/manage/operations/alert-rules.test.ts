import { describe, expect, it } from 'vitest';
import { newAlertRule } from '../../../../lambdas/api/alert-rules.ts';
import { anyRevision } from '../../../../lambdas/http/precondition.ts';
import { removeUnbound } from '../../../../lambdas/manage/bindings.ts';
import {
  createAlertRule,
  deleteAlertRule,
  getAlertRule,
  listAlertRules,
  patchAlertRule,
  putAlertRule,
} from '../../../../lambdas/manage/operations/alert-rules.ts';
import {
  deleteSubscription,
  pauseSubscription,
} from '../../../../lambdas/manage/operations/subscriptions.ts';
import { ulidOf } from '../../../../lambdas/values/ids.ts';
import { freshTimes, targetOf } from '../../../builders/entities.ts';
import { beforeNext, failOnce } from '../../../builders/faults.ts';
import { callOf, inMemoryManage, NOW, TENANT } from '../../../builders/manage.ts';

const A = 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QA';
const B = 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QB';
const deaths = { metric: 'deadLetters' };

/** A tenant with two targets. */
function setUp({ hasContact = true, canMail = true, limits = {} } = {}) {
  const manage = inMemoryManage({ limits });
  for (const id of [A, B])
    manage.stores.targets.put(TENANT, targetOf({ id, url: 'https://example.com/hook' }));
  const tenants = { readTenant: async () => (hasContact ? { contact: 'ops@example.com' } : {}) };
  const environment = { ...manage.deps.environment, canMail };
  const deps = { ...manage.deps, tenants, environment } as unknown as typeof manage.deps;
  const create = (body: object) =>
    createAlertRule(deps, callOf({ body: newAlertRule.parse({ name: 'a rule', ...body }) }));
  return { ...manage, deps, create };
}

const boundTo = (id: string) => ({
  subscription: `sub_${ulidOf('alr', id)}`,
  filter: `flt_${ulidOf('alr', id)}`,
});

describe('an alert rule (A24)', () => {
  it.each([
    [
      { metric: 'successRate', below: 0.95 },
      { minutes: 15, minimum: 20 },
    ],
    [
      { metric: 'timeToDelivery', aboveMs: 5000 },
      { statistic: 'p95', minutes: 15, minimum: 20 },
    ],
    [{ metric: 'deadLetters' }, { atLeast: 1, minutes: 60 }],
    [{ metric: 'silence', hours: 6 }, {}],
  ])('has the rest of its condition by default: %j', async (when, rest) => {
    const { create, watched } = setUp();
    const { body, status } = await create({ when });
    expect([status, body!.when]).toEqual([201, { ...when, ...rest }]);
    expect(body).toMatchObject({ active: true, state: 'unknown', notify: { mail: false } });
    expect([...watched]).toEqual([body!.id]);
  });

  it('that is switched off is not watched', async () => {
    const { create, watched } = setUp();
    await create({ when: deaths, active: false });
    expect(watched.size).toBe(0);
  });

  it.each<[string, object, Parameters<typeof setUp>[0], string]>([
    ['a target that there is not', { targetId: A.replace(/A$/, 'C') }, {}, 'targetId'],
    [
      'a target to tell that there is not',
      { notify: { targetId: A.replace(/A$/, 'C') } },
      {},
      'notify.targetId',
    ],
    ['mail without a sender', { notify: { mail: true } }, { canMail: false }, 'notify.mail'],
    ['mail without a contact', { notify: { mail: true } }, { hasContact: false }, 'notify.mail'],
  ])('is refused with %s', async (_, more, about, field) => {
    const { create, stores, watched } = setUp(about);
    await expect(create({ when: deaths, ...more })).rejects.toMatchObject({
      status: 422,
      field,
    });
    expect([stores.alertRules.items.size, watched.size]).toEqual([0, 0]);
  });

  it('is about no silence of Posthorn’s own events, which would end by the news of it', () => {
    const when = { metric: 'silence', hours: 1, eventType: 'posthorn.alert.raised' };
    const { error } = newAlertRule.safeParse({ name: 'a rule', when });
    expect(error?.issues).toMatchObject([
      {
        path: ['when', 'eventType'],
        message: 'expected a type that does not begin with posthorn., as Posthorn’s own do',
      },
    ]);
  });

  it('is refused beyond the limit', async () => {
    const { create } = setUp({ limits: { alertRules: 1 } });
    await create({ when: deaths });
    await expect(create({ when: deaths })).rejects.toMatchObject({ code: 'limit_reached' });
  });

  it('shows what was judged of it as it is, and nothing of what it was', async () => {
    const { create, deps, judged } = setUp();
    const { id } = (await create({ when: deaths })).body!;
    const { startedAt } = (await deps.alertRules.find(TENANT, id))!;
    const ringing = {
      startedAt,
      state: 'ringing',
      since: NOW,
      value: 3,
      checkedAt: NOW,
      calm: 0,
      revision: 1,
    } as const;
    judged.set(id, ringing);
    const shown = async () => (await getAlertRule(deps, callOf({ id }))).body;
    expect(await shown()).toMatchObject({ state: 'ringing', since: '2026-11-21T12:00:00.000Z', value: 3 });
    judged.set(id, { ...ringing, startedAt: 'before' });
    expect(await shown()).toMatchObject({ state: 'unknown' });
    expect(await shown()).not.toHaveProperty('value');
  });
});

describe('a rule that is changed', () => {
  const later = { now: NOW + 60_000, at: '2026-11-21T12:01:00.000Z' };
  const laterCall = (about: Parameters<typeof callOf>[0]) => {
    const call = callOf(about);
    return { ...call, make: { ...call.make, ...later } };
  };

  it.each<[object, boolean]>([
    [{ name: 'another' }, false],
    [{ notify: { mail: true } }, false],
    [{ metadata: { a: 'b' } }, false],
    [{ when: { atLeast: 1 } }, false],
    [{ when: { atLeast: 2 } }, true],
    [{ targetId: B }, true],
    [{ targetId: null }, true],
    [{ active: false }, true],
    [{ when: { metric: 'silence', hours: 3 } }, true],
  ])('by %j begins anew: %j', async (patch, isAnew) => {
    const { create, deps } = setUp();
    const { id } = (await create({ when: deaths, targetId: A })).body!;
    await patchAlertRule(deps, laterCall({ id, body: patch }));
    const { startedAt } = (await deps.alertRules.find(TENANT, id))!;
    expect(startedAt === later.at).toBe(isAnew);
  });

  it('to another metric has nothing of the condition before', async () => {
    const { create, deps } = setUp();
    const { id } = (await create({ when: { ...deaths, atLeast: 9 } })).body!;
    const patch = { when: { metric: 'successRate', below: 0.5 } };
    expect((await patchAlertRule(deps, callOf({ id, body: patch }))).body!.when).toEqual({
      metric: 'successRate',
      below: 0.5,
      minutes: 15,
      minimum: 20,
    });
  });

  it('and replaced has the defaults where it says nothing', async () => {
    const { create, deps } = setUp();
    const { id } = (await create({ when: deaths, targetId: A, notify: { targetId: B } })).body!;
    const body = newAlertRule.parse({ name: 'plain', when: { metric: 'silence', hours: 2 } });
    const { id: _, ...view } = (await putAlertRule(deps, callOf({ id, body }))).body!;
    expect(view).toMatchObject({
      name: 'plain',
      when: { metric: 'silence', hours: 2 },
      notify: { mail: false },
    });
    expect(view).not.toHaveProperty('targetId');
  });

  it('is watched again when it is switched on', async () => {
    const { create, deps, watched } = setUp();
    const { id } = (await create({ when: deaths, active: false })).body!;
    await patchAlertRule(deps, callOf({ id, body: { active: true } }));
    expect(watched.has(id)).toBe(true);
  });
});

describe('the target that a rule tells (A24)', () => {
  it('gets its events by a subscription and a filter that come, change and go with the rule', async () => {
    const { create, deps, stores, former } = setUp();
    const { id } = (await create({ when: deaths, notify: { targetId: A } })).body!;
    const { subscription, filter } = boundTo(id);
    const bound = () => deps.subscriptions.find(TENANT, subscription);
    expect(await bound()).toMatchObject({ targetId: A, filterId: filter, owner: id, name: 'a rule' });
    expect(await deps.filters.find(TENANT, filter)).toMatchObject({
      events: ['posthorn.alert.raised', 'posthorn.alert.resolved'],
      where: { data: { ruleId: [id] } },
    });
    await patchAlertRule(deps, callOf({ id, body: { name: 'renamed', notify: { targetId: B } } }));
    expect(await bound()).toMatchObject({ targetId: B, name: 'renamed' });
    expect([...former]).toEqual([`${A} ${subscription}`]);
    await patchAlertRule(deps, callOf({ id, body: { notify: { targetId: null } } }));
    expect([stores.subscriptions.items.size, stores.filters.items.size]).toEqual([0, 0]);
    await patchAlertRule(deps, callOf({ id, body: { notify: { targetId: A } } }));
    expect(await bound()).toMatchObject({ targetId: A });
    await deleteAlertRule(deps, callOf({ id }));
    const { subscriptions, filters, alertRules } = stores;
    expect([subscriptions, filters, alertRules].map(({ items }) => items.size)).toEqual([0, 0, 0]);
  });

  it('that can’t be bound is refused before anything is changed', async () => {
    const { create, deps, stores } = setUp({ limits: { subscriptions: 0 } });
    const refused = { code: 'limit_reached' };
    await expect(create({ when: deaths, notify: { targetId: A } })).rejects.toMatchObject(refused);
    expect([stores.alertRules.items.size, stores.filters.items.size]).toEqual([0, 0]);
    const { id } = (await create({ when: deaths })).body!;
    const patch = callOf({ id, body: { notify: { targetId: A } } });
    await expect(patchAlertRule(deps, patch)).rejects.toMatchObject(refused);
    expect((await getAlertRule(deps, callOf({ id }))).body!.notify).toEqual({ mail: false });
  });

  it.each<
    [string, (id: string, deps: ReturnType<typeof setUp>['deps']) => Promise<unknown>, string | undefined]
  >([
    ['changed', (id, deps) => patchAlertRule(deps, callOf({ id, body: { notify: { targetId: B } } })), B],
    [
      'told to tell none',
      (id, deps) => patchAlertRule(deps, callOf({ id, body: { notify: { targetId: null } } })),
      undefined,
    ],
    ['deleted', (id, deps) => deleteAlertRule(deps, callOf({ id })), undefined],
  ])('is what the rule says, also where it is %s while another change binds', async (_, meanwhile, told) => {
    for (const method of ['get', 'add', 'replace'] as const) {
      const { create, deps, stores } = setUp();
      const { id } = (await create({ when: deaths })).body!;
      const { subscription, filter } = boundTo(id);
      beforeNext(stores.subscriptions, method, () => meanwhile(id, deps));
      await patchAlertRule(deps, callOf({ id, body: { notify: { targetId: A } } })).catch(() => {});
      if (method === 'replace')
        await patchAlertRule(deps, callOf({ id, body: { name: 'new' } })).catch(() => {});
      expect((await deps.alertRules.find(TENANT, id))?.notify.targetId).toBe(told);
      expect((await deps.subscriptions.find(TENANT, subscription))?.targetId).toBe(told);
      expect((await deps.filters.find(TENANT, filter))?.id).toBe(told && filter);
    }
  });

  it('that was bound by half leaves nothing when the rule goes, but a filter that others bind', async () => {
    for (const isBound of [false, true]) {
      const { create, deps, stores } = setUp();
      const { id } = (await create({ when: deaths })).body!;
      failOnce(stores.subscriptions, 'add');
      const patch = callOf({ id, body: { notify: { targetId: A } } });
      await expect(patchAlertRule(deps, patch)).rejects.toThrow();
      const { filter, subscription } = boundTo(id);
      const other = `${subscription.slice(0, -1)}${subscription.endsWith('0') ? '1' : '0'}`;
      const one = { id: other, name: 'x', active: true, targetId: B, filterId: filter, ...freshTimes() };
      if (isBound) stores.subscriptions.put(TENANT, one);
      await deleteAlertRule(deps, callOf({ id }));
      expect((await deps.filters.find(TENANT, filter))?.id).toBe(isBound ? filter : undefined);
    }
  });

  it('stays where a change has put it when the request that made the rule is repeated', async () => {
    const { deps, stores } = setUp();
    const body = newAlertRule.parse({ name: 'a rule', when: deaths, notify: { targetId: A } });
    const first = callOf({ body });
    const { id } = (await createAlertRule(deps, first)).body!;
    await patchAlertRule(deps, callOf({ id, body: { notify: { targetId: B } } }));
    const again = { ...first, make: { ...first.make, id: () => id } };
    expect((await createAlertRule(deps, again)).body!.notify).toMatchObject({ targetId: B });
    expect(await deps.subscriptions.find(TENANT, boundTo(id).subscription)).toMatchObject({ targetId: B });
    expect(stores.alertRules.items.size).toBe(1);
  });

  it('keeps the subscription until the rule goes, which can be paused all the same', async () => {
    const { create, deps } = setUp();
    const { id } = (await create({ when: deaths, notify: { targetId: A } })).body!;
    const { subscription } = boundTo(id);
    await expect(deleteSubscription(deps, callOf({ id: subscription }))).rejects.toMatchObject({
      status: 409,
      message: `it belongs to ${id}; change it there`,
    });
    await pauseSubscription(deps, callOf({ id: subscription }));
    expect(await deps.subscriptions.find(TENANT, subscription)).toMatchObject({ active: false });
  });

  it('can’t be deleted, nor can one that a rule is about, and the refusal names the rule', async () => {
    const { create, deps } = setUp();
    const told = (await create({ when: deaths, notify: { targetId: A } })).body!.id;
    const about = (await create({ when: deaths, targetId: B })).body!.id;
    for (const [target, rule] of [
      [A, told],
      [B, about],
    ] as const) {
      await expect(removeUnbound(deps, TENANT, 'targetId', target, anyRevision)).rejects.toMatchObject({
        code: 'in_use',
        message: `used by ${rule}; delete or change these first`,
      });
      await deleteAlertRule(deps, callOf({ id: rule }));
      await removeUnbound(deps, TENANT, 'targetId', target, anyRevision);
    }
  });

  it('that is deleted while a rule about it is made takes the rule back', async () => {
    const { create, stores, watched } = setUp();
    beforeNext(stores.alertRules, 'add', () => stores.targets.items.clear());
    await expect(create({ when: deaths, targetId: A })).rejects.toMatchObject({
      status: 409,
      message: `${A} has just been deleted`,
    });
    expect([stores.alertRules.items.size, watched.size]).toEqual([0, 0]);
  });

  it('and a deletion that breaks off can be repeated, and hides the rule at once', async () => {
    const { create, deps, stores, watched } = setUp();
    const { id } = (await create({ when: deaths, notify: { targetId: A } })).body!;
    failOnce(stores.subscriptions, 'remove');
    await expect(deleteAlertRule(deps, callOf({ id }))).rejects.toThrow();
    await expect(getAlertRule(deps, callOf({ id }))).rejects.toMatchObject({ status: 404 });
    await deleteAlertRule(deps, callOf({ id }));
    const { subscriptions, filters, alertRules } = stores;
    expect([subscriptions, filters, alertRules].map(({ items }) => items.size)).toEqual([0, 0, 0]);
    expect(watched.size).toBe(0);
  });
});

describe('a list of rules', () => {
  it('has those about a target, and pages', async () => {
    const { create, deps } = setUp();
    const ids: string[] = [];
    for (const targetId of [A, undefined, B, A])
      ids.push((await create({ when: deaths, targetId })).body!.id);
    const list = async (query: object, about: object = {}) => {
      const { body } = await listAlertRules(deps, callOf({ query, ...about }) as never);
      return { ids: body!.items.map(({ id }) => ids.indexOf(id)), next: body!.next };
    };
    // Rules that are made in the same millisecond have no order of their own.
    const sorted = ids.toSorted();
    expect((await list({})).ids.toSorted()).toEqual([0, 1, 2, 3]);
    expect((await list({ targetId: A })).ids.toSorted()).toEqual([0, 3]);
    const first = await list({ limit: 3, order: 'oldest' });
    expect(first.next).toBe(ulidOf('alr', sorted[2]!));
    const rest = await list({ limit: 3, order: 'oldest', cursor: first.next });
    expect([...first.ids, ...rest.ids].map((i) => ids[i])).toEqual(sorted);
    const caller = { ...callOf().caller, targets: [B] };
    expect((await list({}, { caller })).ids).toEqual([2]);
  });

  it('shows a caller that is limited to targets no other target', async () => {
    const { create, deps } = setUp();
    const { id } = (await create({ when: deaths, targetId: A, notify: { targetId: B } })).body!;
    const caller = { ...callOf().caller, targets: [A] };
    expect((await getAlertRule(deps, callOf({ id, caller }))).body!.notify).toEqual({ mail: false });
  });
});
