import { type DeliveryMessage, outcomesMessages } from '../delivery/messages.ts';
import { asWaiting, type Conclusion, outcomeOf } from '../delivery/outcome.ts';
import { overtakenAmong, type SupersededDeps } from '../delivery/superseded.ts';
import { pullRulesOf } from '../destinations/pull.ts';
import { payloadLength } from '../events/payload.ts';
import type { LoadPayload } from '../events/payload-cache.ts';
import { parseHeld } from '../hold-queue/held-deliveries.ts';
import type { removeHeld } from '../hold-queue/hold-queue-store.ts';
import type { Bound } from '../platform/bind.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { afterLease, fateOf, type Lease } from './lease.ts';
import {
  type Dying,
  dyingOf,
  type MarkDeadDeps,
  markDead,
  PARALLEL_WRITES,
  withoutPayload,
} from './mark-dead.ts';
import { withinAnswer } from './message-body.ts';
import type { PullItem, pullItems, takeLease } from './pull-store.ts';
import { TOKEN_BYTES, tokenOf } from './receipt.ts';
import { markDeadUnlessOvertaken } from './sweep.ts';

export interface ReceiveDeps
  extends MarkDeadDeps,
    SupersededDeps,
    Bound<{ pullItems: typeof pullItems; takeLease: typeof takeLease; removeHeld: typeof removeHeld }> {
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly loadPayload: LoadPayload;
  /** URL of the queue. */
  readonly outcomesQueue: string;
}

/** What is asked for. */
export interface Fetch {
  readonly ref: TargetRef;
  readonly target: Target;
  /** Messages at most. */
  readonly max: number;
  readonly leaseMs: number;
  /** A credential's id. */
  readonly by: string;
}

/** A message that its fetcher has from now on. */
export interface Fetched {
  readonly item: PullItem;
  /** As it waits, with the attempts before this fetch. */
  readonly delivery: DeliveryMessage;
  readonly lease: Lease;
  readonly body: Uint8Array;
}

/** A message that can be handed out. */
interface Candidate {
  readonly item: PullItem;
  readonly delivery: DeliveryMessage;
}

/**
 * Hands out the oldest messages of a pull target that nobody has, each with a lease. Of two that fetch at once each gets others: a
 * lease is a conditional write. What is past its day, or was fetched as often as it may be, becomes a dead letter on the way.
 */
export async function receive(deps: ReceiveDeps, fetch: Fetch): Promise<Fetched[]> {
  const now = deps.now();
  const { candidates, dying } = await oldestOf(deps, fetch, now);
  const [alive] = await Promise.all([
    withoutOvertaken(deps, candidates, now),
    markDeadUnlessOvertaken(deps, dying, now),
  ]);
  const fitting = withinAnswer(alive, ({ delivery }) => payloadLength(delivery.event.payload));
  const taken = await takeAll(deps, fetch, fitting, now);
  await report(deps, taken, now);
  const loaded = await inParallel(taken, PARALLEL_LOADS, async (one) => ({
    ...one,
    body: await deps.loadPayload(one.delivery.event.payload),
  }));
  const gone = loaded.filter(({ body }) => body === undefined);
  await markDead(
    deps,
    gone.map(({ item, delivery, lease }) => withoutPayload({ ...item, lease }, delivery)),
  );
  return loaded.filter((one): one is Fetched & { received: DeliveryMessage } => one.body !== undefined);
}

/** Payloads of the bucket that are read at once: the largest take 36 MB together. */
const PARALLEL_LOADS = 8;

