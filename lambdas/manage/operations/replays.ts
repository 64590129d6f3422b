import type { ROUTES } from '../../api/routes.ts';
import type { Maker } from '../../config/maker.ts';
import { deliveryName } from '../../delivery/delivery.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import { eventOf, type LoggedEvent } from '../../events/event-items.ts';
import type { Caller } from '../../http/caller.ts';
import { ApiError, invalid, notFound, unreadable } from '../../http/errors.ts';
import { fail } from '../../platform/items.ts';
import { isKeptBack, type SkipReason, verdictOn, type Wanted } from '../../replay/replay.ts';
import { ended, newJob, type ReplayJob, type Selection } from '../../replay/replay-job.ts';
import type { StoredJob } from '../../replay/replay-job-store.ts';
import type { ToResend } from '../../replay/resend.ts';
import type { Span } from '../../stats/series.ts';
import { deliveryOfId, ulidOf, withPrefix } from '../../values/ids.ts';
import type { Environment, ManageDeps, ReplayDeps } from '../deps.ts';
import { sinceReplay } from '../limited-deps.ts';
import { cursorOf, idOfCursor, pageAnswer, pageOf } from '../lists/page.ts';
import { pastSpan, type SpanQuery, timesOf } from '../lists/span.ts';
import type { Call, Operation } from '../operation.ts';
import { changedMeanwhile } from '../optimistic-update.ts';
import { replayView } from '../replay-view.ts';
import { deliveryView, queuedView } from '../views.ts';
import { existingEvent } from './events.ts';

type Routes = typeof ROUTES;

export interface Found {
  readonly ulid: string;
  readonly subscription: string;
  /** Undefined before its first outcome. */
  readonly known: LoggedDelivery | undefined;
  readonly event: LoggedEvent | undefined;
}

/** A delivery and its event. @returns undefined when there is no such delivery */
async function find(
  { deliveryLog, eventLog }: Pick<ManageDeps, 'deliveryLog' | 'eventLog'>,
  tenant: string,
  id: string,
  now: number,
): Promise<Found | undefined> {
  const ref = deliveryOfId(id);
  if (!ref) return undefined;
  const [known, event] = await Promise.all([
    deliveryLog.getDeliveriesOf(tenant, [ref], now, fail),
    eventLog.getEvent(tenant, withPrefix('evt', ref.ulid), now),
  ]);
  const found = { ...ref, known: known.get(deliveryName(ref)), event };
  return found.known || event?.subscriptions.includes(ref.subscription) ? found : undefined;
}

/** The revision of a delivery without an outcome yet. */
const QUEUED = 0;

export const getDelivery: Operation<Routes['getDelivery']> = async (deps, { tenant, id, caller, make }) => {
  const found = await find(deps, tenant, id, make.now);
  if (!found) throw notFound('delivery');
  const { known, event, subscription } = found;
  const body = known ? deliveryView(known, make.now, { caller, event }) : queuedView(event!, subscription);
  return { status: 200, body, revision: known?.order ?? QUEUED };
};

/** How one delivery is sent again. */
interface ResendOne {
  readonly wanted: Wanted;
  /** For reasons that mean something else here. */
  readonly texts?: Partial<Record<SkipReason, string>>;
  /** See `resend`. */
  readonly isAsked?: boolean;
}

/** Sends one delivery again. @throws ApiError when it can't be */
export async function resendOne(
  deps: ManageDeps,
  { tenant, id, ifMatch, make }: Pick<Call, 'tenant' | 'id' | 'ifMatch' | 'make'>,
  { wanted, texts, isAsked = false }: ResendOne,
): Promise<ToResend & { readonly found: Found }> {
  const found = await find(deps, tenant, id, make.now);
  if (!found) throw notFound('delivery');
  if (!ifMatch(found.known?.order ?? QUEUED)) throw changedMeanwhile();
  const by = make.id('rpl');
  const ready = await readyOf(deps, tenant, found, wanted, by, make.now);
  if (typeof ready === 'string') throw refusal(ready, texts);
  const sent = await deps.resend([ready], by, make.now, isAsked);
  if (sent.size === 0) throw refusal('under_way', texts);
  return { ...ready, found };
}

