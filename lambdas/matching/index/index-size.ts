import { type Condition, isScalar } from '../language/condition.ts';
import { type FilterParts, spansOf } from '../language/filter.ts';
import type { IndexPredicate } from '../language/predicates.ts';
import { isOfOwnField, MAX_PLACES } from './buckets.ts';
import { PredicateFactory } from './predicate-factory.ts';

/** Estimates what an index takes in memory at most, before it is built. */

/** Two ids of 30 characters, an object, a place in a map and in two lists. */
export const BYTES_PER_SUBSCRIPTION = 300;
const BYTES_PER_FILTER = 500;
/** A node of the trie, with its map of branches or its list. Nodes that patterns share are counted for each. */
const BYTES_PER_SEGMENT = 250;
/** The functions that a field is compiled to, and their variables. */
const BYTES_PER_FIELD = 340;
/** A value that a filter is found by, with a list. A value of the event's own fields leads to maps as well. */
const BYTES_PER_PLACE = 160;
const BYTES_PER_MAPS = 450;
/** A query is read when it is first needed. In the worst case, a chain of comparisons, it takes so much. */
const BYTES_PER_QUERY_CHARACTER = 110;
const BYTES_PER_SPAN = 400;

/** What a filter takes in memory. */
export function bytesOfFilter({ events, where = {}, jsonpath = '', during }: FilterParts): number {
  const spans = during === undefined ? 0 : spansOf(during).length;
  return events.reduce(
    (sum, pattern) => sum + bytesOfText(pattern) + pattern.split('.').length * BYTES_PER_SEGMENT,
    BYTES_PER_FILTER +
      bytesOfCondition(where) +
      bytesOfPlaces(events.length, where, jsonpath !== '') +
      jsonpath.length * BYTES_PER_QUERY_CHARACTER +
      spans * BYTES_PER_SPAN,
  );
}

/** Whichever predicates are chosen, a filter takes no more places than by the longest ones. */
function bytesOfPlaces(patterns: number, where: Condition, hasQuery: boolean): number {
  const predicates = new PredicateFactory().predicatesOf(where);
  const longest = (some: readonly IndexPredicate[]): number =>
    Math.max(0, ...some.map(({ length }) => length));
  const own = longest(predicates.filter(isOfOwnField));
  const data = Math.max(
    longest(predicates.filter((predicate) => !isOfOwnField(predicate))),
    hasQuery ? 1 : 0,
  );
  const byBoth = patterns * own * data;
  const isByBoth = byBoth > 0 && byBoth <= MAX_PLACES;
  const places = isByBoth ? byBoth : Math.min(patterns * Math.max(own, data), MAX_PLACES);
  const maps = isByBoth ? patterns * own : 0;
  return (maps + Math.min(places, patterns)) * BYTES_PER_MAPS + (maps + places) * BYTES_PER_PLACE;
}

const bytesOfText = (text: string): number => 24 + 2 * text.length;

const bytesOfCondition = (condition: Condition): number =>
  Object.entries(condition).reduce(
    (sum, [name, inner]) => sum + BYTES_PER_FIELD + bytesOfText(name) + bytesOfValue(inner),
    60,
  );

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return bytesOfText(value);
  if (isScalar(value)) return 16;
  if (!Array.isArray(value)) return bytesOfCondition(value as Condition);
  return value.reduce<number>((sum, one) => sum + bytesOfValue(one), 50);
}
