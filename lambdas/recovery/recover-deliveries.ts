import type { LoggedDelivery } from '../delivery/delivery-items.ts';
import type { DeliveryRef, DeliveryState } from '../delivery/delivery-log-store.ts';
import type { DeliveryMessage, EventsMessage } from '../delivery/messages.ts';
import type { LaneQueues } from '../delivery/queues/lane-queues.ts';
import type { StoredHealth } from '../endpoint-health/health.ts';
import { eventOf, type LoggedEvent } from '../events/event-items.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { skipDamaged, UnreadableItemError } from '../platform/items.ts';
import { emitMetrics, warn } from '../platform/log.ts';
import { about, aboutAll } from '../platform/log-fields.ts';
import type { Outgoing } from '../platform/sqs.ts';
import { lostMessage } from '../replay/replay.ts';
import { chunksOf } from '../values/chunks.ts';
import { withPrefix } from '../values/ids.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import type { Row } from './event-rows-store.ts';
import type { Sought } from './places-store.ts';
import {
  type Doubt,
  doubtAbout,
  type Place,
  remedyFor,
  resumptionOf,
  type Scan,
  wasPaused,
} from './recovery.ts';

/** Deliveries whose states are held at once: those of an event can be tens of thousands. */
const SLICE = 2000;
/** Events in doubt that are worked on at once: they are few, or something large has happened. */
const PARALLEL_EVENTS = 8;

export interface RecoverDeps {
  readonly now: () => number;
  readonly config: {
    /** The targets of subscriptions, by the ids of the subscriptions that are still there. */
    getTargetIds(tenant: string, subscriptions: readonly string[]): Promise<ReadonlyMap<string, string>>;
  };
  readonly log: {
    /** In the order of `refs`; undefined without an outcome. */
    getStates(tenant: string, refs: readonly DeliveryRef[]): Promise<readonly (DeliveryState | undefined)[]>;
    getEvent(tenant: string, id: string, now: number): Promise<LoggedEvent | undefined>;
    /** By subscription; a delivery without an outcome is missing. */
    getDeliveries(
      tenant: string,
      eventUlid: string,
      subscriptions: readonly string[],
      now: number,
      options: { consistent?: boolean },
    ): Promise<ReadonlyMap<string, LoggedDelivery>>;
  };
  readonly health: {
    /** By `refName`; a target of which nothing is known is missing. */
    readHealth(refs: readonly TargetRef[]): Promise<ReadonlyMap<string, StoredHealth>>;
  };
  readonly waiting: {
    placesOf(sought: readonly Sought[]): Promise<readonly Place[]>;
    /** @returns whether nothing was scheduled before */
    scheduleDrain(ref: TargetRef, at: number): Promise<boolean>;
  };
  readonly events: { sendMessages(messages: readonly Outgoing[]): Promise<void> };
  readonly lanes: Pick<LaneQueues, 'sendToLane'>;
}

/** Sends again what is lost of these events of a tenant. @returns how many messages were sent */
export async function recoverDeliveries(
  deps: RecoverDeps,
  tenant: string,
  rows: readonly Row[],
  scan: Scan,
): Promise<number> {
  const inDoubt = await deliveriesInDoubt(deps, tenant, rows);
  const sent = await inParallel([...inDoubt], PARALLEL_EVENTS, ([ulid, subscriptions]) =>
    recoverEvent(deps, tenant, ulid, subscriptions, scan),
  );
  const count = sent.reduce((sum, one) => sum + one, 0);
  emitMetrics({ Recovered: count });
  return count;
}

/** Subscriptions whose deliveries are in doubt, by their events' ULIDs; none for an event whose fanout alone is. */
async function deliveriesInDoubt(
  { now, log }: RecoverDeps,
  tenant: string,
  rows: readonly Row[],
): Promise<Map<string, string[]>> {
  const inDoubt = new Map<string, string[]>();
  for (const { eventUlid, isUncertain } of rows) if (isUncertain) inDoubt.set(eventUlid, []);
  for (const refs of chunksOf(rows.flatMap(toRefs), SLICE)) {
    const states = await log.getStates(tenant, refs);
    const at = now();
    for (const [i, { eventUlid, subscription }] of refs.entries()) {
      if (!doubtAbout(states[i], at)) continue;
      const ofEvent = inDoubt.get(eventUlid);
      if (ofEvent) ofEvent.push(subscription);
      else inDoubt.set(eventUlid, [subscription]);
    }
  }
  return inDoubt;
}

const toRefs = ({ eventUlid, subscriptions }: Row): DeliveryRef[] =>
  subscriptions.map((subscription) => ({ eventUlid, subscription }));

