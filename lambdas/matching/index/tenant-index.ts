import { type TypeIndex, typeIndex } from '../../events/type-index.ts';
import { type CompiledFilter, compileFilter } from '../filters/compile.ts';
import type { Engines } from '../language/engines.ts';
import type { Envelope } from '../language/envelope.ts';
import type { FilterParts } from '../language/filter.ts';
import type { IndexPredicate } from '../language/predicates.ts';
import { appended, type Bound, type Bucket, choosePredicates, emptyBucket, insert } from './buckets.ts';
import { PredicateFactory } from './predicate-factory.ts';
import { type Search, search } from './search.ts';
import { ValueCounts } from './selectivity.ts';

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
  /** By `bytesOfFilter` and `BYTES_PER_SUBSCRIPTION`. */
  readonly bytes: number;
}

/**
 * A tenant's subscriptions, by event type and by values that filters ask for: only filters that can still hold are
 * evaluated for an event.
 */
export interface TenantIndex {
  /** What it takes in memory; the estimate is rather too high. */
  readonly bytes: number;
  /** Begins the search for the subscriptions of an event, as far as it goes without the payload. */
  search(envelope: Envelope): Search<MatchEntry>;
  /** The subscription of this id, whatever it wants. */
  byId(id: string): MatchEntry | undefined;
}

/** The first position of a filter without subscriptions so far. */
const NONE = -1;

/**
 * Filters or subscriptions that are indexed before other work has its turn: some milliseconds. So a function that builds
 * an index in the background does not hold up its events.
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

/** Builds the same index slice by slice, and returns it at the end. */
export function* indexInSlices(
  { filters, subscriptions, bytes }: MatchSource,
  engines: Engines,
): Generator<void, TenantIndex> {
  const known = new Map<string, Bound>();
  const entries: MatchEntry[] = [];
  const wanted = new Set(subscriptions.map(({ filterId }) => filterId));
  const used = filters.filter(({ id }) => wanted.has(id));
  yield* inSlices(used, (filter) => {
    const { own, data } = compiled(filter, engines);
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
  const types = yield* indexTypes(used, known, engines);
  const rounds = { last: 0 };
  return {
    bytes,
    search: (envelope) => search(types, entries, envelope, rounds),
    byId: (id) => entryOf(entries, id),
  };
}

/** A binary search needs no map. @param entries ordered by id */
function entryOf(entries: readonly MatchEntry[], id: string): MatchEntry | undefined {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return entries[low]?.id === id ? entries[low] : undefined;
}

/** Only a filter of another release may not compile. It throws when it is evaluated, and no other filter fails. */
function compiled(filter: FilterEntry, engines: Engines): CompiledFilter {
  try {
    return compileFilter(filter, engines);
  } catch (error) {
    const own = (): never => {
      throw error;
    };
    return { own, data: undefined };
  }
}

function predicatesOf(
  { where = {}, jsonpath }: FilterEntry,
  factory: PredicateFactory,
  engines: Engines,
): IndexPredicate[] {
  const predicates = factory.predicatesOf(where);
  if (jsonpath === undefined) return predicates;
  try {
    const predicate = engines.jsonpathPredicate(jsonpath);
    return predicate ? [...predicates, factory.predicateAt(predicate.path, predicate)] : predicates;
  } catch {
    return [];
  }
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
  engines: Engines,
): Generator<void, TypeIndex<Bucket>> {
  const types = typeIndex(emptyBucket);
  const factory = new PredicateFactory();
  const predicates: IndexPredicate[][] = [];
  const counts = new ValueCounts();
  yield* inSlices(filters, (filter) => {
    const own = predicatesOf(filter, factory, engines);
    predicates.push(own);
    counts.add(own);
  });
  yield* inSlices(filters, ({ id, events }, i) => {
    const patterns = [...new Set(events)];
    const by = choosePredicates(patterns.length, predicates[i]!, counts);
    for (const pattern of patterns) insert(types.at(pattern), known.get(id)!, by);
  });
  return types;
}
