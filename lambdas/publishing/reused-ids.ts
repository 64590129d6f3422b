import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { areOthers, type Digested } from './event-digest.ts';

export interface ReusedIdsDeps {
  /** What the events are that have these ids. @returns digests by id */
  digestsOfIds(tenant: string, ids: readonly string[], now: number): Promise<ReadonlyMap<string, string>>;
  /** How long publishing waits for an answer, in milliseconds. */
  readonly waitMs: number;
}

const UNKNOWN: ReadonlyMap<string, string> = new Map();

/**
 * Which events have an id that is another event's. Where the log does not answer, all are taken for new: fanout still
 * drops an event whose id came before, and publishing is to need no more than the queue.
 * @returns true for each that has, in their order
 */
export async function haveReusedIds(
  { digestsOfIds, waitMs }: ReusedIdsDeps,
  tenant: string,
  events: readonly Digested[],
  now: number,
): Promise<boolean[]> {
  const ids = events.map(({ id }) => id);
  const late = new AbortController();
  const known = await Promise.race([
    digestsOfIds(tenant, ids, now).catch((error: unknown) => unasked(tenant, events, error)),
    sleep(waitMs, UNKNOWN, { signal: late.signal }),
  ]);
  late.abort();
  return areOthers(events, known);
}

function unasked(tenant: string, events: readonly Digested[], error: unknown): ReadonlyMap<string, string> {
  const subjects = events.map((event) => ({ tenant, event }));
  warn('ids not looked up', { ...aboutAll(subjects), ...errorFields(error) });
  return UNKNOWN;
}
