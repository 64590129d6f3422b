import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../simulate/kernel/kernel.ts';
import { createRandom } from '../../../simulate/kernel/random.ts';
import { drawMs } from '../../../simulate/kernel/spread.ts';

describe('createKernel', () => {
  it('has things happen in the order of their times, and of one time in the order in which they were asked for', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 }),
      async (delays) => {
        const kernel = createKernel('order');
        const begun = kernel.now();
        const seen: [ms: number, place: number][] = [];
        for (const [place, ms] of delays.entries())
          kernel.after(ms, () => seen.push([kernel.now() - begun, place]));
        await kernel.run(begun + 100);
        const wanted = delays
          .map((ms, place) => [ms, place] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(seen).toEqual(wanted);
        expect(kernel.now()).toBe(begun + 100);
      },
    );
    await fc.assert(property);
  });

  it('lets promises go on before time does', async () => {
    const kernel = createKernel('promises');
    const begun = kernel.now();
    const seen: string[] = [];
    const wait = async (name: string, ms: number): Promise<void> => {
      await kernel.sleep(ms);
      await Promise.resolve();
      seen.push(`${name} ${kernel.now() - begun}`);
    };
    void wait('b', 2);
    void wait('a', 1);
    await kernel.run(begun + 2);
    expect(seen).toEqual(['a 1', 'b 2']);
  });

  it('forgets what was cancelled, and stops when it is told to', async () => {
    const kernel = createKernel('stop');
    const seen: number[] = [];
    for (const ms of [1, 2, 3, 4]) {
      const timer = kernel.after(ms, () => seen.push(ms));
      if (ms === 2) timer.cancel();
    }
    await kernel.run(kernel.now() + 100, () => seen.length === 2);
    expect(seen).toEqual([1, 3]);
  });

  it('does not stand still for ever', async () => {
    const kernel = createKernel('circle');
    const again = (): void => void kernel.after(0, again);
    again();
    await expect(kernel.run(kernel.now() + 1)).rejects.toThrow('expected time to go on');
  });
});

describe('createRandom', () => {
  it('draws the same from the same seed, and something else from another', () => {
    const draw = (seed: string): number[] => Array.from({ length: 5 }, createRandom(seed).next);
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('gives a fork numbers that no draw of its source changes', () => {
    const [one, other] = [createRandom('x'), createRandom('x')];
    other.next();
    expect(one.fork('part').next()).toBe(other.fork('part').next());
  });

  it('draws all whole numbers of a span about as often', () => {
    const random = createRandom('dice');
    const counts = new Map<number, number>();
    for (let i = 0; i < 6000; i++) {
      const eyes = random.int(1, 6);
      counts.set(eyes, (counts.get(eyes) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

it('drawMs has the median and the 99th percentile that it is told', () => {
  const random = createRandom('latency');
  const drawn = Array.from({ length: 20_000 }, () => drawMs(random, { p50: 10, p99: 80 })).sort(
    (a, b) => a - b,
  );
  expect(drawn[10_000]).toBeGreaterThan(9);
  expect(drawn[10_000]).toBeLessThan(11);
  expect(drawn[19_800]).toBeGreaterThan(65);
  expect(drawn[19_800]).toBeLessThan(95);
});
