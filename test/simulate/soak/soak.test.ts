import { beforeAll, describe, expect, it } from 'vitest';
import { randomPlan } from '../../../simulate/soak/random-plan.ts';
import { openWorkshop, type Workshop } from '../../../simulate/soak/workshop.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop({});
}, 60_000);

describe('a history (E10)', () => {
  it.each(['test-1', 'test-2', 'test-3'])(
    'of the seed %s is the same to the byte when it happens again',
    async (seed) => {
      const [one, other] = [
        await workshop.run(randomPlan(seed), true),
        await workshop.run(randomPlan(seed), true),
      ];
      expect(one.lines!.length).toBeGreaterThan(100);
      expect(other.lines).toEqual(one.lines);
      expect(other.digest).toBe(one.digest);
    },
  );

  it('of another seed is another', async () => {
    const [one, other] = [await workshop.run(randomPlan('test-1')), await workshop.run(randomPlan('test-2'))];
    expect(one.digest).not.toBe(other.digest);
  });

  it.each(Array.from({ length: 20 }, (_, n) => `test-${n}`))(
    'of the seed %s breaks no invariant',
    async (seed) => {
      const { violations } = await workshop.runSeed(seed);
      expect(violations).toEqual([]);
    },
  );
});
