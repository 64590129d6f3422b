import type { MatchEntry } from '../adapters/config-store.ts';
import { requireEnv } from '../adapters/env.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { envelopeOf, evaluate, touchesData } from '../domain/condition.ts';
import type { MatchIndex } from '../domain/match-index.ts';
import type { EventInFlight } from '../domain/messages.ts';
import { inlineBytes, type Payload } from '../domain/payload.ts';

const bucket = requireEnv('PAYLOAD_BUCKET');

/** Payloads held at once: each may be some megabytes, and a parsed one is a multiple of that. */
const PARALLEL_EVENTS = 8;
/**
 * What one invocation reads from the bucket, and what it compares (see `evaluate`), before it leaves the rest to the
 * next: each is a few seconds of a function's third of a processor, well within its time. What has begun is finished,
 * so there is always progress.
 */
const MAX_READ_BYTES = 32 * 1024 * 1024;
const MAX_STEPS = 5_000_000;

/**
 * Finds the subscriptions that want each event, ordered by id: first by type, then by the conditions of those that
 * are left.
 * @param enough stops when this many were found in all
 * @returns by event; one that is missing was not looked at, for want of room
 */
export async function matchAll<E extends EventInFlight>(
  events: readonly E[],
  indexOf: (event: E) => MatchIndex<MatchEntry>,
  enough: number,
): Promise<Map<E, MatchEntry[]>> {
  const matched = new Map<E, MatchEntry[]>();
  const used = { found: 0, bytes: 0, steps: 0 };
  for (let i = 0; i < events.length; i += PARALLEL_EVENTS) {
    if (used.found >= enough || used.bytes >= MAX_READ_BYTES || used.steps >= MAX_STEPS) break;
    await inParallel(events.slice(i, i + PARALLEL_EVENTS), PARALLEL_EVENTS, async (event) => {
      const { entries, bytes, steps } = await matchOne(event, indexOf(event));
      matched.set(event, entries);
      used.found += entries.length;
      used.bytes += bytes;
      used.steps += steps;
    });
  }
  return matched;
}

interface Match {
  readonly entries: MatchEntry[];
  readonly bytes: number;
  readonly steps: number;
}

async function matchOne(event: EventInFlight, index: MatchIndex<MatchEntry>): Promise<Match> {
  if (event.only !== undefined) {
    const addressee = index.byId(event.only);
    return { entries: addressee ? [addressee] : [], bytes: 0, steps: 0 };
  }
  const candidates = index.match(event.type);
  const needsData = candidates.some(({ where }) => where && touchesData(where));
  const bytes = needsData && event.payload.kind === 'stored' ? event.payload.bytes : 0;
  const envelope = envelopeOf(event, needsData ? parsed(await bytesOf(event.payload)) : undefined);
  let steps = 0;
  const entries = candidates.filter(({ where }) => {
    if (!where) return true;
    const result = evaluate(where, envelope);
    steps += result.steps;
    return result.holds;
  });
  return { entries, bytes, steps };
}

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
