import { expect, it } from 'vitest';
import { versionedCache } from '../../../lambdas/fanout/versioned-cache.ts';

function cacheOf({ size = 1, loadMs = 0 } = {}) {
  const clock = { now: 0 };
  const loads: string[] = [];
  const cache = versionedCache({
    async load(tenant) {
      loads.push(tenant);
      clock.now += loadMs;
      return `${tenant}${loads.length}`;
    },
    sizeOf: () => size,
    maxBytes: 10,
    now: () => clock.now,
  });
  return { cache, clock, loads };
}

it('loads anew when the version is another, and only then', async () => {
  const { cache } = cacheOf();
  expect(await cache.get('a', 1)).toBe('a1');
  expect(await cache.get('a', 1)).toBe('a1');
  expect(await cache.get('a', 2)).toBe('a2');
});

it('loads anew after a minute, in case a version was not raised', async () => {
  const { cache, clock } = cacheOf();
  await cache.get('a', 1);
  clock.now = 59_999;
  expect(await cache.get('a', 1)).toBe('a1');
  clock.now = 60_000;
  expect(await cache.get('a', 1)).toBe('a2');
});

it('keeps for longer what takes long to load', async () => {
  const { cache, clock } = cacheOf({ loadMs: 5000 });
  await cache.get('a', 1);
  clock.now = 499_999;
  expect(await cache.get('a', 1)).toBe('a1');
  clock.now = 500_000;
  expect(await cache.get('a', 1)).toBe('a2');
});

it('is bounded by the size of all, and forgets who was not asked for', async () => {
  const { cache, loads } = cacheOf({ size: 4 });
  for (const tenant of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(tenant, 1);
  expect(loads).toEqual(['a', 'b', 'c', 'b']);
});

it('shares one load, and forgets one that fails', async () => {
  let loads = 0;
  const cache = versionedCache({
    async load() {
      if (++loads === 1) throw new Error('no table');
      return loads;
    },
    sizeOf: () => 1,
    maxBytes: 10,
  });
  const both = await Promise.allSettled([cache.get('a', 1), cache.get('a', 1)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(loads).toBe(1);
  expect(await cache.get('a', 1)).toBe(2);
});
