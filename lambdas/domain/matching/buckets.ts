import type { CompiledFilter } from './compile.ts';
import type { Scalar } from './condition.ts';
import { getOrMake, type Key, type Lookup } from './keys.ts';

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
  /** Those that have no key, or whose keys were found. */
  found: Bound[] | undefined;
  /** Those with a key in the event's own fields. */
  own: Map<Lookup, Map<Scalar, Bucket>> | undefined;
  /** Those with a key in the payload. */
  data: ByData | undefined;
}
export type ByData = Map<Lookup, Map<Scalar, Bound[]>>;

export const emptyBucket = (): Bucket => ({ found: undefined, own: undefined, data: undefined });

/** The keys by which a filter is found: one in the event's own fields, one in the payload. */
export interface Keys {
  readonly own?: Key | undefined;
  readonly data?: Key | undefined;
}

/**
 * How often one filter may stand in an index: a hundred patterns, with lists of 64 values of an own field and 64 of the
 * payload, would be 409,600 times, which are 60 MB. Five patterns, two sources and ten customers are a hundred.
 */
export const MAX_PLACES = 200;

/**
 * The keys that do not make a filter stand in too many places: it stands once for each pattern, each clue of the one, and
 * each of the other. The payload's are the better ones: nearly always they have more values.
 */
export function withinPlaces(patterns: number, { own, data }: Keys): Keys {
  const places = (...by: (Key | undefined)[]): number =>
    by.reduce((product, key) => product * (key?.length ?? 1), patterns);
  if (places(own, data) <= MAX_PLACES) return { own, data };
  if (places(data) <= MAX_PLACES) return { data };
  return places(own) <= MAX_PLACES ? { own } : {};
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
