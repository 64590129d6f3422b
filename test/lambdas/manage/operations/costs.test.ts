import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostsView } from '../../../../lambdas/api/costs.ts';
import { NO_WORK, type Work } from '../../../../lambdas/costs/work.ts';
import { listCosts } from '../../../../lambdas/manage/operations/costs.ts';
import { readCounterItem } from '../../../../lambdas/stats/counters.ts';
import type { Span } from '../../../../lambdas/stats/series.ts';
import { FIRST_TENANT, firstTenant } from '../../../../lambdas/tenants/tenant-defaults.ts';
import { lowestUlidAt, withPrefix } from '../../../../lambdas/values/ids.ts';
import { tenantOf } from '../../../builders/entities.ts';
import { callOf, inMemoryManage, NOW } from '../../../builders/manage.ts';
import { runs } from '../../../helpers/runs.ts';

const SLOT_MS = 5 * 60_000;
const MADE_AT = Date.parse('2026-10-01T00:00:00Z');

/**
 * Tenants, the first among them, of which each has a delivery in so many five minutes of each day.
 * @param slots by tenant, 288 for traffic in every five minutes
 */
function world(slots: readonly number[]) {
  const ids = [FIRST_TENANT, ...slots.slice(1).map((_, i) => withPrefix('ten', lowestUlidAt(MADE_AT + i)))];
  const tenants = ids.map((id) =>
    id === FIRST_TENANT
      ? firstTenant(new Date(NOW).toISOString())
      : tenantOf({ id, createdAt: new Date(MADE_AT).toISOString() }),
  );
  const kept = new Map<string, Map<number, Work>>();
  let reading = 0;
  let itemsRead = 0;
  let mostAtOnce = 0;
  const deps = {
    ...inMemoryManage().deps,
    tenants: {
      getTenant: async () => tenants[0],
      async *listTenants({
        limit,
        after,
        newestFirst,
      }: {
        limit: number;
        after?: string;
        newestFirst?: boolean;
      }) {
        const ordered = newestFirst ? tenants.toReversed() : tenants;
        const first = ordered.findIndex(({ id }) => id === after) + 1;
        yield* ordered.slice(first, first + limit);
      },
    },
    stats: {
      async readCounters(
        { tenant }: { tenant: string },
        { from, to }: Span,
        _: string,
        add: (item: ReturnType<typeof readCounterItem>) => void,
      ) {
        mostAtOnce = Math.max(mostAtOnce, ++reading);
        await Promise.resolve();
        for (let day = from; day < Math.min(to, NOW); day += 288 * SLOT_MS) {
          for (let i = 0; i < slots[ids.indexOf(tenant)]!; i++) {
            add(readCounterItem(day + i * SLOT_MS, { f0: 1, A0: 20, B0: 1 }));
            itemsRead++;
          }
        }
        reading--;
      },
    },
    dayTotals: {
      readDayTotals: async (tenant: string) => kept.get(tenant) ?? new Map<number, Work>(),
      async keepDayTotals(tenant: string, days: ReadonlyMap<number, Work>) {
        kept.set(tenant, new Map([...(kept.get(tenant) ?? []), ...days]));
      },
    },
  };
  const ask = async (query: object = {}): Promise<CostsView> => {
    itemsRead = 0;
    const call = callOf({ query: { order: 'oldest', ...query } as never });
    return (await listCosts(deps as never, call as never)).body as CostsView;
  };
  return { ids, kept, ask, read: () => itemsRead, mostAtOnce: () => mostAtOnce };
}

describe('costs of many tenants (E2)', () => {
  it('come in short pages where each takes long, and in whole ones once days are kept', async () => {
    const { ids, ask, read, mostAtOnce } = world(Array(20).fill(288));
    const first = await ask({ limit: 20 });
    // Days of this month: 21. A pair has 12,000 items, two are over the bound.
    expect(first.items).toHaveLength(4);
    expect(first.next).not.toBeNull();
    expect(first.total).toMatchObject({ tenants: 4, isComplete: false });
    expect(read()).toBeLessThan(40_000);
    expect(mostAtOnce()).toBeLessThanOrEqual(2);
    const pages = [first];
    while (pages.at(-1)!.next !== null) pages.push(await ask({ limit: 20, cursor: pages.at(-1)!.next }));
    const last = pages.at(-1)!;
    expect(last.total).toMatchObject({ tenants: 20, isComplete: true });
    expect(pages.flatMap(({ items }) => items.map(({ tenant }) => tenant.id))).toEqual(ids);

    const again = await ask({ limit: 20 });
    expect(again.items).toHaveLength(20);
    expect(again.total).toEqual(last.total);
    expect(again.items[0]!.counted).toMatchObject({ deliveries: 21 * 288, batches: 21 * 288 });
  });

  it('add up to the same, however they are cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('oldest', 'newest'),
        async (slots, limit, order) => {
          const { ask } = world(slots);
          const { total } = await ask({ limit: 200 });
          const pages: CostsView[] = [];
          for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)!.next) {
            pages.push(await ask({ limit, order, cursor }));
          }
          expect(pages.length).toBe(Math.ceil(slots.length / limit));
          expect(pages.at(-1)!.total).toEqual(total);
        },
      ),
      { numRuns: runs(30) },
    );
  });

  it('of a day that is kept are not counted again', async () => {
    const { ids, kept, ask } = world([5]);
    await ask();
    const days = kept.get(ids[0]!)!;
    expect(days.size).toBe(19);
    const [first] = days.keys();
    days.set(first!, { ...NO_WORK, deliveries: 1_000_000 });
    expect((await ask()).items[0]!.counted.deliveries).toBe(1_000_000 + 20 * 5);
  });

  it('keep their month over its pages, also when another has begun', async () => {
    const { ask } = world([1, 1]);
    const october = await ask({ month: '2026-10', limit: 1 });
    expect(october.month).toBe('2026-10');
    expect((await ask({ limit: 1, cursor: october.next })).month).toBe('2026-10');
    await expect(ask({ month: '2026-11', cursor: october.next })).rejects.toMatchObject({ field: 'cursor' });
  });
});
