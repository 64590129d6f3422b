import { setTimeout as sleep } from 'node:timers/promises';
import { digestsOfIds } from '../events/id-claim-store.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { areOthers, type Digested } from './event-digest.ts';

const logTable = requireEnv('LOG_TABLE');

/** Publishing waits no longer for the log than its producer would notice. */
const LOOK_MS = 2000;
const UNKNOWN: ReadonlyMap<string, string> = new Map();

/**
 * Which events have an id that is another event's. Where the log does not answer, all are taken for new: fanout still
 * drops an event whose id came before, and publishing is to need no more than the queue.
 * @returns true for each that has, in their order
 */
export async function haveReusedIds(
  tenant: string,
  events: readonly Digested[],
  now: number,
): Promise<boolean[]> {
  const ids = events.map(({ id }) => id);
  const late = new AbortController();
  const known = await Promise.race([
    digestsOfIds(logTable, tenant, ids, now).catch((error: unknown) => unasked(error)),
    sleep(LOOK_MS, UNKNOWN, { signal: late.signal }),
  ]);
  late.abort();
  return areOthers(events, known);
}

function unasked(error: unknown): ReadonlyMap<string, string> {
  warn('ids not looked up', errorFields(error));
  return UNKNOWN;
}
