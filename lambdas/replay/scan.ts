import { getEvent, type LoggedEvent, walkEvents } from '../events/event-log-store.ts';
import { deliveryAtPlace } from '../events/log-keys.ts';
import { requireEnv } from '../platform/env.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { withPrefix } from '../values/ids.ts';
import { walkDeadLetters } from './dead-letter-store.ts';
import type { SkipReason } from './replay.ts';
import type { ReplayJob, Selection } from './replay-job.ts';
import type { Wants } from './wanted.ts';

const logTable = requireEnv('LOG_TABLE');

/** A delivery that a job comes to, or an event that its subscription does not want. */
export interface Met {
  /** The cursor of a page that ends with it. */
  readonly place: string;
  readonly ulid: string;
  readonly subscription: string;
  /** Undefined when it has still to be read. */
  readonly event?: LoggedEvent | undefined;
  /** Why there is nothing to be done; `unwanted` is no reason to tell of. */
  readonly skip?: SkipReason | 'unwanted';
}

export interface Walked {
  readonly met: Met[];
  /** Where it goes on; undefined at the end. */
  readonly next: string | undefined;
}

/** What a job comes to next, in its order. @param wants what the subscription's filter says, where that is asked */
export function walk(
  { tenant, selection }: ReplayJob,
  cursor: string | undefined,
  wants: Wants | undefined,
  now: number,
): Promise<Walked> {
  switch (selection.kind) {
    case 'dead':
      return walkDead(tenant, selection, cursor, now);
    case 'event':
      return walkEvent(tenant, selection, cursor, now);
    case 'all':
      return walkAll(tenant, selection, cursor, wants!, now);
  }
}

type Of<K extends Selection['kind']> = Extract<Selection, { kind: K }>;

/** More than a page sends, so that most pages are one look. */
const AT_ONCE = 250;

async function walkDead(
  tenant: string,
  filter: Of<'dead'>,
  after: string | undefined,
  now: number,
): Promise<Walked> {
  const page = { filter, limit: AT_ONCE, after, newestFirst: false };
  const { places, next } = await walkDeadLetters(logTable, tenant, page, now);
  return { met: places.map((place) => ({ place, ...deliveryAtPlace(place) })), next };
}

/** Subscriptions that the event went to. */
async function walkEvent(
  tenant: string,
  { ulid, subscription }: Of<'event'>,
  after: string | undefined,
  now: number,
): Promise<Walked> {
  const event = await getEvent(logTable, tenant, withPrefix('evt', ulid), now);
  const ids = (event?.subscriptions ?? []).filter(
    (id) => (after === undefined || id > after) && (subscription === undefined || id === subscription),
  );
  const met = ids.slice(0, AT_ONCE).map((id) => ({ place: id, ulid, subscription: id, event }));
  return { met, next: met.length < ids.length ? met.at(-1)!.place : undefined };
}

/** Payloads fetched at once, for filters that ask for them. */
const PARALLEL_READS = 8;

async function walkAll(
  tenant: string,
  { subscription, from, to }: Of<'all'>,
  after: string | undefined,
  wants: Wants,
  now: number,
): Promise<Walked> {
  const { events, next } = await walkEvents(logTable, tenant, { after, from, to }, now);
  const met = await inParallel(events, PARALLEL_READS, async (event): Promise<Met> => {
    const isWanted = await wants(event);
    const skip = isWanted === 'gone' ? 'payload_missing' : isWanted ? undefined : 'unwanted';
    return { place: event.ulid, ulid: event.ulid, subscription, event, ...(skip && { skip }) };
  });
  return { met, next };
}
