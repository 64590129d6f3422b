import type { DeliveryView } from '../../api/history.ts';
import { deliveryName } from '../../delivery/delivery.ts';
import type { PlacesPage } from '../../delivery/places.ts';
import { deliveryAtPlace, deliveryPlace, isDeliveryPlace } from '../../events/log-keys.ts';
import type { Caller } from '../../http/caller.ts';
import { skip } from '../../platform/items.ts';
import type { ManageDeps } from '../deps.ts';
import { deliveryView, queuedView } from '../views.ts';
import { type DeliveryFilter, fits, fitsQueued, isSelective, mayFit, type Source } from './delivery-query.ts';
import { type EventRef, isPlaceOfRef, placeOfRef, refsBehind } from './event-refs.ts';

export type DeliveryListDeps = Pick<ManageDeps, 'deliveryLog' | 'eventLog' | 'subscriptions'>;

type Viewer = Pick<Caller, 'tenant' | 'scopes'>;

/** A delivery of a list, and its place there. */
interface ListedDelivery {
  readonly place: string;
  readonly view: DeliveryView;
}

interface Part {
  readonly found: readonly ListedDelivery[];
  /** The place that the list goes on behind; undefined at its end. */
  readonly next: string | undefined;
}

/** Parts that one request reads where little is found: some hundreds of deliveries each. */
const MAX_PARTS = 8;

/** What is read at a time where deliveries are found through events. */
interface ListBounds {
  /** Events, or parts of one, of each shard. */
  readonly rows: number;
  /** Deliveries of these that are looked at. */
  readonly refs: number;
}

export const LIST_BOUNDS: ListBounds = { rows: 50, refs: 200 };

/**
 * A page of deliveries. It may be short, or empty, and still have a next one.
 * @param page `after` is a place of the same list
 */
export async function findDeliveries(
  deps: DeliveryListDeps,
  caller: Viewer,
  filter: DeliveryFilter,
  source: Source,
  page: PlacesPage,
  now: number,
  bounds: ListBounds = LIST_BOUNDS,
): Promise<Part> {
  if (filter.statuses.size === 0) return { found: [], next: undefined };
  const read = await partReader(deps, caller, filter, source, page.after, now, bounds);
  const found: ListedDelivery[] = [];
  let after = page.after;
  for (let parts = 0; parts < MAX_PARTS; parts++) {
    const part = await read({ ...page, after, limit: page.limit - found.length });
    found.push(...part.found);
    after = part.next;
    if (after === undefined || found.length >= page.limit) break;
    // An index leads to what is wanted. A page that lacks a few is better than another request.
    if (found.length > 0 && isIndex(source)) break;
  }
  const shown = found.slice(0, page.limit);
  return { found: shown, next: shown.length < found.length ? shown.at(-1)!.place : after };
}

const isIndex = ({ kind }: Source): boolean => kind === 'undelivered' || kind === 'waiting';

/** Whether a text is a place in the list of a source. */
export function isPlaceIn({ kind }: Source, place: string): boolean {
  const isOfEvents = isPlaceOfRef(place);
  const isOfDeliveries = isDeliveryPlace(place);
  if (kind === 'target') return isOfEvents || isOfDeliveries;
  return kind === 'events' ? isOfEvents : isOfDeliveries;
}

type ReadPart = (page: PlacesPage) => Promise<Part>;

/** With more subscriptions than this, a target's deliveries are found through the events. */
const MAX_SUBSCRIPTIONS = 10;
/** For callers that are limited to targets: pages through the events of all targets tell how many these are. */
const MAX_SUBSCRIPTIONS_LIMITED = 100;

async function partReader(
  deps: DeliveryListDeps,
  caller: Viewer,
  filter: DeliveryFilter,
  source: Source,
  after: string | undefined,
  now: number,
  bounds: ListBounds,
): Promise<ReadPart> {
  switch (source.kind) {
    case 'undelivered':
    case 'waiting':
      return fromIndex(deps, caller, filter, source, now);
    case 'subscription':
      return fromSubscriptions(deps, caller, filter, [source.subscription], now);
    case 'target': {
      // A list goes on as it began, though the target may have got more subscriptions meanwhile.
      const most = filter.within ? MAX_SUBSCRIPTIONS_LIMITED : MAX_SUBSCRIPTIONS;
      const isOfEvents = after !== undefined && isPlaceOfRef(after);
      const bound = isOfEvents
        ? undefined
        : await subscriptionsOf(deps, caller.tenant, source.target, most, now);
      return bound
        ? fromSubscriptions(deps, caller, filter, bound, now)
        : fromEvents(deps, caller, filter, now, bounds);
    }
    case 'events':
      return fromEvents(deps, caller, filter, now, bounds);
  }
}

