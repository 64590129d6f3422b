import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Pace, useOf, versionedCache } from '../../../lambdas/fanout/versioned-cache.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface Load {
  readonly tenant: string;
  readonly pace: Pace;
  end(value: string): Promise<void>;
  fail(): Promise<void>;
}

/** A cache whose loads end when the test says so. What is loaded is as large as its text is long. */
function heldCache() {
  const clock = { now: 0 };
  const loads: Load[] = [];
  const failures: string[] = [];
  const cache = versionedCache<string>({
    load(tenant, pace) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      loads.push({
        tenant,
        pace,
        async end(value) {
          resolve(value);
          await setImmediate();
        },
        async fail() {
          reject(new Error('no table'));
          await setImmediate();
        },
      });
      return promise;
    },
    sizeOf: ({ length }) => length,
    largeBytes: 5,
    maxBytes: 20,
    failed: (tenant, error) => failures.push(`${tenant}: ${(error as Error).message}`),
    now: () => clock.now,
  });
  /** Loads that have begun, by whom and how. */
  const begun = () => loads.map(({ tenant, pace }) => `${tenant} ${pace}`);
  /** Lets the cache know a value of version 1. */
  const know = async (tenant: string, value: string): Promise<void> => {
    const first = cache.get(tenant, 1);
    await loads.at(-1)!.end(value);
    expect(await first).toBe(value);
    loads.length = 0;
  };
  return { cache, clock, loads, failures, begun, know };
}

describe('an index that is known (B9)', () => {
  const [current, behind] = [{ isCurrent: true }, { isCurrent: false }];
  const [small, large] = [{ isLarge: false }, { isLarge: true }];
  it.each([
    ['current, read lately', { ...current, ...large, readAgo: 5 * MINUTE - 1, currentAgo: 0 }, 'serve'],
    ['current, read long ago', { ...current, ...large, readAgo: 5 * MINUTE, currentAgo: 0 }, 'renew'],
    [
      'current and small, read long ago',
      { ...current, ...small, readAgo: MINUTE * 60, currentAgo: 0 },
      'renew',
    ],
    ['behind and small', { ...behind, ...small, readAgo: 1, currentAgo: 1 }, 'wait'],
    ['behind and large', { ...behind, ...large, readAgo: MINUTE * 60, currentAgo: 9999 }, 'renew'],
    ['behind for long', { ...behind, ...large, readAgo: MINUTE * 60, currentAgo: 10_000 }, 'wait'],
  ] as const)('%s', (_, known, use) => {
    expect(useOf(known)).toBe(use);
  });
});

describe('while the version is the same', () => {
  it('nothing is loaded, and what is shared is loaded once', async () => {
    const { cache, loads, begun } = heldCache();
    const both = [cache.get('a', 1), cache.get('a', 1)];
    await loads[0]!.end('A');
    expect(await Promise.all(both)).toEqual(['A', 'A']);
    expect(await cache.get('a', 1)).toBe('A');
    expect(await cache.getCurrent('a', 1)).toBe('A');
    expect(begun()).toEqual(['a at once']);
  });

  it('it is read again after some minutes, and no event waits', async () => {
    const { cache, clock, loads, begun, know } = heldCache();
    await know('a', 'A');
    clock.now += 5 * MINUTE;
    expect(await cache.get('a', 1)).toBe('A');
    expect(await cache.get('a', 1)).toBe('A');
    await loads[0]!.end('B');
    expect(await cache.get('a', 1)).toBe('B');
    clock.now += 5 * MINUTE - 1;
    expect(await cache.get('a', 1)).toBe('B');
    expect(begun()).toEqual(['a in background']);
  });
});

