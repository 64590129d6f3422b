import type { TypeIndex } from '../../events/type-index.ts';
import type { Scalar } from '../language/condition.ts';
import { type Envelope, rootOf } from '../language/envelope.ts';
import { type Path, valuesAt } from '../language/paths.ts';
import type { Bound, Bucket, ByData } from './buckets.ts';
import { findBy } from './find-by.ts';
import { getOrMake } from './get-or-make.ts';
import { findNeed } from './match-event.ts';

export interface Search<E> {
  /** Whether a filter that may still hold needs the payload. */
  readonly needsData: boolean;
  /** Steps of the search so far, as `evaluate` counts them. */
  readonly steps: number;
  /**
   * Ends the search.
   * @param data the payload; undefined when it is not JSON, or not needed
   * @returns `entries` may want the event, ordered by id, and no others do. `steps` is what the end has taken
   */
  candidates(data: unknown): { entries: E[]; steps: number };
}

/** Visiting a node of the trie, or sorting in a subscription, takes as long as four comparisons of `evaluate`. */
const STEPS_PER_VISIT = 4;
/**
 * Steps of looking up a payload's values. When a payload has so many values that it takes more, all filters left are
 * candidates: evaluating filters can be spread over invocations, and looking up values can't.
 */
const MAX_LOOKUP_STEPS = 100_000;

/** @param entries filters hold positions in it @param rounds counts searches; each marks the filters that it finds */
export function search<E>(
  types: TypeIndex<Bucket>,
  entries: readonly E[],
  envelope: Envelope,
  rounds: { last: number },
): Search<E> {
  const work = { steps: 0 };
  const found: Bound[] = [];
  const byData: ByData[] = [];
  const add = (some: readonly Bound[]): void => {
    work.steps += some.length;
    for (const bound of some) {
      if (bound.round === rounds.last) continue;
      bound.round = rounds.last;
      found.push(bound);
    }
  };
  const visit = (bucket: Bucket): void => {
    if (bucket.found) add(bucket.found);
    if (bucket.data) byData.push(bucket.data);
    if (!bucket.own) return;
    for (const [lookup, byValue] of bucket.own) {
      findBy(lookup, byValue, envelope[lookup.path[0] as keyof Envelope] as Scalar, work, visit);
    }
  };
  rounds.last++;
  for (const bucket of types.find(envelope.type, work)) visit(bucket);

  const need = findNeed(possible(found, byData), envelope);
  return {
    needsData: need.needsData,
    steps: need.steps + STEPS_PER_VISIT * work.steps,
    candidates(data) {
      work.steps = 0;
      rounds.last++;
      for (const bound of found) bound.round = rounds.last;
      if (data !== undefined) addByData(byData, { ...envelope, data }, work, add);
      const candidates = inOrder(found, entries);
      work.steps += candidates.length;
      return { entries: candidates, steps: STEPS_PER_VISIT * work.steps };
    },
  };
}

/** Filters that may hold, as far as that is known without the payload; some more than once. */
function* possible(found: readonly Bound[], byData: readonly ByData[]): Generator<Bound> {
  yield* found;
  for (const lookups of byData) {
    for (const byValue of lookups.values()) for (const bounds of byValue.values()) yield* bounds;
  }
}

/** Plain loops: with `flatMap` and a comparison function, this took a third of a search. */
function inOrder<E>(found: readonly Bound[], entries: readonly E[]): E[] {
  const positions: number[] = [];
  for (const { first, others } of found) {
    positions.push(first);
    if (others) for (const position of others) positions.push(position);
  }
  const ordered: E[] = [];
  for (const position of new Uint32Array(positions).sort()) ordered.push(entries[position]!);
  return ordered;
}

/** Adds the filters whose predicates a value of the payload satisfies. */
function addByData(
  byData: readonly ByData[],
  envelope: Envelope,
  work: { steps: number },
  add: (some: readonly Bound[]) => void,
): void {
  const root = rootOf(envelope);
  const known = new Map<Path, ReadonlySet<Scalar>>();
  const lookups = { steps: 0 };
  for (const some of byData) {
    for (const [lookup, byValue] of some) {
      lookups.steps++;
      const values = getOrMake(
        known,
        lookup.path,
        () => new Set(valuesAt(lookup.path, root, lookups, MAX_LOOKUP_STEPS)),
      );
      if (lookup.kind === 'equal' && byValue.size < values.size) {
        // For example, a few filters ask for products, and an order has a hundred.
        lookups.steps += byValue.size;
        for (const [value, bounds] of byValue) if (values.has(value)) add(bounds);
      } else {
        for (const value of values) {
          if (lookups.steps > MAX_LOOKUP_STEPS) break;
          findBy(lookup, byValue, value, lookups, add);
        }
      }
      if (lookups.steps > MAX_LOOKUP_STEPS) for (const bounds of byValue.values()) add(bounds);
    }
  }
  work.steps += lookups.steps;
}
