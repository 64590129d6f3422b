import { isPulled } from '../destinations/pull.ts';
import { hasFailedSince } from '../endpoint-health/circuit-breaker.ts';
import { isGood } from '../endpoint-health/health.ts';
import { isFast, type Lane, laneFor } from '../endpoint-health/lane.ts';
import { timeOfUlid } from '../values/ids.ts';
import { LIFETIME_SECONDS } from '../values/lifetime.ts';
import { waitVia } from './decide.ts';
import type { Decision, Destination } from './decision.ts';
import type { DeliveryMessage } from './messages.ts';

const MAX_WAIT_MS = LIFETIME_SECONDS * 1000;

/**
 * What becomes of a delivery that was received in a lane, before anything is posted: undefined when it is to be posted
 * here and now, as far as its target's rate limit lets it. What its owner asks for is posted though its endpoint has failed
 * or asked for a pause: the owner may have mended it. If the endpoint has failed again since, it is not mended, and what
 * else was asked for waits for a probe.
 * @param now milliseconds since the epoch
 * @param random a number in [0, 1)
 */
export function triage(
  delivery: DeliveryMessage,
  destination: Destination | undefined,
  lane: Lane,
  now: number,
  random: number,
): Decision | undefined {
  if (!destination) return { kind: 'dead', reason: 'target_deleted' };
  const { target, obstacle, health } = destination;
  if (obstacle) return { kind: 'dead', reason: obstacle };
  if (health?.disabled) return { kind: 'dead', reason: 'target_disabled' };
  if (isPulled(target))
    return hasExpired(delivery, now) ? { kind: 'dead', reason: 'expired' } : { kind: 'hold', reason: 'pull' };
  if (health?.open && (!delivery.asked || hasFailedSince(health, delivery.replayedAt ?? 0)))
    return { kind: 'hold', reason: 'recovery' };
  if ((health?.pausedUntil ?? 0) > now && !delivery.asked) {
    // An endpoint could keep it waiting from pause to pause.
    if (hasExpired(delivery, now)) return { kind: 'dead', reason: 'expired' };
    return afterPause(health!.pausedUntil!, now, random);
  }
  const right = rightLane(destination, delivery, lane, now);
  if (right !== lane) return { kind: 'move', lane: right };
  return target.batching ? { kind: 'hold', reason: 'batch' } : undefined;
}

/** The lane that a delivery is in, or the one that it belongs into. Nothing goes back into a fast lane. */
function rightLane(
  { target, health }: Destination,
  { event }: DeliveryMessage,
  lane: Lane,
  now: number,
): Lane {
  if (target.batching) return 'bulk';
  if (lane === 'slow') return lane;
  if (lane === 'bulk') return isGood(health, now) ? lane : 'slow';
  const right = laneFor(event.priority, health, now);
  return isFast(right) ? lane : right;
}

/** The delivery waits for its slot. If the slot has passed, it comes back at once and gets another. */
export const waitForSlot = (slot: number, now: number): Decision => ({
  kind: 'later',
  at: slot,
  via: waitVia(slot, now),
  reason: 'slot',
});

/** Spread over as long as the pause still lasts, so that its end is no wave. */
function afterPause(pausedUntil: number, now: number, random: number): Decision {
  const at = Math.round(pausedUntil + random * (pausedUntil - now));
  return { kind: 'later', at, via: waitVia(at, now), reason: 'pause' };
}

/** Whether a delivery has waited for as long as it may. A replay has a day of its own from when it was asked for. */
export const hasExpired = ({ event, replayedAt }: DeliveryMessage, now: number): boolean =>
  now - (replayedAt ?? timeOfUlid(event.ulid)) > MAX_WAIT_MS;