describe('when the version has changed', () => {
  it('what is small is loaded at once', async () => {
    const { cache, loads, begun, know } = heldCache();
    await know('a', 'A');
    const second = cache.get('a', 2);
    await loads[0]!.end('B');
    expect(await second).toBe('B');
    expect(begun()).toEqual(['a at once']);
  });

  it('what is large serves until the other is loaded', async () => {
    const { cache, clock, loads, begun, know } = heldCache();
    await know('a', 'large A');
    for (const version of [2, 3]) expect(await cache.get('a', version)).toBe('large A');
    expect(begun()).toEqual(['a in background']);
    await loads[0]!.end('large B');
    expect(await cache.get('a', 2)).toBe('large B');
    clock.now += SECOND;
    expect(await cache.get('a', 3)).toBe('large B');
    expect(begun()).toEqual(['a in background', 'a in background']);
  });

  it('a large value serves for some seconds; later requests wait for the one that is being loaded', async () => {
    const { cache, clock, loads, begun, know } = heldCache();
    await know('a', 'large A');
    clock.now += MINUTE;
    await cache.get('a', 1);
    clock.now += 9999;
    expect(await cache.get('a', 2)).toBe('large A');
    clock.now += 1;
    const waiting = cache.get('a', 2);
    await loads[0]!.end('large B');
    expect(await waiting).toBe('large B');
    expect(begun()).toEqual(['a in background']);
  });

  it('a waiting request does not take a load that was begun for an older version', async () => {
    const { cache, clock, loads, begun, know } = heldCache();
    await know('a', 'large A');
    await cache.get('a', 2);
    clock.now += 10 * SECOND;
    const waiting = cache.get('a', 3);
    expect(begun()).toEqual(['a in background', 'a at once']);
    await loads[1]!.end('large C');
    expect(await waiting).toBe('large C');
    await loads[0]!.end('large B');
    expect(await cache.get('a', 3)).toBe('large C');
  });

  it('a request for the current value gets it', async () => {
    const { cache, loads, know } = heldCache();
    await know('a', 'large A');
    const waiting = cache.getCurrent('a', 2);
    await loads[0]!.end('large B');
    expect(await waiting).toBe('large B');
  });
});

describe('loading that goes wrong', () => {
  it('is forgotten, and fails the requests that wait', async () => {
    const { cache, loads } = heldCache();
    const both = Promise.allSettled([cache.get('a', 1), cache.get('a', 1)]);
    await loads[0]!.fail();
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const third = cache.get('a', 1);
    await loads[1]!.end('A');
    expect(await third).toBe('A');
  });

  it('is reported in the background, and tried again by the next request', async () => {
    const { cache, loads, failures, begun, know } = heldCache();
    await know('a', 'large A');
    await cache.get('a', 2);
    await loads[0]!.fail();
    expect(failures).toEqual(['a: no table']);
    expect(await cache.get('a', 2)).toBe('large A');
    expect(begun()).toEqual(['a in background', 'a in background']);
    await loads[1]!.end('large B');
    expect(await cache.get('a', 2)).toBe('large B');
  });

  it('is given up when it hangs, and what ends late does not undo what began after it', async () => {
    const { cache, clock, loads, begun, know } = heldCache();
    await know('a', 'A');
    clock.now += 5 * MINUTE;
    await cache.get('a', 1);
    clock.now += 20 * SECOND - 1;
    await cache.get('a', 1);
    expect(begun()).toHaveLength(1);
    clock.now += 1;
    expect(await cache.get('a', 1)).toBe('A');
    expect(begun()).toEqual(['a in background', 'a in background']);
    await loads[1]!.end('C');
    await loads[0]!.end('B');
    expect(await cache.get('a', 1)).toBe('C');
  });

  it('holds up no request that comes when it seems lost', async () => {
    const { cache, clock, loads, begun, know } = heldCache();
    await know('a', 'large A');
    await cache.get('a', 2);
    clock.now += 20 * SECOND;
    const waiting = cache.get('a', 2);
    expect(begun()).toEqual(['a in background', 'a at once']);
    await loads[1]!.end('large B');
    expect(await waiting).toBe('large B');
  });
});

describe('memory', () => {
  it('holds so much in all, and forgets the tenant that was not asked for', async () => {
    const { cache, begun, know } = heldCache();
    await know('a', '7 bytes');
    await know('b', '7 bytes');
    await cache.get('a', 1);
    await know('c', '7 bytes');
    await cache.get('a', 1);
    expect(begun()).toEqual([]);
    void cache.get('b', 1);
    expect(begun()).toEqual(['b at once']);
  });

  it('has room for what is loaded in the background, one at a time', async () => {
    const { cache, loads, begun, know } = heldCache();
    await know('a', '7 bytes');
    await know('b', '7 bytes');
    await cache.get('b', 2);
    expect(begun()).toEqual(['b in background']);
    // 14 bytes are b's now, so a is out.
    const again = cache.get('a', 1);
    await loads[1]!.end('6 byte');
    expect(await again).toBe('6 byte');
    expect(await cache.get('a', 2)).toBe('6 byte');
    expect(begun()).toEqual(['b in background', 'a at once']);
    await loads[0]!.end('7 BYTES');
    expect(await cache.get('a', 2)).toBe('6 byte');
    expect(begun()).toEqual(['b in background', 'a at once', 'a in background']);
  });

  it('is free again when loading in the background has failed', async () => {
    const { cache, loads, begun, know } = heldCache();
    await know('a', '7 bytes');
    await cache.get('a', 2);
    await loads[0]!.fail();
    await know('b', '7 bytes');
    expect(await cache.get('a', 1)).toBe('7 bytes');
    expect(begun()).toEqual([]);
  });
});
