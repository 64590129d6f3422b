import { getEvent, type LoggedEvent, scanEvents } from '../events/event-log-store.ts';
import { deliveryAtPlace } from '../events/log-keys.ts';
import { requireEnv } from '../platform/env.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { withPrefix } from '../values/ids.ts';
import { scanDeadLetters } from './dead-letter-store.ts';
import type { SkipReason } from './replay.ts';
import type { ReplayJob, Selection } from './replay-job.ts';
import type { Wants } from './wanted.ts';

const logTable = requireEnv('LOG_TABLE');

/** A delivery that a job comes to, or an event that its subscription does not want. */
export interface Candidate {
  /** The cursor of a page that ends with it. */
  readonly place: string;
  readonly ulid: string;
  readonly subscription: string;
  /** Undefined when it has still to be read. */
  readonly event?: LoggedEvent | undefined;
  /** Why there is nothing to be done; `unwanted` is no reason to tell of. */
  readonly skip?: SkipReason | 'unwanted';
}

export interface Scanned {
  readonly candidates: Candidate[];
  /** Where it goes on; undefined at the end. */
  readonly next: string | undefined;
}

/** What a job comes to next, in its order. @param wants what the subscription's filter says, where that is asked */
export function scan(
  { tenant, selection }: ReplayJob,
  cursor: string | undefined,
  wants: Wants | undefined,
  now: number,
): Promise<Scanned> {
  switch (selection.kind) {
    case 'dead':
      return scanDead(tenant, selection, cursor, now);
    case 'event':
      return scanEvent(tenant, selection, cursor, now);
    case 'all':
      return scanAll(tenant, selection, cursor, wants!, now);
  }
}

type Of<K extends Selection['kind']> = Extract<Selection, { kind: K }>;

/** More than a page sends, so that most pages are one look. */
const AT_ONCE = 250;

async function scanDead(
  tenant: string,
  filter: Of<'dead'>,
  after: string | undefined,
  now: number,
): Promise<Scanned> {
  const page = { filter, limit: AT_ONCE, after, newestFirst: false };
  const { places, next } = await scanDeadLetters(logTable, tenant, page, now);
  return { candidates: places.map((place) => ({ place, ...deliveryAtPlace(place) })), next };
}

/** Subscriptions that the event went to. */
async function scanEvent(
  tenant: string,
  { ulid, subscription }: Of<'event'>,
  after: string | undefined,
  now: number,
): Promise<Scanned> {
  const event = await getEvent(logTable, tenant, withPrefix('evt', ulid), now);
  const ids = (event?.subscriptions ?? []).filter(
    (id) => (after === undefined || id > after) && (subscription === undefined || id === subscription),
  );
  const candidates = ids.slice(0, AT_ONCE).map((id) => ({ place: id, ulid, subscription: id, event }));
  return { candidates, next: candidates.length < ids.length ? candidates.at(-1)!.place : undefined };
}

/** Payloads fetched at once, for filters that ask for them. */
const PARALLEL_READS = 8;

async function scanAll(
  tenant: string,
  { subscription, from, to }: Of<'all'>,
  after: string | undefined,
  wants: Wants,
  now: number,
): Promise<Scanned> {
  const { events, next } = await scanEvents(logTable, tenant, { after, from, to }, now);
  const candidates = await inParallel(events, PARALLEL_READS, async (event): Promise<Candidate> => {
    const isWanted = await wants(event);
    const skip = isWanted === 'gone' ? 'payload_missing' : isWanted ? undefined : 'unwanted';
    return { place: event.ulid, ulid: event.ulid, subscription, event, ...(skip && { skip }) };
  });
  return { candidates, next };
}
