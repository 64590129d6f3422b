import type { EventInFlight } from '../events/event.ts';
import { jsonIn, payloadBytes } from '../events/payload.ts';
import { HOLDS_ALWAYS } from '../matching/filters/compile.ts';
import { type Matching, matchEvent } from '../matching/index/match-event.ts';
import type { Search } from '../matching/index/search.ts';
import type { MatchEntry, TenantIndex } from '../matching/index/tenant-index.ts';
import { type Envelope, envelopeOf } from '../matching/language/envelope.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { LEAST_SHARE, type Share } from './budget.ts';

export interface MatchDeps {
  /** Reads a stored payload; undefined when it is gone. */
  loadStored(key: string): Promise<Uint8Array | undefined>;
}

/** Payloads read at once. They are parsed one after another: a parsed payload takes a multiple of its size. */
const PARALLEL_READS = 8;

/** An event, and the search for its subscriptions. */
interface Searched<E> {
  readonly event: E;
  readonly envelope: Envelope;
  readonly search: Search<MatchEntry>;
}

/**
 * Finds the subscriptions of one tenant that want each event: the candidates of the index whose filters hold. An event
 * that an earlier pass began resumes after the last subscription of that pass.
 * @param share when one part of it is used up, no further event is begun. The first event always is
 * @returns by event; an event that is missing was not begun
 */
export async function matchAll<E extends EventInFlight>(
  deps: MatchDeps,
  tenant: string,
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
    const group: Searched<E>[] = [];
    do {
      const searched = searchFor(rest.shift()!, index);
      used.bytes += bytesToRead(searched);
      used.steps += searched.search.steps;
      group.push(searched);
    } while (rest.length > 0 && group.length < PARALLEL_READS && hasRoom());
    const payloads = await Promise.all(
      group.map(({ event, search }) =>
        search.needsData ? payloadBytes(event.payload, deps.loadStored) : undefined,
      ),
    );
    for (const [i, { event, envelope, search }] of group.entries()) {
      // An event whose payload was read, with no time left to match it, is read again by the next pass.
      if (i > 0 && !hasTime()) break;
      const bytes = payloads[i];
      const data = bytes && jsonIn(bytes);
      const candidates = search.candidates(data);
      used.steps += candidates.steps;
      const steps = Math.max(share.steps - used.steps, LEAST_SHARE.steps);
      const {
        steps: compared,
        faults,
        ...matching
      } = matchEvent(candidates.entries.filter(isLeft(event)), { ...envelope, data }, steps);
      for (const { subscription, error } of faults) {
        warn('filter not asked', { ...about({ tenant, event }), subscription, ...errorFields(error) });
      }
      matched.set(event, matching);
      used.steps += compared;
      used.work += Math.max(1, matching.found.length);
    }
  }
  return { matched, used };
}

/** Whether a subscription may want an event, as far as that is known without its payload. */
export function mayBeWanted(event: EventInFlight, index: TenantIndex): boolean {
  const { search } = searchFor(event, index);
  return search.needsData || search.candidates(undefined).entries.length > 0;
}

function searchFor<E extends EventInFlight>(event: E, index: TenantIndex): Searched<E> {
  const envelope = envelopeOf(event);
  const search = event.only === undefined ? index.search(envelope) : addressed(index.byId(event.only));
  return { event, envelope, search };
}

/** The search of an event that is addressed to one subscription, whatever its filter says. */
function addressed(entry: MatchEntry | undefined): Search<MatchEntry> {
  const entries = entry ? [{ ...entry, filter: HOLDS_ALWAYS }] : [];
  return { needsData: false, steps: 1, candidates: () => ({ entries, steps: 0 }) };
}

const bytesToRead = ({ event: { payload }, search }: Searched<EventInFlight>): number =>
  search.needsData && payload.kind === 'stored' ? payload.bytes : 0;

const isLeft =
  ({ resume }: EventInFlight) =>
  ({ id }: MatchEntry): boolean =>
    resume === undefined || id > resume.after;
