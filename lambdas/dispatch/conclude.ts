import { requireEnv } from '../adapters/env.ts';
import { errorFields, warn } from '../adapters/log.ts';
import { park } from '../adapters/parking-lot.ts';
import { type Outgoing, SendError, sendMessages } from '../adapters/sqs.ts';
import { type Conclusion, outcomeOf } from '../domain/conclusion.ts';
import { type Decision, queueDelaySeconds } from '../domain/decide.ts';
import type { DeadMessage, DeliveryMessage, OutcomesMessage } from '../domain/messages.ts';
import { packBySize } from '../domain/pack.ts';

const retryLane = requireEnv('RETRY_LANE_URL');
const outcomesQueue = requireEnv('OUTCOMES_QUEUE_URL');
const deadLetters = requireEnv('DEAD_LETTERS_QUEUE_URL');
const stateTable = requireEnv('STATE_TABLE');

/**
 * Sends each delivery on its way: back to a lane, to the parking lot, or to the dead letters; then reports the
 * outcomes of all but the dead, whose outcome is bury's to write.
 *
 * @returns the deliveries, as received, that could not be sent on and have to be received again
 */
export async function conclude(conclusions: readonly Conclusion[]): Promise<Set<DeliveryMessage>> {
  const retries = conclusions.filter((c): c is Of<'retry'> => c.decision.kind === 'retry');
  const dead = conclusions.filter((c): c is Of<'dead'> => c.decision.kind === 'dead');
  const now = Date.now();
  const faulty = new Set(
    (
      await Promise.all([
        sendOn(
          retryLane,
          retries.filter(({ decision }) => decision.via === 'queue'),
          ({ delivery, decision }) => ({
            body: delivery,
            group: delivery.target,
            delaySeconds: queueDelaySeconds(decision.at, now),
          }),
        ),
        parkAll(retries.filter(({ decision }) => decision.via === 'table')),
        sendOn(deadLetters, dead, ({ delivery, decision }) => ({
          body: { v: 1, kind: 'dead', reason: decision.reason, delivery } satisfies DeadMessage,
          group: delivery.tenant,
        })),
      ])
    ).flat(),
  );
  const reported = conclusions.filter((c) => c.decision.kind !== 'dead' && !faulty.has(c.received));
  for (const received of await report(reported, now)) faulty.add(received);
  return faulty;
}

type Of<K extends Decision['kind']> = Conclusion & { readonly decision: Extract<Decision, { kind: K }> };

async function sendOn<C extends Conclusion>(
  queueUrl: string,
  conclusions: readonly C[],
  toMessage: (conclusion: C) => Outgoing,
): Promise<DeliveryMessage[]> {
  try {
    await sendMessages(queueUrl, conclusions.map(toMessage));
    return [];
  } catch (error) {
    warn('deliveries not sent on', { queueUrl, ...errorFields(error) });
    const unsent = error instanceof SendError ? error.unsent : conclusions.keys();
    return [...unsent].map((i) => conclusions[i]!.received);
  }
}

async function parkAll(conclusions: readonly Of<'retry'>[]): Promise<DeliveryMessage[]> {
  try {
    await park(
      stateTable,
      conclusions.map(({ delivery, decision }) => ({ message: delivery, due: decision.at })),
    );
    return [];
  } catch (error) {
    warn('deliveries not parked', errorFields(error));
    return conclusions.map(({ received }) => received);
  }
}

/**
 * Reports outcomes, many in one message. When that fails, what was delivered has to be received, and so posted,
 * again, or nobody would ever know of it. A delivery under way is safe: it carries its history along, and its
 * next outcome tells all of it.
 */
async function report(conclusions: readonly Conclusion[], now: number): Promise<DeliveryMessage[]> {
  const outcomes = conclusions.map(({ delivery, decision }) => outcomeOf(delivery, decision, now));
  const messages = packBySize(outcomes).map(
    (packed): OutcomesMessage => ({ v: 1, kind: 'outcomes', outcomes: packed }),
  );
  try {
    await sendMessages(
      outcomesQueue,
      messages.map((body) => ({ body })),
    );
    return [];
  } catch (error) {
    warn('outcomes not reported', errorFields(error));
    return conclusions
      .filter(({ decision }) => decision.kind === 'delivered')
      .map(({ received }) => received);
  }
}
