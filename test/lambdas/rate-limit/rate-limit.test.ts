import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aheadMs,
  maxLateMs,
  secondsToSlot,
  untilFreeMs,
  waitForSlotMs,
} from '../../../lambdas/rate-limit/rate-limit.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('the way to a slot (C6, D9)', () => {
  it.each([
    [-500, 0],
    [0, 0],
    [1099, 0],
    [1100, 1],
    [2050, 1],
    [60_000, 59],
  ])('that is %i ms away is %i s in a queue', (wait, seconds) =>
    expect(secondsToSlot(NOW + wait, NOW)).toBe(seconds),
  );

  it('ends before the slot, so near that dispatch waits for it, and does not go in a circle', () => {
    fc.assert(
      fc.property(fc.integer({ min: waitForSlotMs(false), max: 900_000 }), (wait) => {
        const seconds = secondsToSlot(NOW + wait, NOW);
        expect(seconds).toBeGreaterThan(0);
        const left = wait - 1000 * seconds;
        expect(left).toBeGreaterThanOrEqual(100);
        expect(left).toBeLessThan(waitForSlotMs(false));
      }),
    );
  });

  it.each([
    [0.01, 10_000],
    [1, 100],
    [50, 75],
    [10_000, 75],
  ])('at %d a second may be gone %i ms late', (perSecond, late) => expect(maxLateMs(perSecond)).toBe(late));

  it.each([
    [0.01, 200_000],
    [1 / 30, 60_000],
    [50, 60_000],
  ])('at %d a second is given away up to %i ms ahead', (perSecond, ahead) =>
    expect(aheadMs(perSecond)).toBe(ahead),
  );

  it('is looked for again as soon as another may be free', () => {
    expect(untilFreeMs(50)).toBe(1000);
    expect(untilFreeMs(0.1)).toBe(10_000);
  });
});
