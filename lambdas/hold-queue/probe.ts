import { postTogether } from '../delivery/batch-delivery.ts';
import type { KnownDestination } from '../delivery/destinations.ts';
import { generationOf } from '../delivery/loop-bounds.ts';
import { probeDelayMs } from '../endpoint-health/health.ts';
import { noteProbe } from '../endpoint-health/note-health.ts';
import type { Next } from './drain.ts';
import { guestsOf, settle } from './held-deliveries.ts';
import { guestToTry, type RoomRef } from './hold-queue.ts';
import { awaitRoomSlot } from './rate-slots.ts';

/** Enough to bury a backlog that has waited for too long within a few calls, and to choose from; a probe needs one. */
const GUESTS = 40;

/**
 * Tries one delivery of those that wait for an endpoint to recover. It keeps the attempt in its history, but the
 * schedule does not count one that failed: the next probe takes the same delivery or another, and none has less of its
 * schedule left for it.
 */
export async function probe(
  room: RoomRef,
  destination: KnownDestination & { standing: NonNullable<KnownDestination['standing']> },
): Promise<Next> {
  const { target, standing } = destination;
  const { guests, isEmpty, isStuck } = await guestsOf(room, destination, GUESTS);
  const probes = standing.open?.probes ?? 0;
  const guest = guestToTry(guests, probes);
  const now = Date.now();
  if (!guest) return isEmpty ? undefined : { at: now, isIdle: isStuck };
  const limit = target.rateLimit?.perSecond;
  if (limit !== undefined) {
    const at = await awaitRoomSlot(room, limit);
    if (at !== undefined) return { at };
  }
  const { delivery } = guest;
  const [made] = await postTogether([delivery], destination, 'probe');
  if (!made) return { at: now + probeDelayMs(probes) };
  const attempts = made.delivery.attempts === delivery.attempts ? [] : [made.delivery.attempts.at(-1)!];
  const { event } = delivery;
  const sighting = { attempts, keepSeconds: event.keepSeconds, generation: generationOf(event) };
  const noted = attempts.length > 0 ? await noteProbe(room.tenant, target, standing, sighting) : standing;
  await settle([guest], [made]);
  return { at: noted.open ? Date.now() + probeDelayMs(noted.open.probes) : Date.now() };
}
