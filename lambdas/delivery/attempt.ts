import { type SendDeps, send } from '../destinations/send.ts';
import { isFast, type Lane } from '../endpoint-health/lane.ts';
import { PATIENCE_MS } from '../endpoint-health/patience.ts';
import type { LoadPayload } from '../events/payload-cache.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { maxLateMs, type Slot, waitForSlotMs } from '../rate-limit/rate-limit.ts';
import type { RateSlots } from '../rate-limit/rate-slots.ts';
import { describeEvent, urlFor } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import type { Concluded } from './conclude.ts';
import { decide } from './decide.ts';
import type { Decision, Destination } from './decision.ts';
import type { DeliveryMessage } from './messages.ts';
import { attemptsUsed, nextNumber, withAttempt } from './outcome.ts';
import { waitForSlot } from './triage.ts';

/** What any request to an endpoint needs. */
export interface RequestDeps extends SendDeps {
  readonly random: () => number;
  readonly loadPayload: LoadPayload;
}

export interface AttemptDeps extends RequestDeps {
  /** The lane that the function works for. */
  readonly lane: Lane;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly anotherSlot: RateSlots['anotherSlot'];
}

/** A delivery to post as soon as its target's rate limit lets it go. */
export interface ToPost {
  readonly received: DeliveryMessage;
  readonly destination: Destination;
}

/**
 * Posts a delivery when its slot has come, and decides what the answer means.
 * @param slot when the target's rate limit lets it go, see `slotsFor`
 * @returns undefined when a fault of our own kept it from being attempted
 */
export async function attempt(
  deps: AttemptDeps,
  one: ToPost,
  slot: Slot | undefined,
): Promise<Concluded | undefined> {
  const { received, destination } = one;
  if (slot !== undefined && isAway(deps, slot)) return toSlot(one, slot, deps.now());
  try {
    // First, for its time differs, and a slot must not be missed by it.
    const body = await deps.loadPayload(received.event.payload);
    if (!body) return unposted(one, { kind: 'dead', reason: 'payload_missing' });
    const missed = slot === undefined ? undefined : await awaitSlot(deps, one, slot);
    if (missed !== undefined) return toSlot(one, missed, deps.now());
    const patience = isFast(deps.lane) ? PATIENCE_MS : Number.POSITIVE_INFINITY;
    const made = await postOnce(deps, received, destination.target, body, patience);
    return concluded(deps, received, destination, made);
  } catch (error) {
    warn('delivery not attempted', { ...about(received), ...errorFields(error) });
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
function toSlot(one: ToPost, slot: Slot, now: number): Concluded {
  if (slot === 'none') return unposted(one, { kind: 'hold', reason: 'rate_limit' });
  return { ...unposted(one, waitForSlot(slot, now)), delivery: { ...one.received, slot } };
}

/** Whether a slot is too far away to wait for it here. */
const isAway = ({ lane, now }: AttemptDeps, slot: Slot): boolean =>
  slot === 'none' || slot - now() > waitForSlotMs(isFast(lane));

/** A machine that is too slow for its slots every time leaves the delivery to another. */
const SLOTS_MISSED = 3;

/**
 * Waits for a slot that is near. One that was missed is made up for by another, as long as that is near as well.
 * @returns undefined when it is time; else the slot to wait for elsewhere
 */
async function awaitSlot(deps: AttemptDeps, one: ToPost, slot: Slot): Promise<Slot | undefined> {
  const latest = maxLateMs(one.destination.target.rateLimit!.perSecond);
  let next = slot;
  for (let missed = 0; !isAway(deps, next) && missed < SLOTS_MISSED; missed++) {
    const at = Number(next);
    const wait = at - deps.now();
    if (wait > 0) await deps.sleep(wait);
    if (deps.now() - at <= latest) return undefined;
    next = await deps.anotherSlot(one);
  }
  return next;
}

/** @param patienceMs after which the request is cut, though the target allows more */
export async function postOnce(
  deps: SendDeps,
  delivery: DeliveryMessage,
  target: Target,
  body: Uint8Array,
  patienceMs = Number.POSITIVE_INFINITY,
): Promise<Attempt> {
  const { tenant, event } = delivery;
  const described = describeEvent(event, nextNumber(delivery));
  const timeoutMs = Math.min(target.timeoutMs, patienceMs);
  const url = urlFor(target, event);
  const made = await send(deps, { tenant, target, url, event, described, body, at: deps.now(), timeoutMs });
  const isCut = made.error === 'timeout' && patienceMs < target.timeoutMs;
  return isCut ? { ...made, uncounted: true } : made;
}

/** What follows from an attempt. A request that was cut is made again in a lane where it can take its time. */
export function concluded(
  { now, random }: Pick<RequestDeps, 'now' | 'random'>,
  received: DeliveryMessage,
  destination: Destination,
  made: Attempt,
): Concluded {
  const delivery = withAttempt(received, made);
  const decision: Decision = made.uncounted
    ? { kind: 'move', lane: 'slow' }
    : decide(delivery.attempts, attemptsUsed(delivery), destination.target, now(), random());
  return { received, delivery, decision, destination };
}
