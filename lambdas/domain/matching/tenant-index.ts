import { type CompiledFilter, compileFilter } from './compile.ts';
import type { Scalar } from './condition.ts';
import type { Engines } from './engines.ts';
import type { Envelope } from './envelope.ts';
import { type Equality, MAX_PLACES, type Path, PathPool, valuesAt } from './equalities.ts';
import type { FilterParts } from './filter.ts';
import { findNeed } from './match-event.ts';
import { type TypeIndex, typeIndex } from './type-index.ts';

/** What matching needs of an active filter. */
export interface FilterEntry extends FilterParts {
  readonly id: string;
}

/** What matching needs of an active subscription. */
export interface SubscriptionEntry {
  readonly id: string;
  readonly targetId: string;
  readonly filterId: string;
}

/** A subscription with its filter, which is one object for all subscriptions that bind it. */
export interface MatchEntry {
  readonly id: string;
  readonly targetId: string;
  readonly filter: CompiledFilter;
}

/** Active subscriptions and filters of one tenant, as they are stored. */
export interface MatchSource {
  readonly filters: readonly FilterEntry[];
  readonly subscriptions: readonly SubscriptionEntry[];
  /** As `bytesOfFilter` and `BYTES_PER_SUBSCRIPTION` have it. */
  readonly bytes: number;
}

/**
 * A tenant's subscriptions, by event type and by values that filters ask for: an event looks only at filters that can
 * still hold.
 */
export interface TenantIndex {
  /** What it takes in memory, estimated and rather too high. */
  readonly bytes: number;
  /** Begins to look for the subscriptions that an event may be for, as far as that goes without its payload. */
  search(envelope: Envelope): Search;
  /** The subscription of this id, whatever it wants. */
  byId(id: string): MatchEntry | undefined;
}

export interface Search {
  /** Whether a subscription is left whose filter looks at the payload. */
  readonly needsData: boolean;
  /**
   * Ends the search.
   * @param data the payload; undefined when it is not JSON, or not needed
   * @returns `entries` may want the event, ordered by id; nobody else does. `steps` is the work, in the measure of
   *   `evaluate`, that of the beginning included
   */
  candidates(data: unknown): { entries: MatchEntry[]; steps: number };
}

/** Visiting a node of the trie, or sorting a subscription in, takes as long as four comparisons of `evaluate`. */
const STEPS_PER_VISIT = 4;
/**
 * Looking for values that filters ask for. When a payload has so many that it takes longer, the filters that are left
 * are all candidates: looking at them one by one can be spread over invocations, and looking for values can't.
 */
const MAX_LOOKUP_STEPS = 100_000;

/** A filter that is bound. */
interface Bound extends CompiledFilter {
  /** Position of its first subscription among all of the tenant's. */
  first: number;
  /** Those of further ones. Few filters have any, and a list of one would take three times as much. */
  others: number[] | undefined;
  /** The last round that found it, so that no round finds it twice. Rounds are not interrupted. */
  round: number;
}

const NONE = -1;

/** Filters that the same event types lead to. */
interface Bucket {
  /** Those that ask for no value, or have got theirs. */
  found: Bound[] | undefined;
  /** Those that ask for values of the event's own fields. */
  own: Map<Path, Map<Scalar, Bucket>> | undefined;
  /** Those that ask for values of the payload. */
  data: ByValue | undefined;
}
type ByValue = Map<Path, Map<Scalar, Bound[]>>;

const emptyBucket = (): Bucket => ({ found: undefined, own: undefined, data: undefined });

/**
 * Filters or subscriptions that are indexed before others have a turn: some milliseconds. A function that goes on with
 * its events while it builds an index in the background does not keep them waiting.
 */
const SLICE = 256;

/** Joins subscriptions and filters; a subscription whose filter is not among them gets nothing. */
export function buildTenantIndex(source: MatchSource, engines: Engines): TenantIndex {
  const building = indexInSlices(source, engines);
  for (;;) {
    const { done, value } = building.next();
    if (done) return value;
  }
}

