import type { TypeIndex } from '../../events/type-index.ts';
import type { Scalar } from '../language/condition.ts';
import { type Envelope, rootOf } from '../language/envelope.ts';
import { type Path, valuesAt } from '../language/paths.ts';
import type { Bound, Bucket, ByData } from './buckets.ts';
import { findNeed } from './match-event.ts';
import { findBy, getOrMake } from './predicates.ts';

export interface Search<E> {
  /** Whether a subscription is left whose filter looks at the payload. */
  readonly needsData: boolean;
  /** What the search has taken so far, in the measure of `evaluate`. */
  readonly steps: number;
  /**
   * Ends the search.
   * @param data the payload; undefined when it is not JSON, or not needed
   * @returns `entries` may want the event, ordered by id; nobody else does. `steps` is what the end has taken
   */
  candidates(data: unknown): { entries: E[]; steps: number };
}

/** Visiting a node of the trie, or sorting a subscription in, takes as long as four comparisons of `evaluate`. */
const STEPS_PER_VISIT = 4;
/**
 * Looking for values that filters ask for. When a payload has so many that it takes longer, the filters that are left
 * are all candidates: looking at them one by one can be spread over invocations, and looking for values can't.
 */
const MAX_LOOKUP_STEPS = 100_000;

/** @param entries of which filters know the positions @param rounds counts looks, of which each marks what it finds */
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

/** In plain loops: with `flatMap` and a comparison, this took a third of a search. */
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

/** Adds the filters that ask for a value which the payload has. */
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
        // Such as the products that a few filters ask for, and the hundred of an order.
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
