import type { DeliveryView, EventView } from '../api/history.ts';
import type { StatsView } from '../api/metrics.ts';
import type { DisabledView } from '../api/target-schemas.ts';
import type { TargetHealth } from '../api/targets.ts';
import { isWaitingStatus, isWaitReason, statusAt, type WaitReason } from '../delivery/delivery.ts';
import type { LoggedDelivery } from '../delivery/delivery-items.ts';
import { externalIdOf } from '../destinations/aws/external-id.ts';
import { kindOf } from '../destinations/kinds.ts';
import type { EndpointHealth } from '../endpoint-health/health.ts';
import type { LoggedEvent } from '../events/event-log-store.ts';
import { payloadLength } from '../events/payload.ts';
import { listenerOf } from '../listeners/listener.ts';
import type { Mismatch } from '../matching/filters/explain.ts';
import type { StatsReport } from '../stats/stats-report.ts';
import { publicPartOf } from '../targets/signature.ts';
import type { Target } from '../targets/target.ts';
import { deliveryId, timeOfUlid, ulidOf } from '../values/ids.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import type { Environment } from './deps.ts';
import { requestViews, type Showing } from './request-views.ts';

/** What the API shows. No view holds a secret. */
export const eventView = (event: LoggedEvent): EventView => ({
  id: event.id,
  type: event.type,
  acceptedAt: rfc3339(timeOfUlid(event.ulid)),
  contentType: event.contentType,
  bytes: payloadLength(event.payload),
  matched: event.matched,
  ...(event.source !== undefined && { source: event.source }),
  ...(event.priority && { priority: event.priority }),
  ...(event.region !== undefined && { region: event.region }),
  ...(event.test && { test: true }),
  ...(event.dead && { dead: true }),
  ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
  ...(event.tracestate !== undefined && { tracestate: event.tracestate }),
});

/** @param showing what is seen of its requests, see `Showing` */
export const deliveryView = (delivery: LoggedDelivery, now: number, showing: Showing = {}): DeliveryView => ({
  id: deliveryId(delivery.event.ulid, delivery.subscription),
  event: {
    id: delivery.event.id,
    type: delivery.event.type,
    acceptedAt: rfc3339(timeOfUlid(delivery.event.ulid)),
  },
  subscriptionId: delivery.subscription,
  targetId: delivery.target,
  status: statusAt(delivery, now),
  ...sinceOf(delivery),
  ...(delivery.reason && { reason: delivery.reason }),
  ...waitOf(delivery, now),
  ...(delivery.nextAttemptAt !== undefined && { nextAttemptAt: rfc3339(delivery.nextAttemptAt) }),
  attempts: attemptViews(delivery, showing),
});

function attemptViews({ attempts, dropped = 0 }: LoggedDelivery, showing: Showing): DeliveryView['attempts'] {
  const requests = requestViews(attempts, dropped + 1, showing);
  return attempts.map(({ at, ms, status, error, verdict, detail, answer, reconnected, uncounted }, i) => ({
    number: dropped + i + 1,
    at: rfc3339(at),
    durationMs: ms,
    statusCode: status,
    error,
    verdict,
    detail,
    answer,
    reconnected,
    uncounted,
    request: requests[i],
  }));
}

/** When a delivery began to wait, died or arrived. An older release did not write it of what waits or is dead. */
function sinceOf({ status, since, attempts }: LoggedDelivery): { since?: string } {
  const last = attempts.at(-1);
  const at = status === 'delivered' ? last && last.at + last.ms : since;
  return at === undefined ? {} : { since: rfc3339(at) };
}

/** Why a delivery waits. Undefined once its time has come, and where an older release wrote it. */
function waitOf(delivery: LoggedDelivery, now: number): { waitingFor?: WaitReason } {
  const status = statusAt(delivery, now);
  return isWaitingStatus(status) && isWaitReason(delivery.waitingFor)
    ? { waitingFor: delivery.waitingFor }
    : {};
}

