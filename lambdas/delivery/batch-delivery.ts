import { noteHealth } from '../endpoint-health/note-health.ts';
import { isFailure } from '../endpoint-health/observation.ts';
import { loadPayload } from '../events/payload-cache.ts';
import { type HeldDelivery, oldestDeliveries, settle } from '../hold-queue/held-deliveries.ts';
import type { Next } from '../hold-queue/next-drain.ts';
import { awaitRequestSlot } from '../hold-queue/rate-slots.ts';
import type { Attempt } from '../http-client/attempt.ts';
import { errorFields, warn } from '../platform/log.ts';
import { urlFor } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { concluded, postOnce } from './attempt.ts';
import {
  type BatchEntry,
  batchBody,
  batchHeaders,
  bytesOf,
  inRequests,
  MAX_BATCH_BYTES,
  withinBytes,
} from './batch.ts';
import type { Concluded } from './conclude.ts';
import type { KnownDestination } from './destinations.ts';
import { leastGeneration } from './loop-bounds.ts';
import type { DeliveryMessage } from './messages.ts';
import { withAttempt } from './outcome.ts';
import { post } from './post.ts';

/** Requests that one call makes: together they take no longer than the slowest. */
const REQUESTS = 5;

/** Of the payloads that one call holds at a time: as much as its requests take, and a part of the function's memory. */
const MAX_HELD_BYTES = REQUESTS * MAX_BATCH_BYTES;
/** Until the next try where a fault of our own keeps guests in the room: they would be posted again and again. */
const AFTER_FAULT_MS = 10_000;

/** Posts what has come together in the room of a target that wants several events in a request. */
export async function deliverBatches(ref: TargetRef, destination: KnownDestination): Promise<Next> {
  const { maxEvents } = destination.target.batching!;
  const perSecond = destination.target.rateLimit?.perSecond;
  const count = maxEvents * (perSecond === undefined ? REQUESTS : 1);
  const { heldDeliveries: all, isEmpty, isStuck } = await oldestDeliveries(ref, destination, count);
  if (isEmpty) return undefined;
  if (all.length === 0) return { at: Date.now(), isIdle: isStuck };
  // A slot is for one request.
  const heldDeliveries =
    perSecond === undefined ? withinBytes(all, MAX_HELD_BYTES) : inFirstRequest(all, destination.target);
  if (perSecond !== undefined) {
    const at = await awaitRequestSlot(ref, perSecond);
    if (at !== undefined) return { at };
  }
  const conclusions = await postBatches(
    heldDeliveries.map(({ delivery }) => delivery),
    destination,
    'batch',
  );
  const byDelivery = new Map(conclusions.map((one) => [one.received, one]));
  const posted = heldDeliveries.filter(({ delivery }) => byDelivery.has(delivery));
  const isSettled = await settle(
    posted,
    posted.map(({ delivery }) => byDelivery.get(delivery)!),
  );
  if (!isSettled || posted.length < heldDeliveries.length) return { at: Date.now() + AFTER_FAULT_MS };
  // Whoever came in meanwhile may wait for company again, unless there is a full request's worth.
  return all.length >= maxEvents || heldDeliveries.length < all.length ? { at: Date.now() } : undefined;
}

/** Those who go to the same URL as the first, as far as one request holds them. */
function inFirstRequest(heldDeliveries: readonly HeldDelivery[], target: Target): HeldDelivery[] {
  const url = heldDeliveries[0] && urlFor(target, heldDeliveries[0].delivery.event);
  const alike = heldDeliveries.filter(({ delivery }) => urlFor(target, delivery.event) === url);
  return withinBytes(alike, MAX_BATCH_BYTES);
}

/** As many deliveries of one target as it wants in one request. */
export interface FullRequest {
  readonly deliveries: readonly DeliveryMessage[];
  readonly destination: KnownDestination;
}

/**
 * Takes those who need not wait for company, since enough of them are here. With a rate limit they wait all the same:
 * the room is where requests get their slots. So do those that memory has no room for.
 */
