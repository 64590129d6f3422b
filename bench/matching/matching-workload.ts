import { BYTES_PER_SUBSCRIPTION, bytesOfFilter } from '../../lambdas/matching/index/index-size.ts';
import type {
  FilterEntry,
  MatchSource,
  SubscriptionEntry,
} from '../../lambdas/matching/index/tenant-index.ts';
import type { Envelope } from '../../lambdas/matching/language/envelope.ts';
import { type BenchEvent, makeEvents, randomOf } from './matching-events.ts';
import { friendOfAll, strangersTo } from './matching-filters.ts';

/** Events, and subscriptions of which a known number matches each event. */
export interface Workload {
  /** By the size of their payload in bytes. */
  readonly events: ReadonlyMap<number, readonly BenchEvent[]>;
  /** The subscriptions asked for. @param matches how many of them match every event; the others match none */
  source(matches: number): MatchSource;
}

export interface Mix {
  readonly subscriptions: number;
  /** Share of the regular expressions, queries, ranges and wildcards without another condition, 0 to 1. */
  readonly alone: number;
}

export const PAYLOAD_BYTES = [1000, 10_000] as const;

/** The same for the same arguments. `strangersTo` describes its filters. */
export function makeWorkload({ subscriptions, alone }: Mix, eventsOfEachSize: number, seed = 1): Workload {
  const random = randomOf(seed);
  const events = new Map(
    PAYLOAD_BYTES.map((bytes) => [bytes, makeEvents(eventsOfEachSize, bytes, random)] as const),
  );
  const draw = strangersTo([...events.values()].flat().map(envelopeWithData), alone, random);
  const strangers = Array.from({ length: subscriptions }, (_, i) => draw(i));
  const ids = Array.from({ length: subscriptions }, (_, i) => idOf(i));
  // In the order of their ids, as they are read; the matching ones are spread over all.
  const places = shuffled(subscriptions, random);
  return {
    events,
    source(matches) {
      const filters = Array.from<FilterEntry>({ length: subscriptions });
      for (const [i, place] of places.entries()) {
        filters[place] = { id: `flt_${ids[place]}`, ...(i < matches ? friendOfAll(i) : strangers[i]!) };
      }
      const entries = ids.map(
        (id): SubscriptionEntry => ({ id: `sub_${id}`, targetId: `tgt_${id}`, filterId: `flt_${id}` }),
      );
      const bytes = filters.reduce((sum, filter) => sum + BYTES_PER_SUBSCRIPTION + bytesOfFilter(filter), 0);
      return { filters, subscriptions: entries, bytes };
    },
  };
}

export const envelopeOf = ({ payload: _, ...own }: BenchEvent): Envelope => ({ ...own, data: undefined });

export const envelopeWithData = (event: BenchEvent): Envelope => ({
  ...envelopeOf(event),
  data: parsePayload(event),
});

/** As fanout does it. */
export const parsePayload = ({ payload }: BenchEvent): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));

/** As long as an id, in order of creation. */
const idOf = (i: number): string => i.toString().padStart(26, '0');

function shuffled(length: number, random: { below(below: number): number }): number[] {
  const places = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return places;
}
