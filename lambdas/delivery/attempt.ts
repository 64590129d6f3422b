import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '../endpoint-health/health.ts';
import { isFast, type Lane } from '../endpoint-health/lane.ts';
import { loadPayload } from '../events/payload-cache.ts';
import { maxLateMs, waitForSlotMs } from '../hold-queue/rate-limit.ts';
import { anotherSlot, type Slot, type ToPost } from '../hold-queue/rate-slots.ts';
import type { Attempt } from '../http-client/attempt.ts';
import { errorFields, warn } from '../platform/log.ts';
import { requestHeaders, urlFor } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import type { Concluded } from './conclude.ts';
import { decide } from './decide.ts';
import type { DeliveryMessage } from './messages.ts';
import { attemptsUsed, nextNumber, withAttempt } from './outcome.ts';
import { post } from './post.ts';
import { waitForSlot } from './triage.ts';
import type { Decision } from './types.ts';

/**
 * Posts a delivery when its slot has come, and decides what the answer means.
 * @param slot when the target's rate limit lets it go, see `slotsFor`
 * @returns undefined when a fault of our own kept it from being attempted
 */
export async function attempt(
  one: ToPost,
  slot: Slot | undefined,
  lane: Lane,
): Promise<Concluded | undefined> {
  const { received, destination } = one;
  if (slot !== undefined && isAway(slot, lane)) return toSlot(one, slot);
  try {
    // First, for its time differs, and a slot must not be missed by it.
    const body = await loadPayload(received.event.payload);
    if (!body) return unposted(one, { kind: 'dead', reason: 'payload_missing' });
    const come = slot === undefined ? undefined : await hasCome(one, slot, lane);
    if (come !== undefined) return toSlot(one, come);
    const patience = isFast(lane) ? PATIENCE_MS : Number.POSITIVE_INFINITY;
    const made = await postOnce(received, destination.target, body, patience);
    return concluded(received, destination, made);
  } catch (error) {
    warn('delivery not attempted', { event: received.event.id, ...errorFields(error) });
    return undefined;
  }
}

const unposted = ({ received, destination }: ToPost, decision: Decision): Concluded => ({
  received,
  delivery: received,
  decision,
  destination,
});

/** Sends a delivery to where it waits for its slot, or for one to be free. */
function toSlot(one: ToPost, slot: Slot): Concluded {
  if (slot === 'none') return unposted(one, { kind: 'hold', reason: 'rate_limit' });
  return { ...unposted(one, waitForSlot(slot, Date.now())), delivery: { ...one.received, slot } };
}

const isAway = (slot: Slot, lane: Lane): boolean =>
  slot === 'none' || slot - Date.now() > waitForSlotMs(isFast(lane));

/** Of a machine that is too slow for its slots every time, others may do better. */
const SLOTS_MISSED = 3;

/**
 * Waits for a slot that is near. One that was missed is made up for by another, as long as that is near as well.
 * @returns undefined when it is time; else the slot to wait for elsewhere
 */
async function hasCome(one: ToPost, slot: Slot, lane: Lane): Promise<Slot | undefined> {
  const latest = maxLateMs(one.destination.target.rateLimit!.perSecond);
  let next = slot;
  for (let missed = 0; !isAway(next, lane) && missed < SLOTS_MISSED; missed++) {
    const at = Number(next);
    const wait = at - Date.now();
    if (wait > 0) await sleep(wait);
    if (Date.now() - at <= latest) return undefined;
    next = await anotherSlot(one);
  }
  return next;
}

/** @param patienceMs after which the request is cut, though the target allows more */
export async function postOnce(
  delivery: DeliveryMessage,
  target: Target,
  body: Uint8Array,
  patienceMs = Number.POSITIVE_INFINITY,
): Promise<Attempt> {
  const headers = requestHeaders(target, delivery.event, body, nextNumber(delivery), Date.now());
  const url = urlFor(target, delivery.event);
  const made = await post({ url, headers, body, timeoutMs: Math.min(target.timeoutMs, patienceMs) });
  const isCut = made.error === 'timeout' && patienceMs < target.timeoutMs;
  return isCut ? { ...made, uncounted: true } : made;
}

/** What follows from an attempt. One that was cut is made again where it can take its time. */
export function concluded(
  received: DeliveryMessage,
  destination: ToPost['destination'],
  made: Attempt,
): Concluded {
  const delivery = withAttempt(received, made);
  const decision: Decision = made.uncounted
    ? { kind: 'move', lane: 'slow' }
    : decide(delivery.attempts, attemptsUsed(delivery), destination.target, Date.now(), Math.random());
  return { received, delivery, decision, destination };
}
