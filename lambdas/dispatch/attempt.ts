import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, warn } from '../adapters/log.ts';
import { nextNumber, usedBy, withAttempt } from '../domain/conclusion.ts';
import type { Target } from '../domain/config.ts';
import { type Decision, decide } from '../domain/decide.ts';
import type { Attempt } from '../domain/delivery.ts';
import { isFast, type Lane } from '../domain/lane.ts';
import type { DeliveryMessage } from '../domain/messages.ts';
import { MAX_LATE_MS, waitForSlotMs } from '../domain/rate-limit.ts';
import { requestHeaders, urlFor } from '../domain/request-headers.ts';
import { PATIENCE_MS } from '../domain/standing.ts';
import { wayToSlot } from '../domain/triage.ts';
import type { Concluded } from './conclude.ts';
import { loadPayload } from './payloads.ts';
import { post } from './post.ts';
import type { ToPost } from './slots.ts';

/**
 * Posts a delivery when its slot has come, and decides what the answer means.
 * @param slot when the target's rate limit lets it go, see `slotsFor`
 * @returns undefined when a fault of our own kept it from being attempted
 */
export async function attempt(
  { received, destination }: ToPost,
  slot: number | 'turn' | undefined,
  lane: Lane,
): Promise<Concluded | undefined> {
  const without = (decision: Decision): Concluded => ({
    received,
    delivery: received,
    decision,
    destination,
  });
  if (slot === 'turn') return without({ kind: 'wait', why: 'turn' });
  const toSlot = (at: number): Concluded => ({
    received,
    destination,
    delivery: { ...received, slot: at },
    decision: wayToSlot(at, Date.now()),
  });
  if (slot !== undefined && slot - Date.now() > waitForSlotMs(isFast(lane))) return toSlot(slot);
  try {
    const body = await loadPayload(received.event.payload);
    if (!body) return without({ kind: 'dead', reason: 'payload_missing' });
    if (slot !== undefined && !(await hasCome(slot))) return toSlot(slot);
    const patience = isFast(lane) ? PATIENCE_MS : Number.POSITIVE_INFINITY;
    const made = await postOnce(received, destination.target, body, patience);
    return concluded(received, destination, made);
  } catch (error) {
    warn('delivery not attempted', { event: received.event.id, ...errorFields(error) });
    return undefined;
  }
}

/** Waits for a slot that is near. @returns whether it is not too late */
async function hasCome(slot: number): Promise<boolean> {
  const wait = slot - Date.now();
  if (wait > 0) await sleep(wait);
  return Date.now() - slot <= MAX_LATE_MS;
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
    : decide(delivery.attempts, usedBy(delivery), destination.target, Date.now(), Math.random());
  return { received, delivery, decision, destination };
}
