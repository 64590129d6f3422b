import type { Lane } from '../endpoint-health/lane.ts';
import type { Seen } from '../endpoint-health/note-health.ts';
import { payloadLength } from '../events/payload.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import type { RateSlots } from '../rate-limit/rate-slots.ts';
import { timeOfUlid } from '../values/ids.ts';
import { refName } from '../values/target-ref.ts';
import { type AttemptDeps, attempt, type ToPost } from './attempt.ts';
import { type BatchDeps, postBatches, takeFullRequests } from './batch-delivery.ts';
import { type ConcludeDeps, type Concluded, conclude } from './conclude.ts';
import type { Decision } from './decision.ts';
import type { Destinations, KnownDestination } from './destinations.ts';
import type { DeliveryMessage } from './messages.ts';
import { type Conclusion, isAttempted } from './outcome.ts';
import { isDeliveryLooping, leastGeneration } from './queues/loop-bounds.ts';
import { noteLoop } from './queues/note-loop.ts';
import { overtakenAmong, type SupersededDeps } from './superseded.ts';
import { triage } from './triage.ts';

export interface DeliverDeps extends AttemptDeps, BatchDeps, ConcludeDeps, SupersededDeps {
  readonly destinationsOf: Destinations['destinationsOf'];
  readonly slotsFor: RateSlots['slotsFor'];
}

/**
 * Posts a batch of deliveries all at once, and sends each to where it belongs next. Never throws.
 * @returns those that have to be received again
 */
export async function deliverAll(
  deps: DeliverDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<readonly DeliveryMessage[]> {
  if (deliveries.length === 0) return [];
  try {
    return await deliver(deps, deliveries);
  } catch (error) {
    warn('batch failed', { ...aboutAll(deliveries), ...errorFields(error) });
    return deliveries;
  }
}

async function deliver(
  deps: DeliverDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<DeliveryMessage[]> {
  const [{ destinationOf, isHeldUp }, { dropped, redirected }] = await Promise.all([
    deps.destinationsOf(deliveries),
    overtakenAmong(deps, deliveries, deps.now()),
  ]);
  emitMetrics({ Superseded: dropped.size });
  const now = deps.now();
  const known = deliveries.filter((one) => !isHeldUp(one) && !dropped.has(one) && !redirected.has(one));
  const { decided, toPost } = split(deps, known, destinationOf, now);
  const { full, rest } = takeFullRequests(decided);
  const slots = await deps.slotsFor(toPost, now);
  const [attempted, batches] = await Promise.all([
    Promise.all(toPost.map((one) => attempt(deps, one, slots.get(one.received)))),
    Promise.all(full.map((request) => postBatches(deps, request.deliveries, request.destination, 'batch'))),
  ]);
  const single = [...rest, ...attempted.filter((one) => one !== undefined)];
  const elsewhere = [...redirected.values()].map((one) => ({ ...one, destination: undefined }));
  const conclusions = [...single, ...batches.flat(), ...elsewhere];
  const faulty = await conclude(deps, conclusions, deps.noteHealth(seenIn(single)));
  measure(conclusions, deps.lane, deps.now());
  for (const { received, decision } of decided) if (decision === LOOPING) noteLoop('delivery', received);
  const concluded = new Set(conclusions.map(({ received }) => received));
  return deliveries.filter((one) => !dropped.has(one) && (!concluded.has(one) || faulty.has(one)));
}

/**
 * Of payloads that are posted at once, by a function of 512 MB. Ten of the largest have less together; a hundred, which
 * the bulk lane may hand out, would end the function, and all deliveries with it.
 */
const MAX_POSTED_BYTES = 64 * 1024 * 1024;
const SMALLER_BATCHES: Decision = { kind: 'move', lane: 'slow' };
const LOOPING: Decision = { kind: 'dead', reason: 'infrastructure' };

/** Splits a batch into deliveries decided without an attempt and deliveries to post now. */
function split(
  { lane, random }: DeliverDeps,
  deliveries: readonly DeliveryMessage[],
  destinationOf: (delivery: DeliveryMessage) => KnownDestination | undefined,
  now: number,
): { decided: Concluded[]; toPost: ToPost[] } {
  const decided: Concluded[] = [];
  const toPost: ToPost[] = [];
  let posted = 0;
  for (const received of deliveries) {
    const destination = destinationOf(received);
    const early = isDeliveryLooping(received, now)
      ? LOOPING
      : triage(received, destination, lane, now, random());
    const bytes = early ? 0 : payloadLength(received.event.payload);
    const decision = early ?? (posted + bytes > MAX_POSTED_BYTES ? SMALLER_BATCHES : undefined);
    if (decision) decided.push({ received, delivery: received, decision, destination });
    else {
      posted += bytes;
      toPost.push({ received, destination: destination! });
    }
  }
  return { decided, toPost };
}

/** What the batch has shown of each of its targets. */
function seenIn(conclusions: readonly Concluded[]): Seen[] {
  const known = conclusions.filter(
    (c): c is Concluded & { destination: KnownDestination } => !!c.destination,
  );
  const byTarget = Map.groupBy(known, ({ received }) => refName(received));
  return [...byTarget.values()].map((ofTarget) => {
    const { received, destination } = ofTarget[0]!;
    const { target, health } = destination;
    const { tenant, event } = received;
    return {
      tenant,
      target,
      health,
      attempts: ofTarget.flatMap(madeBy),
      keepSeconds: event.keepSeconds,
      generation: leastGeneration(ofTarget.map((one) => one.received)),
      isAsked: ofTarget.some((one) => isAttempted(one) && one.received.asked),
    };
  });
}

/** The attempt that was just made, if any. */
const madeBy = ({ received, delivery }: Conclusion) =>
  isAttempted({ received, delivery }) ? [delivery.attempts.at(-1)!] : [];

function measure(conclusions: readonly Conclusion[], lane: Lane, now: number): void {
  const posted = conclusions.filter(isAttempted);
  const delivered = conclusions.filter(({ decision }) => decision.kind === 'delivered');
  const of = (kind: string): number => conclusions.filter(({ decision }) => decision.kind === kind).length;
  const parked = conclusions.filter(({ decision }) => 'via' in decision && decision.via === 'table').length;
  emitMetrics(
    {
      Delivered: delivered.length,
      Retried: of('retry'),
      Parked: parked + of('hold'),
      Moved: of('move'),
      Reconnected: posted.filter(({ delivery }) => delivery.attempts.at(-1)!.reconnected).length,
      AnswerTime: posted.map(({ delivery }) => delivery.attempts.at(-1)!.ms),
      DeliveryLatency: delivered.map(({ delivery }) => now - timeOfUlid(delivery.event.ulid)),
    },
    { Lane: lane },
  );
}
