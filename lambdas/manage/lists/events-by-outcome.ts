import type { EventOutcome } from '../../api/history.ts';
import { type StoredStatus, WAITING_STATUSES } from '../../delivery/delivery.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { cursorOfPlace, deliveryAtPlace, placeOfCursor } from '../../events/log-keys.ts';
import { typeMatcher } from '../../events/type-index.ts';
import { isUlid, withPrefix } from '../../values/ids.ts';
import type { LogDeps } from '../deps.ts';
import type { Page } from './page.ts';
import type { OpenSpan } from './span.ts';

/** Which events of a tenant a list has. */
export interface EventFilter extends OpenSpan {
  /** A pattern of event types. */
  readonly type?: string | undefined;
  readonly source?: string | undefined;
  readonly outcome?: EventOutcome | undefined;
}

/** A page of events. It may be short, or empty, and still have a next one. */
interface EventsFound {
  readonly events: readonly LoggedEvent[];
  /** The cursor of the next page; undefined at the end. */
  readonly next?: string | undefined;
}

type Deps = Pick<LogDeps, 'eventLog' | 'deliveryLog'>;

/**
 * A cursor is an event's ULID, or a place among deliveries, where a list of failed ones stopped in the middle of an event
 * that it has not listed.
 */
export const isEventCursor = (text: string): boolean => isUlid(text) || placeOfCursor(text) !== undefined;

/** What one request may read. */
export interface EventBounds {
  /** Undelivered deliveries that are read at a time: an event can have thousands. And how often these, or events, are read. */
  readonly places: number;
  readonly scans: number;
  /** Deliveries whose state is read, unless a single event has more, and how many of them at once. */
  readonly states: number;
  readonly statesAtOnce: number;
}

export const EVENT_BOUNDS: EventBounds = { places: 1000, scans: 4, states: 2000, statesAtOnce: 500 };

export function findEvents(
  deps: Deps,
  tenant: string,
  filter: EventFilter,
  page: Page,
  now: number,
  bounds: EventBounds = EVENT_BOUNDS,
): Promise<EventsFound> {
  const { outcome, ...wanted } = filter;
  switch (outcome) {
    case 'failed':
      return withDeliveries(deps, tenant, filter, FAILED, page, now, bounds);
    case 'waiting':
      return withDeliveries(deps, tenant, filter, WAITING, page, now, bounds);
    case 'delivered':
      return allArrived(deps, tenant, wanted, page, now, bounds);
    default:
      return deps.eventLog.listEvents(tenant, { ...page, ...wanted, after: page.cursor, outcome }, now);
  }
}

type Statuses = ReadonlySet<StoredStatus | string | undefined>;
const FAILED: Statuses = new Set<StoredStatus>(['dead']);
const WAITING: Statuses = new Set<StoredStatus>(WAITING_STATUSES);

/** Events of which a delivery has one of these statuses, by the index of undelivered ones. */
async function withDeliveries(
  { eventLog, deliveryLog }: Deps,
  tenant: string,
  { from, to, type, source }: EventFilter,
  statuses: Statuses,
  { cursor, newestFirst, limit }: Page,
  now: number,
  bounds: EventBounds,
): Promise<EventsFound> {
  const isOfType = type === undefined ? () => true : typeMatcher([type]);
  const ulids = new Set<string>();
  let after = cursor === undefined ? undefined : (placeOfCursor(cursor) ?? behindEvent(cursor, newestFirst));
  let next: string | undefined;
  for (let scans = 0; scans < bounds.scans && ulids.size <= limit; scans++) {
    const page = { from, to, after, newestFirst, limit: bounds.places };
    const found = await deliveryLog.scanUndelivered(
      tenant,
      page,
      now,
      (row) => statuses.has(row.status) && isOfType(row.type ?? ''),
    );
    for (const place of found.places) ulids.add(deliveryAtPlace(place).ulid);
    if (found.next === undefined) {
      next = undefined;
      break;
    }
    const { ulid } = deliveryAtPlace(found.next);
    // The rest of a listed event tells nothing new.
    const isListed = ulids.has(ulid);
    after = isListed ? behindEvent(ulid, newestFirst) : found.next;
    next = isListed ? ulid : cursorOfPlace(found.next);
  }
  const shown = [...ulids].slice(0, limit);
  const events = await eventLog.getEvents(tenant, shown, now);
  return {
    events: shown.flatMap((ulid) => events.get(ulid) ?? []).filter((event) => isFrom(event, source)),
    next: shown.length < ulids.size ? shown.at(-1) : next,
  };
}

