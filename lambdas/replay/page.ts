import { deliveryName, getDeliveriesOf, type LoggedDelivery } from '../delivery/delivery-log-store.ts';
import { eventOf, getEvents, type LoggedEvent } from '../events/event-log-store.ts';
import { requireEnv } from '../platform/env.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { purgeDeadLetter } from './dead-letter-store.ts';
import { hasRoom, type Load, pauseSeconds, type SkipReason, verdictOn } from './replay.ts';
import type { PageResult, ReplayJob } from './replay-job.ts';
import { resend, type ToResend } from './resend.ts';
import { type ResolvedRoute, resolveRoutes } from './resolve-routes.ts';
import { type Candidate, scan } from './scan.ts';
import { type Wants, wantsOf } from './wanted.ts';

const logTable = requireEnv('LOG_TABLE');
const tables = { config: requireEnv('CONFIG_TABLE'), state: requireEnv('STATE_TABLE') };

/** A page that finds little goes on looking for so long, or for so many: cancelling takes effect between pages. */
const MAX_PAGE_MS = 5000;
const MAX_LOOKED = 2000;
/** Purges are conditional writes, which can't be batched. */
const PARALLEL_WRITES = 16;

export type PageOutcome =
  | { readonly kind: 'done'; readonly result: PageResult; readonly pauseSeconds: number }
  /** The job can't go on, and says so. */
  | { readonly kind: 'failed'; readonly problem: string };

/** Does a page of a job: as much as its targets take at a time, and no longer than some seconds. */
export async function doPage(job: ReplayJob): Promise<PageOutcome> {
  const obstacle = await obstacleOf(job);
  if (obstacle.kind === 'failed') return obstacle;
  const until = Date.now() + MAX_PAGE_MS;
  const page: Page = { loads: new Map(), skipped: {}, looked: 0, done: 0 };
  let cursor = job.cursor;
  for (;;) {
    const { candidates, next } = await scan(job, cursor, obstacle.wants, Date.now());
    const taken =
      job.action === 'purge' ? await purge(job, candidates, page) : await send(job, candidates, page);
    const isCut = taken < candidates.length;
    cursor = isCut ? (candidates[taken - 1]?.place ?? cursor) : next;
    const { looked, done, skipped, loads } = page;
    if (isCut || next === undefined || Date.now() > until || looked >= MAX_LOOKED) {
      return {
        kind: 'done',
        result: { looked, done, skipped, cursor },
        pauseSeconds: pauseSeconds(loads),
      };
    }
  }
}

/** What a page has come to so far. */
interface Page {
  readonly loads: Map<string, Load>;
  readonly skipped: Partial<Record<SkipReason, number>>;
  looked: number;
  done: number;
}

/** Of a job that is about one subscription: whether that can get anything, and what it wants. */
async function obstacleOf({
  tenant,
  action,
  selection,
}: ReplayJob): Promise<{ kind: 'none'; wants?: Wants } | { kind: 'failed'; problem: string }> {
  if (action === 'purge' || selection.subscription === undefined) return { kind: 'none' };
  const route = (await resolveRoutes(tables, tenant, [selection.subscription])).get(selection.subscription)!;
  if (typeof route === 'string') return { kind: 'failed', problem: route };
  if (selection.kind !== 'all') return { kind: 'none' };
  const wants = await wantsOf(tenant, selection.subscription, route.filterId);
  return wants ? { kind: 'none', wants } : { kind: 'failed', problem: 'filter_disabled' };
}

/** @returns how many of these were dealt with: all */
async function purge({ tenant }: ReplayJob, candidates: readonly Candidate[], page: Page): Promise<number> {
  const isPurged = await inParallel(candidates, PARALLEL_WRITES, (one) =>
    purgeDeadLetter(logTable, tenant, one),
  );
  for (const purged of isPurged) {
    page.looked++;
    if (purged) page.done++;
    else skip(page, 'not_dead');
  }
  return candidates.length;
}

/** @returns how many of these were dealt with, before one that the page has no room for */
async function send(job: ReplayJob, candidates: readonly Candidate[], page: Page): Promise<number> {
  const now = Date.now();
  const open = candidates.filter((one) => one.skip === undefined);
  const [routes, known, events] = await Promise.all([
    resolveRoutes(
      tables,
      job.tenant,
      open.map(({ subscription }) => subscription),
    ),
    getDeliveriesOf(logTable, job.tenant, open, now),
    eventsOf(job.tenant, open, now),
  ]);
  const chosen: ToResend[] = [];
  let taken = 0;
  for (const one of candidates) {
    const choice = choose(job, one, { routes, known, events }, now);
    if (typeof choice !== 'string') {
      if (!hasRoom(page.loads, choice.resend.target, choice.perSecond)) break;
      count(page, choice.resend.target, choice.perSecond);
      chosen.push(choice.resend);
    } else if (choice !== 'unwanted') skip(page, choice);
    taken++;
  }
  page.looked += taken;
  const sent = await resend(logTable, chosen, job.id, now);
  page.done += sent.size;
  for (const one of chosen) if (!sent.has(one)) skip(page, 'under_way');
  return taken;
}

interface Known {
  readonly routes: ReadonlyMap<string, ResolvedRoute | SkipReason>;
  readonly known: ReadonlyMap<string, LoggedDelivery>;
  readonly events: ReadonlyMap<string, LoggedEvent>;
}

/** What is to be done with a delivery: sent, or why not. */
function choose(
  { tenant, id, selection }: ReplayJob,
  { ulid, subscription, skip: reason, event = undefined }: Candidate,
  { routes, known: deliveries, events }: Known,
  now: number,
): { resend: ToResend; perSecond: number | undefined } | SkipReason | 'unwanted' {
  if (reason) return reason;
  const logged = event ?? events.get(ulid);
  if (!logged) return 'event_expired';
  const known = deliveries.get(deliveryName({ ulid, subscription }));
  // Known deliveries of events that were not read in full are listed, since they were made by fanout or a replay.
  const isListed = known !== undefined || logged.subscriptions.includes(subscription);
  const wanted = selection.kind === 'dead' ? 'dead' : 'all';
  const verdict = verdictOn(known, { ulid, isListed }, wanted, id, now);
  if (verdict !== 'send' && verdict !== 'again') return verdict;
  const route = routes.get(subscription)!;
  if (typeof route === 'string') return route;
  const { target, perSecond } = route;
  const isNoted = verdict === 'again';
  const frame = { tenant, event: eventOf(logged), subscription, target };
  return { resend: { ...frame, known, isNoted, isListed }, perSecond };
}

const eventsOf = (
  tenant: string,
  candidates: readonly Candidate[],
  now: number,
): Promise<Map<string, LoggedEvent>> =>
  getEvents(
    logTable,
    tenant,
    candidates.flatMap(({ ulid, event }) => (event ? [] : ulid)),
    now,
  );

function count({ loads }: Page, target: string, perSecond: number | undefined): void {
  loads.set(target, { count: (loads.get(target)?.count ?? 0) + 1, perSecond });
}

function skip({ skipped }: Page, reason: SkipReason): void {
  skipped[reason] = (skipped[reason] ?? 0) + 1;
}
