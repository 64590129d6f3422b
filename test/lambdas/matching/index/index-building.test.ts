import { describe, expect, it } from 'vitest';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import {
  buildTenantIndex,
  type FilterEntry,
  indexInSlices,
  type TenantIndex,
} from '../../../../lambdas/matching/index/tenant-index.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const sourceOf = (filters: readonly FilterEntry[]) => ({
  filters,
  subscriptions: filters.map(({ id }) => ({ id: `s${id}`, targetId: 't', filterId: id })),
  bytes: 7,
});

const found = (index: TenantIndex, type: string, source: string, data: unknown): string[] =>
  index
    .search({ type, source, at: 0 })
    .candidates(data)
    .entries.map(({ id }) => id);

describe('an index that is built in slices', () => {
  const source = sourceOf(
    numbers(1000).map((i) => ({
      id: String(i).padStart(4, '0'),
      events: [`shop.n${i % 10}.*`],
      where: { source: [`s${i % 7}`], data: { a: [i % 20] } },
    })),
  );

  it('takes several, and finds what one that is built at once finds', () => {
    const building = indexInSlices(source, ENGINES);
    let slices = 0;
    let step = building.next();
    for (; !step.done; step = building.next()) slices++;
    // Each of four lists is cut behind every 256th element.
    expect(slices).toBe(12);
    const atOnce = buildTenantIndex(source, ENGINES);
    for (const i of numbers(140)) {
      const event = [`shop.n${i % 10}.made`, `s${i % 7}`, { a: i % 20 }] as const;
      expect(found(step.value, ...event)).toEqual(found(atOnce, ...event));
      expect(found(step.value, ...event)).toContain(`s${String(i).padStart(4, '0')}`);
    }
  });
});

describe('a filter of long lists', () => {
  const values = (prefix: string, count: number): string[] => numbers(count).map((n) => `${prefix}${n}`);
  const foundBy = (patterns: number, sources: number, others: number) => {
    const events = numbers(patterns).map((n) => `shop.n${n}`);
    const where = { source: values('s', sources), data: { a: values('a', others) } };
    const index = buildTenantIndex(sourceOf([{ id: '1', events, where }]), ENGINES);
    expect(found(index, 'shop.n0', 's1', { a: 'a1' })).toEqual(['s1']);
    expect(found(index, 'shop.other', 's1', { a: 'a1' })).toEqual([]);
    const isByOwn = found(index, 'shop.n0', 'x', { a: 'a1' }).length === 0;
    const isByData = found(index, 'shop.n0', 's1', { a: 'x' }).length === 0;
    if (isByOwn && isByData) return 'both';
    return isByOwn ? 'source' : isByData ? 'payload' : 'type';
  };

  it.each([
    [1, 10, 20, 'both'],
    [1, 10, 21, 'payload'],
    [3, 64, 64, 'payload'],
    [4, 64, 2, 'payload'],
    [4, 2, 64, 'source'],
    [4, 64, 64, 'type'],
    [100, 2, 64, 'source'],
    [100, 3, 3, 'type'],
  ])('of %i patterns, %i sources and %i values is found by its %s', (patterns, sources, others, by) => {
    expect(foundBy(patterns, sources, others)).toBe(by);
  });
});
