import type { Decision } from './decide.ts';
import type { Outcome, StoredStatus } from './delivery.ts';
import type { DeliveryMessage } from './messages.ts';

/** A delivery with the attempt just made, if one was made, and what was decided about it. */
export interface Conclusion {
  /** As it was received. */
  readonly received: DeliveryMessage;
  /** As it goes on. */
  readonly delivery: DeliveryMessage;
  readonly decision: Decision;
}

/** What record or bury writes to the log. @param at milliseconds since the epoch */
export function outcomeOf(delivery: DeliveryMessage, decision: Decision, at: number): Outcome {
  const { tenant, subscription, target, event, attempts } = delivery;
  return {
    tenant,
    subscription,
    target,
    event: { id: event.id, ulid: event.ulid, type: event.type, keepSeconds: event.keepSeconds },
    status: statusOf(decision),
    at,
    attempts,
    ...(decision.kind === 'retry' && { nextAttemptAt: decision.at }),
    ...(decision.kind === 'dead' && { reason: decision.reason }),
  };
}

function statusOf(decision: Decision): StoredStatus {
  if (decision.kind !== 'retry') return decision.kind;
  return decision.via === 'queue' ? 'retrying' : 'parked';
}
