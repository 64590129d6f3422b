import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { getVersions } from '../../config/config-store.ts';
import { batchOrSingly, consume, type Received } from '../../delivery/consume.ts';
import { goingBack, isEventLooping } from '../../delivery/loop-bounds.ts';
import type { DeliveryMessage } from '../../delivery/messages.ts';
import { noteLoop } from '../../delivery/note-loop.ts';
import { isProducerId } from '../../events/event-id.ts';
import { putEvents } from '../../events/event-log-store.ts';
import { isOperational } from '../../events/event-type.ts';
import { type Claimed, claimProducerId } from '../../events/id-claim-store.ts';
import { ALL, type Budget, createBudget } from '../../fanout/budget.ts';
import {
  deliveryMessage,
  eventsMessage,
  eventsOf,
  type TenantEvent,
  tenantOf,
} from '../../fanout/fanout-messages.ts';
import { type FanoutPlan, planFanout, type Reached } from '../../fanout/fanout-plan.ts';
import { finish } from '../../fanout/in-slices.ts';
import { matchAll, mayBeWanted } from '../../fanout/match-all.ts';
import { loadMatchSource } from '../../fanout/match-source-store.ts';
import { sendToLanes } from '../../fanout/send-to-lanes.ts';
import { versionedCache } from '../../fanout/versioned-cache.ts';
import { enginesFor } from '../../matching/index/load-engines.ts';
import { indexInSlices, type MatchEntry, type TenantIndex } from '../../matching/index/tenant-index.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { sendMessages } from '../../platform/sqs.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const retention = requireEnvNumber('LOG_RETENTION_SECONDS');
const eventsQueue = requireEnv('EVENTS_QUEUE_URL');
const deadLetters = requireEnv('DEAD_LETTERS_QUEUE_URL');

/** An empty index and its place in the cache. */
const BYTES_PER_TENANT = 1000;

/**
 * Of one tenant's index, as estimated, which is one and a half to two and a half times what it takes: some forty
 * thousand subscriptions, each with a filter of one pattern and one value, or ten thousand, each with five patterns
 * and ten fields. The largest filter (a hundred patterns of 16 segments and 8 KB of condition) counts as more than half
 * a megabyte, so a tenant could fill gigabytes within its default limits. One whose index is larger than this fails for
 * itself alone: its messages come back, and after five receives its events are dead. What is published once it has
 * less is served.
 */
const MAX_INDEX_BYTES = 128 * 1024 * 1024;
/**
 * Of all indexes that a warm function keeps or makes in the background: 100 MB of its 512, together with payloads,
 * deliveries, compiled expressions and an index that is made while events wait for it.
 */
const MAX_CACHE_BYTES = 192 * 1024 * 1024;
/**
 * An index up to this is made anew while events wait for it, so that a subscription gets the event that is published
 * right after it was made: some 2,000 subscriptions, read and built in a third of a second of the function's third of a
 * processor. By size and not by time taken, since which of a tenant's changes hold at once must not hang on chance.
 */
const LARGE_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = 'too large';

const indexes = versionedCache<TenantIndex | typeof TOO_LARGE>({
  async load(tenant, pace) {
    const source = await loadMatchSource(configTable, tenant, MAX_INDEX_BYTES);
    if (!source) return TOO_LARGE;
    return finish(indexInSlices(source, await enginesFor(source.filters)), pace);
  },
  sizeOf: (index) => BYTES_PER_TENANT + (index === TOO_LARGE ? 0 : index.bytes),
  largeBytes: LARGE_BYTES,
  maxBytes: MAX_CACHE_BYTES,
  failed: (tenant, error) => warn('index not renewed', { tenant, ...errorFields(error) }),
});

/** Turns events into deliveries: one for each active subscription that wants the event. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  const budget = createBudget();
  return consume(
    event,
    ['events'],
    batchOrSingly((received) => fanOut(received, budget)),
  );
};

async function fanOut(received: Received<'events'>[], budget: Budget): Promise<void> {
  const { going: events = [], looping = [] } = Object.groupBy(
    received.flatMap(({ message }) => eventsOf(message)),
    (event) => (isEventLooping(event) ? 'looping' : 'going'),
  );
  await giveUp(looping);
  const indexOf = await indexesFor(events);
  const wanted = await withoutUnwanted(events.slice(0, ALL.work), indexOf);
  const { fresh, duplicates, conflicts } = await withoutDuplicates(wanted);
  const plan = await planAll(fresh, indexOf, budget);
  await logEvents(plan.now.filter(isToBeLogged));
  const deliveries = plan.now.flatMap(toDeliveries);
  await sendToLanes(deliveries);
  await sendTo(eventsQueue, [...plan.later, ...events.slice(ALL.work).map(goingBack)]);
  emitMetrics({
    Events: fresh.length,
    DuplicateEvents: duplicates,
    ConflictingEvents: conflicts,
    Deliveries: deliveries.length,
  });
}

type ReachedEvent = Reached<TenantEvent, MatchEntry>;

/** Posthorn's own news, as far as they are not addressed to somebody. */
const isNews = ({ type, only }: TenantEvent): boolean => isOperational(type) && only === undefined;

