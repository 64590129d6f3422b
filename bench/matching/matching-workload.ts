import { BYTES_PER_SUBSCRIPTION, bytesOfFilter } from '../../lambdas/matching/index/index-size.ts';
import type {
  FilterEntry,
  MatchSource,
  SubscriptionEntry,
} from '../../lambdas/matching/index/tenant-index.ts';
import type { Envelope } from '../../lambdas/matching/language/envelope.ts';
import { type BenchEvent, makeEvents, randomOf } from './matching-events.ts';
import { friendOfAll, strangersTo } from './matching-filters.ts';

/** Events, and subscriptions of which a number that is known holds of each of them. */
export interface Workload {
  /** By the size of their payload in bytes. */
  readonly events: ReadonlyMap<number, readonly BenchEvent[]>;
  /** As many subscriptions as were asked for. @param matches of them hold of every event, the others of none */
  source(matches: number): MatchSource;
}

export interface Mix {
  readonly subscriptions: number;
  /** Share of the regular expressions, queries, ranges and wildcards that stand alone, 0 to 1. */
  readonly alone: number;
}

export const PAYLOAD_BYTES = [1000, 10_000] as const;

/** The same for the same arguments, whenever it is made. See `strangersTo` for what is in it. */
export function makeWorkload({ subscriptions, alone }: Mix, eventsOfEachSize: number, seed = 1): Workload {
  const random = randomOf(seed);
  const events = new Map(
    PAYLOAD_BYTES.map((bytes) => [bytes, makeEvents(eventsOfEachSize, bytes, random)] as const),
  );
  const draw = strangersTo([...events.values()].flat().map(envelopeWithData), alone, random);
  const strangers = Array.from({ length: subscriptions }, (_, i) => draw(i));
  const ids = Array.from({ length: subscriptions }, (_, i) => idOf(i));
  // In the order of their ids, as they are read; which of them hold is spread over all of them.
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

/** As long as an id is, and ordered as they are made. */
const idOf = (i: number): string => i.toString().padStart(26, '0');

function shuffled(length: number, random: { below(below: number): number }): number[] {
  const places = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return places;
}
