import { encodeTime } from 'ulid';
import { describe, expect, it } from 'vitest';
import { listSubscriptions } from '../../../../lambdas/manage/operations/subscriptions.ts';
import type { Target } from '../../../../lambdas/targets/target.ts';
import { freshTimes, targetOf } from '../../../builders/entities.ts';
import { callOf, inMemoryManage, TENANT } from '../../../builders/manage.ts';

const idAt = (prefix: string, n: number): string => `${prefix}_${encodeTime(n, 10).padEnd(26, '0')}`;
const [MINE, OTHER, FILTER] = [idAt('tgt', 1), idAt('tgt', 2), idAt('flt', 1)];
const ALL = 2500;

/** A tenant of many subscriptions, of which a few bind the caller's target. */
function tenantWith(mine: readonly number[]) {
  const { deps, stores } = inMemoryManage();
  for (const id of [MINE, OTHER])
    stores.targets.put(TENANT, { ...targetOf({ url: 'https://example.com/' }), id } as Target);
  stores.filters.put(TENANT, { id: FILTER, events: ['**'], active: true, ...freshTimes() });
  for (let n = 0; n < ALL; n++) {
    const targetId = mine.includes(n) ? MINE : OTHER;
    const frame = { id: idAt('sub', n), active: true, ...freshTimes() };
    stores.subscriptions.put(TENANT, { ...frame, targetId, filterId: FILTER });
  }
  return deps;
}

async function pages(deps: ReturnType<typeof tenantWith>, query: object, targets = [MINE]) {
  const found: string[] = [];
  let [count, cursor] = [0, undefined as string | undefined];
  do {
    const call = callOf({ query: { ...query, cursor } });
    const caller = { ...call.caller, targets };
    const { body } = await listSubscriptions(deps, { ...call, caller } as never);
    found.push(...body!.items.map(({ id }) => id));
    cursor = body!.next ?? undefined;
    count++;
  } while (cursor !== undefined);
  return { found, count };
}

describe('subscriptions of a caller that is limited to targets', () => {
  const mine = [0, 3, 999, 1000, 1001, 2400, 2499];
  const deps = tenantWith(mine);
  const ids = mine.map((n) => idAt('sub', n));

  it.each([1, 2, 3, 7, 50])('are all found, once each, by pages of %i', async (limit) => {
    expect((await pages(deps, { limit, order: 'oldest' })).found).toEqual(ids);
    expect((await pages(deps, { limit, order: 'newest' })).found).toEqual(ids.toReversed());
  });

  it('take a page for each thousand that is looked through', async () => {
    expect(await pages(deps, { limit: 50, order: 'oldest' })).toMatchObject({ count: 3 });
    expect(await pages(deps, { order: 'oldest' }, [idAt('tgt', 3)])).toEqual({ found: [], count: 3 });
  });
});
