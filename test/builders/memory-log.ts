import { type DeliveryAt, deliveryName, outcomeOrder } from '../../lambdas/delivery/delivery.ts';
import type { LoggedDelivery } from '../../lambdas/delivery/delivery-items.ts';
import type { DeliveryRef } from '../../lambdas/delivery/delivery-log-store.ts';
import type { PlacesPage } from '../../lambdas/delivery/places.ts';
import type { UndeliveredRow } from '../../lambdas/delivery/undelivered-store.ts';
import type { EventsToScan, LoggedEvent } from '../../lambdas/events/event-log-store.ts';
import { deliveryPlace } from '../../lambdas/events/log-keys.ts';
import type { DeadPage } from '../../lambdas/replay/dead-letter-store.ts';
import type { Resend } from '../../lambdas/replay/replay.ts';
import { replayedPast } from '../../lambdas/replay/replay.ts';
import type { ResendOfLog } from '../../lambdas/replay/replay-claim-store.ts';
import { lowestUlidAt, ulidOf } from '../../lambdas/values/ids.ts';
import { eventOf } from './events.ts';

/** Ordered as they are numbered. */
export const subscriptionId = (n: number): string => `sub_${lowestUlidAt(n + 1)}`;

/** An event that fanout has sent to these subscriptions. */
const loggedEvent = (subscriptions: readonly string[], about: Partial<LoggedEvent>): LoggedEvent => ({
  ...eventOf(about),
  matched: subscriptions.length,
  subscriptions,
  fannedOut: subscriptions,
  lastPart: 0,
  ...about,
});

/** A delivery that is dead after one attempt. */
function loggedDelivery(
  event: Pick<LoggedEvent, 'id' | 'ulid' | 'type'>,
  subscription: string,
  about: Partial<LoggedDelivery> = {},
): LoggedDelivery {
  const { id, ulid, type } = event;
  const known = {
    subscription,
    target: 'tgt_1',
    event: { id, ulid, type },
    status: 'dead',
    attempts: [{ at: 1, ms: 1, status: 503 }],
    order: 0,
    ...about,
  } as const;
  return { ...known, order: outcomeOrder(known) };
}

const isWaiting = ({ status }: LoggedDelivery): boolean => status === 'retrying' || status === 'parked';

const isWithin = (place: string, from = 0, to = Number.MAX_SAFE_INTEGER): boolean =>
  place >= lowestUlidAt(from) && (to === Number.MAX_SAFE_INTEGER || place < lowestUlidAt(to));