/** An event that is dead, because our own parts failed on it, is its producer's to publish again. */
async function recoverEvent(
  deps: RecoverDeps,
  tenant: string,
  ulid: string,
  subscriptions: readonly string[],
  scan: Scan,
): Promise<number> {
  const event = await readableEvent(deps, tenant, ulid);
  if (!event || event.dead) return 0;
  const isResumed = await resumeFanout(deps, tenant, event);
  let sent = isResumed ? 1 : 0;
  for (const slice of chunksOf(subscriptions, SLICE)) sent += await remedy(deps, tenant, event, slice, scan);
  return sent;
}

/** The event, unless it is gone, or damaged: then nothing can be sent again, and the others go on. */
async function readableEvent(
  { log, now }: RecoverDeps,
  tenant: string,
  ulid: string,
): Promise<LoggedEvent | undefined> {
  try {
    return await log.getEvent(tenant, withPrefix('evt', ulid), now());
  } catch (error) {
    if (!(error instanceof UnreadableItemError)) throw error;
    skipDamaged(error);
    return undefined;
  }
}

/** Sends an event back to fanout if the rest of its fanout was lost. @returns whether it was */
async function resumeFanout({ events }: RecoverDeps, tenant: string, event: LoggedEvent): Promise<boolean> {
  const resume = resumptionOf({ ...event, subscriptions: event.fannedOut });
  if (!resume) return false;
  const body: EventsMessage = {
    v: 1,
    kind: 'events',
    tenant,
    events: [{ ...eventOf(event), only: event.only, resume }],
  };
  await events.sendMessages([{ body, group: tenant }]);
  warn('fanout resumed', { ...about({ tenant, event }), reached: event.subscriptions.length });
  return true;
}

/** A delivery in doubt. */
interface Suspect extends Sought {
  readonly doubt: Doubt;
}

/** Finds deliveries in doubt, and does for each what its doubt and place ask for. @returns how many were sent */
async function remedy(
  deps: RecoverDeps,
  tenant: string,
  event: LoggedEvent,
  subscriptions: readonly string[],
  scan: Scan,
): Promise<number> {
  const suspects = await suspectsOf(deps, tenant, event, subscriptions);
  if (suspects.length === 0) return 0;
  const refs = distinctTargets(suspects.map(({ delivery }) => delivery));
  const [places, healthByTarget] = await Promise.all([
    deps.waiting.placesOf(suspects),
    deps.health.readHealth(refs),
  ]);
  const now = deps.now();
  const remedies = suspects.map(({ doubt, delivery: { target } }, i) => {
    const isPaused = wasPaused(healthByTarget.get(refName({ tenant, target })), now);
    return remedyFor(doubt, places[i]!, scan, isPaused);
  });
  const withRemedy = (wanted: ReturnType<typeof remedyFor>): DeliveryMessage[] =>
    suspects.filter((_, i) => remedies[i] === wanted).map(({ delivery }) => delivery);
  await drainFor(deps, withRemedy('drain'));
  return sendAgain(deps, withRemedy('send'));
}

/** Reads the deliveries once more, whole and as they are now: an outcome may just have been written. */
async function suspectsOf(
  { now: clock, config, log }: RecoverDeps,
  tenant: string,
  event: LoggedEvent,
  subscriptions: readonly string[],
): Promise<Suspect[]> {
  const now = clock();
  const logged = await log.getDeliveries(tenant, event.ulid, subscriptions, now, { consistent: true });
  const silent = subscriptions.filter((id) => !logged.has(id));
  const targetIds = await config.getTargetIds(tenant, silent);
  return subscriptions.flatMap((subscription): Suspect[] => {
    const known = logged.get(subscription);
    const doubt = doubtAbout(known, now);
    const target = known?.target ?? targetIds.get(subscription);
    // Without an outcome and a subscription, nothing says where the delivery was to go, and nothing wants it.
    if (!doubt || target === undefined) return [];
    const delivery = lostMessage({ tenant, event: eventOf(event), subscription, target, known });
    return [{ delivery, doubt, nextAttemptAt: known?.nextAttemptAt }];
  });
}

const distinctTargets = (deliveries: readonly TargetRef[]): TargetRef[] => [
  ...new Map(
    deliveries.map(({ tenant, target }) => [refName({ tenant, target }), { tenant, target }]),
  ).values(),
];

/** Sees to it that a drain is scheduled for the hold queues of these deliveries. */
async function drainFor({ waiting }: RecoverDeps, held: readonly DeliveryMessage[]): Promise<void> {
  for (const ref of distinctTargets(held)) {
    // At 0 it is long overdue, so the next run of release sends the drain message.
    if (await waiting.scheduleDrain(ref, 0)) warn('hold queue was left without a drain', about(ref));
  }
}

/** To the slow lane, where they delay no first attempts; dispatch decides where they go from there. */
async function sendAgain({ lanes }: RecoverDeps, lost: readonly DeliveryMessage[]): Promise<number> {
  if (lost.length === 0) return 0;
  await lanes.sendToLane('slow', lost);
  warn('deliveries sent again', aboutAll(lost));
  return lost.length;
}