/** The answer for a delivery that was sent again. */
export async function resentAnswer(
  { deliveryLog }: Pick<ManageDeps, 'deliveryLog'>,
  { tenant, caller, make }: Pick<Call, 'tenant' | 'caller' | 'make'>,
  found: Found,
) {
  const again = await deliveryLog.getDeliveriesOf(tenant, [found], make.now);
  const whole = again.get(deliveryName(found))!;
  const { event } = found;
  const body = deliveryView(caller.targets ? sinceReplay(whole) : whole, make.now, { caller, event });
  return { status: 202, body } as const;
}

export const replayDelivery: Operation<Routes['replayDelivery']> = async (deps, call) => {
  const { found } = await resendOne(deps, call, { wanted: 'all' });
  return resentAnswer(deps, call, found);
};

const REFUSALS: Partial<Record<SkipReason, string>> = {
  under_way:
    'expected a delivery that is dead or was delivered; this one has an attempt to come, which POST /v1/deliveries/{id}/retry makes at once',
  subscription_deleted: 'its subscription was deleted',
  subscription_paused: 'its subscription is still paused; resume it first',
  target_deleted: 'its subscription’s target was deleted',
  target_disabled: 'expected a target that is switched on; enable it first',
  event_expired: 'the log no longer has its event',
};

/** @param texts for reasons that mean something else here */
export const refusal = (reason: SkipReason, texts: Partial<Record<SkipReason, string>> = {}): ApiError =>
  reason === 'unreadable'
    ? unreadable('subscription or its target')
    : new ApiError(409, reason, texts[reason] ?? REFUSALS[reason] ?? 'it can’t be sent again');

/** Sends up to 100 dead letters again. @returns for each why it is not sent, undefined when it is */
export async function sendDeadLetters(
  deps: Pick<ManageDeps, 'deliveryLog' | 'eventLog' | 'resolveRoutes' | 'resend'>,
  tenant: string,
  ids: readonly string[],
  make: Maker,
): Promise<(SkipReason | undefined)[]> {
  const by = make.id('rpl');
  const ready = await Promise.all(
    ids.map(async (id) => {
      const found = await find(deps, tenant, id, make.now);
      return found ? readyOf(deps, tenant, found, 'dead', by, make.now) : 'not_found';
    }),
  );
  const sent = await deps.resend(
    ready.filter((one) => typeof one !== 'string'),
    by,
    make.now,
  );
  return ready.map((one) => {
    if (typeof one === 'string') return one;
    return sent.has(one) ? undefined : 'under_way';
  });
}

/** A delivery as it is to be sent, or why it can't be. */
async function readyOf(
  { resolveRoutes }: Pick<ManageDeps, 'resolveRoutes'>,
  tenant: string,
  { ulid, subscription, known, event }: Found,
  wanted: Wanted,
  by: string,
  now: number,
): Promise<ToResend | SkipReason> {
  const verdict = verdictOn(known, { ulid, isListed: true }, wanted, by, now);
  if (verdict !== 'send' && verdict !== 'again') return verdict;
  if (!event) return 'event_expired';
  const route = (await resolveRoutes(tenant, [subscription])).get(subscription)!;
  if (typeof route === 'string') return route;
  if (isKeptBack(known, route)) return 'subscription_paused';
  const frame = { tenant, event: eventOf(event), subscription, target: route.target };
  return { ...frame, known, isClaimed: verdict === 'again', isListed: true };
}

export const replayEvent: Operation<Routes['replayEvent']> = async (deps, { tenant, id, body, make }) => {
  const { id: event, ulid, subscriptions: reached, dead } = await existingEvent(deps, tenant, id, make.now);
  if (dead && reached.length === 0) {
    throw new ApiError(409, 'event_dead', 'no delivery was made of this event; publish it again');
  }
  const { subscriptionId: subscription } = body;
  if (subscription !== undefined && !reached.includes(subscription)) {
    throw invalid('expected a subscription that the event went to', 'subscriptionId');
  }
  const selection = { kind: 'event', event, ulid, ...(subscription && { subscription }) } as const;
  return start(deps, tenant, 'send', selection, make);
};

