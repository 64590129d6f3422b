import type { CompiledFilter } from '../filters/compile.ts';
import type { Scalar } from '../language/condition.ts';
import { OWN_FIELDS } from '../language/envelope.ts';
import type { IndexPredicate, Lookup } from '../language/predicates.ts';
import { getOrMake, type ValueCounts } from './predicates.ts';

/** A filter that is bound. */
export interface Bound extends CompiledFilter {
  /** Position of its first subscription among all of the tenant's. */
  first: number;
  /** Those of further ones. Few filters have any, and a list of one would take three times as much. */
  others: number[] | undefined;
  /** The last round that found it, so that no round finds it twice. Rounds are not interrupted. */
  round: number;
}

/** Filters that the same event types lead to. */
export interface Bucket {
  /** Those that have no key, or whose key was found. */
  found: Bound[] | undefined;
  /** Those with a key in the event's own fields; in each bucket are those that have another in the payload. */
  own: Map<Lookup, Map<Scalar, Bucket>> | undefined;
  /** Those with a key in the payload. */
  data: ByData | undefined;
}
export type ByData = Map<Lookup, Map<Scalar, Bound[]>>;

export const emptyBucket = (): Bucket => ({ found: undefined, own: undefined, data: undefined });

/** What a filter is found by. */
export interface Keys {
  readonly own?: IndexPredicate | undefined;
  readonly data?: IndexPredicate | undefined;
}

/**
 * How often one filter may stand in an index: a hundred patterns, with lists of 64 values of an own field and 64 of the
 * payload, would be 409,600 times, which are 60 MB. Five patterns, two sources and ten customers are a hundred.
 */
export const MAX_PLACES = 200;

/** A key shared with fewer others than this one in so many finds few enough. */
const TELLING = 64;

/**
 * The keys that a filter is found by. One will do if it tells much; a second one is a map of its own in many places. A
 * filter stands once for each pattern and clue, so those that would make it stand too often are left out.
 */
export function keysFor(patterns: number, keys: readonly IndexPredicate[], counts: ValueCounts): Keys {
  const fitting = keys.filter(({ length }) => length * patterns <= MAX_PLACES);
  const own = counts.mostSelective(fitting.filter(isOfOwnField));
  const data = counts.mostSelective(fitting.filter((key) => !isOfOwnField(key)));
  if (!own || !data) return { own, data };
  const [ofOwn, ofData] = [counts.selectivity(own), counts.selectivity(data)];
  if (Math.max(ofOwn, ofData) < TELLING && own.length * data.length * patterns <= MAX_PLACES) {
    return { own, data };
  }
  return ofOwn > ofData ? { own } : { data };
}

/** What a query asks of one is something inside of it, so that is left to the payload's keys. */
export function isOfOwnField([fieldPredicate]: IndexPredicate): boolean {
  const { path } = fieldPredicate!.lookup;
  return path.length === 1 && OWN_FIELDS.some((field) => field === path[0]);
}

export function insert(bucket: Bucket, bound: Bound, { own, data }: Keys): void {
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

/** Most lists have one element. A list that begins empty makes room for 17 when it gets its first. */
export function appended<T>(list: T[] | undefined, item: T): T[] {
  if (!list) return [item];
  list.push(item);
  return list;
}
