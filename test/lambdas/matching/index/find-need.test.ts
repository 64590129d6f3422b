import { describe, expect, it } from 'vitest';
import type { EventTest } from '../../../../lambdas/matching/filters/compile.ts';
import { findNeed } from '../../../../lambdas/matching/index/match-event.ts';
import { MAX_STEPS } from '../../../../lambdas/matching/language/step-budget.ts';

const ENVELOPE = { type: 'a', at: 0 };

/** A test that takes so many steps. */
const taking =
  (steps: number, holds: boolean): EventTest =>
  (_, work) => {
    work.spend(steps);
    return holds;
  };
const holds = taking(1, true);
const fails = taking(1, false);

describe('whether a payload is needed', () => {
  it.each([
    ['nothing is left', [], false],
    ['no filter looks at it', [{ own: holds, data: undefined }], false],
    ['a filter looks at nothing else', [{ own: undefined, data: fails }], true],
    ['the event’s own fields do not fit', [{ own: fails, data: holds }], false],
    [
      'one of several is left',
      [
        { own: fails, data: holds },
        { own: holds, data: fails },
      ],
      true,
    ],
    ['it takes too long to know of one', [{ own: taking(2 * MAX_STEPS, true), data: holds }], false],
  ] as const)('%s', (_, filters, needsData) => {
    expect(findNeed(filters, ENVELOPE).needsData).toBe(needsData);
  });

  it('is taken for granted when it takes too long to know', () => {
    const costly = { own: taking(9, false), data: holds };
    expect(findNeed(Array(50).fill(costly), ENVELOPE)).toEqual({ needsData: false, steps: 500 });
    const { needsData, steps } = findNeed(Array(10_000).fill(costly), ENVELOPE);
    expect(needsData).toBe(true);
    expect(steps).toBeLessThan(MAX_STEPS);
  });
});
