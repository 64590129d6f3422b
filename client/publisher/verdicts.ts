/** What an answer to a batch says of each of its events. Pure. */
import { ApiError, type FieldProblem, PosthornError, refused } from '../errors.ts';
import type { Schemas } from '../types.ts';

export type Published = Schemas['PublishedEvent'];

export type Verdict =
  | { readonly kind: 'accepted'; readonly published: Published }
  | { readonly kind: 'refused'; readonly error: unknown };

/** Positions in a batch: what is known of some, and which others are to be asked for again, together. */
export interface Sorted {
  readonly known: ReadonlyMap<number, Verdict>;
  readonly again: readonly (readonly number[])[];
}

const OPERATION = 'publishBatch';

/** The status that an event alone would have been refused with, where it is not 422. */
const STATUS: Readonly<Record<string, number>> = {
  malformed_json: 400,
  payload_too_large: 413,
  unreadable_item: 500,
};

/** Sorts an answer that has a result for each event. @param count of the events that were sent */
export function sortResults(count: number, { events }: Schemas['PublishedEvents']): Sorted {
  const verdicts = Array.from({ length: count }, (_, place): Verdict => {
    const result = events[place];
    if (!result) return { kind: 'refused', error: new PosthornError('expected a result for each event') };
    if ('id' in result) return { kind: 'accepted', published: result };
    const { error: kind, message, field, problems = [] } = result.error;
    const about = { kind, message, field: withoutPlace(field), problems: problems.map(withoutPlaceIn) };
    return {
      kind: 'refused',
      error: refused({ ...about, status: STATUS[kind] ?? 422, operation: OPERATION }),
    };
  });
  return { known: new Map(verdicts.entries()), again: [] };
}

/**
 * Sorts the events of a request that failed as a whole. What is wrong with an event is its own: the others are sent again
 * without it. Where nothing says which it is, halves are sent. Whatever else went wrong is the answer to all.
 */
export function sortFailure(count: number, error: unknown): Sorted {
  if (!isOfEvents(error)) return all(count, error);
  if (count === 1) return all(1, ofEvent(error, error.problems));
  const places = range(0, count);
  const of = (place: number) => error.problems.filter(({ field }) => placeOf(field) === place);
  const known = new Map(
    places
      .filter((place) => of(place).length > 0)
      .map((place) => [place, { kind: 'refused', error: ofEvent(error, of(place)) } as const]),
  );
  if (known.size === 0) return { known, again: [range(0, count >> 1), range(count >> 1, count)] };
  const others = places.filter((place) => !known.has(place));
  return { known, again: others.length > 0 ? [others] : [] };
}

const all = (count: number, error: unknown): Sorted => ({
  known: new Map(range(0, count).map((place) => [place, { kind: 'refused', error }])),
  again: [],
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Whether it is something of the request, so that another request may fare better. */
const isOfEvents = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  ([400, 413, 415, 422].includes(error.status) || error.kind === 'unreadable_item');

/** A refusal of several, as one of them would have got it. @param found what is wrong with that one */
function ofEvent(error: ApiError, found: readonly FieldProblem[]): ApiError {
  const { message, field } = withoutPlaceIn(found[0] ?? error);
  const problems = found.length > 1 ? found.map(withoutPlaceIn) : [];
  return refused({ ...error, message, field, problems });
}

const PLACE = /^events\[(\d+)\]\.?/;

/** The event that a field is of. */
function placeOf(field: string | undefined): number | undefined {
  const [, place] = PLACE.exec(field ?? '') ?? [];
  return place === undefined ? undefined : Number(place);
}

/** `events[3].type` as the event itself has it. */
const withoutPlace = (field: string | undefined): string | undefined =>
  field?.replace(PLACE, '') || undefined;

const withoutPlaceIn = ({ field, message }: FieldProblem): FieldProblem => ({
  message,
  field: withoutPlace(field),
});
