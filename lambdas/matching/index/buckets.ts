import type { CompiledFilter } from '../filters/compile.ts';
import type { Scalar } from '../language/condition.ts';
import { OWN_FIELDS } from '../language/envelope.ts';
import type { IndexPredicate, Lookup } from '../language/predicates.ts';
import { getOrMake } from './get-or-make.ts';
import type { ValueCounts } from './selectivity.ts';

/** A filter that subscriptions bind. */
export interface Bound extends CompiledFilter {
  /** Position of its first subscription among all of the tenant. */
  first: number;
  /** Positions of further ones. Few filters have any, and a list of one would take three times as much. */
  others: number[] | undefined;
  /** The last round that found it, so that no round finds it twice. Rounds are not interrupted. */
  round: number;
}

/** Filters of the same event types. */
export interface Bucket {
  /** Filters without a further predicate. */
  found: Bound[] | undefined;
  /** Filters with a predicate on one of the event's own fields. Each bucket may have predicates on the payload. */
  own: Map<Lookup, Map<Scalar, Bucket>> | undefined;
  /** Filters with a predicate on the payload. */
  data: ByData | undefined;
}
export type ByData = Map<Lookup, Map<Scalar, Bound[]>>;

export const emptyBucket = (): Bucket => ({ found: undefined, own: undefined, data: undefined });

/** The predicates that a filter is found by. */
export interface ChosenPredicates {
  readonly own?: IndexPredicate | undefined;
  readonly data?: IndexPredicate | undefined;
}

/**
 * How many places in an index a filter may take. A hundred patterns, with lists of 64 values of an own field and 64 of
 * the payload, would be 409,600, which are 60 MB. Five patterns, two sources and ten customers are a hundred.
 */
export const MAX_PLACES = 200;

/** A predicate that one filter in so many has finds few enough. */
const SELECTIVE_ENOUGH = 64;

/**
 * Chooses the predicates that a filter is found by. One is enough if it is selective; a second one costs a map in many
 * places. A filter takes a place for each pattern and value, so predicates that would take too many are left out.
 */
export function choosePredicates(
  patterns: number,
  predicates: readonly IndexPredicate[],
  counts: ValueCounts,
): ChosenPredicates {
  const fitting = predicates.filter(({ length }) => length * patterns <= MAX_PLACES);
  const own = counts.mostSelective(fitting.filter(isOfOwnField));
  const data = counts.mostSelective(fitting.filter((predicate) => !isOfOwnField(predicate)));
  if (!own || !data) return { own, data };
  const [ofOwn, ofData] = [counts.selectivity(own), counts.selectivity(data)];
  if (Math.max(ofOwn, ofData) < SELECTIVE_ENOUGH && own.length * data.length * patterns <= MAX_PLACES) {
    return { own, data };
  }
  return ofOwn > ofData ? { own } : { data };
}

/** Whether a predicate is on one of the event's own fields as a whole. Queries ask for something inside of a field. */
export function isOfOwnField([fieldPredicate]: IndexPredicate): boolean {
  const { path } = fieldPredicate!.lookup;
  return path.length === 1 && OWN_FIELDS.some((field) => field === path[0]);
}

export function insert(bucket: Bucket, bound: Bound, { own, data }: ChosenPredicates): void {
  if (own) {
    bucket.own ??= new Map();
    for (const { lookup, value } of own) {
      const byValue = getOrMake(bucket.own, lookup, () => new Map<Scalar, Bucket>());
      insert(getOrMake(byValue, value, emptyBucket), bound, { data });
    }
  } else if (data) {
    bucket.data ??= new Map();
    for (const { lookup, value } of data) {
      const byValue = getOrMake(bucket.data, lookup, () => new Map<Scalar, Bound[]>());
      byValue.set(value, appended(byValue.get(value), bound));
    }
  } else {
    bucket.found = appended(bucket.found, bound);
  }
}

/** Most lists have one element. A list that begins empty reserves room for 17 at its first. */
export function appended<T>(list: T[] | undefined, item: T): T[] {
  if (!list) return [item];
  list.push(item);
  return list;
}