/** The log of one tenant in memory: events, deliveries, and the index of dead letters. */
export function memoryLog() {
  const events = new Map<string, LoggedEvent>();
  const deliveries = new Map<string, LoggedDelivery>();
  const deadIndex = new Set<string>();
  /** Subscriptions that were listed with an event later than by fanout, as `deliveryName`. */
  const added: string[] = [];
  /** How many things a scan reads at a time. */
  const page = { size: 100 };

  const nameOf = ({ event, subscription }: Pick<Resend, 'event' | 'subscription'>): string =>
    deliveryName({ ulid: event.ulid, subscription });
  const found = <T>(refs: readonly T[], at: (ref: T) => DeliveryAt): [T, LoggedDelivery][] =>
    refs.flatMap((ref): [T, LoggedDelivery][] => {
      const delivery = deliveries.get(deliveryName(at(ref)));
      return delivery ? [[ref, delivery]] : [];
    });
  const pageOf = <T>(all: readonly T[], size: number, placeOf: (one: T) => string) => {
    const taken = all.slice(0, size);
    return { taken, next: taken.length < all.length ? placeOf(taken.at(-1)!) : undefined };
  };

  const placeOf = ({ event, subscription }: LoggedDelivery): string =>
    deliveryPlace(subscription, event.ulid);
  const rowOf = (one: LoggedDelivery): UndeliveredRow => ({
    undeliveredAt: placeOf(one),
    type: one.event.type,
    target: one.target,
    status: one.status,
    ttl: Number.POSITIVE_INFINITY,
  });
  const placesOf = (
    { after = '', from, to, limit }: PlacesPage,
    isWanted: (one: LoggedDelivery) => boolean,
  ) => {
    const all = [...deliveries.values()].filter(isWanted).map(placeOf).sort();
    const rest = all.filter((place) => place > after && isWithin(place, from, to));
    const { taken, next } = pageOf(rest, Math.min(limit, page.size), (place) => place);
    return { places: taken, next };
  };

  return {
    events,
    deliveries,
    deadIndex,
    page,
    added,

    addEvent(subscriptions: readonly string[], about: Partial<LoggedEvent> = {}): LoggedEvent {
      const event = loggedEvent(subscriptions, about);
      events.set(event.ulid, event);
      return event;
    },
    /** Writes an outcome, as record and the dead letter writer do. */
    addDelivery(
      event: LoggedEvent,
      subscription: string,
      about: Partial<LoggedDelivery> = {},
    ): LoggedDelivery {
      const delivery = loggedDelivery(event, subscription, about);
      deliveries.set(deliveryName({ ulid: event.ulid, subscription }), delivery);
      if (delivery.status === 'dead') deadIndex.add(deliveryPlace(subscription, event.ulid));
      return delivery;
    },

    async getEvent(_tenant: string, id: string) {
      return events.get(ulidOf('evt', id)!);
    },
    async getEvents(_tenant: string, ulids: readonly string[]) {
      // Of an event's subscriptions only the first part is read; here that is none.
      const first = (event: LoggedEvent): LoggedEvent => ({ ...event, subscriptions: [] });
      return new Map(ulids.flatMap((ulid) => (events.has(ulid) ? [[ulid, first(events.get(ulid)!)]] : [])));
    },
    async scanEvents(_tenant: string, { after = '', from, to }: EventsToScan) {
      const all = [...events.values()]
        .filter(({ ulid }) => ulid > after && ulid >= lowestUlidAt(from) && ulid < lowestUlidAt(to))
        .sort((a, b) => (a.ulid < b.ulid ? -1 : 1));
      const { taken, next } = pageOf(all, page.size, ({ ulid }) => ulid);
      return { events: taken, next };
    },
    async scanDeadLetters(_tenant: string, { filter, after = '', limit = page.size }: DeadPage) {
      const all = [...deadIndex]
        .filter((place) => place > after)
        .filter((place) => !filter.subscription || place.endsWith(ulidOf('sub', filter.subscription)!))
        .sort();
      const { taken, next } = pageOf(all, Math.min(limit, page.size), (place) => place);
      return { places: taken, next };
    },
    async scanWaiting(_tenant: string, target: string, wanted: PlacesPage) {
      return placesOf(wanted, (one) => isWaiting(one) && one.target === target);
    },
    async scanUndelivered(
      _tenant: string,
      wanted: PlacesPage,
      _now: number,
      isWanted: (row: UndeliveredRow) => boolean = () => true,
    ) {
      return placesOf(wanted, (one) => one.status !== 'delivered' && isWanted(rowOf(one)));
    },
    async getDeliveriesOf(_tenant: string, refs: readonly DeliveryAt[]) {
      return new Map(found(refs, (ref) => ref).map(([ref, delivery]) => [deliveryName(ref), delivery]));
    },
    async getDeliveries(_tenant: string, ulid: string, subscriptions: readonly string[]) {
      return new Map(found(subscriptions, (subscription) => ({ ulid, subscription })));
    },
    async getStates(_tenant: string, refs: readonly DeliveryRef[]) {
      return refs.map(({ eventUlid: ulid, subscription }) =>
        deliveries.get(deliveryName({ ulid, subscription })),
      );
    },
    async addSubscriptions(all: readonly Resend[]) {
      for (const { event, subscription } of all) {
        added.push(deliveryName({ ulid: event.ulid, subscription }));
        const known = events.get(event.ulid)!;
        const subscriptions = [...new Set([...known.subscriptions, subscription])].sort();
        events.set(event.ulid, { ...known, subscriptions });
      }
    },
    async claim(resend: ResendOfLog, by: string, now: number) {
      const { event, subscription, target, known } = resend;
      if (deliveries.get(nameOf(resend))?.order !== known?.order) return false;
      const run = (known?.run ?? 0) + 1;
      const claimed = {
        status: 'retrying',
        target,
        run,
        used: 0,
        nextAttemptAt: now,
        replayedAt: now,
        past: replayedPast(known, now),
        since: now,
      } as const;
      const {
        reason: _,
        waitingFor: __,
        ...before
      } = known ?? loggedDelivery(event, subscription, { attempts: [] });
      const next = { ...before, ...claimed, replay: by };
      deliveries.set(nameOf(resend), { ...next, order: outcomeOrder(next) });
      return true;
    },
    async unclaim(resend: ResendOfLog) {
      if (resend.known) deliveries.set(nameOf(resend), resend.known);
    },
    async purgeDeadLetter(_tenant: string, { ulid, subscription }: DeliveryAt) {
      const isDead = deliveries.get(deliveryName({ ulid, subscription }))?.status === 'dead';
      return isDead && deadIndex.delete(deliveryPlace(subscription, ulid));
    },
  };
}
