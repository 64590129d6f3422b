import { getTargetIds } from '../config/config-store.ts';
import { type DeliveryRef, getDeliveries, getStates } from '../delivery/delivery-log-store.ts';
import { sendToLane } from '../delivery/lane-queues.ts';
import type { DeliveryMessage, EventsMessage } from '../delivery/messages.ts';
import { readHealth } from '../endpoint-health/health-store.ts';
import { eventOf, getEvent, type LoggedEvent } from '../events/event-log-store.ts';
import { scheduleName } from '../hold-queue/hold-queue.ts';
import { scheduleDrain } from '../hold-queue/hold-queue-store.ts';
import { requireEnv } from '../platform/env.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { emitMetrics, warn } from '../platform/log.ts';
import { sendMessages } from '../platform/sqs.ts';
import { lostMessage } from '../replay/replay.ts';
import { deliveryId, withPrefix } from '../values/ids.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { type Doubt, doubtAbout, remedyFor, resumptionOf, type Scan, wasPaused } from './recovery.ts';
import type { Row } from './recovery-log-store.ts';
import { placesOf, type Sought } from './recovery-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const eventsQueue = requireEnv('EVENTS_QUEUE_URL');

/** Deliveries whose states are held at once: those of an event can be tens of thousands. */
const SLICE = 2000;
/** Events in doubt that are read and worked on at once: they are few, or something large has happened. */
const PARALLEL_EVENTS = 8;

/** Sends again what is lost of these events of a tenant. @returns how many messages were sent */
export async function recover(tenant: string, rows: readonly Row[], scan: Scan): Promise<number> {
  const doubtful = new Map<string, string[]>();
  for (const { eventUlid, isUncertain } of rows) if (isUncertain) doubtful.set(eventUlid, []);
  for (const refs of slicesOf(rows.flatMap(toRefs))) {
    const states = await getStates(logTable, tenant, refs);
    const now = Date.now();
    for (const [i, { eventUlid, subscription }] of refs.entries()) {
      if (!doubtAbout(states[i], now)) continue;
      const ofEvent = doubtful.get(eventUlid);
      if (ofEvent) ofEvent.push(subscription);
      else doubtful.set(eventUlid, [subscription]);
    }
  }
  const sent = await inParallel([...doubtful], PARALLEL_EVENTS, ([ulid, subscriptions]) =>
    recoverEvent(tenant, ulid, subscriptions, scan),
  );
  const count = sent.reduce((sum, one) => sum + one, 0);
  emitMetrics({ Recovered: count });
  return count;
}

const toRefs = ({ eventUlid, subscriptions }: Row): DeliveryRef[] =>
  subscriptions.map((subscription) => ({ eventUlid, subscription }));

function slicesOf<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / SLICE);
  return Array.from({ length: count }, (_, i) => all.slice(i * SLICE, (i + 1) * SLICE));
}

/** An event that was never fanned out, because our own parts failed on it, is its producer's to publish again. */
async function recoverEvent(
  tenant: string,
  ulid: string,
  subscriptions: readonly string[],
  scan: Scan,
): Promise<number> {
  const event = await getEvent(logTable, tenant, withPrefix('evt', ulid), Date.now());
  if (!event || event.dead) return 0;
  const isResumed = await resumeFanout(tenant, event);
  let sent = isResumed ? 1 : 0;
  for (const slice of slicesOf(subscriptions)) sent += await recoverDeliveries(tenant, event, slice, scan);
  return sent;
}

/** Lets fanout go on with an event whose rest was lost. @returns whether there was a rest */
async function resumeFanout(tenant: string, event: LoggedEvent): Promise<boolean> {
  const resume = resumptionOf({ ...event, subscriptions: event.fannedOut });
  if (!resume) return false;
  const body: EventsMessage = {
    v: 1,
    kind: 'events',
    tenant,
    events: [{ ...eventOf(event), only: event.only, resume }],
  };
  await sendMessages(eventsQueue, [{ body, group: tenant }]);
  warn('fanout resumed', { tenant, event: event.id, reached: event.subscriptions.length });
  return true;
}

/** A delivery in doubt, and where it would be found. */
interface Suspect extends Sought {
  readonly doubt: Doubt;
}

async function recoverDeliveries(
  tenant: string,
  event: LoggedEvent,
  subscriptions: readonly string[],
  scan: Scan,
): Promise<number> {
  const suspects = await suspectsOf(tenant, event, subscriptions);
  if (suspects.length === 0) return 0;
  const refs = new Map(
    suspects.map(({ delivery: { target } }) => [refName({ tenant, target }), { tenant, target }]),
  );
  const [places, healthByTarget] = await Promise.all([
    placesOf(stateTable, suspects),
    readHealth(stateTable, [...refs.values()]),
  ]);
  const now = Date.now();
  const remedies = suspects.map(({ doubt, delivery: { target } }, i) => {
    const isPaused = wasPaused(healthByTarget.get(refName({ tenant, target })), now);
    return remedyFor(doubt, places[i]!, scan, isPaused);
  });
  await drainFor(suspects.filter((_, i) => remedies[i] === 'call').map(({ delivery }) => delivery));
  return sendAgain(suspects.filter((_, i) => remedies[i] === 'send').map(({ delivery }) => delivery));
}

/** Reads them once more, whole and as they are now: an outcome may just have been written. */
async function suspectsOf(
  tenant: string,
  event: LoggedEvent,
  subscriptions: readonly string[],
): Promise<Suspect[]> {
  const now = Date.now();
  const logged = await getDeliveries(logTable, tenant, event.ulid, subscriptions, now, { consistent: true });
  const silent = subscriptions.filter((id) => !logged.has(id));
  const targetIds = await getTargetIds(configTable, tenant, silent);
  return subscriptions.flatMap((subscription): Suspect[] => {
    const known = logged.get(subscription);
    const doubt = doubtAbout(known, now);
    const target = known?.target ?? targetIds.get(subscription);
    if (!doubt) return [];
    // Nobody knows any more where it was to go, and nobody wants it.
    if (target === undefined) return [];
    const delivery = lostMessage({ tenant, event: eventOf(event), subscription, target, known });
    return [{ delivery, doubt, nextAttemptAt: known?.nextAttemptAt }];
  });
}

/** Sees to it that the rooms of these deliveries are on the list of rooms. Release calls to those that were not. */
async function drainFor(waiting: readonly DeliveryMessage[]): Promise<void> {
  const refs = new Map(
    waiting.map(({ tenant, target }) => [scheduleName({ tenant, target }), { tenant, target }]),
  );
  for (const ref of refs.values()) await drainAgain(ref);
}

async function drainAgain(ref: TargetRef): Promise<void> {
  // As one that is long overdue: release calls to it at its next run.
  if (await scheduleDrain(stateTable, ref, 0)) warn('hold queue was left without a drain', { ...ref });
}

/** How many ids a line names; the number is of all. */
const NAMED = 20;

/** To the slow lane, where they hold up nobody; whether they go on from there dispatch decides. */
async function sendAgain(lost: readonly DeliveryMessage[]): Promise<number> {
  if (lost.length === 0) return 0;
  await sendToLane('slow', lost);
  const { tenant, event } = lost[0]!;
  const ids = lost.slice(0, NAMED).map(({ subscription }) => deliveryId(event.ulid, subscription));
  warn('deliveries sent again', { tenant, event: event.id, count: lost.length, deliveries: ids.join(' ') });
  return lost.length;
}
