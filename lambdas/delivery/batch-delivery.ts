import { send } from '../destinations/send.ts';
import type { HealthNotes } from '../endpoint-health/note-health.ts';
import { isFailure } from '../endpoint-health/observation.ts';
import type { LoadPayload } from '../events/payload-cache.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about, aboutAll } from '../platform/log-fields.ts';
import { urlFor } from '../targets/request-headers.ts';
import { refName } from '../values/target-ref.ts';
import { concluded, postOnce, type RequestDeps } from './attempt.ts';
import {
  type BatchEntry,
  batchBody,
  bytesOf,
  describeEntries,
  inRequests,
  MAX_BATCH_BYTES,
  withinBytes,
} from './batch.ts';
import { type Concluded, withChanges } from './conclude.ts';
import type { KnownDestination } from './destinations.ts';
import type { DeliveryMessage } from './messages.ts';
import { withAttempt } from './outcome.ts';
import { leastGeneration } from './queues/loop-bounds.ts';

export interface BatchDeps extends RequestDeps {
  readonly noteHealth: HealthNotes['noteHealth'];
}

/** Requests that are made at once for a target: together they take no longer than the slowest. */
export const BATCH_REQUESTS = 5;

/** Payload bytes in memory at a time: as much as these requests take, which is a part of the function's memory. */
export const MAX_BATCHES_BYTES = BATCH_REQUESTS * MAX_BATCH_BYTES;

/** As many deliveries of one target as it wants in one request. */
export interface FullRequest {
  readonly deliveries: readonly DeliveryMessage[];
  readonly destination: KnownDestination;
}

/**
 * Takes the deliveries that fill a request, so that they need not wait in the hold queue; all of them, if an owner asked for
 * one of them. With a rate limit they wait all the same: a drain gives requests their slots. So do deliveries that memory has
 * no place for.
 */
export function takeFullRequests(conclusions: readonly Concluded[]): {
  full: FullRequest[];
  rest: Concluded[];
} {
  const full: FullRequest[] = [];
  const { forBatch = [], rest = [] } = Object.groupBy(conclusions, ({ decision }) =>
    decision.kind === 'hold' && decision.reason === 'batch' ? 'forBatch' : 'rest',
  );
  const byTarget = Map.groupBy(forBatch, ({ received }) => refName(received));
  let bytes = 0;
  for (const ofTarget of byTarget.values()) {
    const { destination } = ofTarget[0]!;
    const { batching, rateLimit } = destination?.target ?? {};
    if (!batching || rateLimit) {
      rest.push(...ofTarget);
      continue;
    }
    const fitting = withinBytes(ofTarget, MAX_BATCHES_BYTES - bytes);
    const isAsked = fitting.some(({ received }) => received.asked);
    const count = isAsked ? fitting.length : fitting.length - (fitting.length % batching.maxEvents);
    bytes += bytesOf(ofTarget.slice(0, count));
    rest.push(...ofTarget.slice(count));
    for (let i = 0; i < count; i += batching.maxEvents) {
      const deliveries = ofTarget
        .slice(i, Math.min(count, i + batching.maxEvents))
        .map(({ received }) => received);
      full.push({ deliveries, destination: destination as KnownDestination });
    }
  }
  return { full, rest };
}

/**
 * Posts deliveries of one target: in as few requests as it wants, or each alone if it wants no batches.
 * @param kind a `probe` that fails stays in the hold queue, and its schedule does not count it
 * @returns the result of each delivery, without those that a fault of our own kept from being posted
 */
export async function postBatches(
  deps: BatchDeps,
  deliveries: readonly DeliveryMessage[],
  destination: KnownDestination,
  kind: 'probe' | 'batch',
): Promise<Concluded[]> {
  const { target } = destination;
  const entries = await Promise.all(deliveries.map((delivery) => entryOf(deps.loadPayload, delivery)));
  const missing = deliveries.filter((_, i) => entries[i] === 'missing');
  const there = entries.filter((entry): entry is BatchEntry => typeof entry === 'object');
  const byUrl = Map.groupBy(there, ({ delivery }) => urlFor(target, delivery.event));
  const requests = [...byUrl].flatMap(([url, ofUrl]) =>
    inRequests(ofUrl, target.batching?.maxEvents ?? 1).map((request) => ({ url, request })),
  );
  const made = await Promise.all(
    requests.map(({ url, request }) => postRequest(deps, url, request, destination)),
  );
  const attempts = made.filter((one) => one !== undefined);
  const changes = kind === 'batch' ? await noteAttempts(deps, deliveries, destination, attempts) : undefined;
  const posted = requests.flatMap(({ request }, i) => {
    const attempt = made[i];
    return attempt
      ? request.map(({ delivery }) => conclusionOf(deps, delivery, destination, attempt, kind))
      : [];
  });
  const dead = missing.map(
    (delivery): Concluded => ({
      received: delivery,
      delivery,
      decision: { kind: 'dead', reason: 'payload_missing' },
      destination,
    }),
  );
  return [...(changes ? withChanges(posted, changes) : posted), ...dead];
}

function noteAttempts(
  { noteHealth }: BatchDeps,
  deliveries: readonly DeliveryMessage[],
  { target, health }: KnownDestination,
  attempts: readonly Attempt[],
) {
  const { tenant, event } = deliveries[0]!;
  const generation = leastGeneration(deliveries);
  const isAsked = deliveries.some(({ asked }) => asked);
  return noteHealth([
    { tenant, target, health, attempts, keepSeconds: event.keepSeconds, generation, isAsked },
  ]);
}

function conclusionOf(
  deps: BatchDeps,
  received: DeliveryMessage,
  destination: KnownDestination,
  made: Attempt,
  kind: 'probe' | 'batch',
): Concluded {
  if (kind === 'batch' || !isFailure(made)) return concluded(deps, received, destination, made);
  const delivery = withAttempt(received, { ...made, uncounted: true });
  return { received, delivery, decision: { kind: 'hold', reason: 'recovery' }, destination };
}

/** `missing` when the bucket no longer has its payload; undefined when a fault of our own kept it from being read. */
async function entryOf(
  loadPayload: LoadPayload,
  delivery: DeliveryMessage,
): Promise<BatchEntry | 'missing' | undefined> {
  try {
    const payload = await loadPayload(delivery.event.payload);
    return payload ? { delivery, payload } : 'missing';
  } catch (error) {
    warn('delivery not attempted', { ...about(delivery), ...errorFields(error) });
    return undefined;
  }
}

async function postRequest(
  deps: BatchDeps,
  url: string,
  request: readonly BatchEntry[],
  { target }: KnownDestination,
): Promise<Attempt | undefined> {
  try {
    if (!target.batching) return await postOnce(deps, request[0]!.delivery, target, request[0]!.payload);
    const body = batchBody(request);
    const described = describeEntries(request);
    const { tenant } = request[0]!.delivery;
    const { timeoutMs } = target;
    const toSend = { tenant, target, url, event: undefined, described, body, at: deps.now(), timeoutMs };
    const made = await send(deps, toSend);
    const batch = { id: described.id, events: request.length, bytes: body.length };
    return made.sent ? { ...made, sent: { ...made.sent, batch } } : made;
  } catch (error) {
    const deliveries = request.map(({ delivery }) => delivery);
    warn('deliveries not attempted', { ...aboutAll(deliveries), ...errorFields(error) });
    return undefined;
  }
}
