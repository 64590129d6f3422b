import { type Condition, isScalar } from './condition.ts';
import type { FilterParts } from './filter.ts';

/** What an index takes in memory, at most; told before it is built. */

/** Two ids of 30 characters, an object, a place in a map and in two lists. */
export const BYTES_PER_SUBSCRIPTION = 300;
const BYTES_PER_FILTER = 500;
/** A node of the trie, with its map of branches or its list. Nodes that patterns share are counted for each. */
const BYTES_PER_SEGMENT = 250;
/** A value that filters of an event type are found by, with its list of filters. A pattern's first is in its nodes. */
const BYTES_PER_VALUE = 150;
/** The functions that a field is compiled to, and what they hold. */
const BYTES_PER_FIELD = 300;
/** Read when it is first needed: some sixty times its text. */
const BYTES_PER_QUERY_CHARACTER = 64;
const BYTES_PER_SPAN = 400;

/** What a filter takes. */
export function bytesOfFilter({ events, where, jsonpath = '', during }: FilterParts): number {
  const spans = during === undefined ? 0 : Array.isArray(during) ? during.length : 1;
  const values = Math.max(0, mostValues(where ?? {}) - 1) * BYTES_PER_VALUE;
  return events.reduce(
    (sum, pattern) => sum + bytesOfText(pattern) + pattern.split('.').length * BYTES_PER_SEGMENT + values,
    BYTES_PER_FILTER +
      bytesOfCondition(where ?? {}) +
      jsonpath.length * BYTES_PER_QUERY_CHARACTER +
      spans * BYTES_PER_SPAN,
  );
}

/** Of the longest list. A filter is found by the values of one list, or of one and a single other value. */
const mostValues = (condition: Condition): number =>
  Object.values(condition).reduce(
    (most, inner) => Math.max(most, Array.isArray(inner) ? inner.length : mostValues(inner as Condition)),
    0,
  );

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
