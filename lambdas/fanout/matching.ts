import { requireEnv } from '../adapters/env.ts';
import { envelopeOf, touchesData } from '../domain/condition.ts';
import { type Matching, matchEvent } from '../domain/match-event.ts';
import type { EventInFlight } from '../domain/messages.ts';
import { inlineBytes, type Payload } from '../domain/payload.ts';
import type { MatchEntry, TenantIndex } from '../domain/tenant-index.ts';
import { LEAST_SHARE, type Share } from './budget.ts';

const bucket = requireEnv('PAYLOAD_BUCKET');

/** Payloads fetched at once. They are parsed one after another: a parsed one is a multiple of its size. */
const PARALLEL_READS = 8;

interface Candidates<E> {
  readonly event: E;
  readonly entries: readonly MatchEntry[];
  /** Whether the payload has to be known. */
  readonly needsData: boolean;
  /** To be read from the bucket. */
  readonly bytes: number;
}

/**
 * Finds the subscriptions of one tenant that want each event: first by type, then by the conditions of those that
 * are left. An event goes on behind the last subscription that an earlier pass looked at.
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
  const hasRoom = (): boolean =>
    used.work < share.work && used.bytes < share.bytes && used.steps < share.steps;
  const rest = [...events];
  while (rest.length > 0 && (matched.size === 0 || hasRoom())) {
    const group: Candidates<E>[] = [];
    do {
      const { steps, ...candidates } = candidatesOf(rest.shift()!, index);
      used.steps += steps;
      used.bytes += candidates.bytes;
      group.push(candidates);
    } while (rest.length > 0 && group.length < PARALLEL_READS && hasRoom());
    const payloads = await Promise.all(
      group.map(({ event, needsData }) => (needsData ? bytesOf(event.payload) : undefined)),
    );
    for (const [i, { event, entries, needsData }] of group.entries()) {
      // The share may have been used up by finding the candidates; what they were found for is begun nevertheless.
      if (i > 0 && !hasRoom()) break;
      const envelope = envelopeOf(event, needsData ? parsed(payloads[i]) : undefined);
      const steps = Math.max(share.steps - used.steps, LEAST_SHARE.steps);
      const { steps: compared, ...matching } = matchEvent(entries, envelope, steps);
      matched.set(event, matching);
      used.steps += compared;
      used.work += Math.max(1, matching.found.length);
    }
  }
  return { matched, used };
}

function candidatesOf<E extends EventInFlight>(
  event: E,
  index: TenantIndex,
): Candidates<E> & { steps: number } {
  if (event.only !== undefined) {
    const addressee = index.byId(event.only);
    // Whatever its filter says.
    const entries = addressee ? [{ ...addressee, filter: { ...addressee.filter, where: undefined } }] : [];
    return { event, entries: entries.filter(isLeft(event)), needsData: false, bytes: 0, steps: 1 };
  }
  const { entries, steps } = index.match(event.type);
  const left = entries.filter(isLeft(event));
  const needsData = left.some(({ filter }) => filter.where && touchesData(filter.where));
  const bytes = needsData && event.payload.kind === 'stored' ? event.payload.bytes : 0;
  return { event, entries: left, needsData, bytes, steps };
}

const isLeft =
  ({ resume }: EventInFlight) =>
  ({ id }: MatchEntry): boolean =>
    resume === undefined || id > resume.after;

async function bytesOf(payload: Payload): Promise<Uint8Array | undefined> {
  if (payload.kind !== 'stored') return inlineBytes(payload);
  // Most environments have no condition on a large payload, and the S3 client is a fifth of a cold start.
  const { getPayload } = await import('../adapters/payload-bucket.ts');
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
