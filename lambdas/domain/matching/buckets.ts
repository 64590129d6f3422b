import type { CompiledFilter } from './compile.ts';
import type { Scalar } from './condition.ts';
import { OWN_FIELDS } from './envelope.ts';
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
  /** Those that have no key. */
  found: Bound[] | undefined;
  /** Those with a key in the event's own fields. */
  own: ByKey | undefined;
  /** Those with a key in the payload. */
  data: ByKey | undefined;
}
export type ByKey = Map<Lookup, Map<Scalar, Bound[]>>;

export const emptyBucket = (): Bucket => ({ found: undefined, own: undefined, data: undefined });

/**
 * How often one filter may stand in an index: a hundred patterns, each with a list of 64 values, would be 6,400 times,
 * which are a megabyte. Five patterns and ten customers are fifty. One that would stand more often has no key.
 */
export const MAX_PLACES = 200;

export function insert(bucket: Bucket, bound: Bound, key: Key | undefined): void {
  if (!key) {
    bucket.found = appended(bucket.found, bound);
    return;
  }
  const part = isOfOwnField(key) ? 'own' : 'data';
  bucket[part] ??= new Map();
  for (const { lookup, value } of key) {
    const byValue = getOrMake(bucket[part], lookup, () => new Map<Scalar, Bound[]>());
    byValue.set(value, appended(byValue.get(value), bound));
  }
}

/** What a query asks of one is something inside of it, so that is left to the payload's keys. */
function isOfOwnField([clue]: Key): boolean {
  const { path } = clue!.lookup;
  return path.length === 1 && OWN_FIELDS.some((field) => field === path[0]);
}

/** Most lists have one element. A list that begins empty makes room for 17 when it gets its first. */
export function appended<T>(list: T[] | undefined, item: T): T[] {
  if (!list) return [item];
  list.push(item);
  return list;
}
