import { MAX_BATCH_BYTES, withinBytes } from '../delivery/batch.ts';
import {
  BATCH_REQUESTS,
  type BatchDeps,
  MAX_BATCHES_BYTES,
  postBatches,
} from '../delivery/batch-delivery.ts';
import type { KnownDestination } from '../delivery/destinations.ts';
import type { RateSlots } from '../rate-limit/rate-slots.ts';
import { urlFor } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { type HeldDelivery, type HeldDeps, oldestDeliveries, settle } from './held-deliveries.ts';
import type { NextDrain } from './hold-queue.ts';

export interface DeliverBatchesDeps extends HeldDeps, BatchDeps {
  readonly awaitRequestSlot: RateSlots['awaitRequestSlot'];
}

/** Until the next try where a fault of our own keeps deliveries in the queue: they would be posted again and again. */
const AFTER_FAULT_MS = 10_000;

/** Posts held deliveries of a target that wants several events in a request. */
export async function deliverBatches(
  deps: DeliverBatchesDeps,
  ref: TargetRef,
  destination: KnownDestination,
): Promise<NextDrain> {
  const { maxEvents } = destination.target.batching!;
  const perSecond = destination.target.rateLimit?.perSecond;
  const count = maxEvents * (perSecond === undefined ? BATCH_REQUESTS : 1);
  const { heldDeliveries: all, isEmpty, isStuck } = await oldestDeliveries(deps, ref, destination, count);
  if (isEmpty) return undefined;
  if (all.length === 0) return { at: deps.now(), isIdle: isStuck };
  // A slot is for one request.
  const toPost =
    perSecond === undefined ? withinBytes(all, MAX_BATCHES_BYTES) : inFirstRequest(all, destination.target);
  if (perSecond !== undefined) {
    const at = await deps.awaitRequestSlot(ref, perSecond);
    if (at !== undefined) return { at };
  }
  const isSettled = await postAndSettle(deps, toPost, destination);
  if (!isSettled) return { at: deps.now() + AFTER_FAULT_MS };
  // What came in meanwhile waits for a batch of its own, unless there is a full request's worth.
  return all.length >= maxEvents || toPost.length < all.length ? { at: deps.now() } : undefined;
}

/** @returns whether all were posted and sent on */
async function postAndSettle(
  deps: DeliverBatchesDeps,
  toPost: readonly HeldDelivery[],
  destination: KnownDestination,
): Promise<boolean> {
  const deliveries = toPost.map(({ delivery }) => delivery);
  const conclusions = await postBatches(deps, deliveries, destination, 'batch');
  const byDelivery = new Map(conclusions.map((one) => [one.received, one]));
  const posted = toPost.filter(({ delivery }) => byDelivery.has(delivery));
  const isSettled = await settle(
    deps,
    posted,
    posted.map(({ delivery }) => byDelivery.get(delivery)!),
  );
  return isSettled && posted.length === toPost.length;
}

/** The deliveries that go to the same URL as the first, as far as one request holds them. */
function inFirstRequest(heldDeliveries: readonly HeldDelivery[], target: Target): HeldDelivery[] {
  const url = heldDeliveries[0] && urlFor(target, heldDeliveries[0].delivery.event);
  const alike = heldDeliveries.filter(({ delivery }) => urlFor(target, delivery.event) === url);
  return withinBytes(alike, MAX_BATCH_BYTES);
}
