import type { Condition } from './condition.ts';
import { buildMatchIndex, type Matchable } from './match-index.ts';

/** What matching needs of an active filter. */
export interface FilterEntry extends Matchable {
  readonly where?: Condition | undefined;
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
  readonly filter: FilterEntry;
}

/** Active subscriptions and filters of one tenant, as they are stored. */
export interface MatchSource {
  readonly filters: readonly FilterEntry[];
  readonly subscriptions: readonly SubscriptionEntry[];
  /** As `bytesOfFilter` and `BYTES_PER_SUBSCRIPTION` have it. */
  readonly bytes: number;
}

export interface TenantIndex {
  /** What it takes in memory, estimated and rather too high. */
  readonly bytes: number;
  /**
   * The subscriptions whose filter wants events of this type, ordered by id.
   * @returns `steps` is the work, in the measure of `evaluate`: nodes visited and subscriptions found
   */
  match(eventType: string): { entries: MatchEntry[]; steps: number };
  /** The subscription of this id, whatever it wants. */
  byId(id: string): MatchEntry | undefined;
}

/** Visiting a node of the trie, or sorting a subscription in, takes as long as four comparisons of `evaluate`. */
const STEPS_PER_VISIT = 4;

/** Joins subscriptions and filters; a subscription whose filter is not among them gets nothing. */
export function buildTenantIndex({ filters, subscriptions, bytes }: MatchSource): TenantIndex {
  const known = new Map(filters.map((filter) => [filter.id, { filter, entries: [] as MatchEntry[] }]));
  const byId = new Map<string, MatchEntry>();
  for (const { id, targetId, filterId } of subscriptions) {
    const bound = known.get(filterId);
    if (!bound) continue;
    const entry = { id, targetId, filter: bound.filter };
    bound.entries.push(entry);
    byId.set(id, entry);
  }
  const bound = [...known.values()].filter(({ entries }) => entries.length > 0);
  const index = buildMatchIndex(
    bound.map(({ filter: { id, events }, entries }) => ({ id, events, entries })),
  );
  return {
    bytes,
    match(eventType) {
      const work = { steps: 0 };
      const entries = index.match(eventType, work).flatMap((filter) => filter.entries);
      entries.sort((a, b) => (a.id < b.id ? -1 : 1));
      return { entries, steps: STEPS_PER_VISIT * (work.steps + entries.length) };
    },
    byId: (id) => byId.get(id),
  };
}

/** Two ids of 30 characters, an object, a place in a map and in two lists. */
export const BYTES_PER_SUBSCRIPTION = 300;
const BYTES_PER_FILTER = 500;
/** A node of the trie, with its map of branches or its list. Nodes that patterns share are counted for each. */
const BYTES_PER_SEGMENT = 250;

/** What a filter takes in memory, at most. */
export const bytesOfFilter = ({ events, where }: Omit<FilterEntry, 'id'>): number =>
  events.reduce(
    (sum, pattern) => sum + bytesOfText(pattern) + pattern.split('.').length * BYTES_PER_SEGMENT,
    BYTES_PER_FILTER + bytesOfCondition(where ?? {}),
  );

const bytesOfText = (text: string): number => 24 + 2 * text.length;

function bytesOfCondition(condition: Condition): number {
  const fields = Object.entries(condition).map(([name, inner]) => {
    const bytes = Array.isArray(inner) ? bytesOfList(inner) : bytesOfCondition(inner as Condition);
    return bytesOfText(name) + bytes;
  });
  return fields.reduce((sum, bytes) => sum + bytes, 60);
}

const bytesOfList = (list: readonly unknown[]): number =>
  list.reduce<number>((sum, one) => sum + (typeof one === 'string' ? bytesOfText(one) : 16), 50);