async function oldestOf(
  deps: ReceiveDeps,
  { ref, target, max }: Fetch,
  now: number,
): Promise<{ candidates: Candidate[]; dying: Dying[] }> {
  const { maxReceives, inOrder } = pullRulesOf(target);
  const pageSize = Math.ceil(max / 2) + 1;
  const candidates: Candidate[] = [];
  const dying: Dying[] = [];
  // What is leased is asked for only where it holds up what is behind it.
  const items = deps.pullItems(ref, inOrder ? { pageSize } : { pageSize, leasedUntil: now });
  for await (const item of items) {
    // What can't be read waits for the next sweep, or for a release that can read it.
    const [found] = parseHeld([item]).readable;
    if (!found) continue;
    const { delivery } = found;
    const fate = fateOf(delivery, item.lease, maxReceives, now);
    const end = dyingOf(item, delivery, fate, now);
    if (end) dying.push(end);
    else if (fate === 'available') candidates.push({ item, delivery });
    else if (inOrder) break;
    if (candidates.length === max || dying.length === MOST_DYING) break;
  }
  return { candidates, dying };
}

/** A backlog that is past its day is marked dead in several fetches, and by sweeps: each has to end in time. */
const MOST_DYING = 200;

/** Leaves out what was sent again meanwhile: it is void, or waits for what becomes of that. */
async function withoutOvertaken(
  deps: ReceiveDeps,
  candidates: readonly Candidate[],
  now: number,
): Promise<Candidate[]> {
  const { dropped, redirected } = await overtakenAmong(
    deps,
    candidates.map(({ delivery }) => delivery),
    now,
  );
  await deps.removeHeld(candidates.filter(({ delivery }) => dropped.has(delivery)).map(({ item }) => item));
  return candidates.filter(({ delivery }) => !dropped.has(delivery) && !redirected.has(delivery));
}

interface Taken extends Omit<Fetched, 'body'> {
  /** As it was read: with an attempt less, where a lease before has come to nothing. */
  readonly received: DeliveryMessage;
}

/** In a strict order the first that somebody else has got ends it: what follows is not to be handed out before it. */
async function takeAll(
  deps: ReceiveDeps,
  fetch: Fetch,
  candidates: readonly Candidate[],
  now: number,
): Promise<Taken[]> {
  if (!pullRulesOf(fetch.target).inOrder) {
    const all = await inParallel(candidates, PARALLEL_WRITES, (one) => take(deps, fetch, one, now));
    return all.filter((one) => one !== undefined);
  }
  const taken: Taken[] = [];
  for (const candidate of candidates) {
    const one = await take(deps, fetch, candidate, now);
    if (!one) break;
    taken.push(one);
  }
  return taken;
}

async function take(
  deps: ReceiveDeps,
  { leaseMs, by }: Fetch,
  { item, delivery: received }: Candidate,
  now: number,
): Promise<Taken | undefined> {
  const lease = { token: tokenOf(deps.randomBytes(TOKEN_BYTES)), by, at: now, until: now + leaseMs };
  const conclusion = failedConclusion(received, item.lease);
  const delivery = item.lease ? asWaiting(conclusion, now) : received;
  return (await deps.takeLease(item, delivery, lease)) ? { item, received, delivery, lease } : undefined;
}

/** What follows from a lease that has come to nothing: the delivery waits on. */
const failedConclusion = (received: DeliveryMessage, lease: Lease | undefined): Conclusion => ({
  received,
  delivery: afterLease(received, lease),
  decision: { kind: 'hold', reason: 'pull' },
});

/** Reports leases that have come to nothing. Where that fails they are not counted; the next outcome has them in its history. */
async function report(deps: ReceiveDeps, taken: readonly Taken[], now: number): Promise<void> {
  const again = taken.filter(({ item }) => item.lease);
  const outcomes = again.flatMap(
    ({ received, item }) => outcomeOf(failedConclusion(received, item.lease), now) ?? [],
  );
  if (outcomes.length === 0) return;
  try {
    await deps.sendAddressed(
      outcomesMessages(outcomes).map((body) => ({ queueUrl: deps.outcomesQueue, body })),
    );
  } catch (error) {
    warn('outcomes not reported', {
      ...aboutAll(again.map(({ received }) => received)),
      ...errorFields(error),
    });
  }
}
