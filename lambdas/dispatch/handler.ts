import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { consume, type Received } from '../adapters/consume.ts';
import { requireEnv } from '../adapters/env.ts';
import { emitMetrics, errorFields, warn } from '../adapters/log.ts';
import type { Conclusion } from '../domain/conclusion.ts';
import { type Decision, decide } from '../domain/decide.ts';
import { timeOfUlid } from '../domain/ids.ts';
import type { DeliveryMessage, Message } from '../domain/messages.ts';
import { requestHeaders, urlFor } from '../domain/request-headers.ts';
import { sendChallenges } from './challenge.ts';
import { conclude } from './conclude.ts';
import { loadPayload } from './payloads.ts';
import { post } from './post.ts';
import { type Destination, destinationsOf } from './targets.ts';

const lane = requireEnv('LANE');

/** Posts a batch of deliveries all at once, and sends each on its way by what came of it. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, ['delivery', 'challenge'], dispatch);

type Kind = 'delivery' | 'challenge';

async function dispatch(received: Received<Kind>[]): Promise<Received<Kind>[]> {
  const messages = received.map(({ message }) => message);
  const faulty = await Promise.all([
    deliverAll(messages.filter((message) => message.kind === 'delivery')),
    sendChallenges(messages.filter((message) => message.kind === 'challenge')),
  ]);
  const again = new Set<Message>(faulty.flat());
  return received.filter(({ message }) => again.has(message));
}

/** Answers those that have to be received again. */
async function deliverAll(deliveries: DeliveryMessage[]): Promise<DeliveryMessage[]> {
  if (deliveries.length === 0) return [];
  const destinationOf = await destinationsOf(deliveries);
  const concluded = await Promise.all(
    deliveries.map((delivery) => attempt(delivery, destinationOf(delivery))),
  );
  const conclusions = concluded.filter((conclusion) => conclusion !== undefined);
  const faulty = await conclude(conclusions);
  measure(conclusions);
  return deliveries.filter((delivery, i) => concluded[i] === undefined || faulty.has(delivery));
}

/** One delivery's next state, or undefined when a fault of our own kept it from being attempted. */
async function attempt(
  received: DeliveryMessage,
  destination: Destination | undefined,
): Promise<Conclusion | undefined> {
  const without = (decision: Decision): Conclusion => ({ received, delivery: received, decision });
  if (!destination) return without({ kind: 'dead', reason: 'target_deleted' });
  const { target, obstacle } = destination;
  if (obstacle) return without({ kind: 'dead', reason: obstacle });
  try {
    const body = await loadPayload(received.event.payload);
    return body
      ? await deliver(received, target, body)
      : without({ kind: 'dead', reason: 'payload_missing' });
  } catch (error) {
    warn('delivery not attempted', { event: received.event.id, ...errorFields(error) });
    return undefined;
  }
}

async function deliver(
  received: DeliveryMessage,
  target: Destination['target'],
  body: Uint8Array,
): Promise<Conclusion> {
  const number = received.attempts.length + 1;
  const headers = requestHeaders(target, received.event, body, number, Date.now());
  const url = urlFor(target, received.event);
  const made = await post({ url, headers, body, timeoutMs: target.timeoutMs });
  const attempts = [...received.attempts, made];
  const decision = decide(attempts, target.retry, Date.now(), Math.random());
  return { received, delivery: { ...received, attempts }, decision };
}

function measure(conclusions: readonly Conclusion[]): void {
  const posted = conclusions.filter(({ received, delivery }) => delivery !== received);
  const delivered = conclusions.filter(({ decision }) => decision.kind === 'delivered');
  const retries = conclusions.map(({ decision }) => decision).filter((decision) => decision.kind === 'retry');
  const parked = retries.filter(({ via }) => via === 'table');
  emitMetrics(
    {
      Delivered: delivered.length,
      Retried: retries.length - parked.length,
      Parked: parked.length,
      AnswerTime: posted.map(({ delivery }) => delivery.attempts.at(-1)!.ms),
      DeliveryLatency: delivered.map(({ delivery }) => Date.now() - timeOfUlid(delivery.event.ulid)),
    },
    { Lane: lane },
  );
}
