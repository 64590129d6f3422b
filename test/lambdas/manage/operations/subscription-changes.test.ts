import { beforeEach, describe, expect, it } from 'vitest';
import type { Precondition } from '../../../../lambdas/http/precondition.ts';
import { createFilter } from '../../../../lambdas/manage/operations/filters.ts';
import {
  patchSubscription,
  putSubscription,
} from '../../../../lambdas/manage/operations/subscription-changes.ts';
import {
  createSubscription,
  deleteSubscription,
} from '../../../../lambdas/manage/operations/subscriptions.ts';
import { createTarget } from '../../../../lambdas/manage/operations/targets.ts';
import { refName } from '../../../../lambdas/values/target-ref.ts';
import { beforeNext, Fault, failOnce } from '../../../builders/faults.ts';
import { callOf, inMemoryManage, NOW, TENANT } from '../../../builders/manage.ts';

type Manage = ReturnType<typeof inMemoryManage>;

const FLAT = { url: 'https://example.com/one', events: ['order.*'] };
const isRevision =
  (revision: string): Precondition =>
  (now) =>
    now === revision;

/** A subscription with a target and filter of its own, and what its change may bind instead. */
async function setUp(about: Parameters<typeof inMemoryManage>[0] = {}) {
  const manage = inMemoryManage(about);
  const { body } = await createSubscription(manage.deps, callOf({ body: FLAT }));
  const { id, targetId, filterId } = body!;
  const own = { id, targetId, filterId };
  const target = await createTarget(manage.deps, callOf({ body: { url: 'https://example.com/shared' } }));
  const filter = await createFilter(manage.deps, callOf({ body: { events: ['user.*'] } }));
  manage.versions.raised = 0;
  return { manage, own, sharedTarget: target.body!.id, sharedFilter: filter.body!.id };
}

const idsIn = (store: Manage['stores']['targets'] | Manage['stores']['filters']): string[] =>
  [...store.items.values()].map(({ id }) => id).sort();
const bound = async ({ stores }: Manage, id: string) => {
  const { targetId, filterId } = (await stores.subscriptions.get(TENANT, id))!;
  return { targetId, filterId };
};

describe('what a subscription was made with', () => {
  it('is edited in its place, and the version is raised', async () => {
    const { manage, own } = await setUp();
    const body = { url: 'https://example.com/two', events: ['invoice.*'], timeoutSeconds: 5 };
    const answer = await putSubscription(manage.deps, callOf({ id: own.id, body }));
    expect(answer.body).toMatchObject({ ...own, url: body.url, events: body.events });
    expect(answer.body).not.toHaveProperty('secret');
    expect(answer.revision).toBe('2.2.2');
    expect(await manage.stores.targets.get(TENANT, own.targetId)).toMatchObject({
      url: body.url,
      timeoutMs: 5000,
      owner: own.id,
    });
    expect(manage.versions.raised).toBeGreaterThanOrEqual(2);
  });

  it('goes, with what is known of it, when a shared one takes its place', async () => {
    const { manage, own, sharedTarget, sharedFilter } = await setUp();
    const ref = { tenant: TENANT, target: own.targetId };
    manage.health.items.set(refName(ref), { failed: 1, ok: 0, countedSince: NOW, revision: 1 });
    manage.slots.add(refName(ref));
    const body = { targetId: sharedTarget, filterId: sharedFilter };
    await putSubscription(manage.deps, callOf({ id: own.id, body }));
    expect(await bound(manage, own.id)).toEqual(body);
    expect(idsIn(manage.stores.targets)).toEqual([sharedTarget]);
    expect(idsIn(manage.stores.filters)).toEqual([sharedFilter]);
    expect([manage.health.items.size, manage.slots.size]).toEqual([0, 0]);
    // Its deliveries to the old target are found there.
    expect([...manage.former]).toEqual([`${own.targetId} ${own.id}`]);
  });

  it('stays when another subscription binds it by then', async () => {
    const { manage, own, sharedTarget } = await setUp();
    const body = { targetId: own.targetId, filter: { events: ['*'] } };
    await createSubscription(manage.deps, callOf({ body }));
    await patchSubscription(manage.deps, callOf({ id: own.id, body: { targetId: sharedTarget } }));
    expect(idsIn(manage.stores.targets)).toEqual([own.targetId, sharedTarget].sort());
  });

  it('is not changed through the subscription while another binds it', async () => {
    const { manage, own } = await setUp();
    await createSubscription(
      manage.deps,
      callOf({ body: { targetId: own.targetId, filter: { events: ['*'] } } }),
    );
    const patch = patchSubscription(manage.deps, callOf({ id: own.id, body: { timeoutSeconds: 3 } }));
    await expect(patch).rejects.toMatchObject({ status: 409, code: 'conflict', field: 'timeoutSeconds' });
    const before = await manage.stores.targets.get(TENANT, own.targetId);
    await putSubscription(manage.deps, callOf({ id: own.id, body: FLAT }));
    const { targetId } = await bound(manage, own.id);
    expect(targetId).not.toBe(own.targetId);
    expect(await manage.stores.targets.get(TENANT, own.targetId)).toEqual(before);
    expect(await manage.stores.targets.get(TENANT, targetId)).toMatchObject({ owner: own.id });
  });
});

