import type { DeadMessage, DeliveryMessage, EventsMessage } from '../delivery/messages.ts';
import { goingBack, isEventLooping } from '../delivery/queues/loop-bounds.ts';
import { noteLoop } from '../delivery/queues/note-loop.ts';
import type { EventInFlight } from '../events/event.ts';
import { isProducerId } from '../events/event-id.ts';
import type { EventToLog } from '../events/event-items.ts';
import { isOperational } from '../events/event-type.ts';
import type { Claimed } from '../events/id-claim-store.ts';
import type { Matching } from '../matching/index/match-event.ts';
import { emitMetrics, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { type AddresseeDeps, addresseesBeyond, type Recipient } from './addressees.ts';
import type { Budget } from './budget.ts';
import { deliveryMessage, eventsMessage, eventsOf, type TenantEvent, tenantOf } from './fanout-messages.ts';
import { type FanoutPlan, planFanout, type Reached } from './fanout-plan.ts';
import type { IndexesFor, IndexOf } from './indexes.ts';
import { type MatchDeps, matchAll, mayBeWanted } from './match-all.ts';

export interface FanOutDeps extends MatchDeps, AddresseeDeps {
  readonly indexesFor: IndexesFor;
  /** Claims the id that its producer gave an event. */
  claimProducerId(tenant: string, event: EventInFlight): Promise<Claimed>;
  /** Writes events to the event log. */
  putEvents(events: readonly EventToLog[]): Promise<void>;
  /** Sends deliveries to dispatch. */
  sendToLanes(deliveries: readonly DeliveryMessage[]): Promise<void>;
  /** Sends events back to the events queue. */
  sendBack(messages: readonly EventsMessage[]): Promise<void>;
  /** Sends events to the dead-letter writer, which marks them as dead, and deliveries that are dead from the start. */
  sendToDeadLetters(messages: readonly (EventsMessage | DeadMessage)[]): Promise<void>;
}

/**
 * Turns events into deliveries: one for each active subscription that wants the event. An event that is addressed to a paused
 * one becomes a dead letter, to be redriven once it is resumed. Bears repetition.
 */
export async function fanOut(
  deps: FanOutDeps,
  messages: readonly EventsMessage[],
  budget: Budget,
): Promise<void> {
  const { going: events = [], looping = [] } = Object.groupBy(messages.flatMap(eventsOf), (event) =>
    isEventLooping(event) ? 'looping' : 'going',
  );
  await giveUp(deps, looping);
  const indexOf = await deps.indexesFor(events);
  const wanted = await withoutUnwanted(events.slice(0, budget.all.work), indexOf);
  const { fresh, duplicates, conflicts } = await withoutDuplicates(deps, wanted);
  const beyond = await addresseesBeyond(deps, fresh, indexOf);
  const plan = await planAll(deps, fresh, indexOf, beyond, budget);
  // Before its deliveries are sent: a delivery of an unknown event could not be looked up.
  await deps.putEvents(plan.now.filter(isToBeLogged).flatMap(toLog));
  const deliveries = plan.now.flatMap(toDeliveries);
  await deps.sendToLanes(deliveries);
  await deps.sendToDeadLetters(plan.now.flatMap(toDeadLetters));
  const later = [...plan.later, ...events.slice(budget.all.work).map(goingBack)];
  await deps.sendBack(later.map(eventsMessage));
  emitMetrics({
    Events: fresh.length,
    DuplicateEvents: duplicates,
    ConflictingEvents: conflicts,
    Deliveries: deliveries.length,
  });
}

type ReachedEvent = Reached<TenantEvent, Recipient>;

/** Gives up events that came back more often than any event has to. */
async function giveUp(deps: FanOutDeps, looping: readonly TenantEvent[]): Promise<void> {
  await deps.sendToDeadLetters(looping.map(eventsMessage));
  for (const event of looping) noteLoop('event', { ...event, tenant: tenantOf(event), event });
}

/** An operational event for all subscriptions. It leaves no trace unless a subscription wants it. */
const isNotification = ({ type, only }: TenantEvent): boolean => isOperational(type) && only === undefined;

/** Drops notifications that no subscription wants, before they cost a write: most tenants subscribe to none. */
async function withoutUnwanted(events: readonly TenantEvent[], indexOf: IndexOf): Promise<TenantEvent[]> {
  const wanted: TenantEvent[] = [];
  for (const event of events) {
    if (!isNotification(event) || mayBeWanted(event, await indexOf(tenantOf(event)))) wanted.push(event);
  }
  return wanted;
}

/** A notification that might have been wanted may turn out not to be, once its payload is matched. */
const isToBeLogged = ({ event, parts }: ReachedEvent): boolean =>
  !isNotification(event) || parts.some(({ matched, subscriptions }) => matched + subscriptions.length > 0);

/**
 * Drops events whose producer gave them an id that another event had within a day. Ingest refuses a different event
 * with a known id; one that comes here was published before the log knew of the first.
 */
async function withoutDuplicates(
  deps: FanOutDeps,
  events: readonly TenantEvent[],
): Promise<{ fresh: TenantEvent[]; duplicates: number; conflicts: number }> {
  const claims = await Promise.all(
    events.map((event) => (isClaimed(event) ? 'claimed' : deps.claimProducerId(tenantOf(event), event))),
  );
  const having = (claim: Claimed): TenantEvent[] => events.filter((_, i) => claims[i] === claim);
  const conflicts = having('conflict');
  for (const event of conflicts) {
    warn('id of another event, not published', about({ tenant: tenantOf(event), event }));
  }
  return { fresh: having('claimed'), duplicates: having('duplicate').length, conflicts: conflicts.length };
}

/** An id of our own is unique, and the first pass of a resumed event has claimed its id. */
const isClaimed = (event: TenantEvent): boolean => !isProducerId(event.id) || event.resume !== undefined;

/** Plans tenant after tenant, each within its share. Tenants with few events come first: they leave more to others. */
async function planAll(
  deps: FanOutDeps,
  events: readonly TenantEvent[],
  indexOf: IndexOf,
  beyond: ReadonlyMap<TenantEvent, Recipient>,
  budget: Budget,
): Promise<Pick<FanoutPlan<TenantEvent, Recipient>, 'now' | 'later'>> {
  const byTenant = Map.groupBy(events, tenantOf);
  const groups = [...byTenant].sort(([, a], [, b]) => a.length - b.length);
  const now: ReachedEvent[] = [];
  const later: TenantEvent[] = [];
  for (const [i, [tenant, own]] of groups.entries()) {
    const share = budget.share(groups.length - i);
    const { matched, used } = await matchAll(deps, tenant, own, await indexOf(tenant), share);
    const plan = planFanout(own, (event) => withBeyond(matched.get(event), beyond.get(event)), share.work);
    budget.spend({ ...used, work: plan.work });
    now.push(...plan.now);
    later.push(...plan.later);
  }
  return { now, later };
}

/** An addressed event has one recipient; matching finds none that the index lacks. */
const withBeyond = (
  matching: Matching<Recipient> | undefined,
  recipient: Recipient | undefined,
): Matching<Recipient> | undefined => matching && (recipient ? { found: [recipient] } : matching);

const toLog = ({ event, parts }: ReachedEvent): EventToLog[] =>
  parts.map(({ subscriptions, ...part }) => ({
    ...part,
    tenant: tenantOf(event),
    event,
    subscriptions: subscriptions.map(({ id }) => id),
  }));

const toDeliveries = ({ event, subscriptions }: ReachedEvent): DeliveryMessage[] =>
  subscriptions
    .filter(({ isPaused }) => !isPaused)
    .map((subscription) => deliveryMessage(event, subscription));

const toDeadLetters = ({ event, subscriptions }: ReachedEvent): DeadMessage[] =>
  subscriptions
    .filter(({ isPaused }) => isPaused)
    .map((subscription) => ({
      v: 1,
      kind: 'dead',
      reason: 'subscription_paused',
      delivery: deliveryMessage(event, subscription),
    }));