/** Does what `buildTenantIndex` does a little at a time, and returns the index at its end. */
export function* indexInSlices(
  { filters, subscriptions, bytes }: MatchSource,
  engines: Engines,
): Generator<void, TenantIndex> {
  const known = new Map<string, Bound>();
  const entries: MatchEntry[] = [];
  const wanted = new Set(subscriptions.map(({ filterId }) => filterId));
  const used = filters.filter(({ id }) => wanted.has(id));
  yield* inSlices(used, (filter) => {
    const { own, data } = compileFilter(filter, engines);
    known.set(filter.id, { own, data, first: NONE, others: undefined, round: 0 });
  });
  yield* inSlices(
    subscriptions.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ({ id, targetId, filterId }) => {
      const bound = known.get(filterId);
      if (!bound) return;
      if (bound.first === NONE) bound.first = entries.length;
      else bound.others = appended(bound.others, entries.length);
      entries.push({ id, targetId, filter: bound });
    },
  );
  const types = yield* indexTypes(used, known);
  const rounds = { last: 0 };
  return {
    bytes,
    search: (envelope) => search(types, entries, envelope, rounds),
    byId: (id) => entryOf(entries, id),
  };
}

/** @param entries ordered by id: a search among them does without a map of all */
function entryOf(entries: readonly MatchEntry[], id: string): MatchEntry | undefined {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return entries[low]?.id === id ? entries[low] : undefined;
}

function* inSlices<T>(items: readonly T[], each: (item: T, i: number) => void): Generator<void, void> {
  for (const [i, item] of items.entries()) {
    each(item, i);
    if (i % SLICE === SLICE - 1) yield;
  }
}

function* indexTypes(
  filters: readonly FilterEntry[],
  known: ReadonlyMap<string, Bound>,
): Generator<void, TypeIndex<Bucket>> {
  const types = typeIndex(emptyBucket);
  const paths = new PathPool();
  const equalities: Equality[][] = [];
  const distinct = new ValueCounts();
  yield* inSlices(filters, ({ where = {} }) => {
    const own = paths.equalitiesOf(where);
    equalities.push(own);
    distinct.add(own);
  });
  yield* inSlices(filters, ({ id, events }, i) => {
    const patterns = [...new Set(events)];
    const [ofData, ofOwn] = partition(equalities[i]!, ({ path }) => path[0] === 'data');
    const { own, data } = placesOf(
      patterns.length,
      mostTelling(ofOwn, distinct),
      mostTelling(ofData, distinct),
    );
    for (const pattern of patterns) insert(types.at(pattern), known.get(id)!, own, data);
  });
  return types;
}

/** How many values each path has in all filters. */
class ValueCounts {
  readonly #values = new Map<Path, Set<Scalar>>();

