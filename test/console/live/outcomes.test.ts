import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveOutcome } from '../../../client/live/frame.ts';
import { withOutcomes } from '../../../console/live/outcomes.ts';

describe('latest outcomes', () => {
  const outcome = fc
    .record({ n: fc.nat(5), attempt: fc.integer({ min: 1, max: 3 }), second: fc.nat(59) })
    .map(
      ({ n, attempt, second }) =>
        ({
          deliveryId: `dlv_${n}`,
          attempt,
          status: 'delivered',
          at: new Date(Date.UTC(2026, 10, 27, 14, 0, second)).toISOString(),
        }) as LiveOutcome,
    );

  it('have each once, the latest first, and no more than are shown', () => {
    fc.assert(
      fc.property(fc.array(fc.array(outcome)), (batches) => {
        const shown = batches.reduce<readonly LiveOutcome[]>(
          (before, added) => withOutcomes(before, added, 10),
          [],
        );
        const keys = shown.map(({ deliveryId, attempt }) => `${deliveryId} ${attempt}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(shown.length).toBeLessThanOrEqual(10);
        expect(shown.map(({ at }) => at)).toEqual(
          shown
            .map(({ at }) => at)
            .sort()
            .reverse(),
        );
      }),
    );
  });

  it('stay the same list when nothing is new, so that nothing renders', () => {
    const one = { deliveryId: 'dlv_1', attempt: 1, status: 'delivered', at: 'a' } as LiveOutcome;
    const shown = withOutcomes([], [one], 10);
    expect(withOutcomes(shown, [one], 10)).toBe(shown);
  });
});
