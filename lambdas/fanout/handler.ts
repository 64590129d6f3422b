import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { getVersions, loadMatchEntries, type MatchEntry } from '../adapters/config-store.ts';
import { consume, type Received, togetherOrAlone } from '../adapters/consume.ts';
import { requireEnv, requireEnvNumber } from '../adapters/env.ts';
import { claimProducerId, putEvents } from '../adapters/event-log.ts';
import { emitMetrics } from '../adapters/log.ts';
import { sendMessages } from '../adapters/sqs.ts';
import { isProducerId } from '../domain/event-id.ts';
import { planFanout, type Reached } from '../domain/fanout-plan.ts';
import { buildMatchIndex, type MatchIndex } from '../domain/match-index.ts';
import type { DeliveryMessage, EventInFlight, EventsMessage } from '../domain/messages.ts';
import { matchAll } from './matching.ts';
import { versionedCache } from './versioned-cache.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const retention = requireEnvNumber('LOG_RETENTION_SECONDS');
const eventsQueue = requireEnv('EVENTS_QUEUE_URL');
const standardLane = requireEnv('STANDARD_LANE_URL');

/** Events and deliveries of one invocation: some 100 requests of each kind, well within the function's time. */
const MAX_WORK = 1000;

const indexes = versionedCache(async (tenant) =>
  buildMatchIndex(await loadMatchEntries(configTable, tenant)),
);

/** Turns events into deliveries: one for each active subscription that wants the event. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, ['events'], togetherOrAlone(fanOut));

async function fanOut(received: Received<'events'>[]): Promise<void> {
  const events = received.flatMap(eventsOf);
  const { fresh, duplicates } = await withoutDuplicates(events.slice(0, MAX_WORK));
  const matched = await matchAll(fresh, await indexesFor(fresh), MAX_WORK);
  const plan = planFanout(fresh, (event) => matched.get(event), MAX_WORK);
  await logEvents(plan.now);
  const deliveries = plan.now.flatMap(toDeliveries);
  await sendMessages(
    standardLane,
    deliveries.map((body) => ({ body, group: body.target })),
  );
  await sendLater([...plan.later, ...events.slice(MAX_WORK)]);
  emitMetrics({ Events: fresh.length, DuplicateEvents: duplicates, Deliveries: deliveries.length });
}

type TenantEvent = EventInFlight & { readonly tenant: string };
type ReachedEvent = Reached<TenantEvent, MatchEntry>;

const eventsOf = ({ message }: Received<'events'>): TenantEvent[] =>
  message.events.map((event) => ({ ...event, tenant: message.tenant }));

/** Drops events whose producer gave them an id that another event had within a day. */
async function withoutDuplicates(
  events: TenantEvent[],
): Promise<{ fresh: TenantEvent[]; duplicates: number }> {
  const claims = await Promise.all(
    events.map((event) => isContinued(event) || claimProducerId(logTable, event.tenant, event, retention)),
  );
  const fresh = events.filter((_, i) => claims[i]);
  return { fresh, duplicates: events.length - fresh.length };
}

/** Ids of our own are unique, and a continued event was claimed by its first pass. */
const isContinued = (event: TenantEvent): boolean => !isProducerId(event.id) || event.resume !== undefined;

/** In memory, an index of each tenant that is as new as its configuration. */
async function indexesFor(events: TenantEvent[]): Promise<(event: TenantEvent) => MatchIndex<MatchEntry>> {
  const tenants = [...new Set(events.map(({ tenant }) => tenant))];
  const versions = tenants.length > 0 ? await getVersions(configTable, tenants) : new Map<string, number>();
  const loaded = await Promise.all(
    [...versions].map(async ([tenant, version]) => [tenant, await indexes.get(tenant, version)] as const),
  );
  const byTenant = new Map(loaded);
  return ({ tenant }) => byTenant.get(tenant)!;
}

/** Before its deliveries are sent: a delivery whose event nobody knows could not be looked up. */
const logEvents = (reached: readonly ReachedEvent[]): Promise<void> =>
  putEvents(
    logTable,
    retention,
    reached.map(({ event, subscriptions, matched }) => ({
      tenant: event.tenant,
      event,
      part: event.resume?.part ?? 0,
      subscriptions: subscriptions.map(({ id }) => id),
      matched,
    })),
  );

function toDeliveries({ event, subscriptions }: ReachedEvent): DeliveryMessage[] {
  const { tenant, resume: _, only: __, ...rest } = event;
  const frame = { v: 1, kind: 'delivery', tenant, event: rest } as const;
  return subscriptions.map(({ id, targetId }) => ({
    ...frame,
    attempts: [],
    subscription: id,
    target: targetId,
  }));
}

async function sendLater(events: readonly TenantEvent[]): Promise<void> {
  const messages = events.map(
    ({ tenant, ...event }): EventsMessage => ({ v: 1, kind: 'events', tenant, events: [event] }),
  );
  await sendMessages(
    eventsQueue,
    messages.map((body) => ({ body, group: body.tenant })),
  );
}
