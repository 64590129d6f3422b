import { hold } from '../hold-queue/hold.ts';
import { park } from '../hold-queue/parking-store.ts';
import { secondsToSlot } from '../hold-queue/rate-limit.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { type Addressed, SendError, sendAddressed, sendMessages } from '../platform/sqs.ts';
import { packBySize } from '../values/pack-by-size.ts';
import { queueDelaySeconds } from './decide.ts';
import { toLane } from './lane-queues.ts';
import { sentOn } from './loop-bounds.ts';
import type { DeadMessage, DeliveryMessage, OutcomesMessage } from './messages.ts';
import { type Conclusion, outcomeOf } from './outcome.ts';
import type { Decision, Destination } from './types.ts';

const outcomesQueue = requireEnv('OUTCOMES_QUEUE_URL');
const deadLetters = requireEnv('DEAD_LETTERS_QUEUE_URL');
const stateTable = requireEnv('STATE_TABLE');

/** A conclusion, and the target that it is about, unless that is gone. */
export interface Concluded extends Conclusion {
  readonly destination: Destination | undefined;
}

/**
 * Sends each delivery on its way: to a lane, to the parking lot, into its target's waiting room, or to the dead letters;
 * then reports the outcomes of all but the dead, whose outcome is bury's to write.
 *
 * @returns the deliveries, as received, that could not be sent on and have to be received again
 */
export async function conclude(conclusions: readonly Concluded[]): Promise<Set<DeliveryMessage>> {
  const now = Date.now();
  const parked = conclusions.filter(
    (c): c is Of<'retry' | 'later'> => isTimed(c) && c.decision.via === 'table',
  );
  const faulty = new Set(
    (
      await Promise.all([
        sendOn(conclusions.flatMap((conclusion) => sendingOf(conclusion, now) ?? [])),
        parkAll(parked),
        waitAll(ofKind(conclusions, 'hold')),
      ])
    ).flat(),
  );
  const reported = conclusions.filter((c) => c.decision.kind !== 'dead' && !faulty.has(c.received));
  for (const received of await report(reported, now)) faulty.add(received);
  return faulty;
}

type Of<K extends Decision['kind']> = Concluded & { readonly decision: Extract<Decision, { kind: K }> };

const ofKind = <K extends Decision['kind']>(conclusions: readonly Concluded[], kind: K): Of<K>[] =>
  conclusions.filter((c): c is Of<K> => c.decision.kind === kind);

const isTimed = (c: Concluded): c is Of<'retry' | 'later'> =>
  c.decision.kind === 'retry' || c.decision.kind === 'later';

interface Sending {
  readonly received: DeliveryMessage;
  readonly message: Addressed;
}

/** What goes to another queue: the dead, what is moved on, and what comes later, which waits in the slow lane's. */
function sendingOf({ received, delivery, decision }: Concluded, now: number): Sending | undefined {
  switch (decision.kind) {
    case 'dead': {
      const body: DeadMessage = { v: 1, kind: 'dead', reason: decision.reason, delivery };
      return { received, message: { queueUrl: deadLetters, body, group: delivery.tenant } };
    }
    case 'move':
      return { received, message: toLane(decision.lane, sentOn(delivery)) };
    case 'retry':
    case 'later':
      if (decision.via === 'table') return undefined;
      return { received, message: toLane('slow', sentOn(delivery), delayOf(decision, delivery.slot, now)) };
    case 'delivered':
    case 'hold':
      return undefined;
  }
}

/** What waits for a pause to end must not come before, or it would come again and again until then. */
function delayOf({ at, kind }: Of<'retry' | 'later'>['decision'], slot: number | undefined, now: number) {
  if (slot === at) return secondsToSlot(at, now);
  return kind === 'later' ? Math.max(0, Math.ceil((at - now) / 1000)) : queueDelaySeconds(at, now);
}

async function sendOn(sendings: readonly Sending[]): Promise<DeliveryMessage[]> {
  try {
    await sendAddressed(sendings.map(({ message }) => message));
    return [];
  } catch (error) {
    const unsent = error instanceof SendError ? error.unsent.map((i) => sendings[i]!) : sendings;
    const queues = new Set(unsent.map(({ message }) => message.queueUrl));
    warn('deliveries not sent on', { queueUrl: [...queues].join(' '), ...errorFields(error) });
    return unsent.map(({ received }) => received);
  }
}

async function parkAll(conclusions: readonly Of<'retry' | 'later'>[]): Promise<DeliveryMessage[]> {
  try {
    await park(
      stateTable,
      conclusions.map(({ delivery, decision }) => ({ message: sentOn(delivery), due: decision.at })),
    );
    return [];
  } catch (error) {
    warn('deliveries not parked', errorFields(error));
    return conclusions.map(({ received }) => received);
  }
}

/** Each target's room is called for itself, so a fault with one leaves the others'. */
async function waitAll(conclusions: readonly Of<'hold'>[]): Promise<DeliveryMessage[]> {
  const refs = Map.groupBy(conclusions, ({ delivery: { tenant, target } }) => `${tenant}/${target}`);
  const faulty = await Promise.all(
    [...refs.values()].map(async (ofTarget) => {
      try {
        const { destination, decision } = ofTarget[0]!;
        const deliveries = ofTarget.map(({ delivery }) => delivery);
        await hold(deliveries, decision.reason, destination!);
        return [];
      } catch (error) {
        warn('deliveries not held', errorFields(error));
        return ofTarget.map(({ received }) => received);
      }
    }),
  );
  return faulty.flat();
}

/**
 * Reports outcomes, many in one message. When that fails, what was delivered has to be received, and so posted,
 * again, or nobody would ever know of it. A delivery under way is safe: it carries its history along, and its
 * next outcome tells all of it.
 */
async function report(conclusions: readonly Concluded[], now: number): Promise<DeliveryMessage[]> {
  const outcomes = conclusions.flatMap((conclusion) => outcomeOf(conclusion, now) ?? []);
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