describe('a new target and filter', () => {
  it('are made where a shared one was bound, which stays; a new secret is shown', async () => {
    const { manage, own, sharedTarget, sharedFilter } = await setUp();
    const shared = { targetId: sharedTarget, filterId: sharedFilter };
    await putSubscription(manage.deps, callOf({ id: own.id, body: shared }));
    const answer = await putSubscription(manage.deps, callOf({ id: own.id, body: FLAT }));
    expect(answer.body).toMatchObject({ url: FLAT.url, secret: expect.stringMatching(/^whsec_/) });
    expect(manage.stores.targets.items.size).toBe(2);
    expect(manage.stores.filters.items.size).toBe(2);
  });

  it('are taken back when a limit refuses one of them, and the subscription stays as it was', async () => {
    const { manage, own, sharedTarget, sharedFilter } = await setUp({ limits: { filters: 2 } });
    await putSubscription(
      manage.deps,
      callOf({ id: own.id, body: { targetId: sharedTarget, filterId: sharedFilter } }),
    );
    await createFilter(manage.deps, callOf({ body: { events: ['third'] } }));
    const before = await manage.stores.subscriptions.get(TENANT, own.id);
    const refused = putSubscription(manage.deps, callOf({ id: own.id, body: FLAT }));
    await expect(refused).rejects.toMatchObject({ status: 409, code: 'limit_reached' });
    expect(await manage.stores.subscriptions.get(TENANT, own.id)).toEqual(before);
    expect(idsIn(manage.stores.targets)).toEqual([sharedTarget]);
  });

  it('are there whenever the subscription binds them, also when the answer to its write is lost', async () => {
    const { manage, own, sharedTarget, sharedFilter } = await setUp();
    const shared = { targetId: sharedTarget, filterId: sharedFilter };
    await putSubscription(manage.deps, callOf({ id: own.id, body: shared }));
    failOnce(manage.stores.subscriptions, 'replace', 'after');
    await expect(putSubscription(manage.deps, callOf({ id: own.id, body: FLAT }))).rejects.toThrow(Fault);
    const { targetId, filterId } = await bound(manage, own.id);
    expect(targetId).not.toBe(sharedTarget);
    expect(await manage.stores.targets.get(TENANT, targetId)).toBeDefined();
    expect(await manage.stores.filters.get(TENANT, filterId)).toBeDefined();
  });
});

