import { type DeliveryAt, deliveryName, isHeld, isWaitingStatus } from '../delivery/delivery.ts';
import type { LoggedDelivery } from '../delivery/delivery-items.ts';
import { eventOf, type LoggedEvent } from '../events/event-items.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { type Candidate, type CandidateDeps, nextCandidates } from './next-candidates.ts';
import {
  fitsPage,
  isKeptBack,
  type Load,
  pauseSeconds,
  type SkipReason,
  stepOf,
  verdictOn,
  type Wanted,
} from './replay.ts';
import type { PageResult, ReplayJob, Selection } from './replay-job.ts';
import { type ResendDeps, resend, type ToResend } from './resend.ts';
import { type ResolvedRoute, type RouteDeps, resolveRoutes } from './resolve-routes.ts';
import { type Wants, type WantsDeps, wantsOf } from './subscription-wants.ts';

/** A page that finds little goes on for so long, or to so many candidates: cancelling takes effect between pages. */
const MAX_PAGE_MS = 5000;
const MAX_LOOKED = 2000;
/** Purges are conditional writes, which can't be batched. */
const PARALLEL_WRITES = 16;

export type PageOutcome =
  | { readonly kind: 'done'; readonly result: PageResult; readonly pauseSeconds: number }
  /** The job can't go on, for a reason that its owner reads. */
  | { readonly kind: 'failed'; readonly problem: string };

export type PageDeps = CandidateDeps &
  RouteDeps &
  ResendDeps &
  WantsDeps & {
    readonly now: () => number;
    readonly log: {
      getDeliveriesOf(
        tenant: string,
        refs: readonly DeliveryAt[],
        now: number,
      ): Promise<Map<string, LoggedDelivery>>;
      getEvents(tenant: string, ulids: readonly string[], now: number): Promise<Map<string, LoggedEvent>>;
      /** @returns whether it was in the index of dead letters */
      purgeDeadLetter(tenant: string, at: DeliveryAt): Promise<boolean>;
    };
  };

