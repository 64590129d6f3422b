import type { ChangelogEntry } from '../catalogue/changelog.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { MAX_GENERATION } from '../delivery/queues/loop-bounds.ts';
import type { Disabled, EndpointHealth } from '../endpoint-health/health.ts';
import type { EventInFlight } from '../events/event.ts';
import { changeId } from '../events/event-id.ts';
import { isOperational } from '../events/event-type.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import type { ErrorClass } from '../http-client/error-class.ts';
import { deliveryId, isEphemeral } from '../values/ids.ts';
import { rfc3339 } from '../values/rfc3339.ts';

/**
 * Notifies a tenant about its targets and deliveries. Tenants subscribe to such events like to any other.
 * `operational-schemas.ts` describes the payloads.
 */
export interface OperationalEvent {
  readonly tenant: string;
  /** The same for the same occurrence, so that an event that is sent twice arrives once. */
  readonly id: string;
  readonly type: OperationalType;
  readonly data: object;
  /** How long the log keeps the event, where the tenant has a setting of its own. */
  readonly keepSeconds?: number | undefined;
  /** See `generationOf`. */
  readonly generation: number;
}

export const OPERATIONAL_TYPES = [
  'posthorn.target.disabled',
  'posthorn.target.recovered',
  'posthorn.target.failing',
  'posthorn.target.healthy',
  'posthorn.delivery.dead',
  'posthorn.alert.raised',
  'posthorn.alert.resolved',
  'posthorn.event-type.changed',
] as const;
export type OperationalType = (typeof OPERATIONAL_TYPES)[number];

/** A target of a tenant. */
export interface Subject {
  readonly tenant: string;
  readonly target: { readonly id: string; readonly url: string };
  readonly keepSeconds?: number | undefined;
  /** The generation of the events whose deliveries led to this, see `generationOf`. Default: 0, ordinary events. */
  readonly generation?: number | undefined;
}

/** A target was disabled by the engine. @param last the attempt that led to it */
export const targetDisabled = (
  subject: Subject,
  { at, reason }: Disabled,
  failingSince: number | undefined,
  last: Attempt | undefined,
): OperationalEvent =>
  aboutTarget(subject, 'posthorn.target.disabled', at, {
    reason,
    disabledAt: rfc3339(at),
    ...(failingSince !== undefined && { failingSince: rfc3339(failingSince) }),
    ...(last && { lastAttempt: shownAttempt(last) }),
  });

/**
 * A target gets its deliveries again.
 * @param before its health while it got none
 * @param by `probe` when its endpoint has answered a probe, `owner` when its owner has enabled it
 * @returns undefined when it had got its deliveries all along
 */
export function targetRecovered(
  subject: Subject,
  before: Pick<EndpointHealth, 'open' | 'disabled'>,
  by: 'probe' | 'owner',
  now: number,
): OperationalEvent | undefined {
  const since = before.disabled?.at ?? before.open?.since;
  if (since === undefined) return undefined;
  return aboutTarget(subject, 'posthorn.target.recovered', since, {
    by,
    recoveredAt: rfc3339(now),
    since: rfc3339(since),
    ...(before.disabled && { disabledFor: before.disabled.reason }),
  });
}

/** What was counted of a target's attempts. Milliseconds since the epoch. */
interface CountedAttempts {
  readonly attempts: number;
  readonly failedAttempts: number;
  /** The minute of the last one. */
  readonly lastAttemptAt?: number | undefined;
}

/** Too many attempts of a target fail. @param since names the episode: what is sent twice about it arrives once */
export const targetFailing = (
  subject: Subject,
  {
    since,
    foundAt,
    failures,
    ...counted
  }: CountedAttempts & {
    readonly since: number;
    readonly foundAt: number;
    readonly failures: readonly { readonly name: string; readonly failedAttempts: number }[];
  },
): OperationalEvent =>
  aboutTarget(subject, 'posthorn.target.failing', since, {
    since: rfc3339(since),
    foundAt: rfc3339(foundAt),
    ...shownAttempts(counted),
    failures: failures.map(({ name, failedAttempts }) => ({ name, failedAttempts })),
  });

/** A target that was failing is not any more. @param since of the episode that is over */
export const targetHealthy = (
  subject: Subject,
  since: number,
  { at, end, ...counted }: CountedAttempts & { readonly at: number; readonly end: 'recovered' | 'quiet' },
): OperationalEvent =>
  aboutTarget(subject, 'posthorn.target.healthy', since, {
    reason: end,
    since: rfc3339(since),
    healthyAt: rfc3339(at),
    ...shownAttempts(counted),
  });

const shownAttempts = ({ attempts, failedAttempts, lastAttemptAt }: CountedAttempts) => ({
  attempts,
  failedAttempts,
  ...(attempts > 0 && { share: shareOf({ attempts, failedAttempts }) }),
  ...(lastAttemptAt !== undefined && { lastAttemptAt: rfc3339(lastAttemptAt) }),
});