export const replaySubscription: Operation<Routes['replaySubscription']> = async (
  deps,
  { tenant, id, body, make, caller },
) => {
  const { filterId } = await deps.subscriptions.existing(tenant, id);
  const route = (await deps.resolveRoutes(tenant, [id])).get(id)!;
  if (typeof route === 'string') throw refusal(route);
  const { from, to } = spanWithin(deps.environment, body, caller, make.now);
  if (body.deliveries === 'dead') {
    return start(deps, tenant, 'send', { kind: 'dead', subscription: id, from, to }, make);
  }
  if (!(await deps.filters.find(tenant, filterId))?.active) {
    throw new ApiError(409, 'filter_disabled', 'expected a filter that is active');
  }
  return start(deps, tenant, 'send', { kind: 'all', subscription: id, from, to }, make);
};

/** The span that is asked for, up to now: later events need no replay. @throws ApiError when the log has none of it */
function spanWithin(
  { logRetentionSeconds }: Environment,
  asked: SpanQuery,
  { keepSeconds = logRetentionSeconds }: Caller,
  now: number,
): Span {
  const oldest = now - keepSeconds * 1000;
  const span = pastSpan({ from: oldest, ...timesOf(asked) }, now);
  if (span.from >= oldest) return span;
  throw invalid(`expected a time of the last ${keepSeconds / 3600} hours, for which the log is kept`, 'from');
}

/** Running jobs of a tenant. A job waits between its pages, but the jobs of all tenants share a few functions. */
const MAX_RUNNING = 100;

/** Until a job's first page, so that the job is written by then. */
const FIRST_PAGE_SECONDS = 1;

/**
 * Begins a job. A second call with the same maker finds the same job. The first page is asked for before the job is
 * written: whatever breaks off between the two, no job is left that nobody works on.
 * @param delaySeconds before its first page
 * @throws ApiError when the tenant has as many as it may have
 */
export async function start(
  { jobs, requestFirstPage }: Pick<ReplayDeps, 'jobs' | 'requestFirstPage'>,
  tenant: string,
  action: ReplayJob['action'],
  selection: Selection,
  make: Maker,
  delaySeconds = FIRST_PAGE_SECONDS,
) {
  const id = make.id('rpl');
  const latest = await jobs.listJobs(tenant, { limit: MAX_RUNNING, newestFirst: true });
  if (latest.filter((job) => job.state === 'running' && job.id !== id).length >= MAX_RUNNING) {
    throw new ApiError(409, 'limit_reached', `expected at most ${MAX_RUNNING} replays at once`);
  }
  const wanted = newJob({ id, tenant, action, selection }, make.now);
  await requestFirstPage(wanted, delaySeconds);
  const job = await jobs.addJob(wanted);
  return { status: 202, body: replayView(job) } as const;
}

const shown = (job: StoredJob) => ({ status: 200, body: replayView(job), revision: job.revision }) as const;

export const listReplays: Operation<Routes['listReplays']> = async ({ jobs }, { tenant, query }) => {
  const page = pageOf(query);
  const after = idOfCursor('rpl', page.cursor);
  const found = await jobs.listJobs(tenant, { ...page, after });
  return pageAnswer(
    found.map((job) => ({ view: replayView(job), cursor: cursorOf('rpl', job.id) })),
    page,
  );
};

export const getReplay: Operation<Routes['getReplay']> = async (deps, { tenant, id }) =>
  shown(await existingJob(deps, tenant, id));

/** @throws ApiError when there is none */
async function existingJob(
  { jobs }: Pick<ReplayDeps, 'jobs'>,
  tenant: string,
  id: string,
): Promise<StoredJob> {
  const job = ulidOf('rpl', id) && (await jobs.getJob(tenant, id));
  if (!job) throw notFound('replay');
  return job;
}

export const cancelReplay: Operation<Routes['cancelReplay']> = async (
  deps,
  { tenant, id, ifMatch, make },
) => {
  await existingJob(deps, tenant, id);
  const job = await deps.jobs.changeJob(tenant, id, (current) => {
    if (!ifMatch(current.revision)) throw changedMeanwhile();
    return ended(current, 'cancelled', make.now);
  });
  if (!job) throw notFound('replay');
  return shown(job);
};