const isFrom = (event: LoggedEvent, source: string | undefined): boolean =>
  source === undefined || event.source === source;

/** A place that follows all deliveries of an event: `#` stands before their subscriptions, and `~` is above all of these. */
const behindEvent = (ulid: string, newestFirst: boolean): string => (newestFirst ? ulid : `${ulid}#~`);

/** Events of which all deliveries have arrived. No index has these: the state of each delivery is read. */
async function allArrived(
  deps: Deps,
  tenant: string,
  filter: Omit<EventFilter, 'outcome'>,
  page: Page,
  now: number,
  bounds: EventBounds,
): Promise<EventsFound> {
  const arrived: LoggedEvent[] = [];
  let looked = 0;
  let after = page.cursor;
  for (let scans = 0; scans < bounds.scans; scans++) {
    const limit = page.limit - arrived.length;
    const wanted = { ...page, ...filter, limit, after, outcome: 'matched' } as const;
    const { events, next } = await deps.eventLog.listEvents(tenant, wanted, now);
    for (const group of inGroups(events, bounds.statesAtOnce)) {
      if (looked >= bounds.states) return { events: arrived, next: after };
      const found = await arrivedOf(deps, tenant, group, now);
      arrived.push(...found.arrived);
      looked += found.looked;
      after = group.at(-1)!.ulid;
    }
    after = next;
    if (after === undefined || arrived.length >= page.limit || looked >= bounds.states) break;
  }
  return { events: arrived, next: after };
}

/** Events whose deliveries are looked at together: at most so many deliveries, or a single event. */
function inGroups(events: readonly LoggedEvent[], most: number): LoggedEvent[][] {
  const groups: LoggedEvent[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const event of events) {
    size += event.matched;
    if (size <= most) groups.at(-1)!.push(event);
    else {
      groups.push([event]);
      size = event.matched;
    }
  }
  return groups;
}

async function arrivedOf(
  deps: Deps,
  tenant: string,
  events: readonly LoggedEvent[],
  now: number,
): Promise<{ arrived: LoggedEvent[]; looked: number }> {
  const whole = await Promise.all(events.map((event) => wholeEvent(deps, tenant, event, now)));
  const refs = whole.flatMap(({ ulid, fannedOut }) =>
    fannedOut.map((subscription) => ({ subscription, eventUlid: ulid })),
  );
  const states = await deps.deliveryLog.getStates(tenant, refs);
  const underWay = new Set(
    refs.flatMap(({ eventUlid }, i) => (states[i]?.status === 'delivered' ? [] : eventUlid)),
  );
  // Fanout may still be at the rest of a large event.
  const arrived = whole.filter(
    ({ ulid, matched, fannedOut }) => fannedOut.length >= matched && !underWay.has(ulid),
  );
  return { arrived, looked: refs.length };
}

/** An event with all parts of its subscriptions. A list has the first part. */
const wholeEvent = async (
  { eventLog }: Deps,
  tenant: string,
  event: LoggedEvent,
  now: number,
): Promise<LoggedEvent> =>
  event.fannedOut.length >= event.matched
    ? event
    : ((await eventLog.getEvent(tenant, withPrefix('evt', event.ulid), now)) ?? event);
