import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countEnded, readCounterItem, withoutOwn } from '../../../lambdas/stats/counters.ts';
import { ENDINGS, type Ended } from '../../../lambdas/stats/endings.ts';
import { runs } from '../../helpers/runs.ts';

const ended = fc.record({
  ending: fc.constantFrom(...(Object.keys(ENDINGS) as Ended['ending'][])),
  answerMs: fc.option(fc.nat(30_000), { nil: undefined }),
  latencyMs: fc.option(fc.nat(100_000), { nil: undefined }),
  // Names that look like other counters.
  error: fc.option(fc.constantFrom('503', 'timeout', '~', '~3!503', '3!503', 'f3', '!'), { nil: undefined }),
  isCut: fc.boolean(),
});
const counted = fc.array(fc.record({ ended, minute: fc.nat(4), isOwn: fc.boolean() }), { maxLength: 20 });
type Counted = { readonly ended: Ended; readonly minute: number; readonly isOwn: boolean };

/** An item as the table keeps it. @param isApart whether Posthorn's own events are kept apart, as since this release */
function itemOf(all: readonly Counted[], isApart = true): object {
  const counters = new Map<string, number>();
  for (const one of all) countEnded(counters, one.ended, one.minute, isApart && one.isOwn);
  return Object.fromEntries(counters);
}
const read = (item: object) => readCounterItem(0, item);

describe('counters of Posthorn’s own events', () => {
  it('add up with the others to what they were when all had one name', () => {
    fc.assert(
      fc.property(counted, (all) => {
        expect(read(itemOf(all))).toEqual(read(itemOf(all, false)));
      }),
      { numRuns: runs(200) },
    );
  });

  it('are left out without a trace, and nothing else is', () => {
    fc.assert(
      fc.property(counted, (all) => {
        const ordinary = all.filter(({ isOwn }) => !isOwn);
        expect(withoutOwn(itemOf(all))).toEqual(itemOf(ordinary));
      }),
      { numRuns: runs(200) },
    );
  });

  it('add up in an item that a release before has counted in as well', () => {
    fc.assert(
      fc.property(counted, counted, (before, since) => {
        const both: Record<string, number> = { ...itemOf(before, false) } as never;
        for (const [name, n] of Object.entries(itemOf(since))) both[name] = (both[name] ?? 0) + n;
        expect(read(both)).toEqual(read(itemOf([...before, ...since], false)));
      }),
      { numRuns: runs(200) },
    );
  });
});
