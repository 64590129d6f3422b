import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { attempt } from '../../delivery/attempt.ts';
import { postBatches, takeFullRequests } from '../../delivery/batch-delivery.ts';
import { type Concluded, conclude } from '../../delivery/conclude.ts';
import { consume, type Received } from '../../delivery/consume.ts';
import { destinationsOf, type KnownDestination } from '../../delivery/destinations.ts';
import { isDeliveryLooping, leastGeneration } from '../../delivery/loop-bounds.ts';
import type { DeliveryMessage, Message } from '../../delivery/messages.ts';
import { noteLoop } from '../../delivery/note-loop.ts';
import type { Conclusion } from '../../delivery/outcome.ts';
import { sendChallenges } from '../../delivery/send-challenges.ts';
import { triage } from '../../delivery/triage.ts';
import type { Decision } from '../../delivery/types.ts';
import type { Lane } from '../../endpoint-health/lane.ts';
import { noteHealth } from '../../endpoint-health/note-health.ts';
import { payloadLength } from '../../events/payload.ts';
import { drainAll } from '../../hold-queue/drain.ts';
import { slotsFor, type ToPost } from '../../hold-queue/rate-slots.ts';
import { requireEnv } from '../../platform/env.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { timeOfUlid } from '../../values/ids.ts';

const lane = requireEnv('LANE') as Lane;

/** Posts a batch of deliveries all at once, and sends each on its way by what came of it. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => consume(event, KINDS, dispatch);

const KINDS = ['delivery', 'challenge', 'call'] as const;
type Kind = (typeof KINDS)[number];

async function dispatch(received: Received<Kind>[]): Promise<Received<Kind>[]> {
  const messages = received.map(({ message }) => message);
  const faulty = await Promise.all([
    deliverOrReturn(messages.filter((message) => message.kind === 'delivery')),
    sendChallenges(messages.filter((message) => message.kind === 'challenge')),
    drainAll(messages.filter((message) => message.kind === 'call')),
  ]);
  const again = new Set<Message>(faulty.flat());
  return received.filter(({ message }) => again.has(message));
}

/** Never throws, for calls and challenges are under way beside it. */
async function deliverOrReturn(deliveries: DeliveryMessage[]): Promise<DeliveryMessage[]> {
  try {
    return await deliverAll(deliveries);
  } catch (error) {
    warn('batch failed', { size: deliveries.length, ...errorFields(error) });
    return deliveries;
  }
}

/** Those of which is decided without an attempt, and those that are to be posted here and now. */
function sortOut(
  deliveries: readonly DeliveryMessage[],
  destinationOf: (delivery: DeliveryMessage) => KnownDestination | undefined,
  now: number,
): { decided: Concluded[]; toPost: ToPost[] } {
  const decided: Concluded[] = [];
  const toPost: ToPost[] = [];
  let held = 0;
  for (const received of deliveries) {
    const destination = destinationOf(received);
    const early = isDeliveryLooping(received, now)
      ? LOOPING
      : triage(received, destination, lane, now, Math.random());
    const bytes = early ? 0 : payloadLength(received.event.payload);
    const decision = early ?? (held + bytes > MAX_HELD_BYTES ? SMALLER_BATCHES : undefined);
    if (decision) decided.push({ received, delivery: received, decision, destination });
    else {
      held += bytes;
      toPost.push({ received, destination: destination! });
    }
  }
  return { decided, toPost };
}

/**
 * Of payloads that are posted at once, by a function of 512 MB. Ten of the largest have less together; a hundred, which
 * the bulk lane may hand out, would end the function, and with it everybody's deliveries.
 */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
const SMALLER_BATCHES: Decision = { kind: 'move', lane: 'slow' };
const LOOPING: Decision = { kind: 'dead', reason: 'infrastructure' };

/** Answers those that have to be received again. */
async function deliverAll(deliveries: DeliveryMessage[]): Promise<DeliveryMessage[]> {
  if (deliveries.length === 0) return [];
  const { destinationOf, held } = await destinationsOf(deliveries);
  const now = Date.now();
  const known = deliveries.filter((delivery) => !held(delivery));
  const { decided, toPost } = sortOut(known, destinationOf, now);
  const { full, rest } = takeFullRequests(decided);
  const slots = await slotsFor(toPost, now);
  const [attempted, together] = await Promise.all([
    Promise.all(toPost.map((one) => attempt(one, slots.get(one.received), lane))),
    Promise.all(full.map((request) => postBatches(request.deliveries, request.destination, 'batch'))),
  ]);
  const single = [...rest, ...attempted.filter((one) => one !== undefined)];
  const conclusions = [...single, ...together.flat()];
  const [faulty] = await Promise.all([conclude(conclusions), noteHealth(seenIn(single))]);
  measure(conclusions);
  for (const { received, decision } of decided) if (decision === LOOPING) noteLoop('delivery', received);
  const concluded = new Set(conclusions.map(({ received }) => received));
  return deliveries.filter((delivery) => !concluded.has(delivery) || faulty.has(delivery));
}

/** What the batch has shown of each of its targets. */
function seenIn(conclusions: readonly Concluded[]) {
  const known = conclusions.filter(
    (c): c is Concluded & { destination: KnownDestination } => !!c.destination,
  );
  const byTarget = Map.groupBy(known, ({ received: { tenant, target } }) => `${tenant}/${target}`);
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
    };
  });
}

/** The attempt that was just made, if any. */
const madeBy = ({ received, delivery }: Conclusion) =>
  isAttempted({ received, delivery }) ? [delivery.attempts.at(-1)!] : [];

const isAttempted = ({ received, delivery }: Pick<Conclusion, 'received' | 'delivery'>): boolean =>
  delivery.attempts !== received.attempts;

function measure(conclusions: readonly Conclusion[]): void {
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
      DeliveryLatency: delivered.map(({ delivery }) => Date.now() - timeOfUlid(delivery.event.ulid)),
    },
    { Lane: lane },
  );
}