describe('changes at once', () => {
  let { manage, own }: Awaited<ReturnType<typeof setUp>> = {} as never;
  beforeEach(async () => {
    ({ manage, own } = await setUp());
  });

  /** Another request's change, which comes just before a store is written. */
  const otherComesBefore = (store: 'subscriptions' | 'targets' | 'filters', body: object): void =>
    beforeNext(manage.stores[store], 'replace', () =>
      patchSubscription(manage.deps, callOf({ id: own.id, body })),
    );

  it.each([
    ['subscriptions', { description: 'theirs' }, { name: 'ours' }],
    ['targets', { timeoutSeconds: 7 }, { url: 'https://example.com/ours' }],
    ['filters', { where: { region: ['eu'] } }, { events: ['ours'] }],
  ] as const)('to %s are both kept', async (store, theirs, ours) => {
    otherComesBefore(store, theirs);
    const answer = await patchSubscription(manage.deps, callOf({ id: own.id, body: ours }));
    expect(answer.body).toMatchObject({ ...theirs, ...ours });
  });

  it.each([
    ['subscriptions', { description: 'theirs' }, { name: 'ours' }],
    ['targets', { timeoutSeconds: 7 }, { url: 'https://example.com/ours' }],
    ['filters', { where: { region: ['eu'] } }, { events: ['ours'] }],
  ] as const)('to %s: one whose If-Match names the state before is refused', async (store, theirs, ours) => {
    otherComesBefore(store, theirs);
    const ifMatch = isRevision('1.1.1');
    const refused = patchSubscription(manage.deps, callOf({ id: own.id, body: ours, ifMatch }));
    await expect(refused).rejects.toMatchObject({ status: 412, field: 'If-Match' });
  });

  it('of what it binds are seen by If-Match before anything is written', async () => {
    await patchSubscription(manage.deps, callOf({ id: own.id, body: { timeoutSeconds: 7 } }));
    const before = new Map(manage.stores.subscriptions.items);
    const ifMatch = isRevision('1.1.1');
    const refused = patchSubscription(manage.deps, callOf({ id: own.id, body: { name: 'ours' }, ifMatch }));
    await expect(refused).rejects.toMatchObject({ status: 412 });
    expect(manage.stores.subscriptions.items).toEqual(before);
  });
});

it('what can not be written is refused before anything is', async () => {
  const { manage, own } = await setUp();
  const before = [...manage.stores.subscriptions.items, ...manage.stores.filters.items];
  const body = { name: 'ours', events: ['ours'], url: 'http://example.com/plain' };
  const refused = patchSubscription(manage.deps, callOf({ id: own.id, body }));
  await expect(refused).rejects.toMatchObject({ status: 422, field: 'url' });
  expect([...manage.stores.subscriptions.items, ...manage.stores.filters.items]).toEqual(before);
});

describe('a challenge', () => {
  it('is sent once for an address that is new, and not again once it was answered', async () => {
    const { manage, own } = await setUp();
    const body = { challengeRequired: true, url: 'https://example.com/asked' };
    await patchSubscription(manage.deps, callOf({ id: own.id, body }));
    const { challenge } = (await manage.stores.targets.get(TENANT, own.targetId))!;
    const message = { kind: 'challenge', tenant: TENANT, target: own.targetId, token: challenge!.token };
    expect(manage.sent).toMatchObject([message]);
    const ref = { tenant: TENANT, target: own.targetId };
    manage.challenges.set(refName(ref), { token: challenge!.token, passed: true, at: NOW });
    await patchSubscription(manage.deps, callOf({ id: own.id, body: { timeoutSeconds: 9 } }));
    expect(manage.sent).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it.each([
    ['taking the subscription out of use', 'subscriptions', 'replace', 'before'],
    ['deleting what it was made with', 'owned', 'deleteOwned', 'before'],
    ['the answer to that', 'owned', 'deleteOwned', 'after'],
    ['forgetting the health of its target', 'health', 'forgetHealth', 'before'],
    ['removing the subscription', 'subscriptions', 'remove', 'before'],
  ] as const)('that broke off at %s is done by the next', async (_, part, method, when) => {
    const { manage, own, sharedTarget, sharedFilter } = await setUp();
    const store = { ...manage.stores, owned: manage.deps.owned, health: manage.deps.health }[part];
    failOnce(store, method as never, when);
    await expect(deleteSubscription(manage.deps, callOf({ id: own.id }))).rejects.toThrow(Fault);
    expect(await deleteSubscription(manage.deps, callOf({ id: own.id }))).toEqual({ status: 204 });
    expect(manage.stores.subscriptions.items.size).toBe(0);
    expect(manage.addresses.size).toBe(0);
    expect(idsIn(manage.stores.targets)).toEqual([sharedTarget]);
    expect(idsIn(manage.stores.filters)).toEqual([sharedFilter]);
    await expect(deleteSubscription(manage.deps, callOf({ id: own.id }))).rejects.toMatchObject({
      status: 404,
    });
  });
});
