import { describe, expect, it } from 'vitest';
import { KINDS, type Kind } from '../../bench/matching/matching-filters.ts';
import {
  envelopeOf,
  envelopeWithData,
  makeWorkload,
  PAYLOAD_BYTES,
} from '../../bench/matching/matching-workload.ts';
import { typeMatcher } from '../../lambdas/events/type-index.ts';
import { compileFilter, evaluate } from '../../lambdas/matching/filters/compile.ts';
import { conditionProblem } from '../../lambdas/matching/filters/condition-check.ts';
import { ENGINES } from '../../lambdas/matching/index/all-engines.ts';
import { buildTenantIndex } from '../../lambdas/matching/index/tenant-index.ts';
import type { FilterParts } from '../../lambdas/matching/language/filter.ts';
import { jsonpathProblem } from '../../lambdas/matching/operators/jsonpath.ts';

const SUBSCRIPTIONS = 500;
const MIX = { subscriptions: SUBSCRIPTIONS, alone: 0.5 };
const workload = makeWorkload(MIX, 20);
const events = [...workload.events.values()].flat();

const kindOf = ({ where = {}, jsonpath }: FilterParts): Kind => {
  if (jsonpath !== undefined) return 'jsonpath';
  const text = JSON.stringify(where);
  return (
    (['regex', 'wildcard', 'numeric'] as const).find((kind) => text.includes(`"${kind}":`)) ?? 'equality'
  );
};

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));

describe('what matching is measured with', () => {
  it('is the same for the same seed, and another for another', () => {
    const again = makeWorkload(MIX, 20);
    expect([...again.events.values()]).toEqual([...workload.events.values()]);
    expect(again.source(1)).toEqual(workload.source(1));
    expect(makeWorkload(MIX, 1, 2).source(0)).not.toEqual(makeWorkload(MIX, 1, 1).source(0));
  });

  it.each([0, 1, 100])('has a tenth of each operator when %i match', (matches) => {
    const { filters, subscriptions } = workload.source(matches);
    expect(subscriptions).toHaveLength(SUBSCRIPTIONS);
    expect(countBy(filters.map(kindOf))).toEqual(
      countBy(Array.from({ length: SUBSCRIPTIONS }, (_, i) => KINDS[i % KINDS.length]!)),
    );
  });

  it.each([0, 0.5, 1])('has as many operators that stand alone as it is told: %d', (alone) => {
    const { filters } = makeWorkload({ ...MIX, alone }, 1).source(0);
    const operators = filters.filter((filter) => kindOf(filter) !== 'equality');
    const without = operators.filter(({ where }) => !JSON.stringify(where ?? {}).includes('"id":["cus_'));
    expect(without.length / operators.length).toBeGreaterThanOrEqual(alone - 0.1);
    expect(without.length / operators.length).toBeLessThanOrEqual(alone + 0.1);
  });

  it('has event types and spans of time in the shares that are stated', () => {
    const { filters } = workload.source(0);
    const patterns = filters.flatMap((filter) => filter.events);
    const share = (count: number, of: number): number => Math.round((100 * count) / of);
    const withStars = patterns.filter((pattern) => pattern.includes('*'));
    expect(share(withStars.length, patterns.length)).toBeGreaterThan(25);
    expect(share(withStars.length, patterns.length)).toBeLessThan(35);
    const during = filters.filter((filter) => filter.during);
    expect(share(during.length, filters.length)).toBeGreaterThan(2);
    expect(share(during.length, filters.length)).toBeLessThan(9);
  });

  it('has filters as they can be stored', () => {
    for (const { where = {}, jsonpath } of workload.source(100).filters) {
      expect(conditionProblem(where, ENGINES)).toBeUndefined();
      if (jsonpath !== undefined) expect(jsonpathProblem(jsonpath)).toBeUndefined();
    }
  });

  it('has payloads of the size that is stated', () => {
    for (const bytes of PAYLOAD_BYTES) {
      for (const { payload } of workload.events.get(bytes)!) {
        expect(payload.length).toBeGreaterThanOrEqual(bytes);
        expect(payload.length).toBeLessThan(bytes + 200);
      }
    }
  });

  it.each([0, 1, 100])(
    'has %i subscriptions that match each event, by the index and one by one',
    (matches) => {
      const source = workload.source(matches);
      const index = buildTenantIndex(source, ENGINES);
      const all = source.filters.map((filter) => ({
        fits: typeMatcher(filter.events),
        compiled: compileFilter(filter, ENGINES),
        id: filter.id.replace('flt', 'sub'),
      }));
      for (const event of events) {
        const envelope = envelopeWithData(event);
        const expected = all.filter(
          ({ fits, compiled }) => fits(event.type) && evaluate(compiled, envelope).holds,
        );
        const found = index
          .search(envelopeOf(event))
          .candidates(envelope.data)
          .entries.filter(({ filter }) => evaluate(filter, envelope).holds);
        expect(expected).toHaveLength(matches);
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      }
    },
  );
});
