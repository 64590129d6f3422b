import { describe, expect, it } from 'vitest';
import type { Filter, Subscription } from '../../../lambdas/config/entities.ts';
import { anyRevision } from '../../../lambdas/http/precondition.ts';
import { getBound, ownedAlone, refuseUnbound, removeUnbound } from '../../../lambdas/manage/bindings.ts';
import { freshTimes, targetOf } from '../../builders/entities.ts';
import { beforeNext } from '../../builders/faults.ts';
import { inMemoryManage, TENANT } from '../../builders/manage.ts';

const idOf = (prefix: 'sub' | 'tgt' | 'flt', n: number): string =>
  `${prefix}_01KAK2V5E4V2N9CR0Q6WV7Z1${String(n).padStart(2, '0')}`;
const TARGET = idOf('tgt', 1);
const FILTER = idOf('flt', 1);

const filterOf = (id: string): Filter => ({ id, events: ['*'], active: true, ...freshTimes() });
const subscriptionOf = (n: number, about: Partial<Subscription> = {}): Subscription => ({
  id: idOf('sub', n),
  targetId: TARGET,
  filterId: FILTER,
  active: true,
  ...freshTimes(),
  ...about,
});

/** A target and a filter, and so many subscriptions that bind them. */
function setUp(subscriptions: number) {
  const manage = inMemoryManage();
  manage.stores.targets.put(TENANT, targetOf({ id: TARGET, url: 'https://example.com/hook' }));
  manage.stores.filters.put(TENANT, filterOf(FILTER));
  for (let n = 0; n < subscriptions; n++) manage.stores.subscriptions.put(TENANT, subscriptionOf(n));
  return manage;
}

const KINDS = [
  ['targetId', 'targets', TARGET],
  ['filterId', 'filters', FILTER],
] as const;

describe.each(KINDS)('what is bound as %s', (by, store, id) => {
  it('is removed when nothing binds it, or only what is being deleted', async () => {
    const { deps, stores } = setUp(0);
    stores.subscriptions.put(TENANT, subscriptionOf(1, { deletedAt: freshTimes().createdAt }));
    await removeUnbound(deps, TENANT, by, id, anyRevision);
    expect(stores[store].items.size).toBe(0);
  });

  it.each([
    [1, `used by ${idOf('sub', 0)}; delete or change these first`],
    [10, `${idOf('sub', 9)}; delete or change these first`],
    [11, `${idOf('sub', 9)} and others; delete or change these first`],
  ])('is kept while %i subscriptions bind it, of which at most ten are named', async (count, message) => {
    const { deps, stores } = setUp(count);
    const refused = removeUnbound(deps, TENANT, by, id, anyRevision);
    await expect(refused).rejects.toMatchObject({ status: 409, code: 'in_use' });
    await expect(refused).rejects.toThrow(message);
    expect(stores[store].items.size).toBe(1);
  });

  it('is put back as it was when a subscription binds it meanwhile', async () => {
    const { deps, stores } = setUp(0);
    const before = await stores[store].get(TENANT, id);
    beforeNext(stores[store], 'remove', () => stores.subscriptions.put(TENANT, subscriptionOf(1)));
    const refused = removeUnbound(deps, TENANT, by, id, anyRevision);
    await expect(refused).rejects.toMatchObject({ code: 'in_use' });
    expect(await stores[store].get(TENANT, id)).toEqual(before);
  });

  it('and is removed while a subscription is made takes the subscription back', async () => {
    const { deps, stores } = setUp(1);
    stores[store].items.clear();
    const refused = refuseUnbound(deps, TENANT, subscriptionOf(0));
    await expect(refused).rejects.toMatchObject({ status: 409, message: `${id} has just been deleted` });
    expect(stores.subscriptions.items.size).toBe(0);
  });

  it('is its subscription’s own if it was made with it, and no other binds it', async () => {
    const { deps, stores } = setUp(2);
    const own = subscriptionOf(0);
    expect(await ownedAlone(deps, TENANT, own)).toEqual({});
    const entity = (await stores[store].get(TENANT, id))!;
    stores[store].put(TENANT, { ...entity, owner: own.id } as never);
    expect(await ownedAlone(deps, TENANT, own)).toEqual({});
    await stores.subscriptions.remove(TENANT, idOf('sub', 1), 1);
    expect(await ownedAlone(deps, TENANT, own)).toEqual({ [by]: id });
  });
});

it('subscriptions come with what they bind, in their order, and without those that lack it', async () => {
  const { deps, stores } = setUp(0);
  const all = [subscriptionOf(2), subscriptionOf(1, { filterId: idOf('flt', 2) }), subscriptionOf(0)];
  const bound = await getBound(deps, TENANT, all);
  expect(bound.map(({ subscription }) => subscription.id)).toEqual([idOf('sub', 2), idOf('sub', 0)]);
  expect(bound[0]).toMatchObject({
    target: await stores.targets.get(TENANT, TARGET),
    filter: await stores.filters.get(TENANT, FILTER),
  });
});
