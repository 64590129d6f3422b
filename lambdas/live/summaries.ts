import type { LiveCounts, LiveOutcome, LiveTarget } from '../delivery/live-schema.ts';
import type { LiveMessage } from '../delivery/messages.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { madeAnAttempt } from '../stats/endings.ts';
import { deliveryId } from '../values/ids.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import { MESSAGE_OUTCOMES } from './limits.ts';

/** What outcomes are told of in messages: one for each tenant. Tenants that nobody watches are left out. */
export function messagesOf(
  outcomes: readonly Outcome[],
  isWatched: (tenant: string) => boolean,
): LiveMessage[] {
  const byTenant = Map.groupBy(outcomes, ({ tenant }) => tenant);
  return [...byTenant]
    .filter(([tenant]) => isWatched(tenant))
    .map(([tenant, ofTenant]) => messageOf(tenant, ofTenant));
}

function messageOf(tenant: string, outcomes: readonly Outcome[]): LiveMessage {
  const told = mostTelling(outcomes, MESSAGE_OUTCOMES).map(summaryOf);
  const targets = outcomes.flatMap(targetIn);
  return {
    v: 1,
    kind: 'live',
    tenant,
    outcomes: told,
    counts: countsOf(outcomes),
    ...(targets.length > 0 && { targets }),
  };
}

/** @returns the failures first, the newest of each before the others */
function mostTelling(outcomes: readonly Outcome[], most: number): Outcome[] {
  if (outcomes.length <= most) return [...outcomes];
  return [...outcomes].sort((a, b) => rankOf(a) - rankOf(b) || b.at - a.at).slice(0, most);
}

const rankOf = (outcome: Outcome): number => RANKS.indexOf(kindOf(outcome));
const RANKS: readonly (keyof LiveCounts)[] = ['dead', 'failed', 'waiting', 'delivered'];

function kindOf({ status, isWaiting }: Outcome): keyof LiveCounts {
  if (status === 'delivered' || status === 'dead') return status;
  return isWaiting ? 'waiting' : 'failed';
}

export function summaryOf(outcome: Outcome): LiveOutcome {
  const { event, target, subscription, status, attempts, dropped = 0, at } = outcome;
  // An attempt before may have been another target's.
  const last = madeAnAttempt(outcome) ? attempts.at(-1) : undefined;
  const reason = outcome.reason ?? outcome.waitingFor;
  return {
    deliveryId: deliveryId(event.ulid, subscription),
    eventId: event.id,
    type: event.type,
    targetId: target,
    subscriptionId: subscription,
    status,
    attempt: dropped + attempts.length,
    ...(last?.status !== undefined && { statusCode: last.status }),
    ...(last?.error !== undefined && { error: last.error }),
    ...(last && { ms: Math.round(last.ms) }),
    ...(reason !== undefined && { reason }),
    at: rfc3339(at),
    ...(outcome.nextAttemptAt !== undefined && { nextAttemptAt: rfc3339(outcome.nextAttemptAt) }),
  };
}

function countsOf(outcomes: readonly Outcome[]): NonNullable<LiveMessage['counts']> {
  const counts = new Map<string, { targetId: string } & Record<keyof LiveCounts, number>>();
  for (const outcome of outcomes) {
    const { target: targetId } = outcome;
    const count = counts.get(targetId) ?? { targetId, delivered: 0, failed: 0, dead: 0, waiting: 0 };
    counts.set(targetId, count);
    count[kindOf(outcome)]++;
  }
  return [...counts.values()];
}

/** What an outcome has changed of its target. */
function targetIn({ target, targetChange }: Outcome): LiveTarget[] {
  if (!targetChange) return [];
  const { state, reason, at } = targetChange;
  return [{ targetId: target, state, ...(reason !== undefined && { reason }), at: rfc3339(at) }];
}
