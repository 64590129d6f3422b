import { describe, expect, it } from 'vitest';
import type { EventType, Subscription } from '../../../lambdas/config/entities.ts';
import { anyRevision } from '../../../lambdas/http/precondition.ts';
import { configured } from '../../../lambdas/manage/entity-service.ts';
import { DEFAULT_LIMITS } from '../../../lambdas/tenants/tenant-defaults.ts';
import { inMemoryEntities } from '../../builders/entity-store.ts';
import { beforeNext, Fault, failOnce } from '../../builders/faults.ts';

const TENANT = 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QA';
const OTHER = 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QB';
const AT = '2026-11-21T12:00:00.000Z';
const LATER = '2026-11-21T13:00:00.000Z';
const idOf = (n: number): string => `sub_01KAK2V5E4V2N9CR0Q6WV7Z1Q${n}`;
const ID = idOf(0);

const subscription = (id = ID): Subscription => ({
  id,
  targetId: 'tgt_1',
  filterId: 'flt_1',
  active: true,
  createdAt: AT,
  updatedAt: AT,
  revision: 1,
});

/** Subscriptions, whose writes raise the version. */
function setUp() {
  const store = inMemoryEntities<Subscription>();
  const versions = { raised: 0, raise: async (): Promise<void> => void versions.raised++ };
  const subscriptions = configured('subscription', {
    store,
    limitsOf: async () => ({ ...DEFAULT_LIMITS, subscriptions: 2 }),
    raiseVersion: () => versions.raise(),
  });
  return { store, versions, subscriptions };
}

const at =
  (revision: number) =>
  (now: unknown): boolean =>
    now === revision;
const pause = (current: Subscription): Subscription => ({ ...current, active: false });