  add(equalities: readonly Equality[]): void {
    for (const { path, values } of equalities) {
      const known = getOrMake(this.#values, path, () => new Set());
      for (const value of values) known.add(value);
    }
  }

  of(path: Path): number {
    return this.#values.get(path)?.size ?? 0;
  }
}

/** That which the fewest other filters can be expected to share. */
const mostTelling = (equalities: readonly Equality[], distinct: ValueCounts) =>
  equalities.reduce<Equality | undefined>((best, one) => {
    const tells = ({ path, values }: Equality): number => distinct.of(path) / values.length;
    return best && tells(best) >= tells(one) ? best : one;
  }, undefined);

/**
 * Which equalities a filter is found by: it stands once for each pattern, each value of the one, and each of the other.
 * When that is too often, the payload's values are the better ones: nearly always there are more of them.
 */
function placesOf(
  patterns: number,
  own: Equality | undefined,
  data: Equality | undefined,
): { own?: Equality | undefined; data?: Equality | undefined } {
  const places = (...by: (Equality | undefined)[]): number =>
    by.reduce((product, one) => product * (one?.values.length ?? 1), patterns);
  if (places(own, data) <= MAX_PLACES) return { own, data };
  if (places(data) <= MAX_PLACES) return { data };
  return places(own) <= MAX_PLACES ? { own } : {};
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  for (const item of items) (isFirst(item) ? first : second).push(item);
  return [first, second];
}

function insert(bucket: Bucket, bound: Bound, own: Equality | undefined, data: Equality | undefined): void {
  if (own) {
    bucket.own ??= new Map();
    const byValue = getOrMake(bucket.own, own.path, () => new Map<Scalar, Bucket>());
    for (const value of new Set(own.values)) {
      insert(getOrMake(byValue, value, emptyBucket), bound, undefined, data);
    }
  } else if (data) {
    bucket.data ??= new Map();
    const byValue = getOrMake(bucket.data, data.path, () => new Map<Scalar, Bound[]>());
    for (const value of new Set(data.values)) byValue.set(value, appended(byValue.get(value), bound));
  } else {
    bucket.found = appended(bucket.found, bound);
  }
}

/** Most lists have one element. A list that begins empty makes room for 17 when it gets its first. */
function appended<T>(list: T[] | undefined, item: T): T[] {
  if (!list) return [item];
  list.push(item);
  return list;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function search(
  types: TypeIndex<Bucket>,
  entries: readonly MatchEntry[],
  envelope: Envelope,
  rounds: { last: number },
): Search {
  const work = { steps: 0 };
  const found: Bound[] = [];
  const byData: ByValue[] = [];
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
    for (const [path, byValue] of bucket.own ?? []) {
      work.steps++;
      const next = byValue.get(envelope[path[0] as keyof Envelope] as Scalar);
      if (next) visit(next);
    }
  };
  rounds.last++;
  for (const bucket of types.find(envelope.type, work)) visit(bucket);

  const need = findNeed(possible(found, byData), envelope);
  return {
    needsData: need.needsData,
    candidates(data) {
      rounds.last++;
      for (const bound of found) bound.round = rounds.last;
      if (data !== undefined) addByData(byData, data, work, add);
      const candidates = inOrder(found, entries);
      work.steps += candidates.length;
      return { entries: candidates, steps: need.steps + STEPS_PER_VISIT * work.steps };
    },
  };
}

/** Filters that may hold, as far as that is known without the payload; some more than once. */
function* possible(found: readonly Bound[], byData: readonly ByValue[]): Generator<Bound> {
  yield* found;
  for (const paths of byData) {
    for (const byValue of paths.values()) for (const bounds of byValue.values()) yield* bounds;
  }
}

/** In plain loops: with `flatMap` and a comparison, this took a third of a search. */
function inOrder(found: readonly Bound[], entries: readonly MatchEntry[]): MatchEntry[] {
  const positions: number[] = [];
  for (const { first, others } of found) {
    positions.push(first);
    if (others) for (const position of others) positions.push(position);
  }
  const ordered: MatchEntry[] = [];
  for (const position of new Uint32Array(positions).sort()) ordered.push(entries[position]!);
  return ordered;
}

/** Adds the filters that ask for a value which the payload has. */
function addByData(
  byData: readonly ByValue[],
  data: unknown,
  work: { steps: number },
  add: (some: readonly Bound[]) => void,
): void {
  const known = new Map<Path, readonly Scalar[]>();
  const lookups = { steps: 0 };
  for (const paths of byData) {
    for (const [path, byValue] of paths) {
      lookups.steps++;
      const values = getOrMake(known, path, () => valuesAt(path, { data }, lookups, MAX_LOOKUP_STEPS));
      lookups.steps += values.length;
      if (lookups.steps > MAX_LOOKUP_STEPS) {
        for (const bounds of byValue.values()) add(bounds);
        continue;
      }
      for (const value of values) {
        const bounds = byValue.get(value);
        if (bounds) add(bounds);
      }
    }
  }
  work.steps += lookups.steps;
}
