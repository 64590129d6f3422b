import type { Scalar } from '../language/condition.ts';
import type { Path } from '../language/paths.ts';
import type { IndexPredicate, Lookup } from '../language/predicates.ts';
import { getOrMake } from './get-or-make.ts';

/**
 * How selective a kind of lookup is, relative to equality: many values begin alike, a text contains many others, and half
 * of all numbers are above any bound.
 */
const SELECTIVITY: Readonly<Record<Lookup['kind'], number>> = {
  equal: 1,
  prefix: 1 / 2,
  suffix: 1 / 2,
  within: 1 / 4,
  above: 1 / 16,
  below: 1 / 16,
};

/** Counts the different values that filters ask for, by field. */
export class ValueCounts {
  readonly #values = new Map<Path, Set<Scalar>>();

  add(predicates: readonly IndexPredicate[]): void {
    for (const predicate of predicates) {
      const values = getOrMake(this.#values, predicate[0]!.lookup.path, () => new Set());
      for (const { value } of predicate) values.add(value);
    }
  }

  /** The predicate that the fewest other filters can be expected to share. */
  mostSelective(predicates: readonly IndexPredicate[]): IndexPredicate | undefined {
    return predicates.reduce<IndexPredicate | undefined>((best, predicate) => {
      return best && this.selectivity(best) >= this.selectivity(predicate) ? best : predicate;
    }, undefined);
  }

  /** Among how many filters with a predicate on this field one can be expected to have this predicate. */
  selectivity(predicate: IndexPredicate): number {
    const values = this.#values.get(predicate[0]!.lookup.path)?.size ?? 0;
    return (values / predicate.length) * Math.min(...predicate.map(({ lookup }) => SELECTIVITY[lookup.kind]));
  }
}
