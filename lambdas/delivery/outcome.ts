import type { HealthChange } from '../endpoint-health/health-change.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import type { Decision } from './decision.ts';
import type { DeathReason, StoredStatus, WaitReason } from './delivery.ts';
import { withRequest } from './kept-requests.ts';
import type { DeadMessage, DeliveryMessage } from './messages.ts';
import type { Outcome } from './outcome-schema.ts';
import { withStep } from './past.ts';

/** A delivery with the attempt just made, if one was made, and what was decided about it. */
export interface Conclusion {
  /** As it was received. */
  readonly received: DeliveryMessage;
  /** As it goes on. */
  readonly delivery: DeliveryMessage;
  readonly decision: Decision;
  /** Set where the attempt has changed what is known of the target. */
  readonly targetChange?: HealthChange | undefined;
}

/** Whether an attempt was just made. */
export const isAttempted = ({ received, delivery }: Pick<Conclusion, 'received' | 'delivery'>): boolean =>
  delivery.attempts !== received.attempts;

/**
 * What a message keeps of its attempts: more than any schedule has. Probes and replays come on top, and the whole must
 * fit into a message.
 */
const KEPT_ATTEMPTS = 40;

/** Attempts of the schedule that a delivery has used up. */
export const attemptsUsed = ({ used, attempts }: DeliveryMessage): number => used ?? attempts.length;

/** The delivery with an attempt more, which has its past. Its slot is used up by it, and what its owner asked for is done. */
export function withAttempt(delivery: DeliveryMessage, made: Attempt): DeliveryMessage {
  const { slot: _, asked: __, past, ...rest } = delivery;
  const all = withRequest(delivery.attempts, past === undefined ? made : { ...made, past });
  const attempts = all.slice(-KEPT_ATTEMPTS);
  const dropped = (delivery.dropped ?? 0) + all.length - attempts.length;
  const used = attemptsUsed(delivery) + (made.uncounted ? 0 : 1);
  return { ...rest, attempts, used, ...(dropped > 0 && { dropped }) };
}

/** The number of the attempt that comes next, 1 for the first. */
export const nextNumber = ({ dropped = 0, attempts }: DeliveryMessage): number =>
  dropped + attempts.length + 1;

/**
 * The outcome that is written to the log. Undefined when nothing has changed that the log shows: a delivery that was moved
 * to another lane, or waits for seconds in a queue.
 * @param at milliseconds since the epoch
 */
export function outcomeOf(
  { received, delivery, decision, targetChange }: Conclusion,
  at: number,
): Outcome | undefined {
  const isAttempted = delivery.attempts !== received.attempts;
  const status = statusOf(decision, isAttempted);
  if (!status) return undefined;
  const { v: _, kind: __, slot: ___, hops: ____, waited: _____, asked: ______, event, ...history } = delivery;
  return {
    ...history,
    event: { id: event.id, ulid: event.ulid, type: event.type, keepSeconds: event.keepSeconds },
    status,
    at,
    ...(!isAttempted && decision.kind !== 'dead' && { isWaiting: true as const }),
    ...nextAttempt(decision, at),
    // Also when there is none: a replayed delivery's message may have that of an outcome that an older release wrote.
    waitingFor: waitReason(decision),
    ...(decision.kind === 'dead' && { reason: decision.reason }),
    // Also when there is none: as above.
    targetChange,
  };
}

/**
 * The delivery as it waits: it knows for what, and is marked if the log says so.
 * @param at milliseconds since the epoch
 */
export function asWaiting({ received, delivery, decision }: Conclusion, at: number): DeliveryMessage {
  const isAttempted = delivery.attempts !== received.attempts;
  const reason = waitReason(decision);
  const wait = reason && { kind: 'waited' as const, reason, ...(!isAttempted && { at }) };
  return {
    ...delivery,
    ...(wait && { past: withStep(delivery.past, wait) }),
    ...(statusOf(decision, isAttempted) && { waited: true as const }),
  };
}

/** What is known of a delivery that died without an attempt. */
export const deadOutcome = (delivery: DeliveryMessage, reason: DeathReason, at: number): Outcome =>
  outcomeOf({ received: delivery, delivery, decision: { kind: 'dead', reason } }, at)!;

export const outcomeOfDead = (
  { v: _, kind: __, reason, delivery, targetChange, ...unknown }: DeadMessage,
  at: number,
): Outcome => ({ ...unknown, ...deadOutcome(delivery, reason, at), ...(targetChange && { targetChange }) });

function nextAttempt(decision: Decision, at: number): { nextAttemptAt: number } | undefined {
  if (decision.kind === 'retry' || decision.kind === 'later') return { nextAttemptAt: decision.at };
  return decision.kind === 'move' ? { nextAttemptAt: at } : undefined;
}

function waitReason(decision: Decision): WaitReason | undefined {
  switch (decision.kind) {
    case 'retry':
      return 'retry';
    case 'later':
    case 'hold':
      return decision.reason;
    case 'move':
      return 'lane';
    case 'delivered':
    case 'dead':
      return undefined;
  }
}

function statusOf(decision: Decision, isAttempted: boolean): StoredStatus | undefined {
  switch (decision.kind) {
    case 'delivered':
    case 'dead':
      return decision.kind;
    case 'retry':
      return decision.via === 'queue' ? 'retrying' : 'parked';
    case 'later':
      if (decision.via === 'table') return 'parked';
      return isAttempted ? 'retrying' : undefined;
    case 'move':
      return isAttempted ? 'retrying' : undefined;
    case 'hold':
      return decision.reason === 'batch' && !isAttempted ? undefined : 'parked';
  }
}