describe('an entity', () => {
  it('is found by its tenant alone, and only until its deletion has begun', async () => {
    const { store, subscriptions } = setUp();
    store.put(TENANT, subscription());
    expect(await subscriptions.find(TENANT, ID)).toEqual(subscription());
    await expect(subscriptions.existing(OTHER, ID)).rejects.toMatchObject({ status: 404 });
    store.put(TENANT, { ...subscription(), deletedAt: AT });
    expect(await subscriptions.find(TENANT, ID)).toBeUndefined();
    expect(await subscriptions.findMany(TENANT, [ID])).toEqual([]);
    await expect(subscriptions.existing(TENANT, ID)).rejects.toMatchObject({ status: 404 });
  });

  it.each(['', 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX', 'x'.repeat(3000)])(
    'is not looked for by what is no id: %.40s',
    async (id) => {
      const { store, subscriptions } = setUp();
      failOnce(store, 'get');
      expect(await subscriptions.find(TENANT, id)).toBeUndefined();
    },
  );

  it('is listed by pages that are full but for the last, without those that are gone', async () => {
    const { store, subscriptions } = setUp();
    for (let n = 0; n < 6; n++) store.put(TENANT, subscription(idOf(n)));
    store.put(TENANT, { ...subscription(idOf(1)), deletedAt: AT });
    store.put(OTHER, subscription(idOf(7)));
    const ids = async (after?: string) =>
      (await subscriptions.list(TENANT, { limit: 2, after })).map(({ id }) => id);
    expect(await ids()).toEqual([idOf(0), idOf(2)]);
    expect(await ids(idOf(2))).toEqual([idOf(3), idOf(4)]);
    expect(await ids(idOf(4))).toEqual([idOf(5)]);
  });
});

describe('a limit', () => {
  it('refuses one more, but not one that an earlier try has made', async () => {
    const { store, subscriptions } = setUp();
    store.put(TENANT, subscription(idOf(1)));
    await subscriptions.refuseBeyondLimit(TENANT, idOf(2));
    store.put(TENANT, subscription(idOf(2)));
    await subscriptions.refuseBeyondLimit(TENANT, idOf(2));
    await expect(subscriptions.refuseBeyondLimit(TENANT, idOf(3))).rejects.toMatchObject({
      status: 409,
      code: 'limit_reached',
      message: 'expected at most 2 subscriptions for this tenant',
    });
    await subscriptions.refuseBeyondLimit(OTHER, idOf(3));
  });
});

describe('a creation that is repeated', () => {
  it('answers with what is there, as it was changed since, and raises the version again', async () => {
    const { store, subscriptions, versions } = setUp();
    failOnce(versions, 'raise');
    await expect(subscriptions.add(TENANT, subscription())).rejects.toThrow(Fault);
    expect(versions.raised).toBe(0);
    store.put(TENANT, { ...subscription(), name: 'changed', revision: 2 });
    expect(await subscriptions.add(TENANT, subscription())).toMatchObject({ name: 'changed', revision: 2 });
    expect(versions.raised).toBe(1);
  });

  it('is no creation any more when what it made was deleted', async () => {
    const { store, subscriptions } = setUp();
    store.put(TENANT, { ...subscription(), deletedAt: AT });
    await expect(subscriptions.add(TENANT, subscription())).rejects.toMatchObject({ status: 404 });
  });
});

describe('a change', () => {
  it('is written once, as the next revision', async () => {
    const { store, subscriptions, versions } = setUp();
    store.put(TENANT, subscription());
    const next = await subscriptions.change(TENANT, ID, at(1), LATER, pause);
    expect(next).toEqual({ ...subscription(), active: false, updatedAt: LATER, revision: 2 });
    expect(await store.get(TENANT, ID)).toEqual(next);
    expect(versions.raised).toBe(1);
  });

  it('is made again on top of another that came between, unless it was meant for the state before', async () => {
    const { store, subscriptions, versions } = setUp();
    store.put(TENANT, subscription());
    const rename = () => store.put(TENANT, { ...subscription(), name: 'theirs', revision: 2 });
    beforeNext(store, 'replace', rename);
    expect(await subscriptions.change(TENANT, ID, anyRevision, LATER, pause)).toMatchObject({
      name: 'theirs',
      active: false,
      revision: 3,
    });
    store.put(TENANT, subscription());
    beforeNext(store, 'replace', rename);
    const refused = subscriptions.change(TENANT, ID, at(1), LATER, pause);
    await expect(refused).rejects.toMatchObject({ status: 412, field: 'If-Match' });
    expect(await store.get(TENANT, ID)).toMatchObject({ active: true, revision: 2 });
    expect(versions.raised).toBe(2);
  });

  it('gives up after five others', async () => {
    const { store, subscriptions } = setUp();
    store.put(TENANT, subscription());
    let reads = 0;
    const again = subscriptions.change(TENANT, ID, anyRevision, LATER, (current) => {
      reads++;
      store.put(TENANT, { ...current, revision: current.revision + 1 });
      return current;
    });
    await expect(again).rejects.toMatchObject({ status: 409, code: 'conflict' });
    expect(reads).toBe(5);
  });

  it('whose version was not raised is refused when it is repeated with its If-Match, and the version raised', async () => {
    const { store, subscriptions, versions } = setUp();
    store.put(TENANT, subscription());
    failOnce(versions, 'raise');
    await expect(subscriptions.change(TENANT, ID, at(1), LATER, pause)).rejects.toThrow(Fault);
    expect(await store.get(TENANT, ID)).toMatchObject({ active: false });
    const again = subscriptions.change(TENANT, ID, at(1), LATER, pause);
    await expect(again).rejects.toMatchObject({ status: 412 });
    expect(versions.raised).toBe(1);
  });

  it('that a fault keeps from being written raises no version', async () => {
    const { store, subscriptions, versions } = setUp();
    store.put(TENANT, subscription());
    failOnce(store, 'replace');
    await expect(subscriptions.change(TENANT, ID, anyRevision, LATER, pause)).rejects.toThrow(Fault);
    expect(versions.raised).toBe(0);
  });
});

describe('a deletion', () => {
  const admit = (): void => undefined;
  const retireAndRemove = async ({ subscriptions }: ReturnType<typeof setUp>) => {
    const retired = await subscriptions.retire(TENANT, ID, LATER, admit);
    await subscriptions.remove(TENANT, ID, anyRevision);
    return retired;
  };

  it('takes the entity out of use, then away, and raises the version for both', async () => {
    const all = setUp();
    all.store.put(TENANT, subscription());
    const retired = await retireAndRemove(all);
    expect(retired).toMatchObject({ active: false, deletedAt: LATER, revision: 2 });
    expect(all.store.items.size).toBe(0);
    expect(all.versions.raised).toBe(2);
  });

  it.each([
    ['taking it out of use', 'replace', 'before'],
    ['the answer to that', 'replace', 'after'],
    ['removing it', 'remove', 'before'],
  ] as const)('that %s has broken off goes on when it is repeated', async (_, method, when) => {
    const all = setUp();
    all.store.put(TENANT, subscription());
    failOnce(all.store, method, when);
    await expect(retireAndRemove(all)).rejects.toThrow(Fault);
    expect(await retireAndRemove(all)).toMatchObject({ active: false, deletedAt: LATER });
    expect(all.store.items.size).toBe(0);
    expect(all.versions.raised).toBeGreaterThanOrEqual(1);
  });

  it('that broke off once the entity was removed finds nothing, and raises the version all the same', async () => {
    const all = setUp();
    all.store.put(TENANT, subscription());
    failOnce(all.store, 'remove', 'after');
    await expect(retireAndRemove(all)).rejects.toThrow(Fault);
    const { raised } = all.versions;
    await expect(retireAndRemove(all)).rejects.toMatchObject({ status: 404 });
    expect(all.versions.raised).toBe(raised + 1);
  });

  it('that is refused changes nothing, and one that began before is not asked again', async () => {
    const { store, subscriptions } = setUp();
    store.put(TENANT, subscription());
    const refuse = (): never => {
      throw new Fault('refused');
    };
    await expect(subscriptions.retire(TENANT, ID, LATER, refuse)).rejects.toThrow('refused');
    expect(await store.get(TENANT, ID)).toEqual(subscription());
    await subscriptions.retire(TENANT, ID, AT, admit);
    expect(await subscriptions.retire(TENANT, ID, LATER, refuse)).toMatchObject({ deletedAt: AT });
  });

  it('removes what it has seen: a change that comes between is looked at first', async () => {
    const { store, subscriptions } = setUp();
    store.put(TENANT, subscription());
    beforeNext(store, 'remove', () => store.put(TENANT, { ...subscription(), revision: 2 }));
    await expect(subscriptions.remove(TENANT, ID, at(1))).rejects.toMatchObject({ status: 412 });
    beforeNext(store, 'remove', () => store.put(TENANT, { ...subscription(), revision: 3 }));
    expect(await subscriptions.remove(TENANT, ID, anyRevision)).toMatchObject({ revision: 3 });
  });
});

it('the version is left alone by what no match index is built from', async () => {
  const store = inMemoryEntities<EventType>();
  const eventTypes = configured('type', {
    store,
    limitsOf: async () => DEFAULT_LIMITS,
    raiseVersion: () => Promise.reject(new Fault('the version was raised')),
  });
  const type: EventType = {
    id: 'order.paid',
    version: '1',
    deprecated: false,
    createdAt: AT,
    updatedAt: AT,
    revision: 1,
  };
  await eventTypes.add(TENANT, type);
  await eventTypes.change(TENANT, type.id, anyRevision, LATER, (current) => ({ ...current, version: '2' }));
  await eventTypes.remove(TENANT, type.id, anyRevision);
  await expect(eventTypes.remove(TENANT, type.id, anyRevision)).rejects.toMatchObject({
    status: 404,
    message: 'no such event type',
  });
});
