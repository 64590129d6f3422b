import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeMatcher } from '../../../../lambdas/events/type-index.ts';
import { compileFilter, evaluate } from '../../../../lambdas/matching/filters/compile.ts';
import { conditionProblem } from '../../../../lambdas/matching/filters/condition-check.ts';
import { explainMismatch } from '../../../../lambdas/matching/filters/explain.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { matchEvent } from '../../../../lambdas/matching/index/match-event.ts';
import { buildTenantIndex } from '../../../../lambdas/matching/index/tenant-index.ts';
import type { Envelope } from '../../../../lambdas/matching/language/envelope.ts';
import type { FilterParts } from '../../../../lambdas/matching/language/filter.ts';
import { arbitraryEvent, arbitraryFilter } from '../../../helpers/arbitrary/arbitrary-filters.ts';
import { referenceHolds } from '../../../helpers/matching/reference-matching.ts';
import { runs } from '../../../helpers/runs.ts';

/** The plain way: one filter after another. */
const holdsCompiled = (filter: FilterParts, event: Envelope): boolean =>
  typeMatcher(filter.events)(event.type) && evaluate(compileFilter(filter, ENGINES), event).holds;

/** The fast way. Half of the filters are bound twice; subscriptions of filters that are not active get nothing. */
function indexOf(filters: readonly FilterParts[]) {
  const bound = filters.flatMap((_, i) => (i % 2 === 0 ? [i] : [i, i]));
  const subscriptions = bound.map((filter, i) => ({
    id: `s${String((i * 7) % 100).padStart(2, '0')}${i}`,
    targetId: 't',
    filterId: `f${filter}`,
  }));
  const index = buildTenantIndex(
    {
      filters: filters.map((filter, i) => ({ id: `f${i}`, ...filter })),
      subscriptions: [...subscriptions, { id: 's-inactive', targetId: 't', filterId: 'f-inactive' }],
      bytes: 0,
    },
    ENGINES,
  );
  return { index, subscriptions };
}

const found = (index: ReturnType<typeof indexOf>['index'], event: Envelope): string[] => {
  const search = index.search({ ...event, data: undefined });
  const data = search.needsData ? event.data : undefined;
  const { entries } = search.candidates(data);
  return matchEvent(entries, { ...event, data }, 1_000_000).found.map(({ id }) => id);
};

const filtersAndEvents = [
  fc.array(arbitraryFilter, { minLength: 1, maxLength: 12 }),
  fc.array(arbitraryEvent, { minLength: 1, maxLength: 6 }),
] as const;

describe('filters (A2, A3, A4, A5, A6, E7)', () => {
  it('hold, compiled, of what they hold of as the documentation has them', () => {
    const verdicts = { true: 0, false: 0 };
    fc.assert(
      fc.property(
        arbitraryFilter,
        fc.array(arbitraryEvent, { minLength: 5, maxLength: 5 }),
        (filter, events) => {
          expect(conditionProblem(filter.where ?? {}, ENGINES)).toBeUndefined();
          for (const event of events) {
            const expected = referenceHolds(filter, event);
            verdicts[`${expected}`]++;
            expect(holdsCompiled(filter, event)).toBe(expected);
            expect(explainMismatch(filter, event, ENGINES) === undefined).toBe(expected);
          }
        },
      ),
      { numRuns: runs(1500) },
    );
    // The generator is of use only while both happen often.
    expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(300);
  });
});

describe('the index (A7, E7)', () => {
  it('finds whom a plain loop over all filters finds, in the order of their ids', () => {
    fc.assert(
      fc.property(...filtersAndEvents, (filters, events) => {
        const { index, subscriptions } = indexOf(filters);
        for (const event of events) {
          const expected = subscriptions
            .filter(({ filterId }) => holdsCompiled(filters[Number(filterId.slice(1))]!, event))
            .map(({ id }) => id);
          expect(found(index, event)).toEqual(expected.toSorted());
        }
      }),
      { numRuns: runs(700) },
    );
  });

  it('needs the payload only if the answer for a filter depends on it', () => {
    fc.assert(
      fc.property(...filtersAndEvents, fc.array(arbitraryEvent), (filters, events, others) => {
        const { index } = indexOf(filters);
        for (const event of events) {
          const search = index.search({ ...event, data: undefined });
          if (search.needsData) continue;
          const expected = found(index, event);
          for (const { data } of others) {
            const { entries } = index.search(event).candidates(data);
            expect(matchEvent(entries, { ...event, data }, 1_000_000).found.map(({ id }) => id)).toEqual(
              expected,
            );
          }
        }
      }),
      { numRuns: runs(700) },
    );
  });

  it('finds the same in searches that are under way at once', () => {
    fc.assert(
      fc.property(...filtersAndEvents, (filters, events) => {
        const { index } = indexOf(filters);
        const searches = events.map((event) => index.search({ ...event, data: undefined }));
        const together = searches.map((search, i) => search.candidates(events[i]!.data).entries);
        const alone = events.map(
          (event) => index.search({ ...event, data: undefined }).candidates(event.data).entries,
        );
        expect(together).toEqual(alone);
      }),
      { numRuns: runs(200) },
    );
  });
});