/** A delivery without an outcome yet. */
export const queuedView = (event: LoggedEvent, subscription: string): DeliveryView => ({
  id: deliveryId(event.ulid, subscription),
  event: { id: event.id, type: event.type, acceptedAt: rfc3339(timeOfUlid(event.ulid)) },
  subscriptionId: subscription,
  status: statusAt(undefined, 0),
  attempts: [],
});

/** Why a filter does not match, in parts and as a sentence. */
export function mismatchView({ part, path, expected, got }: Mismatch) {
  const subject = part === 'during' ? 'the time' : path || 'the event';
  const wanted = part === 'jsonpath' ? expected : `${subject} to be ${expected}`;
  return { part, path, expected, got, message: `expected ${wanted}, got ${got}` };
}

/** What a view shows of a key pair: the public half, which the endpoint verifies with. */
export function publicKeyIn({ signature, secrets: [newest] }: Pick<Target, 'signature' | 'secrets'>): {
  publicKey?: string;
} {
  const publicKey = newest && publicPartOf(signature, newest.value);
  return publicKey === undefined ? {} : { publicKey };
}

/** Where a target leads: its URL, or the address of a kind that has none. */
export const addressIn = (target: Target): { url?: string; address?: string } =>
  kindOf(target).takes.has('url') ? { url: target.url } : { address: target.url };

/** Whom the role of a target on AWS has to trust. */
export const trustIn = (
  target: Target,
  tenant: string,
  { account, name }: Pick<Environment, 'account' | 'name'>,
): { trust?: { account: string; externalId: string } } =>
  kindOf(target).assumesRole ? { trust: { account, externalId: externalIdOf(name, tenant) } } : {};

/** What a view shows of what an entity was made with. */
export function madeWithIn({ id, owner }: { readonly id: string; readonly owner?: string | undefined }): {
  subscriptionId?: string;
  alertRuleId?: string;
  listener?: string;
} {
  const listener = listenerOf(id);
  if (listener !== undefined) return { listener };
  if (owner === undefined) return {};
  return ulidOf('alr', owner) === undefined ? { subscriptionId: owner } : { alertRuleId: owner };
}

/** What a view shows of a target that the engine has given up. */
export const disabledIn = (health: EndpointHealth | undefined): { disabled?: DisabledView } =>
  health?.disabled ? { disabled: { at: rfc3339(health.disabled.at), reason: health.disabled.reason } } : {};

/** What the engine knows of a target, as it is shown. @param drainsAt when its held deliveries are drained next */
export function healthView(
  health: EndpointHealth | undefined,
  now: number,
  drainsAt: number | undefined,
): Pick<TargetHealth, 'disabled' | 'failingSince' | 'lastFailure' | 'breaker' | 'pausedUntil' | 'slowUntil'> {
  if (!health) return {};
  const { failingSince, lastFailure, open, pausedUntil = 0, slowUntil = 0 } = health;
  return {
    ...disabledIn(health),
    ...(failingSince !== undefined && { failingSince: rfc3339(failingSince) }),
    ...(lastFailure && {
      lastFailure: { at: rfc3339(lastFailure.at), statusCode: lastFailure.status, error: lastFailure.error },
    }),
    ...(open && {
      breaker: {
        openSince: rfc3339(open.since),
        failedProbes: open.probes,
        ...(drainsAt !== undefined && { nextProbeAt: rfc3339(Math.max(drainsAt, now)) }),
      },
    }),
    ...(pausedUntil > now && { pausedUntil: rfc3339(pausedUntil) }),
    ...(slowUntil > now && { slowUntil: rfc3339(slowUntil) }),
  };
}

export type Undelivered = StatsView['undelivered'];

/** Counters appear also under the names that log platforms' clients read, and under their former names. */
export function statsView(report: StatsReport, undelivered: Undelivered): StatsView {
  const { totalDeliveries, delivered, failed, successRate } = report;
  const fourCounters = {
    total_deliveries: totalDeliveries,
    delivered,
    failed,
    success_rate: successRate,
  };
  return {
    ...report,
    undelivered,
    ...fourCounters,
    delivery_stats: fourCounters,
    first_attempt_rate: report.firstAttemptRate,
    average_answer_ms: report.averageAnswerMs,
    average_latency_ms: report.averageLatencyMs,
  };
}
