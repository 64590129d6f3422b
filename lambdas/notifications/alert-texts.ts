import type { DeathReason } from '../delivery/delivery.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import type { DisabledReason } from '../endpoint-health/health.ts';
import { isEphemeral } from '../values/ids.ts';
import { shareOf, withoutCredentials } from './operational-events.ts';

/** An alert to the operator of an environment: one line, and what a person needs to act on it. */
export interface AlertText {
  readonly subject: string;
  readonly message: string;
}

interface About {
  readonly tenant: string;
  readonly target: { readonly id: string; readonly url: string };
}

/** Headings of docs/runbook.md. */
const RUNBOOK = {
  disabled: 'A target is disabled',
  dead: 'Deliveries are dead',
  infrastructure: 'Deliveries die of infrastructure',
  lostEvents: 'Events were not delivered',
  failing: 'A target is failing',
} as const;

const see = (heading: string): string => `See docs/runbook.md, "${heading}".`;

const lines = (...all: readonly (string | undefined)[]): string => all.filter(Boolean).join('\n');

/** A mail has more readers than a tenant's endpoint has: the host says enough. */
const hostOf = (url: string): string => new URL(withoutCredentials(url)).host;

const WHY_DISABLED: Record<DisabledReason, string> = {
  gone: 'Its endpoint answered 410 Gone.',
  failing: 'No delivery has arrived for as long as this environment allows.',
};

export const disabledAlert = (
  { tenant, target }: About,
  reason: DisabledReason,
  failingSince: number | undefined,
): AlertText => ({
  subject: `Posthorn: target ${target.id} is disabled (${reason})`,
  message: lines(
    `Tenant: ${tenant}`,
    `Target: ${target.id} at ${hostOf(target.url)}`,
    WHY_DISABLED[reason],
    failingSince === undefined
      ? undefined
      : `It has been failing since ${new Date(failingSince).toISOString()}.`,
    'Its deliveries are dead letters until its owner calls POST /v1/targets/{id}/enable; they can be replayed then.',
    see(RUNBOOK.disabled),
  ),
});

export const enabledAlert = ({ tenant, target }: About): AlertText => ({
  subject: `Posthorn: target ${target.id} is enabled again`,
  message: lines(
    `Tenant: ${tenant}`,
    `Target: ${target.id} at ${hostOf(target.url)}`,
    'Its owner has enabled it. Deliveries that have become dead letters since are not sent by themselves: they can be replayed.',
  ),
});

/** Targets that a mail names. Of more, the log has them all. */
const NAMED = 20;

interface FailingOften extends About {
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly failures: readonly { readonly name: string; readonly failedAttempts: number }[];
}

/** One mail for all targets that were found at the same time. @param found one at least */
export function failingAlert(found: readonly FailingOften[]): AlertText {
  const worst = [...found].sort((a, b) => b.failedAttempts - a.failedAttempts);
  const [first] = worst as [FailingOften];
  const more = worst.length - NAMED;
  return {
    subject:
      worst.length === 1
        ? `Posthorn: ${percentOf(first)} of the attempts of target ${first.target.id} fail`
        : `Posthorn: ${worst.length} targets fail often`,
    message: lines(
      'Of the attempts of the last 15 minutes failed:',
      ...worst.slice(0, NAMED).map(failingLine),
      more > 0 ? `and of ${more} more targets; the log of assess names them all.` : undefined,
      'Their tenants are notified. A line in the log of assess says when each is over.',
      see(RUNBOOK.failing),
    ),
  };
}

const failingLine = ({ tenant, target, failures, ...counted }: FailingOften): string => {
  const [most] = failures;
  const { attempts, failedAttempts } = counted;
  return `- ${percentOf(counted)} (${failedAttempts} of ${attempts}) of target ${target.id} at ${hostOf(target.url)}, tenant ${tenant}${most ? `, mostly ${most.name}` : ''}`;
};

const percentOf = (counted: Pick<FailingOften, 'attempts' | 'failedAttempts'>): string =>
  `${Math.floor(shareOf(counted) * 100)} %`;

/**
 * Reasons that need no alert: the tenant has set the target or subscription so, or was notified when it came to that. Each
 * event for it is a dead letter until the tenant changes it.
 */
const EXPECTED = new Set<DeathReason | undefined>([
  'subscription_paused',
  'target_disabled',
  'target_deleted',
  'target_unverified',
]);

/** A developer's machine is no matter of the operator's. */
export const isAlarming = ({
  status,
  reason,
  target,
}: Pick<Outcome, 'status' | 'reason' | 'target'>): boolean =>
  status === 'dead' && !EXPECTED.has(reason) && !isEphemeral(target);

/** @param dead outcomes of one target that were found at the same time */
export function deadAlert(dead: readonly Outcome[]): AlertText {
  const { tenant, target, event, reason, attempts, dropped = 0 } = dead[0]!;
  const made = dropped + attempts.length;
  const last = attempts.at(-1);
  const answer = last && (last.status === undefined ? last.error : `status ${last.status}`);
  return {
    subject: `Posthorn: dead letters of target ${target} (${reason})`,
    message: lines(
      `Tenant: ${tenant}`,
      `Target: ${target}`,
      `For example event ${event.id} of type ${event.type}: ${reason} after ${made} ${made === 1 ? 'attempt' : 'attempts'}${answer ? `, the last with ${answer}` : ''}.`,
      'There is no alert about further ones of this target for an hour. They can be listed and replayed.',
      reason === 'infrastructure' ? 'A part of Posthorn itself kept failing on them.' : undefined,
      see(reason === 'infrastructure' ? RUNBOOK.infrastructure : RUNBOOK.dead),
    ),
  };
}

export const lostEventsAlert = (tenant: string, events: readonly { id: string }[]): AlertText => ({
  subject: `Posthorn: events of ${tenant} were not delivered`,
  message: lines(
    `Tenant: ${tenant}`,
    `A part of Posthorn kept failing on ${events.length} events, for example ${events[0]?.id}.`,
    'They are in the log, marked as dead, and can be published again under the same id.',
    'There is no alert about further ones of this tenant for an hour.',
    see(RUNBOOK.lostEvents),
  ),
});