/** Drops news that nobody has subscribed to, before they cost a write: most tenants never hear of most dead letters. */
async function withoutUnwanted(
  events: TenantEvent[],
  indexOf: (tenant: string) => Promise<TenantIndex>,
): Promise<TenantEvent[]> {
  const wanted: TenantEvent[] = [];
  for (const event of events) {
    if (!isNews(event) || mayBeWanted(event, await indexOf(tenantOf(event)))) wanted.push(event);
  }
  return wanted;
}

/** What subscriptions ask of news besides their type may still turn out not to hold. */
const isToBeLogged = ({ event, parts }: ReachedEvent): boolean =>
  !isNews(event) || parts.some(({ matched, subscriptions }) => matched + subscriptions.length > 0);

/**
 * Drops events whose producer gave them an id that another event had within a day. Ingest refuses those that are not
 * the same event; what comes here was published before the log knew of the first.
 */
async function withoutDuplicates(
  events: TenantEvent[],
): Promise<{ fresh: TenantEvent[]; duplicates: number; conflicts: number }> {
  const claims = await Promise.all(
    events.map((event) =>
      isContinued(event) ? 'claimed' : claimProducerId(logTable, tenantOf(event), event, retention),
    ),
  );
  const those = (claim: Claimed): TenantEvent[] => events.filter((_, i) => claims[i] === claim);
  const conflicts = those('conflict');
  for (const event of conflicts) {
    warn('id of another event, not published', { tenant: tenantOf(event), event: event.id });
  }
  return { fresh: those('claimed'), duplicates: those('duplicate').length, conflicts: conflicts.length };
}

/** Ids of our own are unique, and a continued event was claimed by its first pass. */
const isContinued = (event: TenantEvent): boolean => !isProducerId(event.id) || event.resume !== undefined;

/**
 * Answers a tenant's index, see `versionedCache` for how new it is. One that lacks a subscription that an event is
 * addressed to is replaced by the current one. All are loaded here, one after another, so that one that can't be fails
 * its tenant's messages (see `togetherOrAlone`) before anything is done; they are not held here, so that memory holds
 * no more than the cache does.
 */
async function indexesFor(events: TenantEvent[]): Promise<(tenant: string) => Promise<TenantIndex>> {
  const byTenant = Map.groupBy(events, tenantOf);
  const versions = await getVersions(configTable, [...byTenant.keys()]);
  const indexOf = async (tenant: string): Promise<TenantIndex> => {
    const version = versions.get(tenant)!;
    const known = await indexes.get(tenant, version);
    const isEnough =
      known !== TOO_LARGE &&
      byTenant.get(tenant)!.every(({ only }) => only === undefined || known.byId(only) !== undefined);
    const index = isEnough ? known : await indexes.getCurrent(tenant, version);
    if (index === TOO_LARGE) throw new RangeError(`filters and subscriptions of ${tenant} are too many`);
    return index;
  };
  for (const tenant of byTenant.keys()) await indexOf(tenant);
  return indexOf;
}

/** Tenant after tenant, each within its share; those with few events first, since they leave others more. */
async function planAll(
  events: readonly TenantEvent[],
  indexOf: (tenant: string) => Promise<TenantIndex>,
  budget: Budget,
): Promise<Pick<FanoutPlan<TenantEvent, MatchEntry>, 'now' | 'later'>> {
  const byTenant = Map.groupBy(events, tenantOf);
  const groups = [...byTenant].sort(([, a], [, b]) => a.length - b.length);
  const now: ReachedEvent[] = [];
  const later: TenantEvent[] = [];
  for (const [i, [tenant, own]] of groups.entries()) {
    const share = budget.share(groups.length - i);
    const { matched, used } = await matchAll(own, await indexOf(tenant), share);
    const plan = planFanout(own, (event) => matched.get(event), share.work);
    budget.spend({ ...used, work: plan.work });
    now.push(...plan.now);
    later.push(...plan.later);
  }
  return { now, later };
}

/** Before its deliveries are sent: a delivery whose event nobody knows could not be looked up. */
const logEvents = (reached: readonly ReachedEvent[]): Promise<void> =>
  putEvents(
    logTable,
    retention,
    reached.flatMap(({ event, parts }) =>
      parts.map(({ part, subscriptions, matched, isOpen }) => ({
        tenant: tenantOf(event),
        event,
        part,
        subscriptions: subscriptions.map(({ id }) => id),
        matched,
        isOpen,
      })),
    ),
  );

const toDeliveries = ({ event, subscriptions }: ReachedEvent): DeliveryMessage[] =>
  subscriptions.map((subscription) => deliveryMessage(event, subscription));

/** Bury marks them as dead, as it does with those on which fanout failed. */
async function giveUp(looping: readonly TenantEvent[]): Promise<void> {
  await sendTo(deadLetters, looping);
  for (const event of looping) noteLoop('event', { ...event, tenant: tenantOf(event), event });
}

async function sendTo(queueUrl: string, events: readonly TenantEvent[]): Promise<void> {
  await sendMessages(
    queueUrl,
    events.map((event) => ({ body: eventsMessage(event), group: tenantOf(event) })),
  );
}
