import type { EventInFlight, Payload } from '../events/event.ts';
import { inlineBytes } from '../events/payload.ts';
import { HOLDS_ALWAYS } from '../matching/filters/compile.ts';
import { type Matching, matchEvent } from '../matching/index/match-event.ts';
import type { Search } from '../matching/index/search.ts';
import type { MatchEntry, TenantIndex } from '../matching/index/tenant-index.ts';
import { type Envelope, envelopeOf } from '../matching/language/envelope.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { LEAST_SHARE, type Share } from './budget.ts';

const bucket = requireEnv('PAYLOAD_BUCKET');

/** Payloads fetched at once. They are parsed one after another: a parsed one is a multiple of its size. */
const PARALLEL_READS = 8;

/** An event whose subscriptions are looked for. */
interface Sought<E> {
  readonly event: E;
  readonly envelope: Envelope;
  readonly search: Search<MatchEntry>;
}

/**
 * Finds the subscriptions of one tenant that want each event: those that the index says may, and of them those whose
 * filters hold. An event goes on behind the last subscription that an earlier pass looked at.
 * @param share when one of it is used up, no further event is begun. The first always is
 * @returns by event; one that is missing was not looked at, for want of room
 */
export async function matchAll<E extends EventInFlight>(
  events: readonly E[],
  index: TenantIndex,
  share: Share,
): Promise<{ matched: Map<E, Matching<MatchEntry>>; used: Share }> {
  const matched = new Map<E, Matching<MatchEntry>>();
  const used = { work: 0, bytes: 0, steps: 0 };
  const hasTime = (): boolean => used.work < share.work && used.steps < share.steps;
  const hasRoom = (): boolean => hasTime() && used.bytes < share.bytes;
  const rest = [...events];
  while (rest.length > 0 && (matched.size === 0 || hasRoom())) {
    const group: Sought<E>[] = [];
    do {
      const sought = seek(rest.shift()!, index);
      used.bytes += bytesToRead(sought);
      used.steps += sought.search.steps;
      group.push(sought);
    } while (rest.length > 0 && group.length < PARALLEL_READS && hasRoom());
    const payloads = await Promise.all(
      group.map(({ event, search }) => (search.needsData ? bytesOf(event.payload) : undefined)),
    );
    for (const [i, { event, envelope, search }] of group.entries()) {
      // What was read before the time was used up is looked at by the pass that reads it again.
      if (i > 0 && !hasTime()) break;
      const data = parsed(payloads[i]);
      const { entries, steps: searched } = search.candidates(data);
      used.steps += searched;
      const steps = Math.max(share.steps - used.steps, LEAST_SHARE.steps);
      const {
        steps: compared,
        faults,
        ...matching
      } = matchEvent(entries.filter(isLeft(event)), { ...envelope, data }, steps);
      for (const { subscription, error } of faults) {
        warn('filter not asked', { event: event.id, subscription, ...errorFields(error) });
      }
      matched.set(event, matching);
      used.steps += compared;
      used.work += Math.max(1, matching.found.length);
    }
  }
  return { matched, used };
}

/** Whether there is a subscription that may want an event, as far as that can be told without its payload. */
export function mayBeWanted(event: EventInFlight, index: TenantIndex): boolean {
  const { search } = seek(event, index);
  return search.needsData || search.candidates(undefined).entries.length > 0;
}

function seek<E extends EventInFlight>(event: E, index: TenantIndex): Sought<E> {
  const envelope = envelopeOf(event);
  const search = event.only === undefined ? index.search(envelope) : addressed(index.byId(event.only));
  return { event, envelope, search };
}

/** One subscription, whatever its filter says. */
function addressed(entry: MatchEntry | undefined): Search<MatchEntry> {
  const entries = entry ? [{ ...entry, filter: HOLDS_ALWAYS }] : [];
  return { needsData: false, steps: 1, candidates: () => ({ entries, steps: 0 }) };
}

const bytesToRead = ({ event: { payload }, search }: Sought<EventInFlight>): number =>
  search.needsData && payload.kind === 'stored' ? payload.bytes : 0;

const isLeft =
  ({ resume }: EventInFlight) =>
  ({ id }: MatchEntry): boolean =>
    resume === undefined || id > resume.after;

async function bytesOf(payload: Payload): Promise<Uint8Array | undefined> {
  if (payload.kind !== 'stored') return inlineBytes(payload);
  // Most environments have no condition on a large payload, and the S3 client is a fifth of a cold start.
  const { getPayload } = await import('../events/payload-store.ts');
  return getPayload(bucket, payload.key);
}

/** The payload as JSON; undefined when it is not, or is gone. Whatever its content type says. */
function parsed(bytes: Uint8Array | undefined): unknown {
  if (!bytes) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