export function takeFullRequests(conclusions: readonly Concluded[]): {
  full: FullRequest[];
  rest: Concluded[];
} {
  const full: FullRequest[] = [];
  const rest: Concluded[] = [];
  const byTarget = Map.groupBy(conclusions, ({ received: { tenant, target } }) => `${tenant}/${target}`);
  let held = 0;
  for (const ofTarget of byTarget.values()) {
    const { destination, decision } = ofTarget[0]!;
    const isForBatch = decision.kind === 'hold' && decision.reason === 'batch';
    const { batching, rateLimit } = destination?.target ?? {};
    if (!isForBatch || !batching || rateLimit) {
      rest.push(...ofTarget);
      continue;
    }
    const fitting = withinBytes(ofTarget, MAX_HELD_BYTES - held);
    const count = fitting.length - (fitting.length % batching.maxEvents);
    held += bytesOf(ofTarget.slice(0, count));
    rest.push(...ofTarget.slice(count));
    for (let i = 0; i < count; i += batching.maxEvents) {
      const deliveries = ofTarget.slice(i, i + batching.maxEvents).map(({ received }) => received);
      full.push({ deliveries, destination: destination as KnownDestination });
    }
  }
  return { full, rest };
}

/**
 * Posts deliveries of one target: in as few requests as it wants to have, or each alone if it does not want that.
 * @param kind a `probe` that fails goes on waiting, and its schedule does not count it
 * @returns what came of each but those that a fault of our own kept from being posted
 */
export async function postBatches(
  deliveries: readonly DeliveryMessage[],
  destination: KnownDestination,
  kind: 'probe' | 'batch',
): Promise<Concluded[]> {
  const { target } = destination;
  const entries = await Promise.all(deliveries.map(entryOf));
  const missing = deliveries.filter((_, i) => entries[i] === 'missing');
  const there = entries.filter((entry): entry is BatchEntry => typeof entry === 'object');
  const byUrl = Map.groupBy(there, ({ delivery }) => urlFor(target, delivery.event));
  const requests = [...byUrl].flatMap(([url, ofUrl]) =>
    inRequests(ofUrl, target.batching?.maxEvents ?? 1).map((request) => ({ url, request })),
  );
  const made = await Promise.all(requests.map(({ url, request }) => postRequest(url, request, destination)));
  const attempts = made.filter((one) => one !== undefined);
  if (kind === 'batch') {
    const { tenant, event } = deliveries[0]!;
    const { keepSeconds } = event;
    const generation = leastGeneration(deliveries);
    await noteHealth([{ tenant, target, health: destination.health, attempts, keepSeconds, generation }]);
  }
  const posted = requests.flatMap(({ request }, i) => {
    const attempt = made[i];
    return attempt ? request.map(({ delivery }) => conclusionOf(delivery, destination, attempt, kind)) : [];
  });
  const dead = missing.map(
    (delivery): Concluded => ({
      received: delivery,
      delivery,
      decision: { kind: 'dead', reason: 'payload_missing' },
      destination,
    }),
  );
  return [...posted, ...dead];
}

function conclusionOf(
  received: DeliveryMessage,
  destination: KnownDestination,
  made: Attempt,
  kind: 'probe' | 'batch',
): Concluded {
  if (kind === 'batch' || !isFailure(made)) return concluded(received, destination, made);
  const delivery = withAttempt(received, { ...made, uncounted: true });
  return { received, delivery, decision: { kind: 'hold', reason: 'recovery' }, destination };
}

/** `missing` when the bucket no longer has its payload; undefined when a fault of ours keeps it from us. */
async function entryOf(delivery: DeliveryMessage): Promise<BatchEntry | 'missing' | undefined> {
  try {
    const payload = await loadPayload(delivery.event.payload);
    return payload ? { delivery, payload } : 'missing';
  } catch (error) {
    warn('delivery not attempted', { event: delivery.event.id, ...errorFields(error) });
    return undefined;
  }
}

async function postRequest(
  url: string,
  request: readonly BatchEntry[],
  { target }: KnownDestination,
): Promise<Attempt | undefined> {
  try {
    if (!target.batching) return await postOnce(request[0]!.delivery, target, request[0]!.payload);
    const body = batchBody(request);
    const headers = batchHeaders(target, request, body, Date.now());
    return await post({ url, headers, body, timeoutMs: target.timeoutMs });
  } catch (error) {
    warn('deliveries not attempted', { target: target.id, ...errorFields(error) });
    return undefined;
  }
}
