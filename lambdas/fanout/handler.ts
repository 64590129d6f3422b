import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { getVersions, loadMatchEntries, type MatchEntry } from '../adapters/config-store.ts';
import { consume, type Received, togetherOrAlone } from '../adapters/consume.ts';
import { requireEnv, requireEnvNumber } from '../adapters/env.ts';
import { claimProducerId, putEvents } from '../adapters/event-log.ts';
import { emitMetrics } from '../adapters/log.ts';
import { sendMessages } from '../adapters/sqs.ts';
import { isProducerId } from '../domain/event-id.ts';
import { type Matched, planFanout, remaining } from '../domain/fanout-plan.ts';
import { buildMatchIndex } from '../domain/match-index.ts';
import type { DeliveryMessage, EventInFlight, EventsMessage } from '../domain/messages.ts';
import { versionedCache } from './versioned-cache.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const retention = requireEnvNumber('LOG_RETENTION_SECONDS');
const eventsQueue = requireEnv('EVENTS_QUEUE_URL');
const standardLane = requireEnv('STANDARD_LANE_URL');

/** Deliveries sent by one invocation: 100 batches, well within the function's time. */
const MAX_DELIVERIES = 1000;

const indexes = versionedCache(async (tenant) =>
  buildMatchIndex(await loadMatchEntries(configTable, tenant)),
);

/** Turns events into deliveries: one for each active subscription that wants the event. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, ['events'], togetherOrAlone(fanOut));

async function fanOut(received: Received<'events'>[]): Promise<void> {
  const { fresh, duplicates } = await withoutDuplicates(received.flatMap(eventsOf));
  const plan = planFanout(await matchAll(fresh), MAX_DELIVERIES);
  await logEvents(plan.now);
  const deliveries = plan.now.flatMap(toDeliveries);
  await sendMessages(
    standardLane,
    deliveries.map((body) => ({ body, group: body.target })),
  );
  await sendLater(plan.later);
  emitMetrics({ Events: fresh.length, DuplicateEvents: duplicates, Deliveries: deliveries.length });
}

type TenantEvent = EventInFlight & { readonly tenant: string };
type MatchedEvent = Matched<TenantEvent, MatchEntry>;

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

async function matchAll(events: TenantEvent[]): Promise<MatchedEvent[]> {
  if (events.length === 0) return [];
  const versions = await getVersions(configTable, [...new Set(events.map(({ tenant }) => tenant))]);
  return Promise.all(
    events.map(async (event) => {
      const index = await indexes.get(event.tenant, versions.get(event.tenant)!);
      return { event, subscriptions: remaining(event, index.match(event.type)) };
    }),
  );
}

/** Before its deliveries are sent: a delivery whose event nobody knows could not be looked up. */
const logEvents = (matched: readonly MatchedEvent[]): Promise<void> =>
  putEvents(
    logTable,
    retention,
    matched.map(({ event, subscriptions }) => ({
      tenant: event.tenant,
      event,
      part: event.resume?.part ?? 0,
      subscriptions: subscriptions.map(({ id }) => id),
    })),
  );

function toDeliveries({ event, subscriptions }: MatchedEvent): DeliveryMessage[] {
  const { tenant, resume: _, ...rest } = event;
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
