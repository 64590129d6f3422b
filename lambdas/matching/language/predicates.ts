import type { Scalar } from './condition.ts';
import type { Path } from './paths.ts';

/** Predicates that an index finds filters by: what a filter asks of one field, whatever else it asks for. */

/** How a field's value is looked up. Equal lookups are one object, so that maps can have them as keys. */
export interface Lookup {
  readonly path: Path;
  /**
   * `equal`: the value itself. `prefix` and `suffix`: so many characters of a text. `within`: texts that it contains.
   * `above` and `below`: bounds that a number reaches.
   */
  readonly kind: 'equal' | 'prefix' | 'suffix' | 'within' | 'above' | 'below';
  /** The length of a prefix or suffix; 0 for other kinds. */
  readonly length: number;
}

/** What a filter requires of a field's value, as seen by a lookup. It is necessary for the filter, not sufficient. */
interface FieldPredicate {
  readonly lookup: Lookup;
  readonly value: Scalar;
}

/** Alternatives on one field: unless one of them holds, the filter does not. */
export type IndexPredicate = readonly FieldPredicate[];

/** A predicate without its field. */
export type ValuePredicate = Omit<Lookup, 'path'> & Pick<FieldPredicate, 'value'>;