/** The subscriptions that bind a target, or have bound it; undefined when there are too many. */
async function subscriptionsOf(
  { deliveryLog, subscriptions }: DeliveryListDeps,
  tenant: string,
  target: string,
  most: number,
  now: number,
): Promise<string[] | undefined> {
  const bound = new Set(await deliveryLog.formerSubscriptions(tenant, target, most + 1, now));
  for await (const { id, targetId } of subscriptions.all(tenant)) {
    if (bound.size > most) return undefined;
    if (targetId === target) bound.add(id);
  }
  return bound.size > most ? undefined : [...bound];
}

const fromIndex =
  (
    { deliveryLog }: DeliveryListDeps,
    caller: Viewer,
    filter: DeliveryFilter,
    source: Extract<Source, { kind: 'undelivered' | 'waiting' }>,
    now: number,
  ): ReadPart =>
  async (page) => {
    const isWanted = isSelective(filter)
      ? (row: Parameters<typeof mayFit>[1]) => mayFit(filter, row)
      : undefined;
    const { places, next } =
      source.kind === 'waiting'
        ? await deliveryLog.scanWaiting(caller.tenant, source.target, page, now)
        : await deliveryLog.scanUndelivered(caller.tenant, page, now, isWanted);
    const refs = places.map(deliveryAtPlace);
    const known = await deliveryLog.readDeliveries(caller.tenant, refs, now);
    const found = refs.flatMap((ref) => {
      const delivery = known.get(deliveryName(ref));
      if (!delivery || !fits(filter, delivery, now)) return [];
      return {
        place: deliveryPlace(ref.subscription, ref.ulid),
        view: deliveryView(delivery, now, { caller }),
      };
    });
    return { found, next };
  };

const fromSubscriptions =
  (
    { deliveryLog }: DeliveryListDeps,
    caller: Viewer,
    filter: DeliveryFilter,
    subscriptions: readonly string[],
    now: number,
  ): ReadPart =>
  async (page) => {
    const { deliveries, next } = await deliveryLog.scanDeliveries(
      caller.tenant,
      subscriptions,
      page,
      now,
      (one) => fits(filter, one, now),
    );
    const found = deliveries.map((one) => ({
      place: deliveryPlace(one.subscription, one.event.ulid),
      view: deliveryView(one, now, { caller }),
    }));
    return { found, next };
  };

const fromEvents =
  (
    { deliveryLog, eventLog }: DeliveryListDeps,
    caller: Viewer,
    filter: DeliveryFilter,
    now: number,
    { rows, refs: refsAtOnce }: ListBounds,
  ): ReadPart =>
  async (page) => {
    const { newestFirst, from, to, after } = page;
    const { refs, next } = await refsBehind(
      (start) =>
        eventLog.scanEventRows(caller.tenant, {
          ...start,
          ...{ from, to, newestFirst, read: rows, aliveAt: now, onUnreadable: skip },
          isOfType: filter.isOfType,
        }),
      { after, newestFirst, atMost: refsAtOnce },
    );
    const known = await deliveryLog.readDeliveries(caller.tenant, refs, now);
    const queued = refs.filter(
      (ref) => !known.has(deliveryName(ref)) && fitsQueued(filter, ref.subscription),
    );
    const events =
      queued.length === 0
        ? new Map()
        : await eventLog.getEvents(
            caller.tenant,
            queued.map(({ ulid }) => ulid),
            now,
          );
    const viewOf = (ref: EventRef): DeliveryView | undefined => {
      const delivery = known.get(deliveryName(ref));
      if (delivery) return fits(filter, delivery, now) ? deliveryView(delivery, now, { caller }) : undefined;
      const event = queued.includes(ref) ? events.get(ref.ulid) : undefined;
      // A part of an event does not say its type.
      return event && (filter.isOfType?.(event.type) ?? true)
        ? queuedView(event, ref.subscription)
        : undefined;
    };
    const found = refs.flatMap((ref) => {
      const view = viewOf(ref);
      return view ? { place: placeOfRef(ref), view } : [];
    });
    return { found, next };
  };
