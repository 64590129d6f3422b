import { postBatches } from '../delivery/batch-delivery.ts';
import type { KnownDestination } from '../delivery/destinations.ts';
import { generationOf } from '../delivery/loop-bounds.ts';
import { probeDelayMs } from '../endpoint-health/health.ts';
import { noteProbe } from '../endpoint-health/note-health.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { oldestDeliveries, settle } from './held-deliveries.ts';
import { deliveryToProbe } from './hold-queue.ts';
import type { Next } from './next-drain.ts';
import { awaitRequestSlot } from './rate-slots.ts';

/** Enough to bury a backlog that has waited for too long within a few calls, and to choose from; a probe needs one. */
const GUESTS = 40;

/**
 * Tries one delivery of those that wait for an endpoint to recover. It keeps the attempt in its history, but the
 * schedule does not count one that failed: the next probe takes the same delivery or another, and none has less of its
 * schedule left for it.
 */
export async function probe(
  ref: TargetRef,
  destination: KnownDestination & { health: NonNullable<KnownDestination['health']> },
): Promise<Next> {
  const { target, health } = destination;
  const { heldDeliveries, isEmpty, isStuck } = await oldestDeliveries(ref, destination, GUESTS);
  const probes = health.open?.probes ?? 0;
  const heldDelivery = deliveryToProbe(heldDeliveries, probes);
  const now = Date.now();
  if (!heldDelivery) return isEmpty ? undefined : { at: now, isIdle: isStuck };
  const limit = target.rateLimit?.perSecond;
  if (limit !== undefined) {
    const at = await awaitRequestSlot(ref, limit);
    if (at !== undefined) return { at };
  }
  const { delivery } = heldDelivery;
  const [made] = await postBatches([delivery], destination, 'probe');
  if (!made) return { at: now + probeDelayMs(probes) };
  const attempts = made.delivery.attempts === delivery.attempts ? [] : [made.delivery.attempts.at(-1)!];
  const { event } = delivery;
  const sighting = { attempts, keepSeconds: event.keepSeconds, generation: generationOf(event) };
  const noted = attempts.length > 0 ? await noteProbe(ref.tenant, target, health, sighting) : health;
  await settle([heldDelivery], [made]);
  return { at: noted.open ? Date.now() + probeDelayMs(noted.open.probes) : Date.now() };
}
