import type { Binding } from '../adapters/config-store.ts';
import type { LoggedDelivery } from '../adapters/delivery-log.ts';
import type { LoggedEvent } from '../adapters/event-log.ts';
import { statusAt } from '../domain/delivery.ts';
import { deliveryId, timeOfUlid } from '../domain/ids.ts';

/** How stored things look from outside. Secrets are in none of them. */
const rfc3339 = (timeMs: number): string => new Date(timeMs).toISOString();

export const subscriptionView = ({ subscription, filter, target }: Binding): object => ({
  id: subscription.id,
  name: subscription.name,
  active: subscription.active,
  targetId: target.id,
  filterId: filter.id,
  url: target.url,
  events: filter.events,
  signature: target.signature,
  retry: target.retry,
  timeoutSeconds: target.timeoutMs / 1000,
  createdAt: subscription.createdAt,
  updatedAt: subscription.updatedAt,
});

export const eventView = (event: LoggedEvent): object => ({
  id: event.id,
  type: event.type,
  acceptedAt: rfc3339(timeOfUlid(event.ulid)),
  contentType: event.contentType,
  bytes: bytesOf(event.payload),
  matched: event.matched,
  ...(event.dead && { dead: true }),
});

function bytesOf(payload: LoggedEvent['payload']): number {
  if (payload.kind === 'stored') return payload.bytes;
  return payload.kind === 'text'
    ? Buffer.byteLength(payload.text)
    : Buffer.byteLength(payload.base64, 'base64');
}

export const deliveryView = (delivery: LoggedDelivery, now: number): object => ({
  id: deliveryId(delivery.event.ulid, delivery.subscription),
  event: { id: delivery.event.id, type: delivery.event.type },
  subscriptionId: delivery.subscription,
  targetId: delivery.target,
  status: statusAt(delivery, now),
  reason: delivery.reason,
  ...(delivery.nextAttemptAt !== undefined && { nextAttemptAt: rfc3339(delivery.nextAttemptAt) }),
  attempts: delivery.attempts.map(({ at, ms, status, error, detail, answer }, i) => ({
    number: i + 1,
    at: rfc3339(at),
    durationMs: ms,
    statusCode: status,
    error,
    detail,
    answer,
  })),
});

/** A delivery whose first outcome has not come yet. */
export const queuedView = (event: LoggedEvent, subscription: string): object => ({
  id: deliveryId(event.ulid, subscription),
  event: { id: event.id, type: event.type },
  subscriptionId: subscription,
  status: statusAt(undefined, 0),
  attempts: [],
});
