import type { Places, PlacesPage } from '../delivery/places.ts';
import type { UndeliveredRow } from '../delivery/undelivered-store.ts';
import type { EventsToScan, LoggedEvent } from '../events/event-log-store.ts';
import { deliveryAtPlace } from '../events/log-keys.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { withPrefix } from '../values/ids.ts';
import type { DeadPage } from './dead-letter-store.ts';
import type { SkipReason } from './replay.ts';
import type { ReplayJob, Selection } from './replay-job.ts';
import type { Wants } from './subscription-wants.ts';

/** A delivery that a job finds, or an event that its subscription does not want. */
export interface Candidate {
  /** The cursor of a page that ends with it. */
  readonly place: string;
  readonly ulid: string;
  readonly subscription: string;
  /** Undefined when it has still to be read. */
  readonly event?: LoggedEvent | undefined;
  /** Why there is nothing to do; `unwanted` is not counted as a reason. */
  readonly skip?: SkipReason | 'unwanted';
}

export interface Candidates {
  readonly candidates: Candidate[];
  /** The next cursor; undefined at the end. */
  readonly next: string | undefined;
}

export interface CandidateDeps {
  readonly log: {
    getEvent(tenant: string, id: string, now: number): Promise<LoggedEvent | undefined>;
    scanEvents(
      tenant: string,
      span: EventsToScan,
      now: number,
    ): Promise<{ events: LoggedEvent[]; next: string | undefined }>;
    /** The deliveries that wait for a target. */
    scanWaiting(tenant: string, target: string, page: PlacesPage, now: number): Promise<Places>;
    /** A tenant's deliveries that wait or are dead. */
    scanUndelivered(
      tenant: string,
      page: PlacesPage,
      now: number,
      isWanted: (row: UndeliveredRow) => boolean,
    ): Promise<Places>;
    scanDeadLetters(
      tenant: string,
      page: DeadPage,
      now: number,
    ): Promise<{ places: string[]; next: string | undefined }>;
  };
}

/** What a job finds next, in its order. @param wants what the subscription's filter says, where the selection asks */
export function nextCandidates(
  { log }: CandidateDeps,
  { tenant, selection }: ReplayJob,
  cursor: string | undefined,
  wants: Wants | undefined,
  now: number,
): Promise<Candidates> {
  switch (selection.kind) {
    case 'dead':
      return deadLetters(log, tenant, selection, cursor, now);
    case 'waiting':
      return waiting(log, tenant, selection, cursor, now);
    case 'event':
      return deliveriesOfEvent(log, tenant, selection, cursor, now);
    case 'all':
      return eventsOfSpan(log, tenant, selection, cursor, wants!, now);
  }
}

type Log = CandidateDeps['log'];
type Of<K extends Selection['kind']> = Extract<Selection, { kind: K }>;

/** More than a page sends, so that most pages need one scan. */
const AT_ONCE = 250;

async function deadLetters(
  log: Log,
  tenant: string,
  filter: Of<'dead'>,
  after: string | undefined,
  now: number,
): Promise<Candidates> {
  const page = { filter, limit: AT_ONCE, after, newestFirst: false };
  const { places, next } = await log.scanDeadLetters(tenant, page, now);
  return { candidates: places.map((place) => ({ place, ...deliveryAtPlace(place) })), next };
}

/** What seems to wait: its page reads each delivery, and leaves out what the selection does not want. */
async function waiting(
  log: Log,
  tenant: string,
  selection: Of<'waiting'>,
  after: string | undefined,
  now: number,
): Promise<Candidates> {
  const { from, to, target } = selection;
  const page = { from, to, after, newestFirst: false, limit: AT_ONCE };
  const { places, next } = await (target === undefined
    ? log.scanUndelivered(tenant, page, now, (row) => isSelected(selection, row))
    : log.scanWaiting(tenant, target, page, now));
  return { candidates: places.map((place) => ({ place, ...deliveryAtPlace(place) })), next };
}

const isSelected = (selection: Of<'waiting'>, { status, type, undeliveredAt }: UndeliveredRow): boolean =>
  status !== 'dead' &&
  (selection.status === undefined || selection.status.some((one) => one === status)) &&
  (selection.eventType === undefined || type === selection.eventType) &&
  (selection.subscription === undefined ||
    deliveryAtPlace(undeliveredAt).subscription === selection.subscription);

async function deliveriesOfEvent(
  log: Log,
  tenant: string,
  { ulid, subscription }: Of<'event'>,
  after: string | undefined,
  now: number,
): Promise<Candidates> {
  const event = await log.getEvent(tenant, withPrefix('evt', ulid), now);
  const ids = (event?.subscriptions ?? []).filter(
    (id) => (after === undefined || id > after) && (subscription === undefined || id === subscription),
  );
  const candidates = ids.slice(0, AT_ONCE).map((id) => ({ place: id, ulid, subscription: id, event }));
  return { candidates, next: candidates.length < ids.length ? candidates.at(-1)!.place : undefined };
}

/** Payloads fetched at once, for filters that ask for them. */
const PARALLEL_READS = 8;

async function eventsOfSpan(
  log: Log,
  tenant: string,
  { subscription, from, to }: Of<'all'>,
  after: string | undefined,
  wants: Wants,
  now: number,
): Promise<Candidates> {
  const { events, next } = await log.scanEvents(tenant, { after, from, to }, now);
  const candidates = await inParallel(events, PARALLEL_READS, async (event): Promise<Candidate> => {
    const isWanted = await wants(event);
    const skip = isWanted === 'gone' ? 'payload_missing' : isWanted ? undefined : 'unwanted';
    return { place: event.ulid, ulid: event.ulid, subscription, event, ...(skip && { skip }) };
  });
  return { candidates, next };
}
