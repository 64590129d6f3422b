import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseBefore } from '../../../console/live/backoff.ts';
import { type Frame, type LiveOutcome, readMessage } from '../../../console/live/frame.ts';
import { withOutcomes } from '../../../console/live/outcomes.ts';
import { Passed } from '../../../console/live/passed.ts';

const frame = (n: number): Frame =>
  ({
    type: 'frame',
    id: String(n).padStart(26, '0'),
    at: new Date(Date.UTC(2026, 10, 27, 14, 0, n)).toISOString(),
  }) as Frame;
const numbers = fc.array(fc.integer({ min: 0, max: 250 }));

describe('frames', () => {
  it('are passed on once, however they come', () => {
    fc.assert(
      fc.property(fc.array(numbers), (batches) => {
        const passed = new Passed();
        const ids = batches.flatMap((batch) => {
          const taken = passed.take(batch.map(frame)).map(({ id }) => id);
          expect(taken).toEqual(taken.toSorted());
          return taken;
        });
        expect(ids.toSorted()).toEqual([...new Set(batches.flat())].map((n) => frame(n).id).sort());
      }),
    );
  });

  it('are forgotten some day, and not passed on again', () => {
    const passed = new Passed();
    const all = Array.from({ length: 1000 }, (_, n) => frame(n));
    expect(passed.take(all)).toHaveLength(1000);
    expect(passed.take(all)).toHaveLength(0);
  });

  it.each([
    [[], undefined],
    [[7], 7],
    [[1, 2, 30], 30],
    [[1, 25, 28, 30], 25],
  ])('after %j, those after %s are asked for', (numbers, after) => {
    const passed = new Passed();
    passed.take(numbers.map(frame));
    expect(passed.resumeAfter).toBe(after === undefined ? undefined : frame(after).id);
  });

  it.each(['', 'null', '17', '[]', '{"type":"other"}', '<html>', '{"type":'])(
    'ignore the message %j',
    (text) => expect(readMessage(text)).toBeUndefined(),
  );
});

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

it('waits longer after each failure, within half a minute, and never at once', () => {
  for (let failures = 0; failures < 30; failures++) {
    expect(pauseBefore(failures, 0)).toBe(250);
    expect(pauseBefore(failures, 1)).toBeLessThanOrEqual(30_250);
    expect(pauseBefore(failures + 1, 1)).toBeGreaterThanOrEqual(pauseBefore(failures, 1));
  }
});
