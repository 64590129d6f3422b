import type { EventRow, EventRowsPage } from '../../events/event-rows-store.ts';

/**
 * Deliveries as the rows of events name them, in the order of the rows and, within one, of subscriptions. A place among them
 * names a row and a subscription, so a list can stop in the middle of an event.
 */
export interface EventRef {
  readonly row: string;
  readonly ulid: string;
  readonly subscription: string;
}

const SEPARATOR = '|';

/** A place of the list: behind a row, or behind one of its subscriptions. */
export const placeOfRef = ({ row, subscription }: EventRef): string => `${row}${SEPARATOR}${subscription}`;

const PLACE = /^[0-9A-Z]{26}(#([0-9]{4,6}|added#[0-9A-Z]{26}))?(\|sub_[0-9A-Z]{26})?$/;
export const isPlaceOfRef = (text: string): boolean => PLACE.test(text);

export interface RefsWanted {
  /** The place that the list goes on behind. */
  readonly after: string | undefined;
  readonly newestFirst: boolean;
  readonly atMost: number;
}

type ScanRows = (
  start: Pick<EventRowsPage, 'after' | 'startAt'>,
) => Promise<{ rows: readonly EventRow[]; next: string | undefined }>;

/**
 * The next references behind a place.
 * @returns `next` is the place that the list goes on behind; undefined at its end
 */
export async function refsBehind(
  scan: ScanRows,
  { after, newestFirst, atMost }: RefsWanted,
): Promise<{ refs: EventRef[]; next: string | undefined }> {
  const [row, subscription] = after?.split(SEPARATOR) ?? [];
  const { rows, next } = await scan(subscription === undefined ? { after: row } : { startAt: row });
  const isDone = (ref: EventRef): boolean =>
    ref.row === row && subscription !== undefined && !comesAfter(ref.subscription, subscription, newestFirst);
  const all = rows.flatMap((one) => refsOf(one, newestFirst)).filter((ref) => !isDone(ref));
  const refs = all.slice(0, atMost);
  return { refs, next: refs.length < all.length ? placeOfRef(refs.at(-1)!) : next };
}

const comesAfter = (one: string, other: string, newestFirst: boolean): boolean =>
  newestFirst ? one < other : one > other;

const refsOf = ({ place, eventUlid, subscriptions }: EventRow, newestFirst: boolean): EventRef[] =>
  [...subscriptions]
    .sort((a, b) => (comesAfter(a, b, newestFirst) ? 1 : -1))
    .map((subscription) => ({ row: place, ulid: eventUlid, subscription }));