/** Does a page of a job: as much as its targets take at a time, for some seconds at most. */
export async function doPage(deps: PageDeps, job: ReplayJob): Promise<PageOutcome> {
  const start = await prepare(deps, job);
  if (start.kind === 'failed') return start;
  const until = deps.now() + MAX_PAGE_MS;
  const page: Page = { loads: new Map(), skipped: {}, looked: 0, done: 0 };
  const work = job.action === 'purge' ? purge : send;
  let cursor = job.cursor;
  for (;;) {
    const { candidates, next } = await nextCandidates(deps, job, cursor, start.wants, deps.now());
    const taken = await work(deps, job, candidates, page);
    const isCut = taken < candidates.length;
    cursor = isCut ? (candidates[taken - 1]?.place ?? cursor) : next;
    const { looked, done, skipped, loads } = page;
    if (isCut || next === undefined || deps.now() > until || looked >= MAX_LOOKED) {
      const result = { looked, done, skipped, cursor };
      return { kind: 'done', result, pauseSeconds: pauseSeconds(loads) };
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

type Start =
  | { readonly kind: 'ready'; readonly wants?: Wants }
  | { readonly kind: 'failed'; readonly problem: string };

/** For a job about one subscription: whether that has a route, and what it wants. */
async function prepare(deps: PageDeps, { tenant, action, selection }: ReplayJob): Promise<Start> {
  if (action === 'purge' || selection.subscription === undefined) return { kind: 'ready' };
  const route = (await resolveRoutes(deps, tenant, [selection.subscription])).get(selection.subscription)!;
  if (typeof route === 'string') return { kind: 'failed', problem: route };
  if (selection.kind !== 'all') return { kind: 'ready' };
  const wants = await wantsOf(deps, tenant, selection.subscription, route.filterId);
  return wants ? { kind: 'ready', wants } : { kind: 'failed', problem: 'filter_disabled' };
}

/** @returns how many candidates were dealt with: all */
async function purge(
  { log }: PageDeps,
  { tenant }: ReplayJob,
  candidates: readonly Candidate[],
  page: Page,
): Promise<number> {
  const isPurged = await inParallel(candidates, PARALLEL_WRITES, (one) => log.purgeDeadLetter(tenant, one));
  for (const purged of isPurged) {
    page.looked++;
    if (purged) page.done++;
    else skip(page, 'not_dead');
  }
  return candidates.length;
}

/** @returns how many candidates were dealt with, before the first that does not fit the page */
async function send(
  deps: PageDeps,
  job: ReplayJob,
  candidates: readonly Candidate[],
  page: Page,
): Promise<number> {
  const now = deps.now();
  const known = await readKnown(deps, job.tenant, candidates, now);
  const chosen: ToResend[] = [];
  const most = job.selection.kind === 'waiting' ? stepOf(job.page) : undefined;
  let taken = 0;
  for (const one of candidates) {
    const choice = choose(job, one, known, now);
    if (typeof choice !== 'string') {
      if (!fitsPage(page.loads, choice.resend.target, choice.perSecond, most)) break;
      count(page, choice.resend.target, choice.perSecond);
      chosen.push(choice.resend);
    } else if (choice !== 'unwanted') skip(page, choice);
    taken++;
  }
  page.looked += taken;
  const sent = await resend(deps, chosen, job.id, now);
  page.done += sent.size;
  for (const one of chosen) if (!sent.has(one)) skip(page, 'under_way');
  return taken;
}

interface Known {
  readonly routes: ReadonlyMap<string, ResolvedRoute | SkipReason>;
  readonly deliveries: ReadonlyMap<string, LoggedDelivery>;
  readonly events: ReadonlyMap<string, LoggedEvent>;
}

/** What is known of candidates that are not skipped already. */
async function readKnown(
  deps: PageDeps,
  tenant: string,
  candidates: readonly Candidate[],
  now: number,
): Promise<Known> {
  const open = candidates.filter((one) => one.skip === undefined);
  const subscriptions = open.map(({ subscription }) => subscription);
  const unread = open.flatMap(({ ulid, event }) => (event ? [] : ulid));
  const [routes, deliveries, events] = await Promise.all([
    resolveRoutes(deps, tenant, subscriptions),
    deps.log.getDeliveriesOf(tenant, open, now),
    deps.log.getEvents(tenant, unread, now),
  ]);
  return { routes, deliveries, events };
}

/** What to do with a delivery: send it, or why not. */
function choose(
  { tenant, id, selection }: ReplayJob,
  { ulid, subscription, skip: reason, event = undefined }: Candidate,
  { routes, deliveries, events }: Known,
  now: number,
): { resend: ToResend; perSecond: number | undefined } | SkipReason | 'unwanted' {
  if (reason) return reason;
  const logged = event ?? events.get(ulid);
  if (!logged) return 'event_expired';
  const known = deliveries.get(deliveryName({ ulid, subscription }));
  // Known deliveries of events that were not read in full are listed, since fanout or a replay made them.
  const isListed = known !== undefined || logged.subscriptions.includes(subscription);
  if (!isSelected(selection, subscription, known)) return 'unwanted';
  const verdict = verdictOn(known, { ulid, isListed }, WANTED[selection.kind], id, now);
  if (verdict !== 'send' && verdict !== 'again') return verdict;
  const route = routes.get(subscription)!;
  if (typeof route === 'string') return route;
  if (isKeptBack(known, route)) return 'subscription_paused';
  const { target, perSecond } = route;
  // What is held for another target than its subscription's present one is not drained to that.
  if (selection.kind === 'waiting' && known && isHeld(known) && known.target === target) return 'held';
  const isClaimed = verdict === 'again';
  const frame = { tenant, event: eventOf(logged), subscription, target };
  return { resend: { ...frame, known, isClaimed, isListed }, perSecond };
}

const WANTED: Record<Selection['kind'], Wanted> = {
  dead: 'dead',
  waiting: 'waiting',
  event: 'all',
  all: 'all',
};

/** Whether what waits is as the selection says. An index is a moment behind, and that of a target holds places alone. */
function isSelected(selection: Selection, subscription: string, known: LoggedDelivery | undefined): boolean {
  if (selection.kind !== 'waiting' || !known) return true;
  const { status, eventType } = selection;
  return (
    (status === undefined || !isWaitingStatus(known.status) || status.includes(known.status)) &&
    (eventType === undefined || known.event.type === eventType) &&
    (selection.subscription === undefined || subscription === selection.subscription)
  );
}

function count({ loads }: Page, target: string, perSecond: number | undefined): void {
  loads.set(target, { count: (loads.get(target)?.count ?? 0) + 1, perSecond });
}

function skip({ skipped }: Page, reason: SkipReason): void {
  skipped[reason] = (skipped[reason] ?? 0) + 1;
}
