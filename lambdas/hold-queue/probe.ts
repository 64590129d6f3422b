import { postBatches } from '../delivery/batch-delivery.ts';
import type { KnownDestination } from '../delivery/destinations.ts';
import { generationOf } from '../delivery/queues/loop-bounds.ts';
import { probeDelayMs } from '../endpoint-health/circuit-breaker.ts';
import type { HealthNotes } from '../endpoint-health/note-health.ts';
import type { TargetRef } from '../values/target-ref.ts';
import type { DeliverBatchesDeps } from './deliver-batches.ts';
import { oldestDeliveries, settle } from './held-deliveries.ts';
import { deliveryToProbe, type NextDrain } from './hold-queue.ts';

export interface ProbeDeps extends DeliverBatchesDeps {
  readonly noteProbe: HealthNotes['noteProbe'];
}

/** Enough to choose from, and to end a backlog that has waited for too long within a few drains; a probe needs one. */
const CANDIDATES = 40;

/**
 * Posts one of the deliveries that wait for an endpoint to recover. The delivery keeps the attempt in its history, but its
 * schedule does not count one that failed: the next probe takes the same delivery or another, and none has less of its
 * schedule left for it.
 */
export async function probe(
  deps: ProbeDeps,
  ref: TargetRef,
  destination: KnownDestination & { health: NonNullable<KnownDestination['health']> },
): Promise<NextDrain> {
  const { target, health } = destination;
  const { heldDeliveries, isEmpty, isStuck } = await oldestDeliveries(deps, ref, destination, CANDIDATES);
  const probes = health.open?.probes ?? 0;
  const heldDelivery = deliveryToProbe(heldDeliveries, probes);
  const now = deps.now();
  if (!heldDelivery) return isEmpty ? undefined : { at: now, isIdle: isStuck };
  const limit = target.rateLimit?.perSecond;
  if (limit !== undefined) {
    const at = await deps.awaitRequestSlot(ref, limit);
    if (at !== undefined) return { at };
  }
  const { delivery } = heldDelivery;
  const [made] = await postBatches(deps, [delivery], destination, 'probe');
  if (!made) return { at: now + probeDelayMs(probes) };
  const attempts = made.delivery.attempts === delivery.attempts ? [] : [made.delivery.attempts.at(-1)!];
  const { event } = delivery;
  const sighting = { attempts, keepSeconds: event.keepSeconds, generation: generationOf(event) };
  const { health: noted, change } =
    attempts.length > 0
      ? await deps.noteProbe(ref.tenant, target, health, sighting)
      : { health, change: undefined };
  await settle(deps, [heldDelivery], [{ ...made, targetChange: change }]);
  return { at: noted.open ? deps.now() + probeDelayMs(noted.open.probes) : deps.now() };
}