/** The share of attempts that failed, from 0 to 1, to four digits. @param counted with one attempt at least */
export const shareOf = ({ attempts, failedAttempts }: Omit<CountedAttempts, 'lastAttemptAt'>): number =>
  Math.round((failedAttempts / attempts) * 10_000) / 10_000;

const aboutTarget = (
  { tenant, target, keepSeconds, generation = 0 }: Subject,
  type: OperationalType,
  at: number,
  about: object,
): OperationalEvent => ({
  tenant,
  id: `${type}:${target.id}:${at}`,
  type,
  data: { targetId: target.id, url: withoutCredentials(target.url), ...about },
  keepSeconds,
  generation: generation + 1,
});

/** What a tenant's alert rule says. */
export interface AlertNews {
  readonly tenant: string;
  readonly rule: { readonly id: string; readonly name: string };
  /** As the API has it. */
  readonly when: object;
  readonly targetId?: string | undefined;
  /** What the condition was held against, and what with; null where nothing was counted. */
  readonly value: number | null;
  readonly threshold: number;
  /** Since when the rule rings, or rang. Milliseconds since the epoch. */
  readonly since: number;
  readonly keepSeconds?: number | undefined;
}

/** A rule has begun to hold. */
export const alertRaised = (news: AlertNews): OperationalEvent =>
  aboutRule(news, 'posthorn.alert.raised', { raisedAt: rfc3339(news.since) });

/** A rule that rang does so no more. @param reason `over`: it does not hold. `changed`: it was changed, or switched off */
export const alertResolved = (news: AlertNews, reason: 'over' | 'changed', now: number): OperationalEvent =>
  aboutRule(news, 'posthorn.alert.resolved', {
    raisedAt: rfc3339(news.since),
    resolvedAt: rfc3339(now),
    reason,
  });

const aboutRule = (news: AlertNews, type: OperationalType, about: object): OperationalEvent => ({
  tenant: news.tenant,
  id: `${type}:${news.rule.id}:${news.since}`,
  type,
  data: {
    ruleId: news.rule.id,
    ruleName: news.rule.name,
    ...(news.targetId !== undefined && { targetId: news.targetId }),
    when: news.when,
    value: news.value,
    threshold: news.threshold,
    ...about,
  },
  keepSeconds: news.keepSeconds,
  generation: 1,
});

/** The schema of an event type has changed, or the type has left the catalogue. */
export const eventTypeChanged = ({
  tenant,
  eventType,
  entry: { at, ...entry },
  keepSeconds,
}: {
  readonly tenant: string;
  readonly eventType: string;
  readonly entry: ChangelogEntry;
  readonly keepSeconds?: number | undefined;
}): OperationalEvent => ({
  tenant,
  id: changeId('posthorn.event-type.changed', eventType, at),
  type: 'posthorn.event-type.changed',
  data: { eventType, changedAt: at, ...entry },
  keepSeconds,
  generation: 1,
});

/** Whether notifications have led to this one so often that it might never end. */
export const isTooFarFromCause = ({ generation }: OperationalEvent): boolean => generation > MAX_GENERATION;

/**
 * A delivery will not be tried again by itself.
 * @returns undefined for a delivery of an operational event: events about their own deliveries would never end. And for one to a
 *   listener, whose developer sees it
 */
export function deliveryDead(outcome: Outcome): OperationalEvent | undefined {
  const { tenant, event, subscription, target, at, attempts, dropped = 0, run = 0, reason } = outcome;
  if (outcome.status !== 'dead' || isOperational(event.type) || isEphemeral(target)) return undefined;
  const last = attempts.at(-1);
  const delivery = deliveryId(event.ulid, subscription);
  const type = 'posthorn.delivery.dead';
  return {
    tenant,
    id: `${type}:${delivery}:${run}`,
    type,
    data: {
      deliveryId: delivery,
      event: { id: event.id, type: event.type },
      subscriptionId: subscription,
      targetId: target,
      reason,
      diedAt: rfc3339(at),
      attempts: dropped + attempts.length,
      ...(last && { lastAttempt: shownAttempt(last) }),
    },
    keepSeconds: event.keepSeconds,
    generation: 1,
  };
}

/** The event as fanout takes it. @param ulid made by the sender */
export const inFlight = (
  { id, type, data, keepSeconds, generation }: OperationalEvent,
  ulid: string,
): EventInFlight => ({
  id,
  ulid,
  type,
  contentType: 'application/json',
  payload: { kind: 'text', text: JSON.stringify(data) },
  ...(keepSeconds !== undefined && { keepSeconds }),
  ...(generation > 1 && { generation }),
});

/** An attempt without what the endpoint answered, which may quote the event's payload. */
const shownAttempt = ({ at, status, error }: Attempt): LastAttempt => ({
  at: rfc3339(at),
  ...(status !== undefined && { statusCode: status }),
  ...(error && { error }),
});

interface LastAttempt {
  readonly at: string;
  readonly statusCode?: number;
  readonly error?: ErrorClass;
}

/** An address without what may be a credential: user, password, query and fragment. */
export function withoutCredentials(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
