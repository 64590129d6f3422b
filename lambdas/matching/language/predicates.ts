import type { Scalar } from './condition.ts';
import type { Path } from './paths.ts';

/** What an index can find filters by: what they ask of one field, whatever else they ask for. */

/** How a field's value is looked up. One object for all that are the same, so that maps can have them as keys. */
export interface Lookup {
  readonly path: Path;
  /**
   * `equal`: by the value itself. `prefix` and `suffix`: by so many characters of a text. `within`: by texts that are in
   * it. `above` and `below`: by bounds that a number reaches.
   */
  readonly kind: 'equal' | 'prefix' | 'suffix' | 'within' | 'above' | 'below';
  /** Of a prefix or suffix; 0 of others. */
  readonly length: number;
}

/** What a field's value has to be, seen by a lookup; that it is does not mean that the filter holds. */
interface FieldPredicate {
  readonly lookup: Lookup;
  readonly value: Scalar;
}

/** Predicates on one field, of which one has to be found, or the filter does not hold. */
export type IndexPredicate = readonly FieldPredicate[];

/** A predicate without its field. */
export type ValuePredicate = Omit<Lookup, 'path'> & Pick<FieldPredicate, 'value'>;
