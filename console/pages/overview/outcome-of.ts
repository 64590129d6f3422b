import type { LiveOutcome } from '../../../client/live/frame.ts';
import type { Row } from '../../api/types.ts';

/** The last outcome of a delivery as the live channel would have said it; undefined for one that was not attempted yet. */
export function outcomeOf(delivery: Row<'/v1/deliveries'>): LiveOutcome | undefined {
  const { id, event, targetId, subscriptionId, status, nextAttemptAt, since, attempts } = delivery;
  if (status === 'queued' || status === 'attempting' || targetId === undefined) return undefined;
  const last = attempts.at(-1);
  const at = last ? new Date(Date.parse(last.at) + last.durationMs).toISOString() : since;
  if (at === undefined) return undefined;
  const reason = delivery.reason ?? last?.error ?? delivery.waitingFor;
  return {
    deliveryId: id,
    eventId: event.id,
    type: event.type,
    targetId,
    subscriptionId,
    status,
    attempt: last?.number ?? 0,
    ...(last?.statusCode !== undefined && { statusCode: last.statusCode }),
    ...(last && { ms: last.durationMs }),
    ...(reason && { reason }),
    at,
    ...(nextAttemptAt && { nextAttemptAt }),
  } as LiveOutcome;
}
